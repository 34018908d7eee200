//! The page of people who may not use the service, or of whom nobody knows.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_axum::ResponseOptions;

use super::actions::RecheckAccess;
use super::{Access, Details, Entitlements, Operator, Reason};
use crate::base::{Caller, StoreError};
use crate::ui::{
    ButtonLink, Form, Look, NoticeBanner, NoticeKind, Page, SIGN_OUT_PATH, Section, SubmitButton, Symbol, Viewer,
    Width, caller_or_sign_in, failure_page, here, key, parts, see_other, t, tf,
};

/// The header by which a browser loads a page again after a while, with and without scripts (HTML, "speculative loading and
/// navigation", `Refresh`).
const REFRESH: header::HeaderName = header::REFRESH;

/// The shortest time after which the page loads again.
const SHORTEST: Duration = Duration::from_secs(2);

/// `/no-access`
#[component]
pub fn NoAccessPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        match look(&caller).await {
            Ok((Access::Granted, _)) => {
                see_other("/rooms");
                ().into_any()
            }
            Ok((Access::Denied(reason), details)) => denied(&reason, details),
            Ok((Access::Unknown(wait), _)) => unknown(wait.max(SHORTEST)),
            Err(error) => failure_page(error),
        }
    })
}

async fn look(caller: &Caller) -> Result<(Access, Details), StoreError> {
    let entitlements = expect_context::<Entitlements>();
    let access = entitlements.access(caller).await?;
    let details = match access {
        Access::Denied(_) => entitlements.details(caller.person).await?,
        _ => Details::default(),
    };
    Ok((access, details))
}

fn denied(reason: &Reason, details: Details) -> AnyView {
    let Details { organisation, operators, .. } = details;
    let lead = why(reason, organisation.as_deref());
    let operators = (!operators.is_empty()).then(|| who_can_help(operators));
    // Of her nothing can be asked: what helps is to come in by the other door.
    let stranger = reason.is_not_signed_in();
    let again = (!stranger).then(recheck);
    view! {
        <Page title=t("no-access-title") lead=lead width=Width::Form>
            {operators}
            {what_remains(again.map(IntoAny::into_any), stranger)}
        </Page>
    }
    .into_any()
}

/// Nobody knows: the page asks again by itself, as soon as that makes sense.
fn unknown(wait: Duration) -> AnyView {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::SERVICE_UNAVAILABLE);
        response.insert_header(REFRESH, HeaderValue::from(seconds));
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    let lead = tf("no-access-unknown-lead", &[("seconds", i64::try_from(seconds).unwrap_or(i64::MAX).into())]);
    view! {
        <Page title=t("no-access-unknown-title") lead=lead width=Width::Form>
            {what_remains(Some(recheck().into_any()), false)}
        </Page>
    }
    .into_any()
}

/// The reason in a sentence or two.
fn why(reason: &Reason, organisation: Option<&str>) -> String {
    let of_organisation = |named, unnamed| match organisation {
        Some(name) => tf(named, &[("organisation", name.into())]),
        None => t(unnamed),
    };
    match reason.as_str() {
        Reason::NOT_ACTIVATED => of_organisation(key("no-access-not-activated-named"), key("no-access-not-activated")),
        Reason::NO_ORGANIZATION => t("no-access-no-organisation"),
        Reason::NOT_SIGNED_IN => t("no-access-not-signed-in"),
        Reason::NO_EMAIL => t("no-access-no-email"),
        _ => of_organisation(key("no-access-other-named"), key("no-access-other")),
    }
}

/// Whoever can activate the service, each with the way to ask.
fn who_can_help(operators: Vec<Operator>) -> impl IntoView {
    let rows: Vec<_> = operators
        .into_iter()
        .map(|Operator { name, signup_url }| {
            let ask = signup_url.map(|url| {
                let label = tf("no-access-ask-operator", &[("operator", name.clone().into())]);
                view! {
                    <a class="button" href=url rel="noopener noreferrer" aria-label=label>
                        {t("no-access-ask")}
                    </a>
                }
            });
            view! {
                <li class="operator">
                    <span>{name}</span>
                    {ask}
                </li>
            }
        })
        .collect();
    view! {
        <Section title=t("no-access-operators-title") lead=t("no-access-operators-lead")>
            <ul class="operators">{rows}</ul>
        </Section>
    }
}

/// What she can do all the same.
fn what_remains(again: Option<AnyView>, sign_out_first: bool) -> impl IntoView {
    let viewer = use_context::<Viewer>();
    let as_whom = viewer.map(|viewer| tf("no-access-as", &[("person", viewer.email.unwrap_or(viewer.name).into())]));
    view! {
        <Section title=t("no-access-remains-title") lead=t("no-access-remains-text")>
            <p class="quiet-text small-text">{as_whom}</p>
            <div class="row">
                {again}
                <ButtonLink href="/rooms" icon=Symbol::Door>
                    {t("no-access-rooms")}
                </ButtonLink>
                {sign_out(sign_out_first)}
            </div>
        </Section>
    }
}

fn recheck() -> impl IntoView {
    view! {
        <Form id="recheck-access" action=RecheckAccess::url()>
            <SubmitButton busy=t("no-access-checking")>
                {t("no-access-check")}
            </SubmitButton>
        </Form>
    }
}

fn sign_out(first: bool) -> impl IntoView {
    view! {
        <form method="post" action=SIGN_OUT_PATH>
            <SubmitButton look=if first { Look::Primary } else { Look::Plain } icon=Symbol::SignOut>
                {t("ui-sign-out")}
            </SubmitButton>
        </form>
    }
}

/// Whether the person who reads is known to have no access: then pages offer her nothing that would only refuse her.
pub fn is_denied() -> bool {
    let caller = parts().extensions.get::<Caller>().cloned();
    let entitlements = use_context::<Entitlements>();
    let access = caller.zip(entitlements).map(|(caller, entitlements)| entitlements.glance(&caller));
    matches!(access, Some(Access::Denied(_)))
}

/// In place of what she may not do: that she may not, and where it says why.
pub fn denied_banner() -> AnyView {
    let why = view! { <ButtonLink href=super::NO_ACCESS>{t("no-access-why")}</ButtonLink> };
    view! {
        <NoticeBanner kind=NoticeKind::Info action=why.into_any()>
            {t("no-access-banner")}
        </NoticeBanner>
    }
    .into_any()
}

/// The way of somebody without access who opens a page that is for those who have it; true when she is on it.
pub async fn turned_away() -> bool {
    let Some(caller) = parts().extensions.get::<Caller>().cloned() else { return false };
    let access = expect_context::<Entitlements>().access(&caller).await;
    // Where the database fails, the page itself says so.
    let away = access.is_ok_and(|access| !access.is_granted());
    if away {
        see_other(super::NO_ACCESS);
    }
    away
}
