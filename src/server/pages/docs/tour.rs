//! From nothing to a room in five minutes, before the reference proper.

use leptos::prelude::*;
use serde_json::json;

use super::pretty;
use super::schema::SAMPLE_ID;
use crate::ui::{CodeBlock, Section, key, t};

/// The steps. `url` is the server's own address.
pub(super) fn view(url: &str) -> AnyView {
    let (register, token, room) = (
        "parloir application create --name \"Team calendar\" \\\n  \
         --scope rooms:list --scope rooms:create --domain example.org"
            .to_owned(),
        format!(
            "curl {url}/external-api/v1.0/application/token/ \\\n  -d grant_type=client_credentials \\\n  \
             -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET \\\n  -d scope=person@example.org"
        ),
        format!("curl -X POST {url}/external-api/v1.0/rooms/ \\\n  -H \"Authorization: Bearer $TOKEN\""),
    );
    let issued = json!({
        "access_token": "eyJ0eXAiOiJhdCtqd3Qi…",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "rooms:list rooms:create",
    });
    let created = json!({
        "id": SAMPLE_ID,
        "name": "kqz-wmtp-bva",
        "slug": "kqz-wmtp-bva",
        "access_level": "trusted",
        "configuration": {},
        "url": format!("{url}/rooms/kqz-wmtp-bva"),
    });
    let refused = "HTTP/1.1 403 Forbidden\nParloir-Error-Code: domain_not_allowed\n\n\
                   {\"error\":\"This application is not authorized for this email domain.\"}"
        .to_owned();
    view! {
        <Section title=t("docs-tour-title") lead=t("docs-tour-lead") id="tour">
            <ol class="steps">
                {step(key("docs-tour-register-title"), key("docs-tour-register-text"), Some(register), None)}
                {step(key("docs-tour-token-title"), key("docs-tour-token-text"), Some(token), Some(pretty(&issued)))}
                {step(key("docs-tour-room-title"), key("docs-tour-room-text"), Some(room), Some(pretty(&created)))}
                {step(key("docs-tour-refusal-title"), key("docs-tour-refusal-text"), None, Some(refused))}
            </ol>
        </Section>
    }
    .into_any()
}

/// One step: what to do, the command, and what it answers.
fn step(title: &'static str, text: &'static str, command: Option<String>, answer: Option<String>) -> impl IntoView {
    let command = command.map(|code| view! { <CodeBlock code=code label=t(title) copy=true /> });
    let answer = answer.map(|code| {
        let label = format!("{}, {}", t(title), t("docs-answer"));
        view! { <CodeBlock code=code label=label /> }
    });
    view! {
        <li class="step">
            <h3>{t(title)}</h3>
            <p>{t(text)}</p>
            {command}
            {answer}
        </li>
    }
}
