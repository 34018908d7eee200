//! All that is kept of a person's entitlement, for herself.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{Entitlements, store};
use crate::base::{AccountId, StoreError, Timestamp};

/// All that is kept of a person's entitlement. `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
pub struct Held {
    /// The claims that are sent with every question about her, by name; none when they were sealed under another key.
    pub claims: Option<BTreeMap<String, String>>,
    /// The organisation that stands in place of the claim.
    pub organisation: Option<String>,
    /// `granted` or `denied`; none before the first answer.
    pub status: Option<String>,
    /// Why it is denied.
    pub reason: Option<String>,
    /// When the provider was asked.
    pub fetched_at: Option<Timestamp>,
    /// Its answer.
    pub answer: Value,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

impl Entitlements {
    /// All that is kept of a person; none when nothing is.
    pub async fn all_kept_of(&self, person: AccountId) -> Result<Option<Held>, StoreError> {
        let Some(row) = store::all(&self.0.store, person).await? else { return Ok(None) };
        let kept = self.open_claims(person, &row.claims);
        let answer = row.answer.as_deref().map(serde_json::from_str).transpose().unwrap_or_default();
        Ok(Some(Held {
            organisation: kept.as_ref().and_then(|kept| kept.organisation.clone()),
            claims: kept.map(|kept| kept.claims),
            status: row.status,
            reason: row.reason,
            fetched_at: row.fetched_at,
            answer: answer.unwrap_or_default(),
        }))
    }
}
