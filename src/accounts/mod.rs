//! People: their accounts, passwords and sessions.

mod entity;
mod error;
mod passwords;
mod pending;
mod service;
mod sessions;
mod visitor;

pub use entity::{Account, PasswordHash, Role, Status};
pub use error::AccountError;
pub use passwords::{PasswordError, Passwords};
pub use service::{Accounts, NewAccount};
pub use sessions::{SIGNED_IN, SessionId, Sessions, SignedIn};
pub use visitor::Visitor;
