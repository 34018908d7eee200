//! The pages of links, and the one on which a link is asked for.

use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;

use super::actions::{AcceptInvitation, AskReset, ResetPassword};
use super::{ASK, ASK_FORM, PASSWORD_FORM};
use crate::accounts::{Account, LinkError, LinkPurpose, OneTimeLinks, Visitor};
use crate::base::EmailAddress;
use crate::sign_in::confirm::pages::person;
use crate::ui::{
    ButtonLink, Card, ErrorKind, FieldKind, Form, FormActions, HiddenField, Look, NoticeBanner, NoticeKind, Page,
    PasswordField, SubmitButton, TextField, Width, failure_page, refusal_page, t, tf,
};

/// `/invitation/{token}`
#[component]
pub fn InvitationPage() -> impl IntoView {
    of_link(LinkPurpose::Invitation)
}

/// `/reset-password/{token}`
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    of_link(LinkPurpose::PasswordReset)
}

/// `/reset-password`
#[component]
pub fn AskResetPage() -> impl IntoView {
    if !expect_context::<OneTimeLinks>().are_mailed() {
        return refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND);
    }
    view! {
        <Page title=t("reset-ask-title") lead=t("reset-ask-lead") width=Width::Card>
            <Card>
                <Form id=ASK_FORM action=AskReset::url()>
                    <TextField
                        name="email"
                        label=t("sign-in-email")
                        kind=FieldKind::Email
                        autocomplete="username"
                        autofocus=true
                    />
                    <FormActions cancel="/sign-in">
                        <SubmitButton>{t("reset-ask")}</SubmitButton>
                    </FormActions>
                </Form>
            </Card>
        </Page>
    }
    .into_any()
}

fn of_link(purpose: LinkPurpose) -> impl IntoView {
    keep_secret();
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    Suspend::new(async move {
        match expect_context::<OneTimeLinks>().look(&token, purpose).await {
            Ok(account) => choose(purpose, token, &account),
            Err(LinkError::Over) => over(purpose),
            Err(error) => failure_page(error),
        }
    })
}

/// The address opens a door: no other site hears of it, and nothing keeps the page.
fn keep_secret() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn choose(purpose: LinkPurpose, token: String, account: &Account) -> AnyView {
    let email = account.email.as_ref().map(EmailAddress::as_str).unwrap_or_default().to_owned();
    let (title, lead, deed, action) = match purpose {
        LinkPurpose::Invitation => {
            (t("invitation-title"), t("invitation-lead"), t("invitation-accept"), AcceptInvitation::url())
        }
        LinkPurpose::PasswordReset => (t("reset-title"), t("reset-lead"), t("reset-choose"), ResetPassword::url()),
    };
    let (instead, whose) = (somebody_else(account), person(account));
    view! {
        <Page title=title lead=lead width=Width::Card>
            <Card>
                {instead}
                {whose}
                <Form id=PASSWORD_FORM action=action>
                    <HiddenField name="token" value=token.clone() />
                    <PasswordField
                        name="password"
                        label=t("link-password")
                        help=t("link-password-help")
                        new=true
                        username=email.clone()
                        autofocus=true
                    />
                    <FormActions>
                        <SubmitButton>{deed}</SubmitButton>
                    </FormActions>
                </Form>
            </Card>
        </Page>
    }
    .into_any()
}

/// Said to whoever opens the link where another person is signed in: that sign-in ends.
fn somebody_else(account: &Account) -> Option<AnyView> {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let other = visitor.account().filter(|other| other.id != account.id)?;
    let text = tf("link-somebody-else", &[("name", other.display_name().into())]);
    Some(view! { <NoticeBanner kind=NoticeKind::Warning>{text}</NoticeBanner> }.into_any())
}

fn over(purpose: LinkPurpose) -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::GONE);
    }
    let again = purpose == LinkPurpose::PasswordReset && expect_context::<OneTimeLinks>().are_mailed();
    let text = match purpose {
        LinkPurpose::Invitation => t("invitation-over-text"),
        LinkPurpose::PasswordReset if again => t("reset-over-text"),
        LinkPurpose::PasswordReset => t("reset-over-text-no-mail"),
    };
    let ask = again.then(|| view! { <ButtonLink href=ASK look=Look::Primary>{t("reset-ask-again")}</ButtonLink> });
    let look = if again { Look::Plain } else { Look::Primary };
    view! {
        <Page title=t("link-over-title") lead=text width=Width::Card>
            <Card>
                <div class="form-actions">
                    {ask}
                    <ButtonLink href="/sign-in" look=look>
                        {t("link-over-sign-in")}
                    </ButtonLink>
                </div>
            </Card>
        </Page>
    }
    .into_any()
}
