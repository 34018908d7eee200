//! The request rules of the compatible profile, which no feature owns: what a caller accepts, how a body becomes fields, how
//! wrong fields are told, how lists are paged, how a bearer token is found.

mod accept;
mod bearer;
mod body;
mod document;
mod error;
mod fields;
mod media;
mod page;
mod text;

pub use accept::accepts_json;
pub use bearer::bearer;
pub use body::read_body;
pub use document::{BearerRefusals, BodyRefusals};
pub use error::{WireError, method_not_allowed};
pub use fields::{Errors, Fields, Nullable};
pub use media::Media;
pub use page::{Page, PageLinks, PageRequest, PageSpan, links};
pub use text::{python_text, stringify_scalars};

#[cfg(test)]
mod tests;
