//! People who come from elsewhere in a file, with the passwords that they have there.

mod defect;
mod file;
mod service;

pub use defect::{Fault, ImportDefect, ImportError};
pub use file::Import;
pub use service::Imported;
