//! Buttons that name their deed, and links that look like them.

use leptos::prelude::*;

use super::i18n::{key, t};
use super::icon::{Icon, Symbol};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing that the page is for. At most one of them on a page.
    Primary,
    /// What is also possible.
    #[default]
    Plain,
    /// What is possible and seldom wanted: no border.
    Quiet,
    /// Leads to something that takes away.
    Danger,
    /// Takes away, now.
    DangerNow,
}

impl Look {
    /// The classes of a button that looks so.
    pub(super) const fn class(self, large: bool) -> &'static str {
        match (self, large) {
            (Self::Primary, false) => "button primary",
            (Self::Primary, true) => "button primary large",
            (Self::Plain, false) => "button",
            (Self::Plain, true) => "button large",
            (Self::Quiet, _) => "button quiet",
            (Self::Danger, _) => "button danger",
            (Self::DangerNow, _) => "button danger-fill",
        }
    }
}

/// A link to another page, shown as a button.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it asks to be pressed.
    #[prop(optional)]
    look: Look,
    /// Shown before the words.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// Twice the presence, for the one thing that a page is for.
    #[prop(optional)]
    large: bool,
    /// The id of what is said about where it leads.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=look.class(large) href=href aria-describedby=described_by>
            {icon.map(|icon| view! { <Icon of=icon /> })}
            <span>{children()}</span>
        </a>
    }
}

/// Sends the form that it stands in. Where scripts run it says that it is busy and cannot be pressed twice.
#[component]
pub fn SubmitButton(
    /// How much it asks to be pressed: the primary look unless given.
    #[prop(default = Look::Primary)]
    look: Look,
    /// Shown before the words.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// Twice the presence, for the one thing that a page is for.
    #[prop(optional)]
    large: bool,
    /// What it says while the form is on its way: "Creating…". "One moment…" unless given.
    #[prop(optional, into)]
    busy: Option<String>,
    /// The field that the button itself sends, for a form with several buttons.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value of that field.
    #[prop(optional, into)]
    value: Option<String>,
    /// The deed: "Create room".
    children: Children,
) -> impl IntoView {
    let busy = busy.unwrap_or_else(|| t(key("ui-busy")));
    view! {
        <button type="submit" class=look.class(large) name=name value=value data-busy=busy>
            {icon.map(|icon| view! { <Icon of=icon /> })}
            <span data-words="">{children()}</span>
        </button>
    }
}
