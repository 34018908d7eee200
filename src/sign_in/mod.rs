//! Ways in and out: password, session, sign-out.

pub mod actions;
pub mod api;
mod error;
pub mod pages;
mod service;

pub use error::SignInError;
pub use service::{SignIn, end};
