//! What an application would get for a person: the test on its pages.

use leptos::prelude::*;

use super::{Delegation, Rehearsal, TokenError};
use crate::accounts::Visitor;
use crate::applications::pages::{ApplicationTab, application_page, slug_here};
use crate::applications::{ManagedApplication, managed_or_refusal};
use crate::base::{Refusal, ScopeList};
use crate::ui::{
    ButtonLink, Fact, Facts, FieldKind, NoticeBanner, NoticeKind, Section, Symbol, TextField, failure_page, key,
    parameter, t, tf,
};

/// `/admin/applications/{slug}/test`
#[component]
pub fn TestPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        let managed = match managed_or_refusal(&slug).await {
            Ok(managed) => managed,
            Err(instead) => return instead,
        };
        let Some(email) = parameter("for") else { return page(&managed, None) };
        let client_id = &managed.application().client_id;
        match expect_context::<Delegation>().rehearse(client_id, &email).await {
            Ok(rehearsal) => page(&managed, rehearsal.map(|rehearsal| (email, rehearsal))),
            Err(error) => failure_page(error),
        }
    })
}

fn page(managed: &ManagedApplication, tested: Option<(String, Rehearsal)>) -> AnyView {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let own = visitor.account().and_then(|account| account.email.as_ref()).map(|email| email.as_str().to_owned());
    let email = tested.as_ref().map(|(email, _)| email.clone()).or(own).unwrap_or_default();
    let outcome = tested.map(|(email, rehearsal)| outcome(managed, &email, rehearsal));
    let address = ApplicationTab::Test.path(&managed.application().slug);
    let body = view! {
        <Section title=t("applications-test-title") lead=t("applications-test-lead")>
            // It changes nothing, so it is asked for by its address.
            <form class="form line" method="get" action=address>
                <TextField
                    name="for"
                    label=t("applications-test-for")
                    kind=FieldKind::Email
                    value=email
                />
                <div class="form-actions">
                    <button type="submit" class="button primary">
                        <span>{t("applications-test-deed")}</span>
                    </button>
                </div>
            </form>
            {outcome}
        </Section>
    };
    application_page(managed, ApplicationTab::Test, body.into_any(), None)
}

fn outcome(managed: &ManagedApplication, email: &str, rehearsal: Rehearsal) -> AnyView {
    let whom = || [("email", email.into())];
    match rehearsal {
        Rehearsal::Token(scopes) => granted(managed, tf("applications-test-works", &whom()), &scopes),
        Rehearsal::TokenForNewcomer(scopes) => granted(managed, tf("applications-test-newcomer", &whom()), &scopes),
        Rehearsal::Refused(error) => refused(managed, email, &error),
    }
}

/// A token, with what it would allow and what else is asked of the request.
fn granted(managed: &ManagedApplication, text: String, scopes: &ScopeList) -> AnyView {
    let application = managed.application();
    let networks = application.networks.to_string();
    let from = (!networks.is_empty()).then(|| {
        let text = tf("applications-test-networks", &[("networks", networks.replace(' ', ", ").into())]);
        view! { <NoticeBanner kind=NoticeKind::Info>{text}</NoticeBanner> }
    });
    let nothing = scopes.is_empty().then(|| {
        view! { <NoticeBanner kind=NoticeKind::Warning>{t("applications-test-no-scope")}</NoticeBanner> }
    });
    let no_secret = managed.overview.secrets.is_empty().then(|| {
        view! { <NoticeBanner kind=NoticeKind::Warning>{t("applications-no-secret")}</NoticeBanner> }
    });
    let scopes = scopes.to_string();
    view! {
        <div role="status" class="notices-here">
            <NoticeBanner kind=NoticeKind::Ok>{text}</NoticeBanner>
            {nothing}
            {no_secret}
            {from}
        </div>
        {(!scopes.is_empty())
            .then(|| {
                view! {
                    <Facts lines=true>
                        <Fact term=t("applications-test-scope")>
                            <code>{scopes.clone()}</code>
                        </Fact>
                    </Facts>
                }
            })}
    }
    .into_any()
}

/// The refusal as the application would get it, and what to change.
fn refused(managed: &ManagedApplication, email: &str, error: &TokenError) -> AnyView {
    let slug = managed.application().slug.clone();
    let domain = email.rsplit('@').next().unwrap_or_default();
    let (advice, way) = match error {
        TokenError::Inactive => (t("applications-test-inactive"), None),
        TokenError::InvalidSubject => (t("applications-test-invalid"), None),
        TokenError::DomainNotAllowed => (
            tf("applications-test-domain", &[("domain", domain.into())]),
            Some((ApplicationTab::Permissions, key("applications-tab-permissions"))),
        ),
        TokenError::UserNotFound => (
            tf("applications-test-nobody", &[("email", email.into())]),
            Some((ApplicationTab::Permissions, key("applications-tab-permissions"))),
        ),
        _ => (t("applications-test-other"), None),
    };
    let answer = error.answer();
    let status = answer.status.as_u16().to_string();
    let way = way.filter(|_| managed.by_administrator()).map(|(tab, label)| {
        view! {
            <ButtonLink href=tab.path(&slug) icon=Symbol::ArrowRight>
                {t(label)}
            </ButtonLink>
        }
        .into_any()
    });
    view! {
        <div role="status" class="notices-here">
            <NoticeBanner kind=NoticeKind::Danger action=way.into_any()>
                {advice}
            </NoticeBanner>
        </div>
        <Facts lines=true>
            <Fact term=t("applications-test-status")>
                <code>{status}</code>
            </Fact>
            <Fact term=t("applications-test-code")>
                <code>{answer.code.as_str()}</code>
            </Fact>
        </Facts>
    }
    .into_any()
}
