//! Calls that this server makes to others.

mod client;
mod settings;
pub use client::*;

pub use settings::{HttpSettings, ProxyAddress, ProxyException, is_loopback};
