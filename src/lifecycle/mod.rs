//! What touches a whole person: her account, and what she has all over the house.

mod service;

pub use service::{Lifecycle, Removed};
