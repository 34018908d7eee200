//! The pieces that pages are made of, each once, with its states; the words that they say; the files that browsers fetch.
//!
//! A page is a [`Page`] inside the frame that `app.rs` puts around all of them. Pieces read from context, and all of it
//! may be absent: the [`Language`](crate::base::Language) of the page, the [`Moment`] of the request, the signed-in
//! [`Viewer`], the [`Notice`]s to show once, and what a form left behind ([`FormState`]).

mod icon;
pub mod islands;

pub use icon::{Icon, IconDisc, Symbol};

#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
mod bar;
#[cfg(feature = "ssr")]
mod button;
#[cfg(feature = "ssr")]
mod chart;
#[cfg(feature = "ssr")]
mod choices;
#[cfg(feature = "ssr")]
mod copy;
#[cfg(feature = "ssr")]
mod dates;
#[cfg(feature = "ssr")]
mod dialog;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod error_page;
#[cfg(feature = "ssr")]
mod field;
#[cfg(feature = "ssr")]
mod filter;
#[cfg(feature = "ssr")]
mod flash;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod i18n;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
mod piece;
#[cfg(feature = "ssr")]
mod preload;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod table;
#[cfg(feature = "ssr")]
mod textarea;
#[cfg(feature = "ssr")]
mod title;
#[cfg(feature = "ssr")]
mod viewer;

#[cfg(feature = "ssr")]
pub use self::{
    assets::{Assets, AssetsError, SiteFile},
    bar::{
        ACCOUNT_PATH, LANGUAGE_COOKIE, LANGUAGE_PATH, ORGANISATION_PATH, SIGN_IN_PATH, SIGN_OUT_PATH, language_cookie,
    },
    button::{ButtonLink, Look, SubmitButton},
    chart::{ChartBar, DayChart, Series, Share, ShareChart},
    choices::{Checkbox, CheckboxList, Choice, ChoiceCards, ChoiceLine, FieldGroup, Switch},
    copy::{CodeBlock, CopyField, CopyInline, SecretOnce},
    dates::{Moment, RelativeTime, date, date_time, relative},
    dialog::{CONFIRM_FIELD, ConfirmDialog, DangerItem, DangerZone},
    document::{FormTargets, Pages, content_security_policy, error_document, shell},
    error_page::{ErrorBody, ErrorKind},
    field::{FieldKind, FileField, HiddenField, PasswordField, SearchForm, Select, TextField},
    filter::FilterForm,
    flash::{Flash, FlashSlot, ShownSecret, leave_and_see_other, see_other},
    form::{CurrentForm, FieldError, Form, FormActions, FormState},
    i18n::{Arg, Texts, key, language, t, tf},
    layout::{Card, Crumb, Frame, Page, Section, Width},
    notice::{Notice, NoticeBanner, NoticeKind, Notices, Tone},
    piece::{Avatar, Badge, Fact, Facts, Remarks, Tab, Tabs},
    request::{
        caller_or_sign_in, client, failure_page, go_with_problem, go_with_success, here, parameter, parts, problem,
        refusal_page, safe_path,
    },
    table::{CellNote, Column, ColumnKind, EmptyState, Pager, Table},
    textarea::TextArea,
    title::DocumentTitle,
    viewer::{Viewer, ViewerOrganisations},
};

#[cfg(all(test, feature = "ssr"))]
mod gallery_figures_tests;
#[cfg(all(test, feature = "ssr"))]
mod gallery_tests;
