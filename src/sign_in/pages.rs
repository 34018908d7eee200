//! The page to sign in on.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{SIGN_IN_FORM, SignInWithPassword};
use super::openid::{Button, OpenId};
use crate::accounts::{Accounts, Visitor};
use crate::ui::{
    ButtonLink, Card, FieldKind, Form, FormActions, HiddenField, Look, Page, PasswordField, SubmitButton, TextField,
    Width, failure_page, language, parameter, safe_path, see_other, t, tf,
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
        let both = passwords && !buttons.is_empty();
        let through = buttons.into_iter().map(|button| provider(&button, &next)).collect::<Vec<_>>();
        view! {
            <Page title=t("sign-in-title") width=Width::Card>
                <Card>
                    {through}
                    {both.then(|| view! { <p class="or">{t("sign-in-or")}</p> })}
                    {passwords.then(|| password(next, !both))}
                </Card>
            </Page>
        }
        .into_any()
    })
}

fn provider(button: &Button, next: &str) -> AnyView {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let href = format!("/auth/{}/login/?{query}", button.id);
    let named = [("provider", button.label.clone().into())];
    let (deed, trouble) = (tf("sign-in-with", &named), button.down.then(|| tf("sign-in-down", &named)));
    view! {
        <div class="provider">
            <ButtonLink href=href look=Look::Primary large=true>
                {deed}
            </ButtonLink>
            {trouble.map(|trouble| view! { <p class="hint">{trouble}</p> })}
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
