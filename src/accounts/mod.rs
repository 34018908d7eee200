//! People: their accounts, passwords and sessions.

mod administrator;
mod entity;
mod error;
mod identity;
mod passwords;
mod pending;
mod provider_sessions;
mod service;
mod sessions;
mod visitor;

pub use administrator::{
    Administrator, RecentSignIn, administrator, is_recent, recent_administrator, recent_caller, unless_administrator,
};
pub use entity::{Account, PasswordHash, Role, Status};
pub use error::AccountError;
pub use identity::{Arrival, Identity, Reception};
pub use passwords::{PasswordError, Passwords};
pub use provider_sessions::{Ended, ORIGIN, Origin, ProviderSession};
pub use service::{Accounts, NewAccount};
pub use sessions::{SIGNED_IN, SessionId, Sessions, SignedIn};
pub use visitor::Visitor;
