//! Identity providers, whatever they are asked for: how each is called, its description, its public keys, our keys for it, and how
//! its claims become somebody who arrives.
//!
//! Tokens are verified in `jose` alone.

mod arrival;
mod discovery;
mod fault;
mod keys;
mod memberships;
mod our_keys;
mod provider;

pub use arrival::ArrivalDefect;
pub use discovery::{Discovery, Endpoints, PAUSE};
pub use fault::{ProviderFault, Unverified};
pub use keys::Keys;
pub use our_keys::{KeyFileError, read_decryption, read_private_key};
pub use provider::{Provider, ProviderError, Providers};
