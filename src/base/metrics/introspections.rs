//! What providers were asked about tokens that they made.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Questions about tokens, and those that needed none.
#[derive(Clone, Debug)]
pub struct IntrospectionMetrics {
    asked: Family<Answered, Counter>,
    remembered: Counter,
    duration: Histogram,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    outcome: &'static str,
}

impl IntrospectionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            asked: Family::default(),
            remembered: Counter::default(),
            duration: Histogram::new(exponential_buckets(0.001, 2.0, 13)),
        };
        registry.register(
            "parloir_introspections",
            "Questions to the identity provider about tokens that it made, by what came of them",
            metrics.asked.clone(),
        );
        registry.register(
            "parloir_introspections_remembered",
            "Requests with a token of the identity provider that was asked about a moment ago",
            metrics.remembered.clone(),
        );
        let took = "How long the identity provider took to answer";
        registry.register_with_unit("parloir_introspection_duration", took, Unit::Seconds, metrics.duration.clone());
        metrics
    }

    /// A question was answered, or not, after so long. `outcome` is a word of a short list.
    pub fn asked(&self, outcome: &'static str, took: Duration) {
        self.asked.get_or_create(&Answered { outcome }).inc();
        self.duration.observe(took.as_secs_f64());
    }

    /// An answer was at hand.
    pub fn remembered(&self) {
        self.remembered.inc();
    }
}
