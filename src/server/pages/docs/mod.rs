//! The reference of the API, rendered from its document: no script, nothing from elsewhere.

mod operation;
mod schema;
mod tour;

use leptos::prelude::*;
use serde_json::{Map, Value};

use self::operation::Operation;
use crate::base::Code;
use crate::config::PublicUrl;
use crate::ui::{ButtonLink, Column, Icon, Look, Page, Section, Symbol, Table, t};

/// `/docs`
#[component]
pub fn DocsPage() -> impl IntoView {
    // The document is made of our own types: it is always JSON.
    let document = serde_json::to_value(crate::server::document()).unwrap_or_default();
    let url = use_context::<PublicUrl>().map(|url| url.to_string()).unwrap_or_default();
    let groups = groups(&document);
    let shapes: Vec<String> = members(&document["components"]["schemas"]).map(|(name, _)| name.clone()).collect();
    let (beside, above) = (contents(&groups, &shapes), contents(&groups, &shapes));
    let operations: Vec<_> = groups.into_iter().map(|group| group.view(&document, &url)).collect();
    let shapes: Vec<_> =
        members(&document["components"]["schemas"]).map(|(name, schema)| schema::shape(name, schema)).collect();
    let action = view! {
        <ButtonLink href="/openapi.json" look=Look::Plain icon=Symbol::Book>
            "openapi.json"
        </ButtonLink>
    };
    view! {
        <Page title=t("docs-title") lead=t("docs-lead") action=action.into_any()>
            <div class="reference">
                <nav class="reference-nav" aria-label=t("docs-contents")>
                    {beside}
                </nav>
                <details class="reference-menu">
                    <summary>
                        <span>{t("docs-contents")}</span>
                        <Icon of=Symbol::ChevronDown />
                    </summary>
                    <nav aria-label=t("docs-contents")>{above}</nav>
                </details>
                <div class="reference-main">
                    {tour::view(&url)} {operations}
                    <Section title=t("docs-shapes-title") lead=t("docs-shapes-text") id="shapes">
                        <div lang="en">{shapes}</div>
                    </Section>
                    <Section title=t("docs-errors-title") lead=t("docs-errors-text") id="errors">
                        <div lang="en">{errors()}</div>
                    </Section>
                </div>
            </div>
        </Page>
    }
}

/// Operations on one subject, as the document tags them.
struct Group<'a> {
    name: &'a str,
    text: &'a str,
    operations: Vec<Operation<'a>>,
}

/// The groups in the order of the document's tags.
fn groups(document: &Value) -> Vec<Group<'_>> {
    let mut rest = operation::operations(document);
    let mut groups = Vec::new();
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = text(&tag["name"]);
        let operations: Vec<_> = rest.extract_if(.., |operation| operation.tag() == name).collect();
        groups.push(Group { name, text: text(&tag["description"]), operations });
    }
    groups
}

impl Group<'_> {
    fn id(&self) -> String {
        format!("group-{}", self.name.to_lowercase().replace(' ', "-"))
    }

    fn view(self, document: &Value, url: &str) -> AnyView {
        let id = self.id();
        let operations: Vec<_> = self.operations.into_iter().map(|operation| operation.view(document, url)).collect();
        view! {
            <div lang="en">
                <Section title=self.name lead=self.text id=id>
                    {operations}
                </Section>
            </div>
        }
        .into_any()
    }
}

/// The list of what the page has.
fn contents(groups: &[Group<'_>], shapes: &[String]) -> AnyView {
    let operations: Vec<_> = groups
        .iter()
        .map(|group| {
            let links: Vec<_> = group.operations.iter().map(Operation::link).collect();
            let (href, name) = (format!("#{}", group.id()), group.name.to_owned());
            view! {
                <li lang="en">
                    <a class="reference-group" href=href>
                        {name}
                    </a>
                    <ul class="reference-links">{links}</ul>
                </li>
            }
        })
        .collect();
    let shapes: Vec<_> = shapes
        .iter()
        .map(|name| {
            view! {
                <li>
                    <a class="mono" href=format!("#shape-{name}")>
                        {name.clone()}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <ul class="reference-groups">
            <li>
                <a class="reference-group" href="#tour">
                    {t("docs-tour-title")}
                </a>
            </li>
            {operations}
            <li>
                <a class="reference-group" href="#shapes">
                    {t("docs-shapes-title")}
                </a>
                <ul class="reference-links" lang="en">
                    {shapes}
                </ul>
            </li>
            <li>
                <a class="reference-group" href="#errors">
                    {t("docs-errors-title")}
                </a>
            </li>
        </ul>
    }
    .into_any()
}

fn errors() -> AnyView {
    let rows: Vec<Vec<AnyView>> = Code::ALL
        .iter()
        .map(|(code, meaning)| {
            vec![
                view! { <code id=format!("error-{}", code.as_str())>{code.as_str()}</code> }.into_any(),
                view! { <span>{prose(meaning.trim())}</span> }.into_any(),
            ]
        })
        .collect();
    let columns = vec![Column::text(t("docs-code")), Column::plain(t("docs-meaning"))];
    view! { <Table caption=t("docs-errors-title") columns=columns rows=rows /> }.into_any()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().map(Map::iter).into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A value as people read it.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Text with `code` between grave accents, without links: for a summary, which is pressed itself.
fn words(text: &str) -> Vec<AnyView> {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    text.split('`').enumerate().map(part).collect()
}

/// The same, where an error code leads to its meaning.
fn prose(text: &str) -> Vec<AnyView> {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        match index % 2 {
            0 => part.into_any(),
            _ if Code::ALL.iter().any(|(code, _)| code.as_str() == part) => view! {
                <a href=format!("#error-{part}")>
                    <code>{part.clone()}</code>
                </a>
            }
            .into_any(),
            _ => view! { <code>{part}</code> }.into_any(),
        }
    };
    text.split('`').enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_in_a_group() {
        let document = serde_json::to_value(crate::server::document()).unwrap();
        let groups = groups(&document);
        let grouped: usize = groups.iter().map(|group| group.operations.len()).sum();
        assert_eq!(grouped, operation::operations(&document).len());
        assert!(groups.iter().all(|group| !group.operations.is_empty() && !group.text.is_empty()));
    }

    #[test]
    fn codes_in_prose_lead_to_their_meaning() {
        let html = prose("Wrong (`invalid_client`), see `other`").into_view().to_html().replace("<!>", "");
        assert!(html.contains("<a href=\"#error-invalid_client\"><code>invalid_client</code></a>"), "{html}");
        assert!(html.contains("<code>other</code>") && !html.contains("#error-other"), "{html}");
    }
}
