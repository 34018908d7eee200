//! `/account/data`: all that is held of a person, and the end of it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::actions::{BY_ADDRESS, DELETE, DELETE_FORM, DeleteAccount, PAGE, fate_field, heir_field, spelled};
use super::api::DOWNLOAD;
use crate::accounts::pages::{AccountFrame, AccountTab};
use crate::accounts::{Account, Visitor, is_recent};
use crate::rooms::{OwnedAlone, Rooms};
use crate::ui::{
    ButtonLink, CONFIRM_FIELD, Choice, FieldKind, Form, FormActions, Look, Section, Select, SubmitButton, Symbol,
    TextField, caller_or_sign_in, failure_page, here, t, tf,
};

/// `/account/data`
#[component]
pub fn DataPage() -> impl IntoView {
    Suspend::new(async {
        let Some(caller) = caller_or_sign_in(&here()) else { return ().into_any() };
        let account = use_context::<Visitor>().and_then(|visitor| visitor.account().cloned());
        match (account, expect_context::<Rooms>().owned_alone(caller.person).await) {
            (Some(account), Ok(alone)) => page(&account, &alone),
            (_, Err(error)) => failure_page(error),
            (None, Ok(_)) => ().into_any(),
        }
    })
}

fn page(account: &Account, alone: &[OwnedAlone]) -> AnyView {
    let recent = is_recent();
    let confirm = (!recent).then(confirm);
    let download = recent.then(download);
    let delete = recent.then(|| delete_form(account, alone));
    let lead = match alone.len() {
        0 => t("data-delete-lead"),
        rooms => tf("data-delete-lead-rooms", &[("count", i64::try_from(rooms).unwrap_or(i64::MAX).into())]),
    };
    view! {
        <AccountFrame tab=AccountTab::Data>
            {confirm}
            <Section title=t("data-download-title") lead=t("data-download-lead")>
                {download}
            </Section>
            <Section title=t("data-delete-title") lead=lead>
                {delete}
            </Section>
        </AccountFrame>
    }
    .into_any()
}

/// In place of both forms for somebody who signed in a while ago.
fn confirm() -> impl IntoView {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", PAGE).finish();
    view! {
        <Section title=t("data-confirm-title") lead=t("data-confirm-text")>
            <FormActions>
                <ButtonLink href=format!("/sign-in/confirm?{query}") look=Look::Primary icon=Symbol::Key>
                    {t("tokens-confirm")}
                </ButtonLink>
            </FormActions>
        </Section>
    }
}

fn download() -> impl IntoView {
    view! {
        <Form id="download-data" action=DOWNLOAD>
            <FormActions>
                <SubmitButton look=Look::Primary>{t("data-download")}</SubmitButton>
            </FormActions>
        </Form>
    }
}

fn delete_form(account: &Account, alone: &[OwnedAlone]) -> impl IntoView + use<> {
    let rooms: Vec<_> = alone.iter().map(room_fields).collect();
    let label = tf("ui-type-to-confirm", &[("name", spelled(account).into())]);
    view! {
        <Form id=DELETE_FORM action=DeleteAccount::url()>
            {rooms}
            <TextField name=CONFIRM_FIELD label=label.clone() kind=FieldKind::Email />
            <FormActions>
                <SubmitButton look=Look::DangerNow>{t("data-delete")}</SubmitButton>
            </FormActions>
        </Form>
    }
}

/// What becomes of one room.
fn room_fields(room: &OwnedAlone) -> impl IntoView + use<> {
    let name: &str = &room.name;
    let undecided = Choice::new("", t("data-fate-choose"));
    let members = room.others.iter().map(|other| {
        Choice::new(other.account.to_string(), tf("data-fate-member", &[("name", other.name.as_str().into())]))
    });
    let others = [Choice::new(BY_ADDRESS, t("data-fate-address")), Choice::new(DELETE, t("data-fate-delete"))];
    let choices: Vec<_> = std::iter::once(undecided).chain(members).chain(others).collect();
    let fate_label = tf("data-fate", &[("room", name.into())]);
    let heir_label = tf("data-heir", &[("room", name.into())]);
    view! {
        <Select name=fate_field(&room.slug) label=fate_label options=choices />
        <TextField
            name=heir_field(&room.slug)
            label=heir_label
            help=t("data-heir-help")
            kind=FieldKind::Email
            optional=true
        />
    }
}
