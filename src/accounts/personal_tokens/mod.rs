//! Tokens that people make for themselves, for programs of their own: they do what their person may do, within their scopes.
//!
//! A front end elsewhere gets one too, for one sign-in: it ends with that.

pub mod actions;
mod entity;
mod error;
pub mod pages;
mod service;
mod usage;
mod verify;

pub use entity::{PersonalToken, PersonalTokenSecret};
pub use error::{PersonalTokenError, PersonalTokenUseError};
pub(super) use service::revoke_all_in;
pub use service::{Held, NewPersonalToken, PersonalTokens};
