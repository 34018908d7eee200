//! The page about an address that is another account's, and the administrators' page about such.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{
    AskAdministrator, CODE_FORM, CONFLICT, DecideRequest, JoinIdentity, ProveWithCode, SendCode, conflict_here,
};
use super::{Conflict, OpenId};
use crate::accounts::{Account, Status, Visitor, unless_administrator};
use crate::ui::{
    Badge, ButtonLink, CellNote, Column, Crumb, EmptyState, FieldKind, Form, FormActions, HiddenField, Look, Page,
    RelativeTime, Section, SubmitButton, Symbol, Table, TextField, Tone, Width, failure_page, language, t, tf,
};

/// `/sign-in/conflict`
#[component]
pub fn ConflictPage() -> impl IntoView {
    Suspend::new(async {
        let openid = expect_context::<OpenId>();
        match conflict_here(&openid).await {
            Ok(Some(conflict)) => conflict_page(&openid, &conflict),
            Ok(None) => nothing_to_decide(),
            Err(error) => failure_page(error),
        }
    })
}

fn nothing_to_decide() -> AnyView {
    view! {
        <Page title=t("conflict-none-title") lead=t("conflict-none-text") width=Width::Card>
            <FormActions>
                <ButtonLink href="/sign-in" look=Look::Primary>
                    {t("error-sign-in")}
                </ButtonLink>
            </FormActions>
        </Page>
    }
    .into_any()
}

fn conflict_page(openid: &OpenId, conflict: &Conflict) -> AnyView {
    let provider = openid.label(&conflict.arrival.provider, language());
    let through = || [("provider", provider.clone().into())];
    let lead = match &conflict.arrival.email {
        Some(email) => tf("conflict-lead", &[("provider", provider.clone().into()), ("email", email.clone().into())]),
        None => tf("conflict-lead-plain", &through()),
    };
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let (way, proven) = match visitor.account() {
        Some(account) if account.id == conflict.account => (join(tf("conflict-join-text", &through())), true),
        Some(_) => (section("conflict-other-title", t("conflict-other-text")), false),
        None => (old_way(), false),
    };
    let code = (visitor.account().is_none() && openid.conflicts().sends_codes()).then(|| code(conflict));
    // Who proved whose account it is has nothing to ask.
    let ask = (!proven).then(|| match conflict.requested_at {
        Some(_) => section("conflict-asked-title", tf("conflict-asked", &through())),
        None => ask(tf("conflict-ask-text", &through())),
    });
    view! {
        <Page title=t("conflict-title") lead=lead width=Width::Form>
            {way}
            {code}
            {ask}
        </Page>
    }
    .into_any()
}

fn section(title: &'static str, text: String) -> AnyView {
    view! {
        <Section title=t(title) lead=text />
    }
    .into_any()
}

fn old_way() -> AnyView {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", CONFLICT).finish();
    view! {
        <Section title=t("conflict-old-way-title") lead=t("conflict-old-way-text")>
            <FormActions>
                <ButtonLink href=format!("/sign-in?{query}") look=Look::Primary>
                    {t("conflict-old-way")}
                </ButtonLink>
            </FormActions>
        </Section>
    }
    .into_any()
}

/// A letter to the account's address. Nothing here tells whether one goes there.
fn code(conflict: &Conflict) -> AnyView {
    if conflict.code_until.is_none() {
        // Of the same id: what was wrong with the last code stands here when it may be tried no more.
        return view! {
            <Section title=t("conflict-code-title") lead=t("conflict-code-text")>
                <Form id=CODE_FORM action=SendCode::url()>
                    <FormActions>
                        <SubmitButton look=Look::Plain>{t("conflict-code-send")}</SubmitButton>
                    </FormActions>
                </Form>
            </Section>
        }
        .into_any();
    }
    view! {
        <Section title=t("conflict-code-title") lead=t("conflict-code-text")>
            <Form id=CODE_FORM action=ProveWithCode::url()>
                <TextField
                    name="code"
                    label=t("conflict-code")
                    help=t("conflict-code-help")
                    kind=FieldKind::Number
                    autocomplete="one-time-code"
                />
                <FormActions>
                    <SubmitButton>{t("conflict-code-check")}</SubmitButton>
                </FormActions>
            </Form>
            <form method="post" action=SendCode::url()>
                <SubmitButton look=Look::Quiet>{t("conflict-code-again")}</SubmitButton>
            </form>
        </Section>
    }
    .into_any()
}

