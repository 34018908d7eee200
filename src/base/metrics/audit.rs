//! The queue of the audit trail.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::database::{count, seconds};

/// Events that wait together for one write.
#[derive(Clone, Debug)]
pub struct AuditMetrics {
    queue: Gauge,
    batch: Histogram,
    durations: Histogram,
    failures: Counter,
}

impl AuditMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics =
            Self { queue: Gauge::default(), batch: super::crowd(), durations: seconds(), failures: Counter::default() };
        registry.register("parloir_audit_queue_length", "Events that wait in the queue", metrics.queue.clone());
        registry.register("parloir_audit_write_events", "Events that shared a write", metrics.batch.clone());
        let took = "Time of a write of events, until it was on disk or failed";
        registry.register_with_unit("parloir_audit_write_duration", took, Unit::Seconds, metrics.durations.clone());
        let failures = "Events that could not be written; the requests that they tell of were refused";
        registry.register("parloir_audit_event_failures", failures, metrics.failures.clone());
        metrics
    }

    /// So many events wait in the queue now.
    pub fn set_queue(&self, waiting: usize) {
        self.queue.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// So many events were written together, in that time; or were not.
    pub fn written(&self, events: usize, took: Duration, failed: bool) {
        self.batch.observe(count(events));
        self.durations.observe(took.as_secs_f64());
        if failed {
            self.failures.inc_by(u64::try_from(events).unwrap_or(u64::MAX));
        }
    }
}
