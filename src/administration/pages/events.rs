//! The trail: asked, shown, taken away in a file.

use leptos::prelude::*;

use super::{TRAIL, actor, application_link, person_link};
use crate::accounts::{Accounts, unless_administrator};
use crate::administration::question::in_field;
use crate::administration::{Names, Question};
use crate::applications::{Applications, Named};
use crate::audit::{Action, Audit, Filter, Portion, Record};
use crate::base::{AuditId, StoreError, Timestamp};
use crate::ui::{
    Badge, ButtonLink, Choice, Column, EmptyState, FieldKind, FilterForm, Moment, Page, Pager, RelativeTime, Select,
    Symbol, Table, TextField, Tone, failure_page, key, parameter, parts, t, tf,
};

/// Events on one page.
const PAGE: u64 = 50;

/// `/admin/audit`
#[component]
pub fn AuditPage() -> impl IntoView {
    Suspend::new(async {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        let question = Question::of_query(parts().uri.query());
        match Shown::of(&question).await {
            Ok(shown) => page(&question, shown),
            Err(error) => failure_page(error),
        }
    })
}

/// What the page shows.
struct Shown {
    filter: Filter,
    wrong: Vec<&'static str>,
    portion: Portion,
    names: Names,
    applications: Vec<Named>,
}

impl Shown {
    async fn of(question: &Question) -> Result<Self, StoreError> {
        let (accounts, applications) = (expect_context::<Accounts>(), expect_context::<Applications>());
        let zone = use_context::<Moment>().map_or_else(|| "UTC".to_owned(), |moment| moment.zone);
        let asked = question.ask(&accounts, &applications, &zone).await?;
        let wrong: Vec<_> = asked.wrong.into_keys().collect();
        let id = |name: &str| parameter(name).and_then(|id| id.parse::<AuditId>().ok());
        let filter = Filter { limit: Some(PAGE), ..asked.filter };
        let portion = if wrong.is_empty() {
            let beside = Filter { older_than: id("older"), newer_than: id("newer"), ..filter.clone() };
            search(&expect_context::<Audit>(), beside).await?
        } else {
            Portion { records: Vec::new(), newer: None, older: None }
        };
        let names = Names::of(&portion.records, &accounts, &applications).await?;
        Ok(Self { filter, wrong, portion, names, applications: applications.all_named().await? })
    }
}

/// A portion; the newest one whole, when the way towards newer events ends within a page.
async fn search(audit: &Audit, filter: Filter) -> Result<Portion, StoreError> {
    let portion = audit.search(&filter).await?;
    let short = u64::try_from(portion.records.len()).unwrap_or(u64::MAX) < PAGE;
    if filter.newer_than.is_some() && portion.newer.is_none() && short {
        return audit.search(&Filter { newer_than: None, ..filter }).await;
    }
    Ok(portion)
}

fn page(question: &Question, shown: Shown) -> AnyView {
    let export = (shown.wrong.is_empty()).then(|| exports(question, &shown.filter));
    let beside = |name: &str, id: Option<AuditId>| id.map(|id| question.address(TRAIL, &[(name, &id.to_string())]));
    let (newer, older) = (beside("newer", shown.portion.newer), beside("older", shown.portion.older));
    let form = form(question, &shown);
    let content = if shown.portion.records.is_empty() {
        nothing(question, &shown, older.as_deref())
    } else {
        table(shown.portion.records, &shown.names)
    };
    view! {
        <Page title=t("audit-title") lead=t("audit-lead") action=export.into_any()>
            {form}
            {content}
            <Pager newer=newer older=older />
        </Page>
    }
    .into_any()
}

/// The ways to the same in a file. Moments stand in it with their zone: the file knows nothing of the reader's.
fn exports(question: &Question, filter: &Filter) -> impl IntoView + use<> {
    let exact = Question {
        since: filter.since.map(|at| at.to_string()).unwrap_or_default(),
        until: filter.until.map(|at| at.to_string()).unwrap_or_default(),
        ..question.clone()
    };
    let address = |format| exact.address("/api/v1/admin/audit/export", &[("format", format)]);
    view! {
        <ButtonLink href=address("csv")>{t("audit-export-csv")}</ButtonLink>
        <ButtonLink href=address("jsonl")>{t("audit-export-jsonl")}</ButtonLink>
    }
}

/// In place of a table: there is nothing such, or nothing so far.
fn nothing(question: &Question, shown: &Shown, older: Option<&str>) -> AnyView {
    if let (Some(older), Some(end)) = (older, shown.portion.older.and_then(AuditId::made_at)) {
        let on = view! { <ButtonLink href=older.to_owned()>{t("audit-search-on")}</ButtonLink> };
        return view! {
            <EmptyState icon=Symbol::Search title=t("audit-nothing-yet") action=on.into_any() />
            <p class="quiet-text">{t("audit-searched-to")} " " <RelativeTime at=end /></p>
        }
        .into_any();
    }
    let title = t(match (shown.wrong.is_empty(), question.is_empty()) {
        (false, _) => key("audit-wrong"),
        (true, true) => key("audit-empty"),
        (true, false) => key("audit-nothing"),
    });
    view! { <EmptyState icon=Symbol::Search title=title text=t("audit-nothing-text") /> }.into_any()
}

