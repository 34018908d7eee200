//! Making one account part of another: first what comes of it, then the deed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::{address_of, called};
use crate::accounts::{Account, AccountError, Accounts, Visitor, Who, is_recent, unless_administrator};
use crate::administration::actions::PEOPLE;
use crate::administration::ends::{CONFIRM_INTO, MERGE_FORM, MergePerson, merge_page};
use crate::audit::Actor;
use crate::base::{AccountId, EmailAddress, Failure};
use crate::lifecycle::actions::spelled;
use crate::lifecycle::{Lifecycle, LifecycleError, Merged};
use crate::ui::{
    ButtonLink, CONFIRM_FIELD, Column, Crumb, Fact, Facts, FieldKind, Form, FormActions, HiddenField, Look,
    NoticeBanner, NoticeKind, Page, SearchForm, Section, SubmitButton, Symbol, Table, TextField, failure_page, key,
    parameter, problem, t, tf,
};

/// What moves or ends, by table, in words.
const WHAT: [(&str, &str); 9] = [
    ("room_access", key("merge-what-rooms")),
    ("room", key("merge-what-made")),
    ("identity", key("merge-what-identities")),
    ("application_manager", key("merge-what-managed")),
    ("sign_in_conflict", key("merge-what-requests")),
    ("room_default", key("merge-what-defaults")),
    ("mail", key("merge-what-letters")),
    ("session", key("merge-what-sessions")),
    ("personal_token", key("merge-what-tokens")),
];

/// `/admin/users/{id}/merge`
#[component]
pub fn MergePage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    Suspend::new(async move {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        match find(&id).await {
            Ok(from) => {
                let into = parameter("into");
                let preview = match &into {
                    Some(into) => Some(preview(from.id, into).await),
                    None => None,
                };
                page(&from, into.unwrap_or_default(), preview)
            }
            Err(error) => failure_page(error),
        }
    })
}

async fn find(id: &str) -> Result<Account, AccountError> {
    let id: AccountId = id.parse().map_err(|_| AccountError::NotFound)?;
    expect_context::<Accounts>().get(id).await
}

/// What would come of it.
async fn preview(from: AccountId, into: &str) -> Result<Merged, LifecycleError> {
    let who: Who = into.parse().map_err(|_| AccountError::NotFound)?;
    let into = expect_context::<Accounts>().get(who).await?;
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let actor = visitor.account().map_or(Actor::Anonymous, |visitor| Actor::Person(visitor.id));
    expect_context::<Lifecycle>().preview_merge(from, into.id, actor).await
}

fn page(from: &Account, into: String, preview: Option<Result<Merged, LifecycleError>>) -> AnyView {
    let name = called(from);
    let path = format!("{PEOPLE}/{}", from.id);
    let body = match preview {
        Some(Ok(merged)) => what_happens(&merged).into_any(),
        Some(Err(error)) => {
            let Failure(answer) = Failure::from(error);
            view! { <NoticeBanner kind=NoticeKind::Danger>{t(problem(&answer))}</NoticeBanner> }.into_any()
        }
        None => ().into_any(),
    };
    view! {
        <Page
            title=tf("merge-title", &[("name", name.as_str().into())])
            lead=t("merge-lead")
            crumbs=vec![Crumb::new(t("people-title"), PEOPLE), Crumb::new(name, path.clone())]
        >
            <SearchForm action=format!("{path}/merge") name="into" label=t("merge-search") value=into />
            {body}
        </Page>
    }
    .into_any()
}

fn what_happens(merged: &Merged) -> impl IntoView + use<> {
    let rows: Vec<_> = WHAT.iter().filter_map(|(table, what)| rows_of(merged, table, what)).collect();
    let table = if rows.is_empty() {
        view! { <p>{t("merge-none")}</p> }.into_any()
    } else {
        let columns = vec![
            Column::text(t("merge-column-what")),
            Column::figure(t("merge-moved")),
            Column::figure(t("merge-ended")),
        ];
        view! { <Table caption=t("merge-what") columns=columns rows=rows /> }.into_any()
    };
    let consequences: Vec<_> = consequences(merged).into_iter().map(|text| view! { <li>{text}</li> }).collect();
    let side = |account: &Account| {
        let (name, address) = (called(account), address_of(account));
        let address = address.filter(|address| *address != name).map(|address| format!(" ({address})"));
        let href = format!("{PEOPLE}/{}", account.id);
        view! {
            <a href=href>{name}</a>
            {address}
        }
    };
    let (goes, stays) = (side(&merged.from), side(&merged.into));
    let form = if is_recent() { form(merged).into_any() } else { confirm(merged).into_any() };
    view! {
        <Section title=t("merge-what")>
            <Facts lines=true>
                <Fact term=t("merge-goes")>{goes}</Fact>
                <Fact term=t("merge-stays")>{stays}</Fact>
            </Facts>
            {table}
            <ul>{consequences}</ul>
            {form}
        </Section>
    }
}

/// A line of the table; none for what neither moves nor ends.
fn rows_of(merged: &Merged, table: &str, what: &str) -> Option<Vec<AnyView>> {
    let count = |of: &std::collections::BTreeMap<&'static str, u64>| of.get(table).copied().unwrap_or_default();
    let (moved, ended) = (count(&merged.counts.moved), count(&merged.counts.ended));
    (moved + ended > 0).then(|| vec![t(what).into_any(), moved.into_any(), ended.into_any()])
}

/// What becomes of what an account has but once.
fn consequences(merged: &Merged) -> Vec<String> {
    let told = merged.consequences();
    let email = merged.former_address().map(EmailAddress::as_str).unwrap_or_default();
    let lines = [
        (told.address_freed, tf("merge-address-freed", &[("email", email.into())])),
        (told.address_taken, tf("merge-address-taken", &[("email", email.into())])),
        (told.password_dropped, t("merge-password-dropped")),
        (told.role_dropped, t("merge-role-dropped")),
        (true, t("merge-tokens")),
    ];
    lines.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text).collect()
}

fn confirm(merged: &Merged) -> impl IntoView + use<> {
    let next = merge_page(merged.from.id, &merged.into.id.to_string());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
    view! {
        <p>{t("merge-confirm-first")}</p>
        <FormActions>
            <ButtonLink href=format!("/sign-in/confirm?{query}") look=Look::Primary icon=Symbol::Key>
                {t("tokens-confirm")}
            </ButtonLink>
        </FormActions>
    }
}

fn form(merged: &Merged) -> impl IntoView + use<> {
    let (from, into) = (merged.from.id.to_string(), merged.into.id.to_string());
    let of_from = tf("merge-type-from", &[("name", spelled(&merged.from).into())]);
    // As it is before: its address may be the one that it takes.
    let of_into = tf("merge-type-into", &[("name", spelled(&merged.before).into())]);
    view! {
        <Form id=MERGE_FORM action=MergePerson::url()>
            <HiddenField name="person" value=from.clone() />
            <HiddenField name="into" value=into.clone() />
            <TextField name=CONFIRM_FIELD label=of_from.clone() kind=FieldKind::Email />
            <TextField name=CONFIRM_INTO label=of_into.clone() kind=FieldKind::Email />
            <FormActions>
                <SubmitButton look=Look::DangerNow>{t("merge-deed")}</SubmitButton>
            </FormActions>
        </Form>
    }
}
