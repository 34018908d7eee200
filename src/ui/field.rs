//! Fields of a form: label above, help under it, the control, what is wrong with it.

use leptos::prelude::*;

use super::form::CurrentForm;
use super::i18n::t;
use super::icon::{Icon, Symbol};

/// What goes around a control, and what ties them together.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    /// The control's id.
    pub(super) id: String,
    label: String,
    help: Option<String>,
    optional: bool,
    error: Option<String>,
}

impl Surroundings {
    /// What goes around the control of that name. An `error` given stands before what the form left behind.
    pub(super) fn of(name: &str, label: String, help: Option<String>, error: Option<String>, optional: bool) -> Self {
        let form = CurrentForm::here();
        Self { id: form.id(name), label, help, optional, error: error.or_else(|| form.error(name)) }
    }

    /// The value of `aria-describedby`.
    pub(super) fn described_by(&self) -> Option<String> {
        let help = self.help.is_some().then(|| self.help_id());
        let error = self.error.is_some().then(|| self.error_id());
        let ids: Vec<_> = error.into_iter().chain(help).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The value of `aria-invalid`.
    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    /// The label's words.
    pub(super) fn label(&self) -> impl IntoView + use<> {
        let optional = self.optional.then(|| {
            view! {
                " "
                <span class="optional">"(" {t("ui-optional")} ")"</span>
            }
        });
        (self.label.clone(), optional)
    }

    /// The line of help.
    pub(super) fn help(&self) -> impl IntoView + use<> {
        let id = self.help_id();
        self.help.clone().map(|help| {
            view! {
                <p class="help" id=id>
                    {help}
                </p>
            }
        })
    }

    /// The line that says what is wrong.
    pub(super) fn error(&self) -> impl IntoView + use<> {
        let id = self.error_id();
        self.error.clone().map(|error| {
            view! {
                <p class="field-error" id=id>
                    <Icon of=Symbol::Danger small=true />
                    <span>{error}</span>
                </p>
            }
        })
    }

    /// The whole field around `control`.
    pub(super) fn around(&self, control: impl IntoView + 'static) -> impl IntoView + use<> {
        view! {
            <div class="field">
                <label class="label" for=self.id.clone()>
                    {self.label()}
                </label>
                {self.help()}
                {control.into_any()}
                {self.error()}
            </div>
        }
    }

    fn help_id(&self) -> String {
        format!("{}-help", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }
}

/// What a [`TextField`] takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A whole number.
    Number,
}

impl FieldKind {
    const fn as_str(self) -> &'static str {
        match self {
            // Browsers refuse addresses that we accept (RFC 6531); the keyboard for addresses comes from `inputmode`.
            Self::Text | Self::Email => "text",
            Self::Url => "url",
            Self::Number => "number",
        }
    }

    const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Email => Some("email"),
            _ => None,
        }
    }
}

/// A line of text.
#[component]
pub fn TextField(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What stands in it when the form is new.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong with it, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
    /// What it takes.
    #[prop(optional)]
    kind: FieldKind,
    /// What the browser may fill in: an autofill token of HTML, `off` without one.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// For ids and addresses: letters of one width.
    #[prop(optional)]
    mono: bool,
    /// Narrower, for what is short.
    #[prop(optional)]
    short: bool,
    /// The most characters it takes.
    #[prop(optional)]
    max_length: Option<u32>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, optional);
    let value = CurrentForm::here().value(&name).or(value);
    let off = matches!(kind, FieldKind::Email | FieldKind::Url).then_some("none");
    around.around(view! {
        <input
            class=if mono { "control mono" } else { "control" }
            id=around.id.clone()
            type=kind.as_str()
            inputmode=kind.input_mode()
            name=name
            value=value
            autocomplete=autocomplete.unwrap_or_else(|| "off".to_owned())
            autocapitalize=off
            spellcheck=(off.is_some() || mono).then_some("false")
            required=!optional
            maxlength=max_length.map(|length| length.to_string())
            data-size=short.then_some("short")
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
        />
    })
}

/// A password. It never comes back with the form.
#[component]
pub fn PasswordField(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// `current-password` to sign in, `new-password` to choose one.
    #[prop(into)]
    autocomplete: String,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, false);
    around.around(view! {
        <input
            class="control"
            id=around.id.clone()
            type="password"
            name=name
            autocomplete=autocomplete
            autocapitalize="none"
            spellcheck="false"
            required=true
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
        />
    })
}

/// One of a few values.
#[component]
pub fn Select(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What is sent, and what is shown for it.
    options: Vec<(String, String)>,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is chosen when the form is new; the first otherwise.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong with it, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, false);
    let chosen = CurrentForm::here().value(&name).or(value);
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, shown)| {
            let selected = chosen.as_ref() == Some(&value);
            view! {
                <option value=value selected=selected>
                    {shown}
                </option>
            }
        })
        .collect();
    around.around(view! {
        <select
            class="control"
            id=around.id.clone()
            name=name
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
        >
            {options}
        </select>
    })
}

/// A value that is sent along and not shown.
#[component]
pub fn HiddenField(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// A search of its own page: a plain GET, so that what is found has an address.
#[component]
pub fn SearchForm(
    /// The page that searches.
    #[prop(into)]
    action: String,
    /// What is searched: "Search rooms".
    #[prop(into)]
    label: String,
    /// What the search is sent as.
    #[prop(into, default = "q".to_owned())]
    name: String,
    /// What was searched.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! {
        <form class="search" method="get" action=action role="search">
            <Icon of=Symbol::Search />
            <input
                class="control"
                type="search"
                name=name
                value=value
                aria-label=label.clone()
                placeholder=label
                autocomplete="off"
                enterkeyhint="search"
            />
            <button class="button" type="submit">
                {t("ui-search")}
            </button>
        </form>
    }
}
