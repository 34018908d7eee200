//! Ways in and out: identity providers, password, session, sign-out.

pub mod actions;
pub mod api;
pub mod confirm;
mod error;
pub mod front_end;
pub mod links;
pub mod openid;
pub mod pages;
mod service;
pub mod ways;

pub use error::SignInError;
pub use service::{SignIn, end};
