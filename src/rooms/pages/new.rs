//! Making a room.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::level_choices;
use crate::entitlements::pages::turned_away;
use crate::rooms::actions::{CREATE_FORM, CreateRoom};
use crate::rooms::{AccessLevel, Rooms};
use crate::ui::{
    ChoiceCards, Crumb, Form, FormActions, Page, Remarks, SubmitButton, Symbol, TextField, Width, caller_or_sign_in,
    failure_page, here, t,
};

/// `/rooms/new`
#[component]
pub fn NewRoomPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        if turned_away().await {
            return ().into_any();
        }
        match expect_context::<Rooms>().preferred_access_level(caller.person).await {
            Ok(preferred) => page(preferred),
            Err(error) => failure_page(error),
        }
    })
}

fn page(preferred: AccessLevel) -> AnyView {
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
                    value=preferred.as_str()
                />
                <FormActions cancel="/rooms">
                    <SubmitButton>{t("rooms-create")}</SubmitButton>
                </FormActions>
            </Form>
        </Page>
    }
    .into_any()
}
