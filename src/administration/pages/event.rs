//! One event, with all that is known of it.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde_json::Value;

use super::{TRAIL, actor, application_link, person_link};
use crate::accounts::{Accounts, unless_administrator};
use crate::administration::{Names, Question};
use crate::applications::Applications;
use crate::audit::{Audit, Record};
use crate::base::StoreError;
use crate::ui::{
    Column, CopyInline, Crumb, ErrorKind, Fact, Facts, Moment, Page, Section, Table, date_time, failure_page, language,
    refusal_page, t, tf,
};

/// `/admin/audit/{id}`
#[component]
pub fn EventPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    Suspend::new(async move {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        match find(&id).await {
            Ok(Some((record, names))) => page(&record, &names),
            Ok(None) => refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND),
            Err(error) => failure_page(error),
        }
    })
}

async fn find(id: &str) -> Result<Option<(Record, Names)>, StoreError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some(record) = expect_context::<Audit>().find(id).await? else { return Ok(None) };
    let (accounts, applications) = (expect_context::<Accounts>(), expect_context::<Applications>());
    let names = Names::of(std::slice::from_ref(&record), &accounts, &applications).await?;
    Ok(Some((record, names)))
}

fn page(record: &Record, names: &Names) -> AnyView {
    let moment = use_context::<Moment>();
    let zone = moment.as_ref().map_or("UTC", |moment| moment.zone.as_str());
    let when = date_time(record.at, zone, language());
    let (facts, changes, rest) = (facts(record, names), changes(record), rest(record));
    view! {
        <Page title=record.action.clone() lead=when crumbs=vec![Crumb::new(t("audit-title"), TRAIL)]>
            {facts}
            {changes}
            {rest}
        </Page>
    }
    .into_any()
}

fn facts(record: &Record, names: &Names) -> impl IntoView + use<> {
    let copied = |value: String, term: &str| view! { <CopyInline value=value label=term.to_owned() /> }.into_any();
    let asked = |question: Question| {
        let href = question.address(TRAIL, &[]);
        view! {
            <span class="quiet-text">" · "</span>
            <a class="nowrap" href=href>{t("audit-all-of-it")}</a>
        }
    };
    let mut lines: Vec<(String, AnyView)> = Vec::new();
    let exact = record.at.to_string();
    lines.push((
        t("audit-exact"),
        view! { <time class="mono" datetime=exact.clone()>{exact.clone()}</time> }.into_any(),
    ));
    lines.push((t("audit-column-who"), actor(record, names)));
    if let Some(id) = record.on_behalf_of {
        let more = asked(Question { person: id.to_string(), ..Question::default() });
        let view = view! {
            {person_link(id, names)}
            {more}
        };
        lines.push((t("audit-column-for"), view.into_any()));
    }
    if let Some(application) = application_link(record, names) {
        let slug = record.application_id.and_then(|id| names.application(id)).map(|named| named.slug.clone());
        let more = slug.map(|application| asked(Question { application, ..Question::default() }));
        let view = view! {
            {application}
            {more}
        };
        lines.push((t("audit-column-application"), view.into_any()));
    }
    if let Some(id) = record.room {
        let more = asked(Question { room: id.to_string(), ..Question::default() });
        let view = view! {
            {copied(id.to_string(), &t("audit-room"))}
            {more}
        };
        lines.push((t("audit-room"), view.into_any()));
    }
    if let Some(id) = record.jti {
        let more = asked(Question { token: id.to_string(), ..Question::default() });
        let view = view! {
            {copied(id.to_string(), &t("audit-token"))}
            {more}
        };
        lines.push((t("audit-token"), view.into_any()));
    }
    if let Some(address) = &record.address {
        lines.push((t("audit-column-from"), copied(address.clone(), &t("audit-column-from"))));
    }
    if let Some(request) = &record.request_id {
        lines.push((t("audit-request"), copied(request.clone(), &t("audit-request"))));
    }
    if let Some(count) = record.count {
        lines.push((t("audit-count"), tf("audit-count-minute", &[("count", count.into())]).into_any()));
    }
    let facts: Vec<_> = lines.into_iter().map(|(term, value)| view! { <Fact term=term>{value}</Fact> }).collect();
    view! { <Facts lines=true>{facts}</Facts> }
}

/// What was before and what is after, beside each other.
fn changes(record: &Record) -> Option<AnyView> {
    let details = record.details.as_ref()?.as_object()?;
    let (before, after) = (details.get("before")?.as_object()?, details.get("after")?.as_object()?);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let cell = |value: Option<&Value>| view! { <span class="mono">{value.map(shown)}</span> }.into_any();
    let row = |name: &String| {
        vec![
            view! { <span class="mono">{name.clone()}</span> }.into_any(),
            cell(before.get(name)),
            cell(after.get(name)),
        ]
    };
    let rows: Vec<Vec<AnyView>> = names.into_iter().map(row).collect();
    let columns = vec![Column::text(t("audit-part")), Column::text(t("audit-before")), Column::text(t("audit-after"))];
    Some(
        view! {
            <Section title=t("audit-change")>
                <Table caption=t("audit-change") columns=columns rows=rows />
            </Section>
        }
        .into_any(),
    )
}

/// All else that the event says.
fn rest(record: &Record) -> Option<AnyView> {
    let details = record.details.as_ref()?.as_object()?;
    let changed =
        details.get("before").is_some_and(Value::is_object) && details.get("after").is_some_and(Value::is_object);
    let facts: Vec<_> = details
        .iter()
        .filter(|(name, _)| !(changed && ["before", "after"].contains(&name.as_str())))
        .map(|(name, value)| {
            let value = shown(value);
            view! {
                <Fact term=name.clone()>
                    <span class="mono">{value}</span>
                </Fact>
            }
        })
        .collect();
    (!facts.is_empty()).then(|| {
        view! {
            <Section title=t("audit-details")>
                <Facts lines=true>{facts}</Facts>
            </Section>
        }
        .into_any()
    })
}

/// A value as people read it: texts without quotation marks, lists by their items.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
