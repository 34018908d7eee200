//! Making a room.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::level_choices;
use crate::rooms::AccessLevel;
use crate::rooms::actions::{CREATE_FORM, CreateRoom};
use crate::ui::{
    ChoiceCards, Crumb, Form, FormActions, Page, Remarks, SubmitButton, Symbol, TextField, Width, caller_or_sign_in,
    here, t,
};

/// `/rooms/new`
#[component]
pub fn NewRoomPage() -> impl IntoView {
    if caller_or_sign_in(&here()).is_none() {
        return ().into_any();
    }
    let crumbs = vec![Crumb::new(t("rooms-title"), "/rooms")];
    let remarks = vec![
        (Symbol::Link, t("rooms-new-remark-link")),
        (Symbol::Key, t("rooms-new-remark-owner")),
        (Symbol::Application, t("rooms-new-remark-applications")),
    ];
    let side = view! { <Remarks title=t("rooms-new-remarks") remarks=remarks /> };
    view! {
        <Page
            title=t("rooms-new-title")
            lead=t("rooms-new-lead")
            crumbs=crumbs
            width=Width::Form
            side=side.into_any()
        >
            <Form id=CREATE_FORM action=CreateRoom::url()>
                <TextField name="name" label=t("rooms-name") help=t("rooms-name-help") autofocus=true />
                <ChoiceCards
                    name="access_level"
                    label=t("rooms-access")
                    choices=level_choices()
                    value=AccessLevel::Trusted.as_str()
                />
                <FormActions cancel="/rooms">
                    <SubmitButton>{t("rooms-create")}</SubmitButton>
                </FormActions>
            </Form>
        </Page>
    }
    .into_any()
}
