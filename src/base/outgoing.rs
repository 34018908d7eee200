//! Calls that this server makes to others.

mod settings;

pub use settings::{HttpSettings, ProxyAddress, ProxyException, is_loopback};
