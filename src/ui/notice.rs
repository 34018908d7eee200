//! Remarks to the reader: what a form did, what to take care of.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::i18n::{key, t};
use super::icon::{Icon, Symbol};

/// The meaning that a colour stands for. A word or an icon always says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No meaning.
    #[default]
    Neutral,
    /// Ours, chosen, current.
    Accent,
    /// As it should be.
    Ok,
    /// A remark.
    Info,
    /// Needs care.
    Warning,
    /// Wrong, or lost for good.
    Danger,
}

impl Tone {
    /// The value of `data-tone`, which the stylesheet knows; `None` for no meaning.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Neutral => None,
            Self::Accent => Some("accent"),
            Self::Ok => Some("ok"),
            Self::Info => Some("info"),
            Self::Warning => Some("warning"),
            Self::Danger => Some("danger"),
        }
    }
}

/// What a notice means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// It is done.
    Ok,
    /// A remark.
    Info,
    /// Take care.
    Warning,
    /// It did not work.
    Danger,
}

impl NoticeKind {
    const fn tone(self) -> Tone {
        match self {
            Self::Ok => Tone::Ok,
            Self::Info => Tone::Info,
            Self::Warning => Tone::Warning,
            Self::Danger => Tone::Danger,
        }
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::Ok => Symbol::Done,
            Self::Info => Symbol::Info,
            Self::Warning => Symbol::Warning,
            Self::Danger => Symbol::Danger,
        }
    }

    /// The word that readers hear in place of the colour.
    fn word(self) -> String {
        t(match self {
            Self::Ok => key("ui-notice-ok"),
            Self::Info => key("ui-notice-info"),
            Self::Warning => key("ui-notice-warning"),
            Self::Danger => key("ui-notice-danger"),
        })
    }
}

/// A sentence to show once, on the page that follows what caused it. Several go into context as `Vec<Notice>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it means.
    pub kind: NoticeKind,
    /// The sentence, in the reader's language.
    pub text: String,
}

impl Notice {
    /// A notice of that kind.
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// The notices in context, in a live region; an empty region without any.
#[component]
pub fn Notices() -> impl IntoView {
    let notices = use_context::<Vec<Notice>>().unwrap_or_default();
    let shown: Vec<_> = notices
        .into_iter()
        .map(|notice| view! { <NoticeBanner kind=notice.kind>{notice.text}</NoticeBanner> })
        .collect();
    view! {
        <div class="notices" role="status" data-announce="">
            {shown}
        </div>
    }
}

/// A remark within a page.
#[component]
pub fn NoticeBanner(
    /// What it means.
    kind: NoticeKind,
    /// What can be done about it: a button.
    #[prop(optional)]
    action: Option<AnyView>,
    /// One or two sentences; may hold links.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=kind.tone().as_str()>
            <Icon of=kind.symbol() />
            <p>
                <span class="visually-hidden">{kind.word()} " "</span>
                {children()}
            </p>
            {action}
        </div>
    }
}
