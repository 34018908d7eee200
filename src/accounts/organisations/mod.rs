//! Organisations that people act for: those that are let in, and who belongs to them.
//!
//! A provider says at each sign-in to which organisations a person belongs, by their SIRET. Those that administrators entered here, or an
//! alias of them, let her in; she acts for one of them at a time.

pub mod actions;
pub(super) mod entity;
mod error;
mod membership;
pub mod pages;
mod requests;
mod service;

pub(super) use membership::keep_in;

pub use entity::Organisation;
pub use error::OrganisationError;
pub use membership::{Belonging, Membership};
pub use requests::{OrganisationRequest, Requester};
pub use service::{ListedOrganisation, Organisations, Portion};
