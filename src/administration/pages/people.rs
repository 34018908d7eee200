//! The people who have accounts.

use leptos::prelude::*;

use super::{address_of, called, role_badge, status_badge};
use crate::accounts::{Account, Accounts, People, PeopleSearch, Role, Status, unless_administrator};
use crate::administration::actions::PEOPLE;
use crate::administration::invite::INVITE;
use crate::base::{AccountId, StoreError};
use crate::sign_in::openid::OpenId;
use crate::sign_in::openid::actions::REQUESTS;
use crate::ui::{
    ButtonLink, CellNote, Choice, Column, EmptyState, FilterForm, Look, Page, Pager, RelativeTime, Select, Symbol,
    Table, TextField, failure_page, parameter, t, tf,
};

/// `/admin/users`
#[component]
pub fn PeoplePage() -> impl IntoView {
    Suspend::new(async {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        let id = |name: &str| parameter(name).and_then(|id| id.parse::<AccountId>().ok());
        let search = PeopleSearch {
            text: parameter("q").unwrap_or_default(),
            status: parameter("status").and_then(|word| word.parse().ok()),
            role: parameter("role").and_then(|word| word.parse().ok()),
            limit: None,
            older_than: id("older"),
            newer_than: id("newer"),
        };
        match found(&search).await {
            Ok((people, waiting)) => page(&search, people, waiting),
            Err(error) => failure_page(error),
        }
    })
}

/// Those who are looked for, and how many people wait for a decision about their sign-in.
async fn found(search: &PeopleSearch) -> Result<(People, u64), StoreError> {
    let people = expect_context::<Accounts>().search(search).await?;
    Ok((people, expect_context::<OpenId>().conflicts().waiting().await?))
}

fn page(search: &PeopleSearch, people: People, waiting: u64) -> AnyView {
    let beside = |name: &str, id: Option<AccountId>| id.map(|id| address(search, name, &id.to_string()));
    let (newer, older) = (beside("newer", people.newer), beside("older", people.older));
    let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
    let requests = view! {
        <ButtonLink href=INVITE look=Look::Primary icon=Symbol::Plus>
            {t("invite-title")}
        </ButtonLink>
        <ButtonLink href=REQUESTS icon=Symbol::Person>
            {tf("people-requests", &[("count", waiting.into())])}
        </ButtonLink>
    };
    let content = if people.accounts.is_empty() {
        view! { <EmptyState icon=Symbol::Search title=t("people-nobody") text=t("people-nobody-text") /> }.into_any()
    } else {
        table(people.accounts)
    };
    let form = form(search);
    view! {
        <Page title=t("people-title") lead=t("people-lead") action=requests.into_any()>
            {form}
            {content}
            <Pager newer=newer older=older />
        </Page>
    }
    .into_any()
}

fn form(search: &PeopleSearch) -> impl IntoView + use<> {
    let asked = !search.text.is_empty() || search.status.is_some() || search.role.is_some();
    let statuses = vec![
        Choice::new("", t("people-any-status")),
        Choice::new(Status::Active.to_string(), t("people-active")),
        Choice::new(Status::Pending.to_string(), t("people-pending")),
        Choice::new(Status::Disabled.to_string(), t("people-disabled")),
    ];
    let roles = vec![
        Choice::new("", t("people-any-role")),
        Choice::new(Role::User.to_string(), t("people-user")),
        Choice::new(Role::Admin.to_string(), t("ui-administrator")),
    ];
    let word = |word: Option<String>| word.unwrap_or_default();
    let fields = view! {
        <TextField name="q" label=t("people-search") value=search.text.clone() optional=true />
        <Select
            name="status"
            label=t("people-column-state")
            options=statuses
            value=word(search.status.map(|status| status.to_string()))
        />
        <Select
            name="role"
            label=t("people-column-role")
            options=roles
            value=word(search.role.map(|role| role.to_string()))
        />
    };
    view! {
        <FilterForm action=PEOPLE asked=asked>
            {fields}
        </FilterForm>
    }
}

fn table(accounts: Vec<Account>) -> AnyView {
    let columns = vec![
        Column::text(t("people-column-name")),
        Column::plain(t("people-column-state")),
        Column::plain(t("people-column-role")),
        Column::text(t("people-column-made")),
    ];
    let rows = accounts.into_iter().map(|account| row(&account)).collect();
    view! { <Table caption=t("people-title") columns=columns rows=rows /> }.into_any()
}

fn row(account: &Account) -> Vec<AnyView> {
    let (href, name) = (format!("{PEOPLE}/{}", account.id), called(account));
    let address = address_of(account).filter(|address| *address != name);
    vec![
        view! {
            <a href=href>{name}</a>
            {address.map(|address| view! { <CellNote>{address}</CellNote> })}
        }
        .into_any(),
        status_badge(account.status).into_any(),
        role_badge(account.role).into_any(),
        view! { <RelativeTime at=account.created_at /> }.into_any(),
    ]
}

/// The list from another account on, with what was looked for.
fn address(search: &PeopleSearch, name: &str, id: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !search.text.is_empty() {
        query.append_pair("q", &search.text);
    }
    if let Some(status) = search.status {
        query.append_pair("status", &status.to_string());
    }
    if let Some(role) = search.role {
        query.append_pair("role", &role.to_string());
    }
    query.append_pair(name, id);
    format!("{PEOPLE}?{}", query.finish())
}
