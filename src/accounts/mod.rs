//! People: their accounts, passwords and sessions.

pub mod actions;
mod administrator;
mod device;
mod directory;
mod entity;
mod error;
mod gone;
mod holder;
mod identity;
mod import;
mod last;
mod letters;
mod link;
pub mod one_time_links;
pub mod organisations;
mod own_sessions;
pub mod pages;
mod password_change;
mod password_upgrade;
mod passwords;
mod pending;
pub mod personal_tokens;
pub mod profile;
mod provider_sessions;
mod schemes;
mod service;
mod sessions;
mod unlink;
mod visitor;
mod who;

pub use administrator::{
    Administrator, RecentSignIn, administrator, is_recent, recent_administrator, recent_caller, unless_administrator,
};
pub use device::Device;
pub use directory::{PEOPLE_ON_A_PAGE, People, PeopleSearch};
pub use entity::{Account, PasswordHash, Role, Status};
pub use error::AccountError;
pub use gone::{Gone, takes_address};
pub use holder::Holder;
pub use identity::{Arrival, Identity, Reception};
pub use import::{Import, ImportDefect, ImportError, Imported};
pub use last::Administrators;
pub use link::Linked;
pub use one_time_links::{Delivery, Invitation, LinkError, LinkPurpose, Made, OneTimeLinks, OneTimeToken};
pub use organisations::{
    Belonging, ListedOrganisation, Membership, Organisation, OrganisationError, OrganisationRequest, Organisations,
    Requester,
};
pub use own_sessions::OwnSession;
pub use password_change::may_have_password;
pub use passwords::{PasswordError, Passwords};
pub use personal_tokens::{
    Held, NewPersonalToken, PersonalToken, PersonalTokenError, PersonalTokenSecret, PersonalTokenUseError,
    PersonalTokens,
};
pub use provider_sessions::{Ended, ORIGIN, Origin, ProviderSession};
pub use schemes::HashDefect;
pub use service::{Accounts, NewAccount};
pub use sessions::{NoSessionId, ORGANISATION, SIGNED_IN, SessionId, Sessions, SignedIn};
pub use visitor::{ActingFor, Visitor};
pub use who::{Nobody, Who};
