//! The page on which a person proves again who she is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{ConfirmWithPassword, has_password};
use super::{AT_PROVIDER, CONFIRM_FORM};
use crate::accounts::{Account, Accounts, Visitor, is_recent};
use crate::sign_in::openid::{Button, OpenId};
use crate::sign_in::pages::provider;
use crate::ui::{
    Avatar, ButtonLink, Card, FieldError, Form, FormActions, FormState, HiddenField, Look, NoticeBanner, NoticeKind,
    Page, PasswordField, SubmitButton, Width, caller_or_sign_in, failure_page, key, language, parameter, safe_path,
    see_other, t,
};

/// `/sign-in/confirm`
#[component]
pub fn ConfirmPage() -> impl IntoView {
    Suspend::new(async {
        let next = parameter("next").map_or_else(|| "/".to_owned(), |next| safe_path(&next).to_owned());
        // Whoever signs in now has proved it by that.
        if caller_or_sign_in(&next).is_none() {
            return ().into_any();
        }
        if is_recent() {
            see_other(&next);
            return ().into_any();
        }
        let visitor = use_context::<Visitor>().unwrap_or_default();
        let Some(account) = visitor.account() else { return ().into_any() };
        match expect_context::<Accounts>().identities(account.id).await {
            Ok(identities) => {
                let buttons = expect_context::<OpenId>().buttons_for(&identities, language());
                page(account, &buttons, &next)
            }
            Err(error) => failure_page(error),
        }
    })
}

fn page(account: &Account, buttons: &[Button], next: &str) -> AnyView {
    let password = has_password(account);
    let both = password && !buttons.is_empty();
    let none = (!password && buttons.is_empty())
        .then(|| view! { <NoticeBanner kind=NoticeKind::Warning>{t("confirm-no-way")}</NoticeBanner> });
    let first = buttons.iter().position(|button| !button.down).unwrap_or(0);
    let through = buttons
        .iter()
        .enumerate()
        .map(|(at, button)| provider(button, at == first, &[("again", "true"), ("next", next)], key("confirm-with")));
    let through = through.collect::<Vec<_>>();
    let person = person(account);
    let end = if password { form(account, next.to_owned(), !both) } else { way_back(next.to_owned()) };
    view! {
        <Page title=t("confirm-title") lead=t("confirm-lead") width=Width::Card>
            <Card>
                {refused_at_provider(AT_PROVIDER)}
                {none}
                {person}
                {(!through.is_empty()).then(|| view! { <div class="providers">{through}</div> })}
                {both.then(|| view! { <p class="or">{t("confirm-or")}</p> })}
                {end}
            </Card>
        </Page>
    }
    .into_any()
}

/// Whose account it is about.
pub(in crate::sign_in) fn person(account: &Account) -> impl IntoView + use<> {
    let name = account.display_name().to_owned();
    let email = account.email.as_ref().map(|email| email.as_str().to_owned()).filter(|email| *email != name);
    view! {
        <div class="who">
            <Avatar name=name.clone() />
            <span class="who-name">
                <b>{name}</b>
                {email.map(|email| view! { <span class="quiet-text">{email}</span> })}
            </span>
        </div>
    }
}

/// Why a provider's word did not do, where that was left under the name `form`.
pub(in crate::sign_in) fn refused_at_provider(form: &str) -> Option<impl IntoView + use<>> {
    let state = use_context::<FormState>().filter(|state| state.form == form)?;
    let text = state.errors.get("").map(FieldError::text)?;
    Some(view! {
        <div role="alert">
            <NoticeBanner kind=NoticeKind::Danger>{text}</NoticeBanner>
        </div>
    })
}

fn form(account: &Account, next: String, first: bool) -> AnyView {
    let email = account.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default();
    view! {
        <Form id=CONFIRM_FORM action=ConfirmWithPassword::url()>
            <HiddenField name="next" value=next.clone() />
            <PasswordField name="password" label=t("sign-in-password") username=email autofocus=first />
            <FormActions cancel=next>
                <SubmitButton look=if first { Look::Primary } else { Look::Plain }>{t("confirm-submit")}</SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}

fn way_back(next: String) -> AnyView {
    view! {
        <div class="form-actions">
            <ButtonLink href=next look=Look::Quiet>
                {t("ui-cancel")}
            </ButtonLink>
        </div>
    }
    .into_any()
}
