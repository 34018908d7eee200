//! What was granted, and what was refused and why.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::base::Code;

/// How often something was granted, and how often refused with which code.
#[derive(Clone, Debug)]
pub struct Decisions {
    granted: Counter,
    refused: Family<Reason, Counter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    code: &'static str,
}

impl Decisions {
    /// Registers both under their names, each with its help.
    pub(super) fn register(
        registry: &mut Registry,
        granted: (&'static str, &'static str),
        refused: (&'static str, &'static str),
    ) -> Self {
        let decisions = Self { granted: Counter::default(), refused: Family::default() };
        registry.register(granted.0, granted.1, decisions.granted.clone());
        registry.register(refused.0, refused.1, decisions.refused.clone());
        decisions
    }

    /// It was granted once more.
    pub fn granted(&self) {
        self.granted.inc();
    }

    /// It was refused once more.
    pub fn refused(&self, code: Code) {
        self.refused.get_or_create(&Reason { code: code.as_str() }).inc();
    }
}
