//! What the server counts and times of itself, as `/metrics` shows it.
//!
//! One [`Metrics`] is made at the start and handed down to whatever counts; there is no registry behind everybody's back.
//! What is counted on every request was looked up before, but for the request's own route: that is found by a name that the
//! router shares, and costs no allocation.
//!
//! No label holds what a caller can choose freely: routes are those of the router, methods and codes come from lists. So
//! the number of series is bounded, and nothing here can name a person, an application or an address.

mod audit;
mod database;
mod decisions;
mod entitlements;
mod format;
mod introspections;
mod mail;
mod process;
mod requests;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Timestamp;

pub use audit::AuditMetrics;
pub use database::{DatabaseMetrics, Fate, Pool};
pub use decisions::Decisions;
pub use entitlements::EntitlementMetrics;
pub use format::Exposition;
pub use introspections::IntrospectionMetrics;
pub use mail::MailMetrics;
pub use requests::{RequestMetrics, RequestUnderWay};

/// All metrics of a server. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Families>);

/// What [`Metrics`] gives access to.
#[derive(Debug)]
pub struct Families {
    /// Requests, by route.
    pub requests: RequestMetrics,
    /// Statements, writes and pools.
    pub database: DatabaseMetrics,
    /// The queue of the audit trail.
    pub audit: AuditMetrics,
    /// Tokens that are issued.
    pub tokens: Decisions,
    /// Tokens that are used.
    pub bearers: Decisions,
    /// Tokens of a provider that it is asked about.
    pub introspections: IntrospectionMetrics,
    /// People who sign in.
    pub sign_ins: Decisions,
    /// Questions whether they may use the service.
    pub entitlements: EntitlementMetrics,
    /// Letters to people.
    pub mail: MailMetrics,
    registry: Registry,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

impl Metrics {
    /// All metrics at their beginning, of a server that starts at `started`.
    pub fn new(started: Timestamp) -> Self {
        let mut registry = Registry::default();
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry.register("parloir_build_info", "The version that runs; always 1", build);
        registry.register_collector(Box::new(process::Process { started }));
        Self(Arc::new(Families {
            requests: RequestMetrics::register(&mut registry),
            database: DatabaseMetrics::register(&mut registry),
            audit: AuditMetrics::register(&mut registry),
            tokens: Decisions::register(
                &mut registry,
                ("parloir_tokens_issued", "Delegated tokens issued"),
                ("parloir_token_refusals", "Answers of the token endpoint that refuse, by error code"),
            ),
            bearers: Decisions::register(
                &mut registry,
                ("parloir_bearers_accepted", "Requests whose bearer token and scope were accepted"),
                ("parloir_bearer_refusals", "Requests whose bearer token or scope was not accepted, by error code"),
            ),
            introspections: IntrospectionMetrics::register(&mut registry),
            sign_ins: Decisions::register(
                &mut registry,
                ("parloir_sign_ins", "Sessions started"),
                ("parloir_sign_in_refusals", "Sign-ins refused, by error code"),
            ),
            entitlements: EntitlementMetrics::register(&mut registry),
            mail: MailMetrics::register(&mut registry),
            registry,
        }))
    }

    /// All metrics as text.
    ///
    /// # Errors
    /// When a value cannot be written; none of ours is such.
    pub fn encode(&self, exposition: Exposition) -> Result<String, fmt::Error> {
        exposition.encode(&self.0.registry)
    }
}

impl Deref for Metrics {
    type Target = Families;

    fn deref(&self) -> &Families {
        &self.0
    }
}

/// A histogram of how many there were at once, up to 1024.
fn crowd() -> Histogram {
    Histogram::new((0..=10).map(|power| f64::from(1 << power)))
}
