//! Requests, by route, method and status.

use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The methods that have a name of their own; all others are `other`.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Counts and times of requests.
#[derive(Clone, Debug)]
pub struct RequestMetrics {
    answered: Family<Answered, Counter>,
    durations: Family<Asked, Histogram>,
    in_flight: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    route: Route,
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: Route,
    method: &'static str,
    status: Status,
}

/// The route as it stands in the router, shared with it.
#[derive(Clone, Debug)]
struct Route(Option<MatchedPath>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_ref().map_or("none", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        self.as_str().encode(encoder)
    }
}

/// The status of the answer; none for a client that went away before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Status(Option<u16>);

impl EncodeLabelValue for Status {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        match self.0 {
            Some(status) => status.encode(encoder),
            None => "gone".encode(encoder),
        }
    }
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let durations: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            answered: Family::default(),
            durations: Family::new_with_constructor(durations),
            in_flight: Gauge::default(),
        };
        registry.register(
            "parloir_http_requests",
            "Requests, by route, method and status (\"gone\" when the client went away before the answer)",
            metrics.answered.clone(),
        );
        registry.register_with_unit(
            "parloir_http_request_duration",
            "Time from the head of a request until the head of its answer",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "parloir_http_requests_in_flight",
            "Requests that are being answered",
            metrics.in_flight.clone(),
        );
        metrics
    }
}

/// A request that is being answered: counted as such until it is dropped.
#[derive(Debug)]
pub struct RequestUnderWay {
    metrics: Metrics,
    asked: Asked,
    status: Status,
    started: Instant,
}

impl RequestUnderWay {
    /// The request begins, on that route of the router if it found one.
    pub fn begin(metrics: &Metrics, route: Option<MatchedPath>, method: &Method) -> Self {
        metrics.requests.in_flight.inc();
        let method = METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("other");
        let asked = Asked { route: Route(route), method };
        Self { metrics: metrics.clone(), asked, status: Status(None), started: Instant::now() }
    }

    /// The route as it stands in the router; `none` without one.
    pub fn route(&self) -> &str {
        self.asked.route.as_str()
    }

    /// The answer's head is there; gives the time that it took.
    pub fn answered(&mut self, status: StatusCode) -> Duration {
        self.status = Status(Some(status.as_u16()));
        self.started.elapsed()
    }
}

impl Drop for RequestUnderWay {
    fn drop(&mut self) {
        let RequestMetrics { answered, durations, in_flight } = &self.metrics.requests;
        in_flight.dec();
        durations.get_or_create(&self.asked).observe(self.started.elapsed().as_secs_f64());
        let Asked { route, method } = self.asked.clone();
        answered.get_or_create(&Answered { route, method, status: self.status }).inc();
    }
}
