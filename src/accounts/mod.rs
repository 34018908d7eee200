//! People: their accounts, passwords and sessions.

pub mod actions;
mod administrator;
mod device;
mod entity;
mod error;
mod identity;
mod own_sessions;
pub mod pages;
mod passwords;
mod pending;
pub mod profile;
mod provider_sessions;
mod service;
mod sessions;
mod visitor;

pub use administrator::{
    Administrator, administrator, is_recent, recent_administrator, recent_caller, unless_administrator,
};
pub use device::Device;
pub use entity::{Account, PasswordHash, Role, Status};
pub use error::AccountError;
pub use identity::{Arrival, Identity, Reception};
pub use own_sessions::OwnSession;
pub use passwords::{PasswordError, Passwords};
pub use provider_sessions::{Ended, ORIGIN, Origin, ProviderSession};
pub use service::{Accounts, NewAccount};
pub use sessions::{NoSessionId, SIGNED_IN, SessionId, Sessions, SignedIn};
pub use visitor::Visitor;
