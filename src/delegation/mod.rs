//! Tokens that let an application act for a person: issued, and verified when they are used.

pub mod api;
mod error;
mod service;
mod store;

pub use error::{TokenError, UseError};
pub use service::{Delegation, Issued, TokenRequest};
