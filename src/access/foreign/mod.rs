//! Tokens that a sign-in provider made for its other clients: a person's own token works on the API beside those of this server.
//!
//! | what | where |
//! |---|---|
//! | what a caller shows, before anybody is asked | `shown` |
//! | asking the provider what it is worth (RFC 7662, RFC 9701) | `introspector` |
//! | remembering the answer for a moment, and asking once for many | `verdicts` |
//! | whose tokens are taken, and for what | `policy` |
//! | the person behind it | `service` |
//! | whether the provider answers us, before anybody comes | `examine` |
//!
//! Answers are verified in `jose` alone.

pub mod api;
mod error;
mod examine;
mod introspector;
mod policy;
mod service;
mod shown;
mod verdicts;

pub use error::{Denied, ForeignError, IntrospectionFault, ResourceServerError};
pub use examine::Trouble;
pub use service::ForeignTokens;
pub(super) use shown::unwrapped;
