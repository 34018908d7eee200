//! The pieces that pages are made of, each once, with its states; the words that they say; the files that browsers fetch.
//!
//! A page is a [`Page`] inside the frame that `app.rs` puts around all of them. Pieces read from context, and all of it
//! may be absent: the [`Language`](crate::base::Language) of the page, the [`Moment`] of the request, the signed-in
//! [`Viewer`], the [`Notice`]s to show once, and what a form left behind ([`FormState`]).

mod icon;
pub mod islands;

pub use icon::{Icon, Symbol};

#[cfg(feature = "ssr")]
mod dates;
#[cfg(feature = "ssr")]
mod i18n;
#[cfg(feature = "ssr")]
mod viewer;

#[cfg(feature = "ssr")]
pub use self::{
    dates::{Moment, RelativeTime, date, date_time, relative},
    i18n::{Arg, Texts, key, language, t, tf},
    viewer::Viewer,
};
