//! The reference of the API, rendered from its document: no script, nothing from elsewhere.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::base::Code;
use crate::config::PublicUrl;
use crate::ui::{Badge, CodeBlock, Column, Page, Section, Table, Tone, t};

/// `/docs`
#[component]
pub fn DocsPage() -> impl IntoView {
    // The document is made of our own types: it is always JSON.
    let document = serde_json::to_value(crate::server::document()).unwrap_or_default();
    let operations: Vec<_> = operations(&document).into_iter().map(Operation::view).collect();
    let shapes: Vec<_> =
        members(&document["components"]["schemas"]).map(|(name, schema)| shape(name, schema)).collect();
    view! {
        <Page title=t("docs-title") lead=t("docs-lead")>
            <Section title=t("docs-try-title")>
                <CodeBlock code=tour() label=t("docs-try-title") copy=true />
                <p>
                    <a href="/openapi.json">"openapi.json"</a>
                </p>
            </Section>
            <div lang="en">{operations}</div>
            <Section title=t("docs-shapes-title") id="shapes">
                <div lang="en">{shapes}</div>
            </Section>
            <Section title=t("docs-errors-title") lead=t("docs-errors-text") id="errors">
                <div lang="en">{errors()}</div>
            </Section>
        </Page>
    }
}

fn tour() -> String {
    let url = use_context::<PublicUrl>().map(|url| url.to_string()).unwrap_or_default();
    format!(
        "# 1. A token for a person\n\
         curl {url}/external-api/v1.0/application/token/ \\\n  -d grant_type=client_credentials \\\n  \
         -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET \\\n  -d scope=person@example.org\n\n\
         # 2. A room that she owns\n\
         curl -X POST -H \"Authorization: Bearer $TOKEN\" {url}/external-api/v1.0/rooms/"
    )
}

/// One method of one address.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    content: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut list = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, content) in members(item) {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                list.push(Operation { method, path, content });
            }
        }
    }
    list
}

impl Operation<'_> {
    fn view(self) -> AnyView {
        let content = self.content;
        let title = format!("{} {}", self.method.to_uppercase(), self.path);
        let id = content["operationId"].as_str().unwrap_or_default().to_owned();
        let text = [text(&content["summary"]), text(&content["description"])];
        let text: Vec<_> =
            text.into_iter().filter(|text| !text.is_empty()).map(|text| view! { <p>{prose(&text)}</p> }).collect();
        let scopes: Vec<_> = content["security"].as_array().into_iter().flatten().filter_map(scopes_of).collect();
        let scope = (!scopes.is_empty()).then(|| {
            view! {
                <p>
                    {t("docs-scope")} " " <code>{scopes.join(" ")}</code>
                </p>
            }
        });
        let (parameters, request, answers) = (parameters(content), request(content), answers(content));
        view! {
            <Section title=title id=id>
                {text} {scope} {parameters} {request} {answers}
            </Section>
        }
        .into_any()
    }
}

fn scopes_of(requirement: &Value) -> Option<String> {
    let scopes: Vec<_> = requirement["bearer"].as_array()?.iter().filter_map(Value::as_str).collect();
    (!scopes.is_empty()).then(|| scopes.join(" "))
}

fn parameters(operation: &Value) -> Option<AnyView> {
    let rows: Vec<Vec<AnyView>> = operation["parameters"]
        .as_array()?
        .iter()
        .map(|parameter| {
            let name = text(&parameter["name"]);
            let optional = parameter["required"] != Value::Bool(true);
            vec![
                field_name(name, optional),
                view! { <span>{prose(&text(&parameter["description"]))}</span> }.into_any(),
            ]
        })
        .collect();
    let columns = vec![Column::text(t("docs-parameters")), Column::text(t("docs-meaning"))];
    Some(view! { <Table caption=t("docs-parameters") columns=columns rows=rows /> }.into_any())
}

fn request(operation: &Value) -> Option<AnyView> {
    let content = operation["requestBody"]["content"].as_object()?;
    let types: Vec<_> = content.keys().cloned().collect();
    let name = content.values().find_map(|media| reference(&media["schema"]))?;
    Some(
        view! {
            <p>
                {t("docs-request")} " " <a href=format!("#shape-{name}")>{name.clone()}</a> " ("
                <code>{types.join(", ")}</code> ")"
            </p>
        }
        .into_any(),
    )
}

