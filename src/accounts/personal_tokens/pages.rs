//! A person's own tokens.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{CREATE_FORM, CreateToken, PAGE, RevokeToken, SPANS};
use super::{PersonalToken, PersonalTokens};
use crate::accounts::is_recent;
use crate::accounts::pages::{AccountFrame, AccountTab};
use crate::base::Scope;
use crate::config::PublicUrl;
use crate::ui::{
    Badge, ButtonLink, CellNote, CheckboxList, Choice, CodeBlock, Column, ConfirmDialog, Flash, Form, FormActions,
    HiddenField, Look, Moment, RelativeTime, SecretOnce, Section, Select, ShownSecret, SubmitButton, Symbol, Table,
    TextField, Tone, caller_or_sign_in, failure_page, here, language, parts, t, tf,
};

/// `/account/tokens`
#[component]
pub fn TokensPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        match expect_context::<PersonalTokens>().list(caller.person).await {
            Ok(tokens) => page(tokens),
            Err(error) => failure_page(error),
        }
    })
}

fn page(tokens: Vec<PersonalToken>) -> AnyView {
    let secret = parts().extensions.get::<Flash>().and_then(|flash| flash.secret.clone());
    let panel = secret.map(secret_panel);
    let list = (!tokens.is_empty()).then(|| {
        view! { <Section title=t("tokens-list") lead=t("tokens-lead")>{table(tokens)}</Section> }
    });
    let create = if is_recent() { form().into_any() } else { confirm().into_any() };
    view! {
        <AccountFrame tab=AccountTab::Tokens>
            {panel}
            {list}
            <Section title=t("tokens-new") lead=t("tokens-new-lead")>
                {create}
            </Section>
        </AccountFrame>
    }
    .into_any()
}

/// The token this once, with a command that uses it.
fn secret_panel(ShownSecret(secret): ShownSecret) -> impl IntoView {
    let url = expect_context::<PublicUrl>().at("/external-api/v1.0/rooms/");
    let command = format!("curl {url} \\\n  -H \"Authorization: Bearer {secret}\"");
    view! {
        <SecretOnce title=t("tokens-secret-title") values=vec![(t("tokens-secret"), secret)]>
            <p>{t("tokens-try")}</p>
            <CodeBlock code=command label=t("tokens-try") copy=true />
        </SecretOnce>
    }
}

fn table(tokens: Vec<PersonalToken>) -> impl IntoView {
    let columns = vec![
        Column::text(t("tokens-column-name")),
        Column::text(t("tokens-column-may")),
        Column::plain(t("tokens-column-used")),
        Column::plain(t("tokens-column-end")),
        Column::text(t("tokens-revoke")),
    ];
    let rows = tokens.into_iter().map(row).collect();
    view! { <Table caption=t("tokens-list") columns=columns rows=rows /> }
}

fn row(token: PersonalToken) -> Vec<AnyView> {
    let ended = use_context::<Moment>().is_some_and(|moment| token.expires_at <= moment.now);
    let end = if ended {
        view! { <Badge tone=Tone::Warning>{t("tokens-ended")}</Badge> }.into_any()
    } else if token.front_end.is_some() {
        t("tokens-ends-with-sign-in").into_any()
    } else {
        view! { <RelativeTime at=token.expires_at /> }.into_any()
    };
    let used = match token.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => t("tokens-never-used").into_any(),
    };
    let scopes: Vec<_> = token.scopes.iter().map(|scope| view! { <li class="chip">{scope.as_str()}</li> }).collect();
    let of_front_end = token.front_end.is_some().then(|| view! { " " <Badge>{t("tokens-of-front-end")}</Badge> });
    let id = token.id.to_string();
    let question = tf("tokens-revoke-title", &[("name", token.name.as_str().into())]);
    vec![
        view! {
            {token.name}
            {of_front_end}
            <CellNote>
                <span class="mono">{token.prefix} "…"</span>
            </CellNote>
        }
        .into_any(),
        view! { <ul class="chips">{scopes}</ul> }.into_any(),
        used,
        end,
        view! {
            <ConfirmDialog
                id=format!("revoke-{id}")
                open=t("tokens-revoke")
                title=question
                text=t("tokens-revoke-text")
                action=RevokeToken::url()
                deed=t("tokens-revoke")
            >
                <HiddenField name="token" value=id.clone() />
            </ConfirmDialog>
        }
        .into_any(),
    ]
}

/// In place of the form for somebody who signed in a while ago.
fn confirm() -> impl IntoView {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", PAGE).finish();
    view! {
        <p>{t("tokens-confirm-text")}</p>
        <FormActions>
            <ButtonLink href=format!("/sign-in/confirm?{query}") look=Look::Primary icon=Symbol::Key>
                {t("tokens-confirm")}
            </ButtonLink>
        </FormActions>
    }
}

fn form() -> impl IntoView {
    let scope = |scope: Scope| Choice::new(scope.as_str(), scope.description(language())).with_code(scope.as_str());
    let scopes: Vec<_> = Scope::ALL.into_iter().map(scope).collect();
    let span = |days: &u64| {
        let count = i64::try_from(*days).unwrap_or(i64::MAX);
        Choice::new(days.to_string(), tf("tokens-days", &[("count", count.into())]))
    };
    let spans: Vec<_> = SPANS.iter().map(span).collect();
    view! {
        <Form id=CREATE_FORM action=CreateToken::url()>
            <TextField name="name" label=t("tokens-name") help=t("tokens-name-help") />
            <CheckboxList name="scopes[]" label=t("tokens-scopes") choices=scopes.clone() />
            <Select name="days" label=t("tokens-end") options=spans.clone() value="30" />
            <FormActions>
                <SubmitButton>{t("tokens-create")}</SubmitButton>
            </FormActions>
        </Form>
    }
}
