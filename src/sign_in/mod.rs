//! Ways in and out: password, session, sign-out.

pub mod api;
mod error;
mod service;

pub use error::SignInError;
pub use service::{SignIn, end};
