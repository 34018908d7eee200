//! Letters, and those that wait.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// What is counted of letters to people.
#[derive(Clone, Debug)]
pub struct MailMetrics {
    letters: Family<Attempted, Counter>,
    waiting: Gauge,
    oldest: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempted {
    kind: String,
    outcome: &'static str,
}

impl MailMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self { letters: Family::default(), waiting: Gauge::default(), oldest: Gauge::default() };
        let letters = "Attempts to send a letter, by what it tells of and what came of it";
        registry.register("parloir_mail", letters, metrics.letters.clone());
        let waiting = "Letters that are not sent yet, of all instances together";
        registry.register("parloir_mail_queue_length", waiting, metrics.waiting.clone());
        let oldest = "Age of the oldest letter that is not sent yet; 0 when none waits";
        registry.register_with_unit("parloir_mail_queue_age", oldest, Unit::Seconds, metrics.oldest.clone());
        metrics
    }

    /// A letter of that kind was attempted, and this came of it: both are words of short lists.
    pub fn counted(&self, kind: &str, outcome: &'static str) {
        self.letters.get_or_create(&Attempted { kind: kind.to_owned(), outcome }).inc();
    }

    /// So many wait, the oldest for so long.
    pub fn set_queue(&self, waiting: i64, age: Duration) {
        self.waiting.set(waiting);
        self.oldest.set(i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
    }
}
