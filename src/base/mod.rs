//! What every other room of the house stands on: ids, time, randomness, secrets, the database, the answer to a refusal.

mod language;
pub use language::Language;

#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
pub use server::*;

#[cfg(feature = "ssr")]
pub mod answer;
#[cfg(feature = "ssr")]
mod caller;
#[cfg(feature = "ssr")]
mod client;
#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
mod code;
#[cfg(feature = "ssr")]
mod credential;
#[cfg(feature = "ssr")]
mod disk;
#[cfg(feature = "ssr")]
mod email;
#[cfg(feature = "ssr")]
mod entitlement;
#[cfg(feature = "ssr")]
mod idempotency;
#[cfg(feature = "ssr")]
mod ids;
#[cfg(feature = "ssr")]
mod installation;
#[cfg(feature = "ssr")]
mod keys;
#[cfg(feature = "ssr")]
mod keyset;
#[cfg(feature = "ssr")]
mod limiter;
#[cfg(feature = "ssr")]
pub mod metrics;
#[cfg(feature = "ssr")]
mod outgoing;
#[cfg(feature = "ssr")]
mod random;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod scope;
#[cfg(feature = "ssr")]
mod secret;
#[cfg(feature = "ssr")]
mod siret;
#[cfg(feature = "ssr")]
mod slug;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod timestamp;
#[cfg(feature = "ssr")]
mod token_forms;
#[cfg(feature = "ssr")]
pub mod wire;
