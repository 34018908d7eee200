//! Signing in through an identity provider (OpenID Connect Core 1.0 §3.1, the authorization code flow).
//!
//! | what | where |
//! |---|---|
//! | a visit to it that has not come back, bound to one browser | `attempt` |
//! | from the code to the person whom the provider vouches for | `exchange` |
//! | the rules | `service`, `leaving` (out again), `renewal` (whether she still is signed in there) |
//! | an address that is another account's | `conflict`, `code` (by a letter) |
//! | for which organisation somebody comes, where the provider tells | `placing`, `pending` |
//! | a signed-in person proves again who she is | `again` |
//! | a signed-in person gets one more way in | `linking` |
//! | whether a provider can be used, before anybody comes | `examine` |
//!
//! Where a provider is called and what its keys are, `providers` knows; tokens are verified in `jose` alone.

mod again;
mod attempt;
mod button;
mod code;
mod conflict;
mod error;
mod examine;
mod exchange;
mod leaving;
mod linking;
pub mod organisation_actions;
pub mod organisation_pages;
mod pending;
mod placing;
mod renewal;
mod service;

pub mod actions;
pub mod api;
pub mod pages;

pub use attempt::BrowserId;
pub use button::Button;
pub use code::{CodeError, Proved};
pub use conflict::{Conflict, Conflicts};
pub use error::{OpenIdError, Unconfirmed};
pub use examine::ProviderTrouble;
pub use renewal::renew;
pub use service::{Finished, OpenId, Returned, Start};
