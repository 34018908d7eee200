//! Whether a person may use the service.
//!
//! | what | where |
//! |---|---|
//! | whether she may, and the proof that gates ask for | `access` |
//! | what is kept of her claims, so that a question does not need a sign-in | `claims` |
//! | the provider, on the wire | `deploy_center`, `answer` |
//! | how long an answer counts | `freshness` |
//! | one question about a person at a time; none while the provider fails | `flights`, `patience` |
//! | the rules | `service`, `question` |
//!
//! The last answer stands in the database, one row a person. Whoever authenticates a caller brings it along in the look-up that is
//! made anyway ([`KeptEntitlement`](crate::base::KeptEntitlement)), so that a gate costs no query while it is fresh.

mod access;
mod answer;
mod claims;
mod deploy_center;
mod flights;
mod freshness;
mod held;
mod patience;
mod question;
mod service;
mod store;

pub mod actions;
pub mod pages;

pub use access::{Access, AccessError, MayCreate, NO_ACCESS, Reason};
pub use answer::{Details, Operator};
pub use held::Held;
pub use question::EntitlementsTrouble;
pub use service::{Entitlements, RecheckError};
