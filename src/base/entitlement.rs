//! What is kept of whether a person may use the service, in the form in which a look-up of her brings it along.

use sea_orm::FromQueryResult;

use super::Timestamp;

/// The last answer about a person, as the columns of [`KeptEntitlement::COLUMNS`] hold it. What it means now, `entitlements`
/// knows alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct KeptEntitlement {
    /// The row's version; none when no claims of hers were ever kept.
    pub entitlement_version: Option<i64>,
    /// `granted` or `denied`; none without an answer.
    pub entitlement_status: Option<String>,
    /// Why it is denied.
    pub entitlement_reason: Option<String>,
    /// A digest of the settings by which was asked.
    pub entitlement_source: Option<Vec<u8>>,
    /// When it was asked for.
    pub entitlement_fetched_at: Option<Timestamp>,
}

impl KeptEntitlement {
    /// What a SELECT takes from the row `e`.
    pub const COLUMNS: &'static str = "\
        e.version AS entitlement_version, e.status AS entitlement_status, e.reason AS entitlement_reason, \
        e.source AS entitlement_source, e.fetched_at AS entitlement_fetched_at";

    /// How a SELECT that has the account as `u` reaches it.
    pub const JOIN: &'static str = "LEFT JOIN entitlement e ON e.account_id = u.id";
}
