//! What is chosen rather than typed.

use leptos::prelude::*;

use super::field::Surroundings;
use super::form::CurrentForm;
use super::icon::{Icon, Symbol};

/// One thing that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What choosing it means, in a sentence.
    pub help: Option<String>,
    /// What machines call it.
    pub code: Option<String>,
    /// Shown on its card.
    pub icon: Option<Symbol>,
}

impl Choice {
    /// A choice by what is sent and what it is called.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// Says what choosing it means.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what machines call it.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Puts an icon on its card.
    #[must_use]
    pub fn with_icon(mut self, icon: Symbol) -> Self {
        self.icon = Some(icon);
        self
    }
}

/// How a group of inputs looks and what kind they are.
#[derive(Clone, Copy)]
enum Group {
    Cards,
    List,
}

/// One of a few, each on a card with its meaning: the access level of a room.
#[component]
pub fn ChoiceCards(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// What the group is about.
    #[prop(into)]
    label: String,
    /// The cards.
    choices: Vec<Choice>,
    /// What is chosen when the form is shown for the first time.
    #[prop(optional, into)]
    value: Option<String>,
    /// A line under the label that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let form = CurrentForm::around();
    let chosen: Vec<String> = form.typed(&name).or(value).into_iter().collect();
    let around = Surroundings::of(&form, &name, help, error);
    group(Group::Cards, name, label, choices, &chosen, &around)
}

/// Any number of a list, each with its meaning: the scopes of an application. Sent as one pair for each checked box.
#[component]
pub fn CheckboxList(
    /// The name under which they are sent: `scopes[]` for a `Vec` in a server function.
    #[prop(into)]
    name: String,
    /// What the group is about.
    #[prop(into)]
    label: String,
    /// The boxes.
    choices: Vec<Choice>,
    /// What is checked when the form is shown for the first time.
    #[prop(optional)]
    values: Vec<String>,
    /// A line under the label that helps.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong, when the form does not know.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    let form = CurrentForm::around();
    let checked = match form.typed(&name) {
        Some(lines) => lines.lines().map(str::to_owned).collect(),
        None => values,
    };
    let around = Surroundings::of(&form, &name, help, error);
    group(Group::List, name, label, choices, &checked, &around)
}

/// One of very few, beside each other in a line under what the question is about: how far a right is given.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the props of a component are owned")]
pub fn ChoiceLine(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// What the choice is about.
    #[prop(into)]
    label: String,
    /// What machines call that.
    #[prop(into)]
    code: String,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// What is chosen when the form is shown for the first time.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let form = CurrentForm::around();
    let chosen = form.typed(&name).filter(|typed| !typed.is_empty()).unwrap_or(value);
    let around = Surroundings::of(&form, &name, None, None);
    let items: Vec<_> = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let id = if index == 0 { around.id.clone() } else { format!("{}-{index}", around.id) };
            let checked = choice.value == chosen;
            view! {
                <label class="segment">
                    <input type="radio" id=id name=name.clone() value=choice.value checked=checked />
                    <span>{choice.label}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="choice-row" aria-describedby=around.described_by()>
            <legend>
                <span class="sentence">{label}</span>
                " "
                <code class="quiet-text">{code}</code>
            </legend>
            <div class="segments">{items}</div>
            {around.error_view()}
        </fieldset>
    }
}

fn group(
    kind: Group,
    name: String,
    label: String,
    choices: Vec<Choice>,
    chosen: &[String],
    around: &Surroundings,
) -> impl IntoView + use<> {
    let items: Vec<_> = choices
        .into_iter()
        .enumerate()
        .map(move |(index, choice)| {
            let checked = chosen.contains(&choice.value);
            // The link of the error summary leads to the first of them.
            let id = if index == 0 { around.id.clone() } else { format!("{}-{index}", around.id) };
            let input_type = match kind {
                Group::Cards => "radio",
                Group::List => "checkbox",
            };
            let input = view! {
                <input type=input_type id=id name=name.clone() value=choice.value.clone() checked=checked />
            };
            labelled(input, choice)
        })
        .collect();
    let class = match kind {
        Group::Cards => "choice-cards",
        Group::List => "choice-list",
    };
    view! {
        <fieldset class="choices" aria-describedby=around.described_by()>
            <legend class="label">{label}</legend>
            {around.help_view()}
            <div class=class>{items}</div>
            {around.error_view()}
        </fieldset>
    }
}

fn labelled(input: impl IntoView + 'static, Choice { label, help, code, icon, .. }: Choice) -> impl IntoView {
    view! {
        <label class="choice">
            {input}
            <span class="choice-text">
                <span class="choice-name">{label}</span>
                {help.map(|help| view! { <span class="choice-help">{help}</span> })}
                {code.map(|code| view! { <code class="choice-help">{code}</code> })}
            </span>
            {icon.map(|icon| view! { <Icon of=icon /> })}
        </label>
    }
}

/// One box, sent as `true` when checked and not at all when not.
#[component]
pub fn Checkbox(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// What is agreed to.
    #[prop(into)]
    label: String,
    /// Whether it is checked when the form is shown for the first time.
    #[prop(optional)]
    checked: bool,
    /// What that means.
    #[prop(optional, into)]
    help: Option<String>,
) -> impl IntoView {
    single(name, label, checked, help, None)
}

/// Something that is on or off; sent as a [`Checkbox`] is.
#[component]
pub fn Switch(
    /// The name under which it is sent.
    #[prop(into)]
    name: String,
    /// What is on or off.
    #[prop(into)]
    label: String,
    /// Whether it is on when the form is shown for the first time.
    #[prop(optional)]
    checked: bool,
    /// What that means.
    #[prop(optional, into)]
    help: Option<String>,
) -> impl IntoView {
    single(name, label, checked, help, Some("switch"))
}

fn single(
    name: String,
    label: String,
    checked: bool,
    help: Option<String>,
    role: Option<&'static str>,
) -> impl IntoView {
    let form = CurrentForm::around();
    let checked = form.typed(&name).map_or(checked, |typed| typed == "true");
    let around = Surroundings::of(&form, &name, None, None);
    let input = view! {
        <input
            type="checkbox"
            role=role
            id=around.id.clone()
            name=name
            value="true"
            checked=checked
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
        />
    };
    view! {
        <div class="field">
            {labelled(input, Choice { label, help, ..Choice::default() })}
            {around.error_view()}
        </div>
    }
}

/// Fields that answer one question together.
#[component]
pub fn FieldGroup(
    /// The question.
    #[prop(into)]
    title: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="field-group">
            <legend>{title}</legend>
            {children()}
        </fieldset>
    }
}
