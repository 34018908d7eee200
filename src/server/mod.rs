//! What every request passes, and how the server is put together, started and stopped.

mod address;
mod cors;
mod csrf;
mod errors;
mod headers;
mod health;
mod housekeeping;
mod metrics;
mod openapi;
mod pages;
mod request;
mod router;
mod run;
mod secret_key;
mod state;

pub use housekeeping::clean;
pub use metrics::metrics_router;
pub use openapi::document;
pub use pages::{DocsPage, HomePage};
pub use router::router;
pub use run::{RunError, run};
pub use secret_key::{SecretKeyError, SecretKeySource};
pub use state::{AppState, StartError};
