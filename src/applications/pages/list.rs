//! The applications: all of them for an administrator, her own for whoever manages some.

use axum::http::StatusCode;
use leptos::prelude::*;

use super::{names, sentence, state_badge};
use crate::accounts::{Account, Visitor};
use crate::applications::actions::{LIST, NEW};
use crate::applications::upload::logo_path;
use crate::applications::{Application, Applications, Domains, ListFilter, Overview};
use crate::base::{AccountId, ApplicationId};
use crate::ui::{
    Avatar, Badge, ButtonLink, CellNote, Column, EmptyState, ErrorKind, Look, Page, Pager, RelativeTime, SearchForm,
    Symbol, Tab, Table, Tabs, Tone, caller_or_sign_in, failure_page, here, key, parameter, refusal_page, t,
};

/// Applications on one page.
const PAGE: u64 = 50;

/// `/admin/applications`
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    Suspend::new(async {
        if caller_or_sign_in(&here()).is_none() {
            return ().into_any();
        }
        let visitor = use_context::<Visitor>().unwrap_or_default();
        let Some(account) = visitor.account() else { return ().into_any() };
        let applications = expect_context::<Applications>();
        let administrator = account.is_administrator();
        if !administrator {
            match applications.manages_any(account.id).await {
                Ok(true) => {}
                Ok(false) => return refusal_page(ErrorKind::Forbidden, StatusCode::FORBIDDEN),
                Err(error) => return failure_page(error),
            }
        }
        let question = Question::of_page(account);
        match applications.list_some(&question.filter()).await {
            Ok(found) => page(&question, found, administrator),
            Err(error) => failure_page(error),
        }
    })
}

/// What is asked of the list.
struct Question {
    search: Option<String>,
    active: Option<bool>,
    older: Option<ApplicationId>,
    manager: Option<AccountId>,
}

impl Question {
    fn of_page(account: &Account) -> Self {
        let active = match parameter("state").as_deref() {
            Some("active") => Some(true),
            Some("disabled") => Some(false),
            _ => None,
        };
        let older = parameter("older").and_then(|id| id.parse().ok());
        let manager = (!account.is_administrator()).then_some(account.id);
        Self { search: parameter("q"), active, older, manager }
    }

    fn filter(&self) -> ListFilter {
        ListFilter {
            search: self.search.clone(),
            active: self.active,
            manager: self.manager,
            before: self.older,
            limit: Some(PAGE + 1),
        }
    }

    /// The address of the list with that state and the same search.
    fn address(&self, active: Option<bool>, older: Option<ApplicationId>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(search) = &self.search {
            query.append_pair("q", search);
        }
        if let Some(active) = active {
            query.append_pair("state", if active { "active" } else { "disabled" });
        }
        if let Some(older) = older {
            query.append_pair("older", &older.to_string());
        }
        let query = query.finish();
        if query.is_empty() { LIST.to_owned() } else { format!("{LIST}?{query}") }
    }

    const fn is_open(&self) -> bool {
        self.search.is_none() && self.active.is_none() && self.older.is_none()
    }
}

fn new_button() -> AnyView {
    view! { <ButtonLink href=NEW look=Look::Primary icon=Symbol::Plus>{t("applications-new")}</ButtonLink> }.into_any()
}

fn page(question: &Question, mut found: Vec<Overview>, administrator: bool) -> AnyView {
    let action = administrator.then(new_button);
    if found.is_empty() && question.is_open() {
        return view! {
            <Page title=t("applications-title")>
                <EmptyState
                    icon=Symbol::Application
                    title=t("applications-empty-title")
                    text=t("applications-empty-text")
                    action=action.into_any()
                />
            </Page>
        }
        .into_any();
    }
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| more).map(|overview| overview.application.id);
    let older = last.map(|id| question.address(question.active, Some(id)));
    let newest = question.older.map(|_| question.address(question.active, None));
    let states = [
        (None, key("applications-any")),
        (Some(true), key("applications-active")),
        (Some(false), key("applications-disabled-state")),
    ];
    let states = states.map(|(state, label)| Tab {
        label: t(label),
        href: question.address(state, None),
        current: state == question.active,
    });
    let lead = if administrator { t("applications-lead") } else { t("applications-lead-manager") };
    let searched = question.search.clone().unwrap_or_default();
    let (states, table) = (Vec::from(states), table(found));
    view! {
        <Page title=t("applications-title") lead=lead action=action.into_any()>
            <div class="filters">
                <SearchForm
                    action=LIST
                    label=t("applications-search")
                    value=searched.clone()
                />
                <Tabs label=t("applications-column-state") tabs=states.clone() />
            </div>
            {table}
            <Pager newer=newest older=older />
        </Page>
    }
    .into_any()
}

fn table(found: Vec<Overview>) -> AnyView {
    if found.is_empty() {
        return view! {
            <EmptyState
                icon=Symbol::Search
                title=t("applications-nothing-found")
                text=t("applications-nothing-found-text")
            />
        }
        .into_any();
    }
    let columns = vec![
        Column::text(t("applications-column-name")),
        Column::text(t("applications-column-for")),
        Column::plain(t("applications-column-state")),
        Column::text(t("applications-last-used")),
    ];
    let rows = found.into_iter().map(row).collect();
    view! { <Table caption=t("applications-title") columns=columns rows=rows /> }.into_any()
}

/// Its logo, else its first letter: the name stands beside.
fn picture(application: &Application) -> AnyView {
    match logo_path(application) {
        Some(address) => view! { <img class="logo" src=address alt="" width="32" height="32" /> }.into_any(),
        None => view! { <Avatar name=application.name.clone() /> }.into_any(),
    }
}

fn row(overview: Overview) -> Vec<AnyView> {
    let may = sentence(&overview);
    let application = overview.application;
    let picture = picture(&application);
    let href = format!("{LIST}/{}", application.slug);
    let domains = match overview.domains {
        Domains::All => {
            view! { <Badge tone=Tone::Warning icon=Symbol::Warning>{t("applications-everybody-warning")}</Badge> }
                .into_any()
        }
        Domains::Only(domains) if domains.is_empty() => {
            view! { <span class="quiet-text">{t("applications-nobody")}</span> }.into_any()
        }
        Domains::Only(domains) => names(&domains).join(", ").into_any(),
    };
    let last_used = match application.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => view! { <span class="quiet-text">{t("applications-never")}</span> }.into_any(),
    };
    vec![
        view! {
            <span class="who">
                {picture}
                <span class="who-name">
                    <a href=href>{application.name}</a>
                    <CellNote>{may}</CellNote>
                </span>
            </span>
        }
        .into_any(),
        domains,
        state_badge(application.active).into_any(),
        last_used,
    ]
}