fn join(text: String) -> AnyView {
    view! {
        <Section title=t("conflict-join-title") lead=text>
            <Form id="join-identity" action=JoinIdentity::url()>
                <FormActions>
                    <SubmitButton>{t("conflict-join")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
    .into_any()
}

fn ask(text: String) -> AnyView {
    view! {
        <Section title=t("conflict-ask-title") lead=text>
            <Form id="ask-administrator" action=AskAdministrator::url()>
                <FormActions>
                    <SubmitButton look=Look::Plain>{t("conflict-ask")}</SubmitButton>
                </FormActions>
            </Form>
        </Section>
    }
    .into_any()
}

/// `/admin/sign-in-requests`
#[component]
pub fn RequestsPage() -> impl IntoView {
    Suspend::new(async {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        let openid = expect_context::<OpenId>();
        match openid.conflicts().requests().await {
            Ok(requests) => requests_page(&openid, requests),
            Err(error) => failure_page(error),
        }
    })
}

/// The page is reached from that of all people.
fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new(t("ui-people"), "/admin/users")]
}

fn requests_page(openid: &OpenId, requests: Vec<(Conflict, Account)>) -> AnyView {
    if requests.is_empty() {
        return view! {
            <Page title=t("requests-title") crumbs=crumbs()>
                <EmptyState icon=Symbol::Person title=t("requests-empty") text=t("requests-empty-text") />
            </Page>
        }
        .into_any();
    }
    let columns = vec![
        Column::text(t("requests-column-who")),
        Column::text(t("requests-column-through")),
        Column::text(t("requests-column-account")),
        Column::text(t("requests-column-asked")),
        Column::text(t("requests-column-decide")),
    ];
    let rows = requests.into_iter().map(|(conflict, account)| row(openid, conflict, account)).collect();
    view! {
        <Page title=t("requests-title") lead=t("requests-lead") crumbs=crumbs()>
            <Table caption=t("requests-title") columns=columns rows=rows />
        </Page>
    }
    .into_any()
}

fn row(openid: &OpenId, conflict: Conflict, account: Account) -> Vec<AnyView> {
    let (administrator, disabled) = (account.is_administrator(), account.status == Status::Disabled);
    let email = account.email.map(|email| email.as_str().to_owned()).or(account.claimed_email);
    let id = conflict.id.to_string();
    vec![
        named(conflict.arrival.name, conflict.arrival.email),
        openid.label(&conflict.arrival.provider, language()).into_any(),
        view! {
            {named(account.name, email)}
            {administrator.then(|| view! { <Badge tone=Tone::Warning>{t("requests-administrator")}</Badge> })}
            {disabled.then(|| view! { <Badge>{t("requests-disabled")}</Badge> })}
        }
        .into_any(),
        conflict.requested_at.map(|at| view! { <RelativeTime at=at /> }).into_any(),
        decision(id),
    ]
}

/// A name with the address under it, or the one that there is.
fn named(name: Option<String>, email: Option<String>) -> AnyView {
    match (name, email) {
        (Some(name), Some(email)) => view! {
            {name}
            <CellNote>{email}</CellNote>
        }
        .into_any(),
        (name, email) => name.or(email).into_any(),
    }
}

fn decision(id: String) -> AnyView {
    view! {
        <Form id=format!("decide-{id}") action=DecideRequest::url()>
            <HiddenField name="request" value=id />
            <FormActions>
                <SubmitButton look=Look::Plain name="join" value="true">
                    {t("requests-join")}
                </SubmitButton>
                <SubmitButton look=Look::Danger name="join" value="false">
                    {t("requests-refuse")}
                </SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}
