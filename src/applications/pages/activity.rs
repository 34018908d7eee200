//! What an application did: counts by day, why it was refused, and the trail.

use leptos::prelude::*;

use super::frame::{ApplicationTab, application_page, slug_here};
use super::refusals::words_of;
use crate::accounts::{Account, Accounts};
use crate::applications::{ActivityReport, Applications, ManagedApplication, managed_or_refusal};
use crate::audit::{Audit, Filter, Portion, Record};
use crate::base::{AccountId, AuditId, StoreError};
use crate::ui::{
    CellNote, ChartBar, Column, DayChart, EmptyState, Pager, RelativeTime, Section, Series, Share, ShareChart, Symbol,
    Tab, Table, Tabs, Tone, date, failure_page, language, parameter, t, tf,
};

/// Looks back, in days.
const SPANS: [u32; 3] = [7, 30, 90];

/// Events on one page.
const EVENTS: u64 = 25;

/// `/admin/applications/{slug}/activity`
#[component]
pub fn ActivityPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        let managed = match managed_or_refusal(&slug).await {
            Ok(managed) => managed,
            Err(instead) => return instead,
        };
        let days = parameter("days").and_then(|days| days.parse().ok()).filter(|days| SPANS.contains(days));
        let days = days.unwrap_or(30);
        match Shown::of(&managed, days).await {
            Ok(shown) => page(&managed, days, shown),
            Err(error) => failure_page(error),
        }
    })
}

struct Shown {
    report: ActivityReport,
    events: Vec<Record>,
    older: Option<AuditId>,
    people: Vec<Account>,
}

impl Shown {
    async fn of(managed: &ManagedApplication, days: u32) -> Result<Self, StoreError> {
        let application = managed.application().id;
        let report = expect_context::<Applications>().activity(application, days).await?;
        let filter = Filter {
            application: Some(application),
            older_than: parameter("older").and_then(|id| id.parse().ok()),
            limit: Some(EVENTS),
            ..Filter::default()
        };
        let Portion { records: events, older, .. } = expect_context::<Audit>().search(&filter).await?;
        let mut ids: Vec<AccountId> = events.iter().flat_map(people_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let people = expect_context::<Accounts>().find_all(&ids).await?;
        Ok(Self { report, events, older, people })
    }
}

/// Who did it, and for whom.
fn people_of(event: &Record) -> impl Iterator<Item = AccountId> + use<> {
    event.actor.person().into_iter().chain(event.on_behalf_of)
}

fn page(managed: &ManagedApplication, days: u32, shown: Shown) -> AnyView {
    let address = ApplicationTab::Activity.path(&managed.application().slug);
    let span = |days: u32| tf("applications-activity-days", &[("count", days.into())]);
    let spans =
        SPANS.map(|other| Tab { label: span(other), href: format!("{address}?days={other}"), current: other == days });
    let older = shown.older.map(|id| format!("{address}?days={days}&older={id}#trail"));
    let newest = parameter("older").map(|_| format!("{address}?days={days}#trail"));
    let (charts, trail) = (charts(shown.report), trail(shown.events, &shown.people));
    let body = view! {
        <Section title=t("applications-activity") lead=t("applications-activity-lead")>
            <Tabs label=t("applications-activity-span") tabs=spans.to_vec() />
            {charts}
        </Section>
        <Section id="trail" title=t("applications-trail") lead=t("applications-trail-lead")>
            {trail}
            <Pager newer=newest older=older />
        </Section>
    };
    application_page(managed, ApplicationTab::Activity, body.into_any(), None)
}

/// Days are counted in UTC, so that every reader sees the same ones.
fn charts(report: ActivityReport) -> AnyView {
    let positive = |count: i64| u64::try_from(count).unwrap_or_default();
    let bars = |values: fn(&crate::applications::ActivityDay) -> Vec<i64>| -> Vec<ChartBar> {
        let bar = |day: &crate::applications::ActivityDay| ChartBar {
            label: date(day.day, "UTC", language()),
            values: values(day).into_iter().map(positive).collect(),
        };
        report.days.iter().map(bar).collect()
    };
    let calls = bars(|day| vec![day.calls, day.refused]);
    let tokens = bars(|day| vec![day.issued]);
    let series = vec![
        Series::new(t("applications-activity-calls"), Tone::Accent),
        Series::new(t("applications-activity-refused"), Tone::Danger),
    ];
    let reasons: Vec<_> = report
        .refusals
        .into_iter()
        .map(|refusal| Share {
            label: words_of(&refusal.code),
            value: positive(refusal.count),
            code: Some(refusal.code),
        })
        .collect();
    let why = (!reasons.is_empty()).then(|| {
        view! {
            <ShareChart
                title=t("applications-activity-why")
                unit=t("applications-activity-reason")
                measure=t("applications-activity-refused")
                shares=reasons
                tone=Tone::Danger
            />
        }
    });
    view! {
        <div class="charts">
            <DayChart
                title=t("applications-activity-per-day")
                series=series
                bars=calls
                unit=t("applications-activity-day")
            />
            <DayChart
                title=t("applications-activity-tokens-per-day")
                series=vec![Series::new(t("applications-activity-tokens"), Tone::Accent)]
                bars=tokens
                unit=t("applications-activity-day")
            />
            {why}
        </div>
    }
    .into_any()
}

fn trail(events: Vec<Record>, people: &[Account]) -> AnyView {
    if events.is_empty() {
        return view! { <EmptyState icon=Symbol::Clock title=t("applications-trail-empty") /> }.into_any();
    }
    let columns = vec![
        Column::text(t("applications-trail-what")),
        Column::text(t("applications-trail-when")),
        Column::text(t("applications-trail-who")),
        Column::text(t("applications-trail-for")),
    ];
    let rows = events.into_iter().map(|event| row(event, people)).collect();
    view! { <Table caption=t("applications-trail") columns=columns rows=rows /> }.into_any()
}

fn row(event: Record, people: &[Account]) -> Vec<AnyView> {
    let named = |id: AccountId| {
        let person = people.iter().find(|person| person.id == id);
        person.map_or_else(|| t("applications-trail-gone"), |person| person.display_name().to_owned())
    };
    let actor = match event.actor.kind.as_str() {
        "person" => event.actor.id.map(|id| named(id.into())),
        "operator" => Some(t("applications-trail-operator")),
        "application" => Some(t("applications-trail-itself")),
        _ => None,
    };
    let times = event.count.filter(|count| *count > 1);
    vec![
        view! {
            <code>{event.action}</code>
            {times.map(|count| view! { <CellNote>{tf("applications-trail-times", &[("count", count.into())])}</CellNote> })}
        }
        .into_any(),
        view! { <RelativeTime at=event.at /> }.into_any(),
        actor.into_any(),
        event.on_behalf_of.map(named).into_any(),
    ]
}
