//! Fields that are typed into, and the frame of label, help and error that every field shares.

use leptos::prelude::*;

use super::choices::Choice;
use super::form::CurrentForm;
use super::i18n::t;
use super::icon::{Icon, Symbol};

/// What a line of text is for: the browser offers the right keyboard and check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// An identifier, a domain, a slug: monospace, never corrected.
    Code,
    /// A whole number.
    Number,
    /// A date with a time, of the reader's zone.
    Moment,
}

impl FieldKind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Url => "url",
            Self::Moment => "datetime-local",
            Self::Text | Self::Code | Self::Number => "text",
        }
    }

    const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Number => Some("numeric"),
            _ => None,
        }
    }

    const fn is_prose(self) -> bool {
        matches!(self, Self::Text)
    }
}

/// The ids and texts around a control, worked out once for every kind of field.
pub(super) struct Surroundings {
    pub(super) id: String,
    pub(super) help: Option<String>,
    pub(super) error: Option<String>,
}

impl Surroundings {
    /// What stands around the field `name` of the form being rendered; a given error goes before the form's own, and an
    /// empty one is none.
    pub(super) fn of(form: &CurrentForm, name: &str, help: Option<String>, error: Option<String>) -> Self {
        form.next_field(name);
        let error = error.filter(|error| !error.is_empty()).or_else(|| form.error(name));
        Self { id: form.field_id(name), help, error }
    }

    /// The value of `aria-describedby`: the help, then the error.
    pub(super) fn described_by(&self) -> Option<String> {
        let help = self.help.as_ref().map(|_| format!("{}-help", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        match (help, error) {
            (Some(help), Some(error)) => Some(format!("{help} {error}")),
            (help, error) => help.or(error),
        }
    }

    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    pub(super) fn help_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-help", self.id);
        self.help.clone().map(|help| view! { <p class="help" id=id>{help}</p> })
    }

    pub(super) fn error_view(&self) -> Option<impl IntoView + use<>> {
        let id = format!("{}-error", self.id);
        self.error.clone().map(|error| {
            view! {
                <p class="field-error" id=id>
                    <Icon of=Symbol::Danger small=true />
                    <span>{error}</span>
                </p>
            }
        })
    }
}

/// The label of a field; what is not marked optional is required.
pub(super) fn label_view(id: &str, label: String, optional: bool) -> impl IntoView + use<> {
    let id = id.to_owned();
    view! {
        <label class="label" for=id>
            {label}
            {optional.then(optional_mark)}
        </label>
    }
}

pub(super) fn optional_mark() -> impl IntoView {
    view! { <span class="optional">" · " {t("ui-optional")}</span> }
}

/// One line of text. What was typed before a refusal goes before `value`.
#[component]
pub fn TextField(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// A line under it that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What stands in it when the form is shown for the first time.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong with it, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
    /// What it is for.
    #[prop(optional)]
    kind: FieldKind,
    /// The browser's autocomplete token (`username`, `name`, …); `off` unless given.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Takes focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let form = CurrentForm::around();
    let value = form.typed(&name).or(value);
    let around = Surroundings::of(&form, &name, help, error);
    let prose = kind.is_prose();
    view! {
        <div class="field">
            {label_view(&around.id, label, optional)}
            <input
                class=if kind == FieldKind::Code { "control mono" } else { "control" }
                id=around.id.clone()
                name=name
                type=kind.input_type()
                inputmode=kind.input_mode()
                value=value
                autocomplete=autocomplete.unwrap_or_else(|| "off".to_owned())
                autocapitalize=(!prose).then_some("none")
                spellcheck=(!prose).then_some("false")
                required=!optional
                autofocus=autofocus && !form.is_refused()
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
            />
            {around.help_view()}
            {around.error_view()}
        </div>
    }
}

/// A password. It is never filled in again.
#[component]
pub fn PasswordField(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// A new password, not the one in use: password managers offer to make one.
    #[prop(optional)]
    new: bool,
    /// Whose it is, where no field beside it says so: password managers look for that.
    #[prop(optional, into)]
    username: Option<String>,
    /// Takes focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// A line under it that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let form = CurrentForm::around();
    let around = Surroundings::of(&form, &name, help, error);
    let autofocus = autofocus && !form.is_refused();
    // In place of typing it twice.
    let reveal = new.then(|| {
        view! {
            <button
                type="button"
                class="button quiet needs-script"
                aria-pressed="false"
                data-reveals=around.id.clone()
            >
                {t("ui-show-password")}
            </button>
        }
    });
    // Not `type="hidden"`: managers pass over that.
    let username = username.map(|username| {
        view! { <input type="text" autocomplete="username" value=username readonly=true hidden=true /> }
    });
    view! {
        <div class="field">
            {label_view(&around.id, label, false)}
            {username}
            <input
                class="control"
                id=around.id.clone()
                name=name
                type="password"
                autofocus=autofocus
                autocomplete=if new { "new-password" } else { "current-password" }
                required=true
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
            />
            {reveal}
            {around.help_view()}
            {around.error_view()}
        </div>
    }
}

/// A file.
#[component]
pub fn FileField(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// What is taken, with its limits.
    #[prop(into)]
    help: String,
    /// Media types that the browser offers to choose from, separated by commas.
    #[prop(into)]
    accept: String,
) -> impl IntoView {
    let around = Surroundings::of(&CurrentForm::around(), &name, Some(help), None);
    view! {
        <div class="field">
            {label_view(&around.id, label, false)}
            <input
                class="control file"
                id=around.id.clone()
                name=name
                type="file"
                accept=accept
                required=true
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
            />
            {around.help_view()}
            {around.error_view()}
        </div>
    }
}

/// One of a list that is too long to show in full.
#[component]
pub fn Select(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// What can be chosen.
    options: Vec<Choice>,
    /// What is chosen when the form is shown for the first time.
    #[prop(optional, into)]
    value: Option<String>,
    /// A line under it that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let form = CurrentForm::around();
    let chosen = form.typed(&name).or(value);
    let around = Surroundings::of(&form, &name, help, error);
    let options: Vec<_> = options
        .into_iter()
        .map(|option| {
            let selected = chosen.as_deref() == Some(option.value.as_str());
            view! { <option value=option.value selected=selected>{option.label}</option> }
        })
        .collect();
    view! {
        <div class="field">
            {label_view(&around.id, label, false)}
            <select
                class="control"
                id=around.id.clone()
                name=name
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
            >
                {options}
            </select>
            {around.help_view()}
            {around.error_view()}
        </div>
    }
}

/// A value that travels with the form and is not shown.
#[component]
pub fn HiddenField(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// A search in a list: a GET form with one field, so that what was searched stands in the address.
#[component]
pub fn SearchForm(
    /// The page that shows the results.
    #[prop(into)]
    action: String,
    /// The name of the field in the address.
    #[prop(into, default = "q".to_owned())]
    name: String,
    /// What is searched, for readers and inside the empty field: "Search my rooms".
    #[prop(into)]
    label: String,
    /// What is searched for now.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! {
        <form class="search" role="search" method="get" action=action>
            <Icon of=Symbol::Search />
            <input
                class="control"
                type="search"
                name=name
                value=value
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
            />
            <button type="submit" class="button">{t("ui-search")}</button>
        </form>
    }
}
