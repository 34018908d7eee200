//! Tokens that let an application act for a person: issued, and verified when they are used.

pub mod api;
mod error;
pub mod pages;
mod rehearsal;
mod revocation;
mod service;
mod store;
mod verdict;

pub use error::{RevocationError, TokenError, UseError};
pub use rehearsal::Rehearsal;
pub use revocation::{Revoked, Rotated};
pub use service::{Delegation, Issued, TokenRequest};
