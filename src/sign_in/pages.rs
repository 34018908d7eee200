//! The page to sign in on.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{SIGN_IN_FORM, SignInWithPassword};
use super::links::ASK;
use super::openid::{Button, OpenId};
use crate::accounts::{Accounts, OneTimeLinks, Visitor};
use crate::ui::{
    ButtonLink, Card, FieldKind, Form, FormActions, HiddenField, Icon, Look, Page, PasswordField, SubmitButton, Symbol,
    TextField, Width, failure_page, key, language, parameter, safe_path, see_other, t, tf,
};

/// `/sign-in`
#[component]
pub fn SignInPage() -> impl IntoView {
    Suspend::new(async {
        let next = parameter("next").map_or_else(|| "/rooms".to_owned(), |next| safe_path(&next).to_owned());
        if use_context::<Visitor>().is_some_and(|visitor| visitor.account().is_some()) {
            see_other(&next);
            return ().into_any();
        }
        let buttons = expect_context::<OpenId>().buttons(language());
        // Where nobody has a password, two empty fields would only ask for one that does not exist.
        let passwords = match expect_context::<Accounts>().has_passwords().await {
            Ok(passwords) => passwords || buttons.is_empty(),
            Err(error) => return failure_page(error),
        };
        let forgotten = passwords && expect_context::<OneTimeLinks>().are_mailed();
        let both = passwords && !buttons.is_empty();
        let first = buttons.iter().position(|button| !button.down).unwrap_or(0);
        let through = buttons.iter().enumerate();
        let through =
            through.map(|(at, button)| provider(button, at == first, &[("next", &next)], key("sign-in-with")));
        let through = through.collect::<Vec<_>>();
        view! {
            <Page title=t("sign-in-title") width=Width::Card>
                <Card>
                    {(!through.is_empty()).then(|| view! { <div class="providers">{through}</div> })}
                    {both.then(|| view! { <p class="or">{t("sign-in-or")}</p> })}
                    {passwords.then(|| password(next, !both))}
                    {forgotten.then(|| view! { <p><a href=ASK>{t("reset-forgotten")}</a></p> })}
                </Card>
            </Page>
        }
        .into_any()
    })
}

/// The way through a provider, with what is asked of `/auth/{provider}/login/` and the message that names the deed. The first that
/// answers stands out: the settings name them in the order of their weight.
pub(super) fn provider(button: &Button, first: bool, asked: &[(&str, &str)], deed: &'static str) -> AnyView {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
    let href = format!("/auth/{}/login/?{query}", button.id);
    let named = [("provider", button.label.clone().into())];
    let look = if first { Look::Primary } else { Look::Plain };
    let deed = tf(deed, &named);
    if !button.down {
        return view! {
            <div class="provider">
                <ButtonLink href=href look=look large=true>
                    {deed}
                </ButtonLink>
            </div>
        }
        .into_any();
    }
    let trouble = format!("{}-down", button.id);
    view! {
        <div class="provider">
            <ButtonLink href=href look=look large=true described_by=trouble.clone()>
                {deed}
            </ButtonLink>
            <p class="help" id=trouble>
                <Icon of=Symbol::Warning small=true />
                <span>{tf("sign-in-down", &named)}</span>
            </p>
        </div>
    }
    .into_any()
}

fn password(next: String, first: bool) -> AnyView {
    view! {
        <Form id=SIGN_IN_FORM action=SignInWithPassword::url()>
            <HiddenField name="next" value=next />
            <TextField
                name="email"
                label=t("sign-in-email")
                kind=FieldKind::Email
                autocomplete="username"
                autofocus=first
            />
            <PasswordField name="password" label=t("sign-in-password") />
            <FormActions>
                <SubmitButton look=if first { Look::Primary } else { Look::Plain }>{t("sign-in-submit")}</SubmitButton>
            </FormActions>
        </Form>
    }
    .into_any()
}