fn answers(operation: &Value) -> AnyView {
    let rows: Vec<Vec<AnyView>> = members(&operation["responses"])
        .map(|(status, answer)| {
            let tone = match status.as_bytes().first() {
                Some(b'2') => Tone::Ok,
                Some(b'3') => Tone::Info,
                _ => Tone::Neutral,
            };
            let shape = members(&answer["content"]).find_map(|(_, media)| reference(&media["schema"]));
            let shape = shape.map(|name| view! { " " <a href=format!("#shape-{name}")>{name.clone()}</a> });
            let status = status.clone();
            vec![
                view! { <Badge tone=tone>{status}</Badge> }.into_any(),
                view! {
                    <span>{prose(&text(&answer["description"]))} {shape}</span>
                    {examples(answer)}
                }
                .into_any(),
            ]
        })
        .collect();
    let columns = vec![Column::text(t("docs-answers")), Column::text(t("docs-meaning"))];
    view! { <Table caption=t("docs-answers") columns=columns rows=rows /> }.into_any()
}

/// The exact bodies, one a line.
fn examples(answer: &Value) -> Option<AnyView> {
    let lines: Vec<String> = members(&answer["content"])
        .flat_map(|(_, media)| members(&media["examples"]))
        .map(|(_, example)| example["value"].to_string())
        .collect();
    let lines: Vec<_> = lines.into_iter().map(|line| view! { <li><code>{line}</code></li> }).collect();
    (!lines.is_empty()).then(|| view! { <ul class="examples">{lines}</ul> }.into_any())
}

fn shape(name: &str, schema: &Value) -> AnyView {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let rows: Vec<Vec<AnyView>> = members(&schema["properties"])
        .map(|(field, property)| {
            let optional = !required.contains(&field.as_str());
            let kind = kind(property);
            let meaning = prose(&text(&property["description"]));
            vec![
                field_name(field.clone(), optional),
                view! { <code>{kind}</code> }.into_any(),
                view! { <span>{meaning}</span> }.into_any(),
            ]
        })
        .collect();
    let columns = vec![Column::text(t("docs-fields")), Column::text("JSON"), Column::text(t("docs-meaning"))];
    let words: Vec<_> =
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let table = (!rows.is_empty()).then(|| view! { <Table caption=name.to_owned() columns=columns rows=rows /> });
    let words = (!words.is_empty()).then(|| view! { <p><code>{words.join(" · ")}</code></p> });
    view! {
        <h3 id=format!("shape-{name}")>{name.to_owned()}</h3>
        <p>{prose(&text(&schema["description"]))}</p>
        {words}
        {table}
    }
    .into_any()
}

fn errors() -> AnyView {
    let rows: Vec<Vec<AnyView>> = Code::ALL
        .iter()
        .map(|(code, meaning)| {
            vec![
                view! { <code>{code.as_str()}</code> }.into_any(),
                view! { <span>{prose(meaning.trim())}</span> }.into_any(),
            ]
        })
        .collect();
    let columns = vec![Column::text(t("docs-code")), Column::text(t("docs-meaning"))];
    view! { <Table caption=t("docs-errors-title") columns=columns rows=rows /> }.into_any()
}

fn field_name(name: String, optional: bool) -> AnyView {
    let mark = optional.then(|| view! { <span class="quiet-text">" · " {t("docs-optional")}</span> });
    view! {
        <code>{name}</code>
        {mark}
    }
    .into_any()
}

/// What a property holds: its JSON type, or the shape that it refers to.
fn kind(property: &Value) -> String {
    if let Some(name) = reference(property) {
        return name;
    }
    let of = |value: &Value| value.as_str().map(str::to_owned);
    match &property["type"] {
        Value::String(kind) if kind == "array" => format!("[{}]", self::kind(&property["items"])),
        Value::Array(kinds) => kinds.iter().filter_map(of).collect::<Vec<_>>().join(" | "),
        Value::String(kind) => kind.clone(),
        _ => property["oneOf"]
            .as_array()
            .map_or_else(|| "any".to_owned(), |kinds| kinds.iter().map(self::kind).collect::<Vec<_>>().join(" | ")),
    }
}

fn reference(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().map(Map::iter).into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Text with `code` between grave accents.
fn prose(text: &str) -> Vec<AnyView> {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    text.split('`').enumerate().map(part).collect()
}