fn form(question: &Question, shown: &Shown) -> impl IntoView + use<> {
    let wrong =
        |name: &str, message: &'static str| if shown.wrong.contains(&name) { t(message) } else { String::new() };
    let zone = use_context::<Moment>().map_or_else(|| "UTC".to_owned(), |moment| moment.zone);
    let moment = |at: Option<Timestamp>, typed: &str| at.map_or_else(|| typed.to_owned(), |at| in_field(at, &zone));
    let seldom = [&question.since, &question.until, &question.room, &question.token];
    let open = seldom.iter().any(|part| !part.is_empty());
    let more = view! {
        <TextField
            name="since"
            label=t("audit-since")
            value=moment(shown.filter.since, &question.since)
            kind=FieldKind::Moment
            error=wrong("since", "audit-error-moment")
            optional=true
        />
        <TextField
            name="until"
            label=t("audit-until")
            value=moment(shown.filter.until, &question.until)
            kind=FieldKind::Moment
            error=wrong("until", "audit-error-moment")
            optional=true
        />
        <TextField
            name="room"
            label=t("audit-room")
            value=question.room.clone()
            kind=FieldKind::Code
            error=wrong("room", "audit-error-id")
            optional=true
        />
        <TextField
            name="token"
            label=t("audit-token")
            value=question.token.clone()
            kind=FieldKind::Code
            error=wrong("token", "audit-error-id")
            optional=true
        />
    };
    let usual = view! {
        <TextField
            name="person"
            label=t("audit-person")
            value=question.person.clone()
            kind=FieldKind::Code
            error=wrong("person", "audit-error-person")
            optional=true
        />
        <Select
            name="application"
            label=t("audit-application")
            options=application_choices(question, shown)
            value=chosen_application(question, shown)
            error=wrong("application", "audit-error-application")
        />
        <Select
            name="action"
            label=t("audit-action")
            options=action_choices(question)
            value=question.action.clone()
            error=wrong("action", "audit-error-action")
        />
    };
    view! {
        <FilterForm action=TRAIL asked=!question.is_empty() more=(more.into_any(), open)>
            {usual}
        </FilterForm>
    }
}

/// The slug of the application that is asked for; what was typed when there is none such.
fn chosen_application(question: &Question, shown: &Shown) -> String {
    let asked = shown.filter.application;
    let found = shown.applications.iter().find(|application| Some(application.id) == asked);
    found.map_or_else(|| question.application.clone(), |application| application.slug.clone())
}

fn application_choices(question: &Question, shown: &Shown) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", t("audit-any"))];
    choices.extend(
        shown.applications.iter().map(|application| Choice::new(application.slug.as_str(), application.name.as_str())),
    );
    let typed = chosen_application(question, shown);
    if choices.iter().all(|choice| choice.value != typed) {
        choices.push(Choice::new(typed.clone(), typed));
    }
    choices
}

/// Each object before its actions; several at once when the address asks for them.
fn action_choices(question: &Question) -> Vec<Choice> {
    let mut words: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    words.extend(Action::ALL.iter().map(|action| action.object()));
    words.sort_unstable();
    words.dedup();
    let mut choices = vec![Choice::new("", t("audit-any"))];
    choices.extend(words.into_iter().map(|word| {
        let label = if word.ends_with('.') { tf("audit-all-of", &[("object", word.into())]) } else { word.to_owned() };
        Choice::new(word, label)
    }));
    if choices.iter().all(|choice| choice.value != question.action) {
        choices.push(Choice::new(question.action.as_str(), question.action.replace(',', ", ")));
    }
    choices
}

fn table(records: Vec<Record>, names: &Names) -> AnyView {
    let columns = vec![
        Column::plain(t("audit-column-when")),
        Column::plain(t("audit-column-what")),
        Column::text(t("audit-column-who")),
        Column::text(t("audit-column-for")),
        Column::text(t("audit-column-application")),
        Column::text(t("audit-column-from")),
    ];
    let rows = records.into_iter().map(|record| row(&record, names)).collect();
    view! { <Table caption=t("audit-title") columns=columns rows=rows /> }.into_any()
}

fn row(record: &Record, names: &Names) -> Vec<AnyView> {
    let href = format!("{TRAIL}/{}", record.id);
    let count = record.count.filter(|count| *count > 1);
    let times = count.map(|count| {
        view! {
            " "
            <Badge tone=Tone::Warning>{tf("audit-times", &[("count", count.into())])}</Badge>
        }
    });
    // What is said in the column before is not said again.
    let person = record.on_behalf_of.filter(|id| record.actor.person() != Some(*id));
    let application = (record.actor.kind != "application").then(|| application_link(record, names));
    vec![
        view! {
            <a href=href>
                <RelativeTime at=record.at />
            </a>
        }
        .into_any(),
        view! {
            <span class="mono">{record.action.clone()}</span>
            {times}
        }
        .into_any(),
        actor(record, names),
        person.map(|id| person_link(id, names)).into_any(),
        application.flatten().into_any(),
        record.address.clone().map(|address| view! { <span class="mono">{address}</span> }).into_any(),
    ]
}
