//! Signing in through an identity provider (OpenID Connect Core 1.0 §3.1, the authorization code flow).
//!
//! | what | where |
//! |---|---|
//! | a visit to it that has not come back, bound to one browser | `attempt` |
//! | from the code to the person whom the provider vouches for | `exchange` |
//! | the rules | `service`, `leaving` (out again), `renewal` (whether she still is signed in there) |
//! | an address that is another account's | `conflict` |
//! | whether a provider can be used, before anybody comes | `examine` |
//!
//! Where a provider is called and what its keys are, `providers` knows; tokens are verified in `jose` alone.

mod attempt;
mod button;
mod conflict;
mod error;
mod examine;
mod exchange;
mod leaving;
mod renewal;
mod service;

pub mod actions;
pub mod api;
pub mod pages;

pub use attempt::BrowserId;
pub use button::Button;
pub use conflict::{Conflict, Conflicts};
pub use error::OpenIdError;
pub use examine::ProviderTrouble;
pub use renewal::renew;
pub use service::{OpenId, Returned, Start};
