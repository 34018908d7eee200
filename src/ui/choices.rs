//! What is chosen rather than typed.

use leptos::prelude::*;

use super::field::Surroundings;
use super::form::CurrentForm;
use super::icon::{Icon, Symbol};

/// One of the things to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    help: Option<String>,
    icon: Option<Symbol>,
}

impl Choice {
    /// What is sent for it, and what it is called.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: None, icon: None }
    }

    /// One sentence on what it means.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An icon that says the same.
    #[must_use]
    pub fn with_icon(mut self, icon: Symbol) -> Self {
        self.icon = Some(icon);
        self
    }
}

/// How a choice is operated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Control {
    Radio,
    Checkbox,
    Switch,
}

/// One line: the control and the words beside it. `id` and `described_by` are given where the control is a field by
/// itself.
fn line(
    choice: Choice,
    control: Control,
    name: String,
    checked: bool,
    id: Option<String>,
    around: Option<&Surroundings>,
) -> AnyView {
    let help = choice.help.map(|help| view! { <span class="choice-help">{help}</span> });
    view! {
        <label class="choice">
            <input
                type=if control == Control::Radio { "radio" } else { "checkbox" }
                role=(control == Control::Switch).then_some("switch")
                id=id
                name=name
                value=choice.value
                checked=checked
                required=control == Control::Radio
                aria-invalid=around.and_then(Surroundings::invalid)
                aria-describedby=around.and_then(Surroundings::described_by)
            />
            <span class="choice-text">
                <span class="choice-name">{choice.label}</span>
                {help}
            </span>
            {choice.icon.map(|symbol| view! { <Icon of=symbol /> })}
        </label>
    }
    .into_any()
}

/// The lines of a group. The first has the id, so that the summary of errors leads to it.
fn group(around: &Surroundings, class: &'static str, lines: Vec<AnyView>) -> impl IntoView + use<> {
    view! {
        <fieldset class="choices" aria-describedby=around.described_by()>
            <legend class="label">{around.label()}</legend>
            {around.help()}
            <div class=class>{lines}</div>
            {around.error()}
        </fieldset>
    }
}

/// One of a few things, each on a card that explains it.
#[component]
pub fn ChoiceCards(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// The answers.
    choices: Vec<Choice>,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is chosen when the form is new.
    #[prop(optional, into)]
    value: Option<String>,
    /// What is wrong, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, false);
    let chosen = CurrentForm::here().value(&name).or(value);
    let lines = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let checked = chosen.as_ref() == Some(&choice.value);
            let id = (index == 0).then(|| around.id.clone());
            line(choice, Control::Radio, name.clone(), checked, id, None)
        })
        .collect();
    group(&around, "choice-cards", lines)
}

/// Any number of things. They are sent as `name[]`, one value each.
#[component]
pub fn CheckboxList(
    /// The field's name, without the brackets.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// The answers. Their values hold no spaces.
    choices: Vec<Choice>,
    /// What is chosen when the form is new.
    #[prop(optional)]
    values: Vec<String>,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// None may be chosen.
    #[prop(optional)]
    optional: bool,
    /// What is wrong, where the form's state does not say so.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let around = Surroundings::of(&name, label, help, error, optional);
    let form = CurrentForm::here();
    let chosen = if form.was_sent() {
        form.value(&name).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    } else {
        values
    };
    let lines = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let checked = chosen.contains(&choice.value);
            let id = (index == 0).then(|| around.id.clone());
            line(choice, Control::Checkbox, format!("{name}[]"), checked, id, None)
        })
        .collect();
    group(&around, "choice-list", lines)
}

fn yes_or_no(control: Control, name: String, label: String, help: Option<String>, checked: bool) -> impl IntoView {
    let form = CurrentForm::here();
    let checked = if form.was_sent() { form.value(&name).is_some() } else { checked };
    let around = Surroundings::of(&name, label.clone(), None, None, false);
    let choice = Choice { value: "true".to_owned(), label, help, icon: None };
    let error = around.error();
    let line = line(choice, control, name, checked, Some(around.id.clone()), Some(&around));
    view! { <div class="choice-list">{line} {error}</div> }
}

/// Yes or no. Sent as `true`, or not at all.
#[component]
pub fn Checkbox(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What is true when it is ticked.
    #[prop(into)]
    label: String,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// Whether it is ticked when the form is new.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    yes_or_no(Control::Checkbox, name, label, help, checked)
}

/// On or off. Sent as `true`, or not at all.
#[component]
pub fn Switch(
    /// What it is sent as.
    #[prop(into)]
    name: String,
    /// What is on or off.
    #[prop(into)]
    label: String,
    /// One sentence that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// Whether it is on when the form is new.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    yes_or_no(Control::Switch, name, label, help, checked)
}
