//! Links that let a person choose a password, once: of an invitation, or because she forgot hers.
//!
//! Such a link proves that whoever follows it reads the mail of an address, or got it from an operator. It works while the account is as it
//! was: with another address, another password or another way in than when it was made, it is over.

mod accept;
mod entity;
mod error;
mod invite;
mod reset;
mod service;

pub use entity::{LinkPurpose, OneTimeToken};
pub use error::LinkError;
pub use invite::Invitation;
pub(super) use service::end_links_in;
pub use service::{Delivery, Made, OneTimeLinks};
