//! Forms that work without scripts: they post to a server function or a handler, and the page that answers shows them
//! again with what was typed and an error beside each field that has one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use leptos::context::Provider;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::i18n::{Arg, t, tf};
use super::icon::{Icon, Symbol};

/// The name under which an error stands that belongs to no single field.
const WHOLE_FORM: &str = "";

/// What is wrong with a field: a message and its variables, put into words when the page is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The key of the message.
    pub key: String,
    /// Its variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

impl FieldError {
    /// The error in the language of the page.
    pub fn text(&self) -> String {
        let args: Vec<(&str, Arg)> = self.args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
        tf(&self.key, &args)
    }
}

impl From<&str> for FieldError {
    fn from(key: &str) -> Self {
        Self { key: key.to_owned(), args: BTreeMap::new() }
    }
}

/// What a form left behind when it was refused: kept for one answer, read by the [`Form`] of the same id.
/// Secrets are never put into it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    /// The id of the form.
    pub form: String,
    /// What was typed, by field name. A list of checked boxes is one value, with a line for each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// What is wrong, by field name; under the empty name what concerns the whole form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, FieldError>,
}

impl FormState {
    /// Nothing typed yet, nothing wrong yet, in the form with this id.
    pub fn new(form: impl Into<String>) -> Self {
        Self { form: form.into(), ..Self::default() }
    }

