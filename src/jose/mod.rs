//! JOSE: the only place that signs, verifies or decrypts a token.
//!
//! Keys of our own live in the database, sealed under the installation's secret, so that every instance signs alike and
//! verifies what another has signed.

mod appearance;
mod claims;
mod encoding;
mod entity;
pub mod foreign;
mod inspect;
mod key;
mod keyring;
mod strict_json;

pub use claims::{Actor, DelegatedClaims, Generations};
pub use inspect::{StoredKey, stored_keys};
pub use key::{JoseError, PublicJwk};
pub use keyring::{KeyFacts, Keyring, Replacement, TokenDefect, Verified, forget_ended_keys_in};
