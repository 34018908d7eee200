//! One application; its secret, when it was made just now.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;

use super::{sentence, state_badge};
use crate::accounts::unless_administrator;
use crate::applications::actions::SwitchApplication;
use crate::applications::{Applications, ListedSecret, Overview};
use crate::config::PublicUrl;
use crate::ui::{
    CodeBlock, Column, ConfirmDialog, CopyField, Crumb, DangerItem, DangerZone, ErrorKind, Fact, Facts, Flash,
    HiddenField, Look, Page, RelativeTime, SecretOnce, Section, ShownSecret, SubmitButton, Symbol, Table, failure_page,
    parts, refusal_page, t, tf,
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
    let panel = secret.map(|secret| secret_panel(&overview, secret));
    let lead = sentence(&overview);
    let Overview { application, secrets, .. } = overview;
    let creation = if application.allow_user_creation { t("applications-yes") } else { t("applications-no") };
    let side = view! {
        <Facts>
            <Fact term=t("applications-column-state")>{state_badge(application.active)}</Fact>
            <Fact term=t("applications-user-creation")>{creation}</Fact>
            <Fact term=t("applications-made")>
                <RelativeTime at=application.created_at />
            </Fact>
        </Facts>
    };
    let crumbs = vec![Crumb::new(t("applications-title"), "/admin/applications")];
    view! {
        <Page title=application.name.clone() lead=lead crumbs=crumbs side=side.into_any()>
            {panel}
            <Section title=t("applications-client-id")>
                <CopyField value=application.client_id.to_string() label=t("applications-client-id") wide=true />
            </Section>
            <Section title=t("applications-secrets")>{secret_table(secrets)}</Section>
            {switch(application.slug, &application.name, application.active)}
        </Page>
    }
    .into_any()
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
    view! { <Table caption=t("applications-secrets") columns=columns rows=rows /> }
}

fn switch(slug: String, name: &str, active: bool) -> AnyView {
    if !active {
        return view! {
            <form method="post" action=SwitchApplication::url()>
                <HiddenField name="application" value=slug />
                <HiddenField name="active" value="true" />
                <SubmitButton look=Look::Primary>{t("applications-enable")}</SubmitButton>
            </form>
        }
        .into_any();
    }
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
    .into_any()
}
