//! Third parties: their credentials, scopes and domains; who manages them; what they do.

pub mod actions;
mod activity;
pub mod api;
mod credentials;
mod entity;
mod error;
mod guard;
mod logo;
mod managers;
mod named;
mod networks;
mod overview;
pub mod pages;
mod remove;
mod rules;
mod secrets;
mod service;
mod update;
pub mod upload;
mod usage;

pub use activity::{ActivityDay, ActivityReport, MOST_DAYS, RefusalCount};
pub use credentials::ClientSecret;
pub use entity::{Application, Domains};
pub use error::ApplicationError;
pub use guard::{ListsApplications, managed_application, managed_or_refusal, recent_managed_application};
pub use logo::{LARGEST_FILE, Logo, LogoError};
pub use managers::{ManagedApplication, ManagerEntry};
pub use named::Named;
pub use networks::{InvalidNetwork, Networks};
pub use overview::{ListFilter, ListedSecret, Overview};
pub use rules::{Flaw, LONGEST_CONTACT, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_TOKEN_LIFETIME_MINUTES};
pub use secrets::{Overlap, Reason, Rotation};
pub use service::{Applications, Created, NewApplication};
pub use update::ApplicationPatch;
