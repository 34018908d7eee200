//! One application; its secret, when it was made just now.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::{sentence, state_badge};
use crate::accounts::unless_administrator;
use crate::applications::actions::SwitchApplication;
use crate::applications::{Application, Applications, ListedSecret, Overview};
use crate::base::{Scope, ScopeList};
use crate::config::PublicUrl;
use crate::ui::{
    CodeBlock, Column, ConfirmDialog, CopyField, Crumb, DangerItem, DangerZone, ErrorKind, Fact, Facts, Flash,
    HiddenField, Icon, Look, NoticeBanner, NoticeKind, Page, RelativeTime, SecretOnce, Section, ShownSecret,
    SubmitButton, Symbol, Table, Tone, failure_page, language, parts, refusal_page, t, tf,
};

/// `/admin/applications/{slug}`
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let slug = use_params_map().get_untracked().get("slug").unwrap_or_default();
    Suspend::new(async move {
        if let Some(instead) = unless_administrator() {
            return instead;
        }
        match expect_context::<Applications>().find_by_slug(&slug).await {
            Ok(Some(overview)) => page(overview),
            Ok(None) => refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND),
            Err(error) => failure_page(error),
        }
    })
}

fn page(overview: Overview) -> AnyView {
    let secret = parts().extensions.get::<Flash>().and_then(|flash| flash.secret.clone());
    // The panel has the client id as well.
    let client_id = secret.is_none().then(|| client_id(&overview.application));
    let panel = secret.map(|secret| secret_panel(&overview, secret));
    let lead = sentence(&overview);
    let Overview { application, secrets, .. } = overview;
    let creation = if application.allow_user_creation { t("applications-yes") } else { t("applications-no") };
    let side = view! {
        <Facts>
            <Fact term=t("applications-user-creation")>{creation}</Fact>
            <Fact term=t("applications-made")>
                <RelativeTime at=application.created_at />
            </Fact>
        </Facts>
    };
    let crumbs = vec![Crumb::new(t("applications-title"), "/admin/applications")];
    let state = state_badge(application.active).into_any();
    let (stopped, disable) = if application.active {
        (None, Some(disable(application.slug, &application.name)))
    } else {
        (Some(enable(application.slug)), None)
    };
    view! {
        <Page
            title=application.name.clone()
            named=true
            state=state
            lead=lead
            crumbs=crumbs
            side=side.into_any()
        >
            {stopped}
            {panel}
            <Section title=t("applications-scopes")>{deeds(&application.scopes)}</Section>
            <Section title=t("applications-credentials") lead=t("applications-credentials-lead")>
                {client_id}
                {secret_table(secrets)}
            </Section>
            {disable}
        </Page>
    }
    .into_any()
}

/// What it may do, and what it may not.
fn deeds(scopes: &ScopeList) -> impl IntoView + use<> {
    let (may, may_not): (Vec<_>, Vec<_>) = Scope::ALL.into_iter().partition(|scope| scopes.contains(*scope));
    view! {
        <div class="deeds">
            {sentences(t("applications-may"), Symbol::Check, may)}
            {sentences(t("applications-may-not"), Symbol::Cross, may_not)}
        </div>
    }
}

/// Rights, a line each, under what is said of all of them.
fn sentences(title: String, symbol: Symbol, scopes: Vec<Scope>) -> Option<impl IntoView> {
    let line = |scope: Scope| {
        view! {
            <li>
                <Icon of=symbol />
                <span>
                    <span class="sentence">{scope.description(language())}</span>
                    " "
                    <code class="quiet-text">{scope.as_str()}</code>
                </span>
            </li>
        }
    };
    let tone = if symbol == Symbol::Check { Tone::Ok } else { Tone::Neutral };
    let lines: Vec<_> = scopes.into_iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <div>
                <h3>{title}</h3>
                <ul class="sentences" data-tone=tone.as_str()>
                    {lines}
                </ul>
            </div>
        }
    })
}

fn client_id(application: &Application) -> impl IntoView + use<> {
    view! {
        <div class="named-value">
            <span class="label">{t("applications-client-id")}</span>
            <CopyField value=application.client_id.to_string() label=t("applications-client-id") wide=true />
        </div>
    }
}

/// Id and secret this once, with a command that uses them.
fn secret_panel(overview: &Overview, ShownSecret(secret): ShownSecret) -> impl IntoView + use<> {
    let client_id = overview.application.client_id.to_string();
    let url = expect_context::<PublicUrl>().at("/external-api/v1.0/application/token/");
    let command = format!(
        "curl {url} \\\n  -d grant_type=client_credentials \\\n  -d client_id={client_id} \\\n  \
         -d client_secret={secret} \\\n  -d scope=person@example.org"
    );
    let values = vec![(t("applications-client-id"), client_id), (t("applications-secret"), secret)];
    view! {
        <SecretOnce title=t("applications-secret-title") values=values>
            <p>{t("applications-try")}</p>
            <CodeBlock code=command.clone() label=t("applications-try") copy=true />
        </SecretOnce>
    }
}

fn secret_table(secrets: Vec<ListedSecret>) -> impl IntoView {
    let columns = vec![
        Column::text(t("applications-secret-column-prefix")),
        Column::text(t("applications-secret-column-made")),
        Column::text(t("applications-secret-column-end")),
    ];
    let row = |secret: ListedSecret| {
        let end = match secret.expires_at {
            Some(end) => view! { <RelativeTime at=end /> }.into_any(),
            None => t("applications-secret-no-end").into_any(),
        };
        vec![
            view! { <span class="mono">{secret.prefix} "…"</span> }.into_any(),
            view! { <RelativeTime at=secret.created_at /> }.into_any(),
            end,
        ]
    };
    let rows = secrets.into_iter().map(row).collect();
    view! { <Table caption=t("applications-secret") columns=columns rows=rows /> }
}

/// On top of the page of a disabled one: that it is, and the way back.
fn enable(slug: String) -> impl IntoView {
    let action = view! {
        <form method="post" action=SwitchApplication::url()>
            <HiddenField name="application" value=slug />
            <HiddenField name="active" value="true" />
            <SubmitButton look=Look::Primary>{t("applications-enable")}</SubmitButton>
        </form>
    };
    view! {
        <NoticeBanner kind=NoticeKind::Warning action=action.into_any()>
            {t("applications-is-disabled")}
        </NoticeBanner>
    }
}

fn disable(slug: String, name: &str) -> impl IntoView + use<> {
    let question = tf("applications-disable-title", &[("name", name.into())]);
    view! {
        <DangerZone>
            <DangerItem title=t("applications-disable") text=t("applications-disable-text")>
                <ConfirmDialog
                    id="disable-application"
                    open=t("applications-disable")
                    icon=Symbol::Cross
                    title=question
                    text=t("applications-disable-text")
                    action=SwitchApplication::url()
                    deed=t("applications-disable")
                >
                    <HiddenField name="application" value=slug.clone() />
                    <HiddenField name="active" value="false" />
                </ConfirmDialog>
            </DangerItem>
        </DangerZone>
    }
}
