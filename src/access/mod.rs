//! Who is calling: the one table that says which surface takes which credential, and the layers that look for them.
//!
//! | surface | credentials, in the order in which they are tried |
//! |---|---|
//! | `/external-api/v1.0/rooms/…` | personal token (known by `prl_pat_`), delegated token, token of a sign-in provider (`foreign`) |
//! | pages, `/auth/…`, `/actions/…`, `/api/v1/admin/…` | session cookie |
//!
//! A bearer token is judged by whoever it claims to come from, and by nobody else: one of ours is never shown to a provider.
//! Everything else takes none. A session is never looked at on the API, a token never on a page.

mod bearer;
mod flash;
pub mod foreign;
mod language;
mod session;

pub use bearer::{Bearers, require_token};
pub use flash::{Flashes, carry_flash};
pub use language::language_of;
pub use session::{People, SessionLayer, recognise_visitor, secure_removal, session_layer};
