//! One operation: what it does, what it takes, a request to try, and every answer.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::schema::{self, field_name, kind, sample, sample_to_send};
use super::{members, pretty, prose, text, words};
use crate::ui::{Badge, CodeBlock, Column, Icon, Symbol, Table, Tone, t, tf};

/// One method of one address.
pub(super) struct Operation<'a> {
    method: String,
    path: &'a str,
    content: &'a Value,
}

/// All operations, in the order of the document.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut list = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, content) in members(item) {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                list.push(Operation { method: method.to_uppercase(), path, content });
            }
        }
    }
    list
}

impl<'a> Operation<'a> {
    /// The subject that it belongs to.
    pub(super) fn tag(&self) -> &'a str {
        text(&self.content["tags"][0])
    }

    fn id(&self) -> String {
        text(&self.content["operationId"]).to_owned()
    }

    fn title(&self) -> String {
        text(&self.content["summary"]).trim_end_matches('.').to_owned()
    }

    /// The way to it, for the list of contents.
    pub(super) fn link(&self) -> AnyView {
        let (href, method) = (format!("#{}", self.id()), self.method.clone());
        view! {
            <li>
                <a href=href>
                    <span>{self.title()}</span>
                    <span class="reference-method" data-method=method.clone()>
                        {method.clone()}
                    </span>
                </a>
            </li>
        }
        .into_any()
    }

    /// All of it. `document` holds the shapes that it names; `url` is the server's own address.
    pub(super) fn view(self, document: &Value, url: &str) -> AnyView {
        let description = text(&self.content["description"]);
        let description = (!description.is_empty()).then(|| view! { <p>{prose(description)}</p> });
        let command = self.command(document, url);
        let (parameters, body, answers) = (self.parameters(), self.body(document), self.answers(document));
        // Readers go from one named region to the next: each says of which operation it is.
        let example = format!("{}, {}", self.title(), t("docs-example"));
        let (id, title, method, path) = (self.id(), self.title(), self.method.clone(), self.path.to_owned());
        view! {
            <article class="operation" id=id>
                <h3>{title}</h3>
                <p class="operation-line">
                    <span class="method" data-method=method.clone()>
                        {method.clone()}
                    </span>
                    <span>{path}</span>
                </p>
                {description} {self.scopes()} {parameters} {body} <h4>{t("docs-example")}</h4>
                <CodeBlock code=command label=example copy=true />
                <h4>{t("docs-answers")}</h4>
                <div class="answers">{answers}</div>
            </article>
        }
        .into_any()
    }

    fn scopes(&self) -> Option<AnyView> {
        let requirements = self.content["security"].as_array()?.iter();
        let scopes: Vec<_> = requirements
            .flat_map(|requirement| requirement["bearer"].as_array().into_iter().flatten())
            .filter_map(Value::as_str)
            .map(|scope| view! { <code class="chip">{scope.to_owned()}</code> })
            .collect();
        (!scopes.is_empty()).then(|| {
            view! {
                <p class="with-icon">
                    <Icon of=Symbol::Key />
                    {t("docs-scope")}
                    {scopes}
                </p>
            }
            .into_any()
        })
    }

    fn parameters(&self) -> Option<AnyView> {
        let row = |parameter: &Value| {
            vec![
                field_name(text(&parameter["name"]), parameter["required"] != Value::Bool(true)),
                view! { <code>{kind(&parameter["schema"])}</code> }.into_any(),
                view! { <span>{prose(text(&parameter["description"]))}</span> }.into_any(),
            ]
        };
        let rows: Vec<_> = self.content["parameters"].as_array()?.iter().map(row).collect();
        let columns =
            vec![Column::text(t("docs-name")), Column::plain(t("docs-type")), Column::plain(t("docs-meaning"))];
        Some(
            view! {
                <h4>{t("docs-parameters")}</h4>
                <Table caption=t("docs-parameters") columns=columns rows=rows />
            }
            .into_any(),
        )
    }

    fn body(&self, document: &Value) -> Option<AnyView> {
        let content = self.content["requestBody"]["content"].as_object()?;
        let types: Vec<_> = content.keys().map(|name| view! { <code class="chip">{name.clone()}</code> }).collect();
        let schema = schema::resolved(document, &content.values().next()?["schema"]);
        Some(
            view! {
                <h4>{t("docs-body")}</h4>
                <p class="row">{types}</p>
                {schema::fields(&t("docs-body"), schema)}
            }
            .into_any(),
        )
    }

    /// A command that makes the call, with the samples of the document.
    fn command(&self, document: &Value, url: &str) -> String {
        let media = self.content["requestBody"]["content"].get("application/json");
        let body = media.map(|media| sample_to_send(document, &media["schema"]));
        let body = body.filter(|body| body.as_object().is_none_or(|members| !members.is_empty()));
        let address = format!("{url}{}", self.path.replace("{id}", schema::SAMPLE_ID));
        // `--json` makes it a POST by itself.
        let mut lines = vec![match (self.method.as_str(), &body) {
            ("GET", _) | ("POST", Some(_)) => format!("curl {address}"),
            (method, _) => format!("curl -X {method} {address}"),
        }];
        if self.content["security"].is_array() {
            lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
        }
        lines.extend(body.map(|body| format!("--json '{}'", pretty(&body))));
        lines.join(" \\\n  ")
    }

    fn answers(&self, document: &Value) -> Vec<AnyView> {
        let title = self.title();
        let view = |(status, answer): (&String, &Value)| answer_view(&title, status, answer, document);
        members(&self.content["responses"]).map(view).collect()
    }
}

