//! Front ends elsewhere: pages of another origin that sign their visitors in here.
//!
//! Such a page sends its visitor to `/auth/{provider}/login/?front_end=ID&code_challenge=…&state=…`. She comes back with `code` and `state` in
//! the address and nothing else; the page exchanges the code, with the verifier that it kept (RFC 7636), for a token that lives as long as her
//! sign-in. No credential ever stands in an address.

pub mod api;
mod error;
mod service;

pub use error::FrontEndError;
pub use service::{Asked, Exchange, FrontEnds, Granted};
