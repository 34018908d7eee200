//! Signing in through an identity provider (OpenID Connect Core 1.0 §3.1, the authorization code flow).
//!
//! | what | where |
//! |---|---|
//! | a provider: its endpoints and keys, fetched when needed, kept while it is down | `provider`, `discovery`, `keys` |
//! | a visit to it that has not come back, bound to one browser | `attempt` |
//! | from the code to the person whom the provider vouches for | `exchange` |
//! | the rules | `service`, `leaving` (out again), `renewal` (whether she still is signed in there) |
//! | an address that is another account's | `conflict` |
//! | a signed-in person proves again who she is | `again` |
//! | whether a provider can be used, before anybody comes | `examine` |
//!
//! Tokens are verified in `jose` alone.

mod again;
mod attempt;
mod conflict;
mod discovery;
mod error;
mod examine;
mod exchange;
mod keys;
mod leaving;
mod provider;
mod renewal;
mod service;

pub mod actions;
pub mod api;
pub mod pages;

pub use attempt::BrowserId;
pub use conflict::{Conflict, Conflicts};
pub use error::{OpenIdError, Unconfirmed};
pub use examine::ProviderTrouble;
pub use provider::{Button, ProviderError};
pub use renewal::renew;
pub use service::{Finished, OpenId, Returned, Start};