/// One answer: its status and meaning; what its body looks like is folded away.
fn answer_view(title: &str, status: &str, answer: &Value, document: &Value) -> AnyView {
    let tone = match status.as_bytes().first() {
        Some(b'2') => Tone::Ok,
        Some(b'3') => Tone::Info,
        Some(b'5') => Tone::Danger,
        _ => Tone::Warning,
    };
    let (shown, meaning) = (status.to_owned(), words(text(&answer["description"])));
    let head = view! {
        <Badge tone=tone>{shown}</Badge>
        <span>{meaning}</span>
    };
    let (shape, bodies) = (shape(answer), bodies(answer, document));
    if bodies.is_empty() {
        return view! { <p class="answer answer-head">{head}</p> }.into_any();
    }
    let label = format!("{title}, {}", tf("docs-bodies", &[("status", status.into())]));
    view! {
        <details class="answer" open=tone == Tone::Ok>
            <summary class="answer-head">{head} <Icon of=Symbol::ChevronDown small=true /></summary>
            {shape}
            <CodeBlock code=bodies.join("\n") label=label />
        </details>
    }
    .into_any()
}

fn shape(answer: &Value) -> Option<AnyView> {
    let name = members(&answer["content"]).find_map(|(_, media)| schema::reference(&media["schema"]))?;
    Some(
        view! {
            <p class="small-text">
                {t("docs-shape")} " " <a href=format!("#shape-{name}")>{name.clone()}</a>
            </p>
        }
        .into_any(),
    )
}

/// The exact bodies that the document has for an answer, a line each; without any, one made from its shape.
fn bodies(answer: &Value, document: &Value) -> Vec<String> {
    let media: Vec<&Value> = members(&answer["content"]).map(|(_, media)| media).collect();
    let examples: Vec<String> = media
        .iter()
        .flat_map(|media| members(&media["examples"]))
        .map(|(_, example)| example["value"].to_string())
        .collect();
    if !examples.is_empty() {
        return examples;
    }
    let sampled = media.first().map(|media| sample(document, &media["schema"]));
    sampled.as_ref().filter(|value| **value != Value::Object(Map::new())).map(pretty).into_iter().collect()
}