    /// Keeps what was typed into a field. Never call it with a password or another secret.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Keeps which boxes of a list were checked.
    #[must_use]
    pub fn with_values<'a>(self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let lines: Vec<&str> = values.into_iter().collect();
        self.with_value(name, lines.join("\n"))
    }

    /// Says what is wrong with a field, by the key of a message; with the empty name, with the form as a whole.
    #[must_use]
    pub fn with_error(mut self, name: &str, key: &str) -> Self {
        self.errors.insert(name.to_owned(), key.into());
        self
    }

    /// Like [`with_error`](Self::with_error), for a message with variables.
    #[must_use]
    pub fn with_error_args(mut self, name: &str, key: &str, args: &[(&str, Arg)]) -> Self {
        let args = args.iter().map(|(name, arg)| ((*name).to_owned(), arg.clone())).collect();
        self.errors.insert(name.to_owned(), FieldError { key: key.to_owned(), args });
        self
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// What people typed stays out of logs.
impl std::fmt::Debug for FormState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormState").field("form", &self.form).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// The form that fields stand in: the context that [`Form`] gives to them.
#[derive(Clone, Debug)]
pub struct CurrentForm {
    id: String,
    state: Option<FormState>,
    /// The names of its fields, in the order in which they stand.
    fields: Arc<Mutex<Vec<String>>>,
}

impl CurrentForm {
    /// The form with this id, with the state that was kept for it, if any.
    fn with_id(id: &str) -> Self {
        let state = use_context::<FormState>().filter(|state| state.form == id);
        Self { id: id.to_owned(), state, fields: Arc::default() }
    }

    /// The form around the piece being rendered; one without a name outside of any.
    pub(super) fn around() -> Self {
        use_context().unwrap_or_else(|| Self { id: "form".to_owned(), state: None, fields: Arc::default() })
    }

    /// Notes that the next field of the form is the one with this name.
    pub(super) fn next_field(&self, name: &str) {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
    }

    /// Where a field stands in the form; what has no field stands behind all that have.
    fn position(&self, name: &str) -> usize {
        let fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        fields.iter().position(|field| field == name).unwrap_or(fields.len())
    }

    /// The id of the element for a field: `create-room-name`.
    pub(super) fn field_id(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// What was typed into a field; `None` when the form is shown for the first time.
    pub(super) fn typed(&self, name: &str) -> Option<String> {
        let state = self.state.as_ref()?;
        Some(state.values.get(name).cloned().unwrap_or_default())
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<String> {
        self.state.as_ref()?.errors.get(name).map(FieldError::text)
    }

    /// Whether the form came back with something wrong.
    pub(super) fn is_refused(&self) -> bool {
        self.state.as_ref().is_some_and(FormState::is_refused)
    }
}

/// Whether a form with this id came back with something wrong.
pub(super) fn is_refused(id: &str) -> bool {
    CurrentForm::with_id(id).is_refused()
}

/// A form that posts. Its errors stand on top and take focus; its fields find what was typed by their names.
#[component]
pub fn Form(
    /// Names the form on its page; fields take their ids from it and [`FormState`] is kept for it.
    #[prop(into)]
    id: String,
    /// Where it posts: the address of a server function or of a handler.
    #[prop(into)]
    action: String,
    /// One field with its button beside it, where there is room.
    #[prop(optional)]
    line: bool,
    /// It sends a file.
    #[prop(optional)]
    file: bool,
    /// Fields, then [`FormActions`].
    children: Children,
) -> impl IntoView {
    let current = CurrentForm::with_id(&id);
    // The fields before the summary, which lists them in their order.
    let fields = view! { <Provider value=current.clone()>{children()}</Provider> };
    let summary = summary(&current);
    let class = if line { "form line" } else { "form" };
    // The browser's own messages would come one at a time, in its language, and vanish.
    view! {
        <form id=id class=class method="post" action=action enctype=file.then_some("multipart/form-data") novalidate="">
            {summary}
            {fields}
        </form>
    }
}

/// The list of what is wrong in the order of the form, each line a link to its field.
fn summary(form: &CurrentForm) -> Option<impl IntoView + use<>> {
    let state = form.state.as_ref().filter(|state| state.is_refused())?;
    let whole = state.errors.get(WHOLE_FORM).map(FieldError::text);
    let mut errors: Vec<_> = state.errors.iter().filter(|(name, _)| name.as_str() != WHOLE_FORM).collect();
    errors.sort_by_key(|(name, _)| form.position(name));
    let fields: Vec<_> = errors
        .into_iter()
        .map(|(name, error)| {
            let href = format!("#{}", form.field_id(name));
            view! { <li><a href=href>{error.text()}</a></li> }
        })
        .collect();
    let title = match &whole {
        Some(_) => t("ui-error-title"),
        None => tf("ui-error-summary", &[("count", fields.len().into())]),
    };
    let title_id = form.field_id("errors");
    let labelled_by = title_id.clone();
    let list = (!fields.is_empty()).then(|| view! { <ul class="error-list">{fields}</ul> });
    Some(view! {
        <div class="error-summary" role="alert" tabindex="-1" autofocus="" aria-labelledby=labelled_by>
            <h2 id=title_id>
                <Icon of=Symbol::Danger />
                <span>{title}</span>
            </h2>
            {whole.map(|text| view! { <p>{text}</p> })}
            {list}
        </div>
    })
}

/// The buttons at the end of a form: the deed first, then a way back if there is one.
#[component]
pub fn FormActions(
    /// Where "Cancel" leads; without it there is no such link.
    #[prop(optional, into)]
    cancel: Option<String>,
    /// The button, or buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="form-actions">
            {children()}
            {cancel.map(|href| view! { <a class="button quiet" href=href>{t("ui-cancel")}</a> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TextArea, TextField};
    use super::*;

    #[test]
    fn errors_stand_in_the_order_of_the_form() {
        let html = Owner::new().with(|| {
            let state = ["a", "b", "gone", "z"].iter().fold(FormState::new("order"), |state, name| {
                state.with_error_args(name, "ui-copy-thing", &[("thing", (*name).into())])
            });
            provide_context(state);
            view! {
                <Form id="order" action="/">
                    <TextField name="z" label="Z" />
                    <TextArea name="a" label="A" />
                    <TextField name="b" label="B" />
                </Form>
            }
            .to_html()
        });
        let links: Vec<_> = html.match_indices("href=\"#order-").map(|(at, start)| &html[at + start.len()..]).collect();
        let names: Vec<_> = links.iter().filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(names, ["z", "a", "b", "gone"], "{html}");
    }
}
