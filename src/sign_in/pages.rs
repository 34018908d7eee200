//! The page to sign in on.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{SIGN_IN_FORM, SignInWithPassword};
use crate::accounts::Visitor;
use crate::ui::{
    Card, FieldKind, Form, FormActions, HiddenField, Page, PasswordField, SubmitButton, TextField, Width, parameter,
    safe_path, see_other, t,
};

/// `/sign-in`
#[component]
pub fn SignInPage() -> impl IntoView {
    let next = parameter("next").map_or_else(|| "/rooms".to_owned(), |next| safe_path(&next).to_owned());
    if use_context::<Visitor>().is_some_and(|visitor| visitor.account().is_some()) {
        see_other(&next);
        return ().into_any();
    }
    view! {
        <Page title=t("sign-in-title") width=Width::Card>
            <Card>
                <Form id=SIGN_IN_FORM action=SignInWithPassword::url()>
                    <HiddenField name="next" value=next.clone() />
                    <TextField
                        name="email"
                        label=t("sign-in-email")
                        kind=FieldKind::Email
                        autocomplete="username"
                        autofocus=true
                    />
                    <PasswordField name="password" label=t("sign-in-password") />
                    <FormActions>
                        <SubmitButton>{t("sign-in-submit")}</SubmitButton>
                    </FormActions>
                </Form>
            </Card>
        </Page>
    }
    .into_any()
}
