//! People: their accounts, passwords and sessions.

mod administrator;
mod entity;
mod error;
mod identity;
pub mod organisations;
mod passwords;
mod pending;
pub mod personal_tokens;
mod provider_sessions;
mod service;
mod sessions;
mod visitor;

pub use administrator::{
    Administrator, administrator, is_recent, recent_administrator, recent_caller, unless_administrator,
};
pub use entity::{Account, PasswordHash, Role, Status};
pub use error::AccountError;
pub use identity::{Arrival, Identity, Reception};
pub use organisations::{
    Belonging, ListedOrganisation, Membership, Organisation, OrganisationError, OrganisationRequest, Organisations, Requester,
};
pub use passwords::{PasswordError, Passwords};
pub use personal_tokens::{
    Held, NewPersonalToken, PersonalToken, PersonalTokenError, PersonalTokenSecret, PersonalTokenUseError, PersonalTokens,
};
pub use provider_sessions::{Ended, ORIGIN, Origin, ProviderSession};
pub use service::{Accounts, NewAccount};
pub use sessions::{ORGANISATION, SIGNED_IN, SessionId, Sessions, SignedIn};
pub use visitor::{ActingFor, Visitor};
