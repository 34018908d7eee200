//! Third parties: their credentials, scopes and domains.

pub mod actions;
mod credentials;
mod entity;
mod error;
mod named;
pub mod pages;
mod secrets;
mod service;
mod usage;

pub use credentials::ClientSecret;
pub use entity::{Application, Domains};
pub use error::ApplicationError;
pub use named::Named;
pub use secrets::Overlap;
pub use service::{Applications, Created, ListedSecret, NewApplication, Overview};
