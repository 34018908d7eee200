//! The fields of a body, and the messages for those that are wrong.

use serde_json::{Map, Value};

use super::{WireError, python_text};

const REQUIRED: &str = "This field is required.";
const NULL: &str = "This field may not be null.";
const BLANK: &str = "This field may not be blank.";
const NOT_TEXT: &str = "Not a valid string.";
const NUL_CHARACTER: &str = "Null characters are not allowed.";
const NOT_JSON: &str = "Value must be valid JSON.";

/// Wrong fields with their messages, in the order in which they were added, so that a caller learns of all at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errors(Map<String, Value>);

impl Errors {
    /// No field is wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message to those of `field`.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = Value::String(message.into());
        match self.0.get_mut(field) {
            Some(Value::Array(messages)) => messages.push(message),
            _ => self.set(field, Value::Array(vec![message])),
        }
    }

    /// Says `messages` of `field`, in place of what was said of it.
    pub fn set(&mut self, field: &str, messages: Value) {
        self.0.insert(field.to_owned(), messages);
    }

    /// Whether no field is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// [`WireError::Fields`] when any field is wrong.
    pub fn into_result(self) -> Result<(), WireError> {
        if self.0.is_empty() { Ok(()) } else { Err(WireError::Fields(Value::Object(self.0))) }
    }
}

/// A field of a change, where null says something else than nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Nullable<T> {
    /// Nothing is said: what is there stays.
    #[default]
    Absent,
    /// What is there goes.
    Null,
    /// This takes its place.
    Value(T),
}

impl<T: Clone> Nullable<T> {
    /// What becomes of `current`.
    pub fn over(&self, current: &Option<T>) -> Option<T> {
        match self {
            Self::Absent => current.clone(),
            Self::Null => None,
            Self::Value(value) => Some(value.clone()),
        }
    }
}

/// The fields of a body. Each reader gives the value of one field, or adds to the [`Errors`] why there is none.
///
/// Values may be secrets or personal data: `Debug` shows none.
#[derive(Clone, Default, PartialEq)]
pub struct Fields {
    values: Map<String, Value>,
    form: bool,
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields").field("count", &self.values.len()).field("form", &self.form).finish()
    }
}

impl Fields {
    /// The fields of a JSON body, which must be an object.
    pub(super) fn from_json(body: Value) -> Result<Self, WireError> {
        let kind = match body {
            Value::Object(values) => return Ok(Self { values, form: false }),
            Value::Null => return Err(WireError::no_data()),
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_f64() => "float",
            Value::Number(_) => "int",
            Value::String(_) => "str",
            Value::Array(_) => "list",
        };
        Err(WireError::not_an_object(kind))
    }

    /// The fields of a form, all texts; of a repeated one the last counts.
    pub(super) fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let values = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Self { values, form: true }
    }

    /// Whether the body was a form, whose values are texts and cannot tell "absent" from "empty".
    pub fn is_form(&self) -> bool {
        self.form
    }

    /// The value as it was sent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// A text that must be there and not blank, trimmed. A JSON number counts as its text.
    pub fn required_text(&self, errors: &mut Errors, name: &str) -> Option<String> {
        match self.text(name) {
            Ok(text) => Some(text),
            Err(message) => {
                errors.add(name, message);
                None
            }
        }
    }

    /// A text that is not blank, trimmed, or `None` when absent. `None` also for a wrong value, so look at the errors.
    pub fn optional_text(&self, errors: &mut Errors, name: &str) -> Option<String> {
        self.get(name)?;
        self.required_text(errors, name)
    }

    /// The same where null, and in a form an empty text, takes the value away.
    pub fn nullable_text(&self, errors: &mut Errors, name: &str) -> Nullable<String> {
        match self.get(name) {
            None => Nullable::Absent,
            Some(Value::Null) => Nullable::Null,
            Some(value) if self.form && value.as_str() == Some("") => Nullable::Null,
            Some(_) => self.required_text(errors, name).map_or(Nullable::Absent, Nullable::Value),
        }
    }

    /// All fields as one text, the same whatever their order and the form in which JSON wrote them.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        write_canonical(&Value::Object(self.values.clone()), &mut text);
        text
    }

    /// One of `choices`, which must be there.
    pub fn required_choice<'c>(&self, errors: &mut Errors, name: &str, choices: &[&'c str]) -> Option<&'c str> {
        if let Some(value) = self.get(name) {
            return choose(errors, name, value, choices);
        }
        errors.add(name, REQUIRED);
        None
    }

    /// One of `choices`, or `None` when absent; an empty text in a form is absent. `None` also for a wrong value, so look at
    /// the errors before a default is taken.
    pub fn optional_choice<'c>(&self, errors: &mut Errors, name: &str, choices: &[&'c str]) -> Option<&'c str> {
        let value = self.get(name)?;
        if self.form && value.as_str() == Some("") {
            return None;
        }
        choose(errors, name, value, choices)
    }

    /// Any JSON but null, or `None` when absent; in a form its text is parsed, and an empty text is not JSON. `None` also for
    /// a wrong value, so look at the errors before a default is taken.
    pub fn optional_json(&self, errors: &mut Errors, name: &str) -> Option<Value> {
        let value = match self.get(name)? {
            Value::String(text) if self.form => serde_json::from_str(text).map_err(|_| NOT_JSON),
            value => Ok(value.clone()),
        };
        match value {
            Ok(Value::Null) => errors.add(name, NULL),
            Ok(value) => return Some(value),
            Err(message) => errors.add(name, message),
        }
        None
    }

    fn text(&self, name: &str) -> Result<String, &'static str> {
        let text = match self.get(name) {
            None => return Err(REQUIRED),
            Some(Value::Null) => return Err(NULL),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(number @ Value::Number(_)) => python_text(number),
            Some(_) => return Err(NOT_TEXT),
        };
        match text {
            text if text.is_empty() => Err(BLANK),
            text if text.contains('\0') => Err(NUL_CHARACTER),
            text => Ok(text),
        }
    }
}

