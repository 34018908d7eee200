//! Inviting somebody.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::{OneTimeLinks, unless_administrator};
use crate::administration::actions::PEOPLE;
use crate::administration::invite::{INVITE_FORM, InvitePerson};
use crate::ui::{Crumb, FieldKind, Form, FormActions, Page, Remarks, SubmitButton, Symbol, TextField, Width, t};

/// `/admin/users/new`
#[component]
pub fn InvitePage() -> impl IntoView {
    if let Some(instead) = unless_administrator() {
        return instead;
    }
    let way = if expect_context::<OneTimeLinks>().are_mailed() {
        (Symbol::Clock, t("invite-remark-mail"))
    } else {
        (Symbol::Key, t("invite-remark-link"))
    };
    let remarks = vec![way, (Symbol::People, t("invite-remark-provider"))];
    let side = view! { <Remarks title=t("invite-remarks") remarks=remarks /> };
    view! {
        <Page
            title=t("invite-title")
            lead=t("invite-lead")
            crumbs=vec![Crumb::new(t("people-title"), PEOPLE)]
            width=Width::Form
            side=side.into_any()
        >
            <Form id=INVITE_FORM action=InvitePerson::url()>
                <TextField
                    name="email"
                    label=t("sign-in-email")
                    help=t("invite-email-help")
                    kind=FieldKind::Email
                    autofocus=true
                />
                <TextField name="name" label=t("account-name") help=t("invite-name-help") optional=true />
                <FormActions cancel=PEOPLE>
                    <SubmitButton>{t("invite-deed")}</SubmitButton>
                </FormActions>
            </Form>
        </Page>
    }
    .into_any()
}
