//! The pieces that pages are made of, each once, with its states; the words that they say; the files that browsers fetch.
//!
//! A page is a [`Page`] inside the frame that `app.rs` puts around all of them. Pieces read from context, and all of it
//! may be absent: the [`Language`](crate::base::Language) of the page, the [`Moment`] of the request, the signed-in
//! [`Viewer`], the [`Notice`]s to show once, and what a form left behind ([`FormState`]).

mod icon;
pub mod islands;

pub use icon::{Icon, Symbol};

#[cfg(feature = "ssr")]
mod button;
#[cfg(feature = "ssr")]
mod dates;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod i18n;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
mod piece;
#[cfg(feature = "ssr")]
mod viewer;

#[cfg(feature = "ssr")]
pub use self::{
    button::{ButtonLink, Look, SubmitButton},
    dates::{Moment, RelativeTime, date, date_time, relative},
    form::{CurrentForm, FieldError, Form, FormActions, FormState},
    i18n::{Arg, Texts, key, language, t, tf},
    notice::{Notice, NoticeBanner, NoticeKind, Notices, Tone},
    piece::{Avatar, Badge, Fact, Facts, Tab, Tabs},
    viewer::Viewer,
};
