//! The shapes of bodies: their fields, and samples of them.

use leptos::prelude::*;
use serde_json::{Map, Value, json};

use super::{members, prose, text};
use crate::ui::{Column, Table, t};

/// An id as samples show it.
pub(super) const SAMPLE_ID: &str = "0198c2f0-6a5e-7cc3-98c4-dc0c0c07398f";

/// How deep a sample goes into shapes that hold shapes.
const DEPTH: u8 = 4;

/// A named shape, with its fields or its words.
pub(super) fn shape(name: &str, schema: &Value) -> AnyView {
    let words: Vec<_> = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|word| view! { <li class="chip">{word.to_owned()}</li> })
        .collect();
    let words = (!words.is_empty()).then(|| view! { <ul class="chips">{words}</ul> });
    let kinds: Vec<_> = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|kind| view! { <li>{prose(text(&kind["description"]))}</li> })
        .collect();
    let kinds = (!kinds.is_empty()).then(|| view! { <ul class="plain-list">{kinds}</ul> });
    view! {
        <article class="operation" id=format!("shape-{name}")>
            <h3 class="mono">{name.to_owned()}</h3>
            <p>{prose(text(&schema["description"]))}</p>
            {words}
            {kinds}
            {fields(name, schema)}
        </article>
    }
    .into_any()
}

/// The fields of an object: name, type, meaning.
pub(super) fn fields(caption: &str, schema: &Value) -> Option<AnyView> {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let row = |(name, property): (&String, &Value)| {
        vec![
            field_name(name, !required.contains(&name.as_str())),
            kind_view(property),
            view! { <span>{prose(meaning(property))}</span> }.into_any(),
        ]
    };
    let rows: Vec<_> = members(&schema["properties"]).map(row).collect();
    let columns = vec![Column::text(t("docs-name")), Column::plain(t("docs-type")), Column::plain(t("docs-meaning"))];
    (!rows.is_empty()).then(|| view! { <Table caption=caption.to_owned() columns=columns rows=rows /> }.into_any())
}

/// The name of a field or parameter.
pub(super) fn field_name(name: &str, optional: bool) -> AnyView {
    let mark = optional.then(|| view! { <span class="optional small-text">{t("docs-optional")}</span> });
    view! {
        <code>{name.to_owned()}</code>
        " "
        {mark}
    }
    .into_any()
}

/// What a property is for, said at the property or at the shape that it may be.
fn meaning(property: &Value) -> &str {
    match property["description"].as_str() {
        Some(text) => text,
        None => property["oneOf"]
            .as_array()
            .and_then(|kinds| kinds.iter().find_map(|kind| kind["description"].as_str()))
            .unwrap_or_default(),
    }
}

fn kind_view(property: &Value) -> AnyView {
    match named(property) {
        Some(name) => view! {
            <a href=format!("#shape-{name}")>
                <code>{kind(property)}</code>
            </a>
        }
        .into_any(),
        None => view! { <code>{kind(property)}</code> }.into_any(),
    }
}

/// The shape that a property is, or is a list of, or may be.
fn named(property: &Value) -> Option<String> {
    let one_of = || property["oneOf"].as_array()?.iter().find_map(reference);
    reference(property).or_else(|| reference(&property["items"])).or_else(one_of)
}

/// What a property holds: its JSON type, or the shape that it refers to.
pub(super) fn kind(property: &Value) -> String {
    if let Some(name) = reference(property) {
        return name;
    }
    let of = |value: &Value| value.as_str().map(str::to_owned);
    let either = |kinds: Vec<String>| if kinds.is_empty() { "any".to_owned() } else { kinds.join(" | ") };
    match &property["type"] {
        Value::String(kind) if kind == "array" => format!("[{}]", self::kind(&property["items"])),
        Value::Array(kinds) => either(kinds.iter().filter_map(of).collect()),
        Value::String(kind) => kind.clone(),
        _ => either(property["oneOf"].as_array().into_iter().flatten().map(self::kind).collect()),
    }
}

/// The name of the shape that a schema refers to.
pub(super) fn reference(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned)
}

/// The schema itself, or the one that it refers to.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match reference(schema) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}

/// A value of a shape, with all of its fields.
pub(super) fn sample(document: &Value, schema: &Value) -> Value {
    sampled(document, schema, DEPTH, &|_| true)
}

/// A body to send: what has to be in it, and no more.
pub(super) fn sample_to_send(document: &Value, schema: &Value) -> Value {
    sampled(document, schema, DEPTH, &|required| required)
}

fn sampled(document: &Value, schema: &Value, depth: u8, take: &dyn Fn(bool) -> bool) -> Value {
    let schema = resolved(document, schema);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(word) = schema["enum"].get(0) {
        return word.clone();
    }
    let Some(deeper) = depth.checked_sub(1) else { return Value::Null };
    if let Some(first) = schema["oneOf"].get(0) {
        return sampled(document, first, deeper, take);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    let nullable = schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    match kind {
        _ if nullable => Value::Null,
        "object" => {
            let required =
                |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|of| of == name));
            let fields = members(&schema["properties"]).filter(|(name, _)| take(required(name)));
            let fields = fields.map(|(name, field)| (name.clone(), sampled(document, field, deeper, take)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        "array" => json!([sampled(document, &schema["items"], deeper, take)]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "string" if schema["format"] == "uuid" => json!(SAMPLE_ID),
        "string" => json!("…"),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "Id": {"type": "string", "format": "uuid"},
            "Level": {"type": "string", "enum": ["a", "b"]},
            "Thing": {
                "type": "object", "required": ["id", "level"],
                "properties": {
                    "id": {"$ref": "#/components/schemas/Id"},
                    "level": {"oneOf": [{"$ref": "#/components/schemas/Level"}, {"type": "null"}]},
                    "name": {"type": ["string", "null"], "example": "x"},
                    "note": {"type": ["string", "null"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                },
            },
        }}})
    }

    #[test]
    fn samples_follow_the_shape_and_end() {
        let document = document();
        let thing = json!({"$ref": "#/components/schemas/Thing"});
        assert_eq!(sample_to_send(&document, &thing), json!({"id": SAMPLE_ID, "level": "a"}));
        let all = sample(&document, &thing);
        assert_eq!(all["name"], "x");
        assert_eq!(all["note"], Value::Null);
        assert_eq!(all["parts"][0]["level"], "a");
        assert_eq!(sample(&document, &json!({})), Value::Null);
    }

    #[test]
    fn types_are_named() {
        let document = document();
        let properties = &document["components"]["schemas"]["Thing"]["properties"];
        assert_eq!(kind(&properties["level"]), "Level | null");
        assert_eq!(kind(&properties["parts"]), "[Thing]");
        assert_eq!(kind(&properties["note"]), "string | null");
        assert_eq!(kind(&json!({})), "any");
        assert_eq!(named(&properties["parts"]).as_deref(), Some("Thing"));
        assert_eq!(named(&properties["note"]), None);
    }
}
