//! Who is calling: the one table that says which surface takes which credential, and the layers that look for them.
//!
//! | surface | credentials, in the order in which they are tried |
//! |---|---|
//! | `/external-api/v1.0/rooms/…` | delegated token |
//! | pages, `/auth/…`, `/actions/…`, `/api/v1/admin/…` | session cookie |
//!
//! Everything else takes none. A session is never looked at on the API, a token never on a page.

mod bearer;
mod flash;
mod language;
mod session;

pub use bearer::require_token;
pub use flash::{Flashes, carry_flash};
pub use language::language_of;
pub use session::{SessionLayer, recognise_visitor, secure_removal, session_layer};
