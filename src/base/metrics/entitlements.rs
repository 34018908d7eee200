//! Questions to the entitlements provider, and what gates made of the answers.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::database::seconds;

/// What is counted of entitlements.
#[derive(Clone, Debug)]
pub struct EntitlementMetrics {
    questions: Family<Outcome, Counter>,
    durations: Histogram,
    broken: Gauge,
    gates: Family<Decision, Counter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    gate: &'static str,
    access: &'static str,
}

impl EntitlementMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            questions: Family::default(),
            durations: seconds(),
            broken: Gauge::default(),
            gates: Family::default(),
        };
        let questions = "Questions to the entitlements provider, by answer or kind of failure";
        registry.register("parloir_entitlement_questions", questions, metrics.questions.clone());
        let took = "Time until the entitlements provider answered or failed";
        registry.register_with_unit(
            "parloir_entitlement_question_duration",
            took,
            Unit::Seconds,
            metrics.durations.clone(),
        );
        let broken = "Whether the entitlements provider failed so often that nobody is asked about for a moment";
        registry.register("parloir_entitlement_circuit_open", broken, metrics.broken.clone());
        let gates = "Decisions by entitlement: granted, denied, or unknown whichever way that was decided";
        registry.register("parloir_entitlement_decisions", gates, metrics.gates.clone());
        metrics
    }

    /// The provider was asked, and this came of it: an access status, or a kind of failure.
    pub fn asked(&self, outcome: &'static str, took: Duration) {
        self.questions.get_or_create(&Outcome { outcome }).inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Whether nobody is asked about.
    pub fn set_broken(&self, broken: bool) {
        self.broken.set(broken.into());
    }

    /// A gate met that access status.
    pub fn decided(&self, gate: &'static str, access: &'static str) {
        self.gates.get_or_create(&Decision { gate, access }).inc();
    }
}
