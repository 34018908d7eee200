//! What touches a whole person: all that is held of her in a file, the end of her account, two accounts that become one.

pub mod actions;
pub mod api;
mod deletion;
mod error;
mod export;
mod merge;
pub mod pages;
mod rules;
mod sections;
mod service;

pub use deletion::{Deleted, Fate, Fates};
pub use error::LifecycleError;
pub use export::{Document, FORMAT, VERSION};
pub use merge::{Consequences, Merged};
pub use rules::{Counts, Deletion, Export, Merge, RULES, Rule};
pub use service::{Lifecycle, Removed};