/// JSON with the keys of every object in order.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for value in values {
                write_canonical(value, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// Values of other types are compared by their text, and named by it when none fits.
fn choose<'c>(errors: &mut Errors, name: &str, value: &Value, choices: &[&'c str]) -> Option<&'c str> {
    if value.is_null() {
        errors.add(name, NULL);
        return None;
    }
    let text = python_text(value);
    let choice = choices.iter().copied().find(|choice| *choice == text);
    if choice.is_none() {
        errors.add(name, format!("\"{text}\" is not a valid choice."));
    }
    choice
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LEVELS: &[&str] = &["public", "trusted", "5"];

    fn json(value: Value) -> Fields {
        Fields::from_json(Value::from_iter([("f".to_owned(), value)])).unwrap()
    }

    fn form(value: &str) -> Fields {
        Fields::from_pairs([("f".to_owned(), value.to_owned())])
    }

    /// What `read` gives, or the messages that it leaves behind for field `f`.
    fn outcome<T>(read: impl FnOnce(&mut Errors) -> Option<T>) -> Result<Option<T>, String> {
        let mut errors = Errors::new();
        let value = read(&mut errors);
        match errors.into_result() {
            Ok(()) => Ok(value),
            Err(WireError::Fields(fields)) if value.is_none() => Err(fields["f"].to_string()),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn refusal<T>(message: &str) -> Result<Option<T>, String> {
        Err(json!([message]).to_string())
    }

    #[test]
    fn the_order_of_members_does_not_count() {
        let canonical = |text: &str| Fields::from_json(serde_json::from_str(text).unwrap()).unwrap().canonical();
        assert_eq!(canonical(r#"{"a": 1, "b": {"c": [], "d": null}}"#), canonical(r#"{"b":{"d":null,"c":[]},"a":1}"#));
        for other in
            [r#"{"a": "1"}"#, r#"{"a": [1]}"#, r#"{"a": 1, "b": 2}"#, "{}", r#"{"a": [1, 2]}"#, r#"{"a": [2, 1]}"#]
        {
            assert_ne!(canonical(other), canonical(r#"{"a": 1}"#), "{other}");
        }
        assert_ne!(canonical(r#"{"a": [1, 2]}"#), canonical(r#"{"a": [2, 1]}"#));
    }

    #[test]
    fn required_text() {
        let read = |fields: Fields| outcome(|errors| fields.required_text(errors, "f"));
        for (fields, text) in [
            (json(json!(" a b\t")), "a b"),
            (json(json!(5)), "5"),
            (json(json!(1.5)), "1.5"),
            (form("\u{a0}é "), "é"),
            (form("5"), "5"),
        ] {
            assert_eq!(read(fields), Ok(Some(text.to_owned())));
        }
        for (fields, message) in [
            (Fields::default(), "This field is required."),
            (json(json!(null)), "This field may not be null."),
            (json(json!(true)), "Not a valid string."),
            (json(json!([])), "Not a valid string."),
            (json(json!({ "a": 1 })), "Not a valid string."),
            (json(json!(" \n ")), "This field may not be blank."),
            (form(""), "This field may not be blank."),
            (json(json!("a\0")), "Null characters are not allowed."),
            (form("\0"), "Null characters are not allowed."),
        ] {
            assert_eq!(read(fields), refusal(message));
        }
    }

    #[test]
    fn required_choice() {
        let read = |fields: Fields| outcome(|errors| fields.required_choice(errors, "f", LEVELS));
        assert_eq!(read(json(json!("public"))), Ok(Some("public")));
        assert_eq!(read(json(json!(5))), Ok(Some("5")));
        assert_eq!(read(form("trusted")), Ok(Some("trusted")));
        for (fields, message) in [
            (Fields::default(), "This field is required."),
            (json(json!(null)), "This field may not be null."),
            (json(json!("x")), "\"x\" is not a valid choice."),
            (json(json!("Public")), "\"Public\" is not a valid choice."),
            (json(json!(" public")), "\" public\" is not a valid choice."),
            (json(json!("")), "\"\" is not a valid choice."),
            (json(json!(true)), "\"True\" is not a valid choice."),
            (json(json!(1.5)), "\"1.5\" is not a valid choice."),
            (json(json!([1, "a"])), "\"[1, 'a']\" is not a valid choice."),
            (json(json!({ "a": 1 })), "\"{'a': 1}\" is not a valid choice."),
            (form(""), "\"\" is not a valid choice."),
        ] {
            assert_eq!(read(fields), refusal(message));
        }
    }

    #[test]
    fn optional_choice() {
        let read = |fields: Fields| outcome(|errors| fields.optional_choice(errors, "f", LEVELS));
        assert_eq!(read(json(json!("public"))), Ok(Some("public")));
        assert_eq!(read(Fields::default()), Ok(None));
        assert_eq!(read(form("")), Ok(None));
        for (fields, message) in [
            (json(json!("")), "\"\" is not a valid choice."),
            (json(json!(null)), "This field may not be null."),
            (form(" "), "\" \" is not a valid choice."),
        ] {
            assert_eq!(read(fields), refusal(message));
        }
    }

    #[test]
    fn optional_json() {
        let read = |fields: Fields| outcome(|errors| fields.optional_json(errors, "f"));
        assert_eq!(read(Fields::default()), Ok(None));
        assert_eq!(read(json(json!({ "a": 1 }))), Ok(Some(json!({ "a": 1 }))));
        assert_eq!(read(json(json!("{}"))), Ok(Some(json!("{}"))));
        assert_eq!(read(form("{\"a\": [1]}")), Ok(Some(json!({ "a": [1] }))));
        assert_eq!(read(form("5")), Ok(Some(json!(5))));
        for (fields, message) in [
            (json(json!(null)), "This field may not be null."),
            (form("null"), "This field may not be null."),
            (form(""), "Value must be valid JSON."),
            (form("{"), "Value must be valid JSON."),
            (form("NaN"), "Value must be valid JSON."),
            (form(&"[".repeat(10_000)), "Value must be valid JSON."),
        ] {
            assert_eq!(read(fields), refusal(message));
        }
    }

    #[test]
    fn all_wrong_fields_are_told_in_order() {
        let fields = Fields::from_json(json!({ "grant_type": "x" })).unwrap();
        let mut errors = Errors::new();
        fields.required_text(&mut errors, "client_secret");
        fields.required_choice(&mut errors, "grant_type", &["client_credentials"]);
        fields.required_text(&mut errors, "client_id");
        errors.add("client_id", "And another.");
        errors.set("configuration", json!([{ "loc": [] }]));
        assert!(!errors.is_empty());
        let Err(WireError::Fields(told)) = errors.into_result() else { panic!("no error") };
        assert_eq!(
            told.to_string(),
            r#"{"client_secret":["This field is required."],"grant_type":["\"x\" is not a valid choice."],"client_id":["This field is required.","And another."],"configuration":[{"loc":[]}]}"#
        );
        assert_eq!(Errors::new().into_result(), Ok(()));
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", form("hunter2")), "Fields { count: 1, form: true }");
    }
}
