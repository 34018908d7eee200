//! What an administrator may do about a person that takes something from her, or ends her account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::accounts::{Account, Status, Visitor};
use crate::administration::actions::{ChangeRole, DisablePerson, PEOPLE};
use crate::administration::ends::{DELETE_PERSON_FORM, DeletePerson};
use crate::base::AccountId;
use crate::lifecycle::actions::{BY_ADDRESS, DELETE, spelled};
use crate::ui::{
    ButtonLink, Choice, ConfirmDialog, DangerItem, DangerZone, FieldKind, HiddenField, Select, Symbol, TextField, t, tf,
};

/// What takes power away or gives it.
pub(super) fn danger(account: &Account, name: &str) -> Option<AnyView> {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let herself = visitor.account().is_some_and(|visitor| visitor.id == account.id);
    let role = (account.status != Status::Pending).then(|| role_item(account, name));
    let disable = (account.status != Status::Disabled && !herself).then(|| disable_item(account.id, name));
    // Her own account she deletes where she sees her data.
    let merge = (account.status != Status::Disabled && !herself).then(|| merge_item(account.id));
    let delete = (!herself).then(|| delete_item(account, name));
    (role.is_some() || delete.is_some()).then(|| {
        view! {
            <DangerZone>
                {role}
                {disable}
                {merge}
                {delete}
            </DangerZone>
        }
        .into_any()
    })
}

fn merge_item(id: AccountId) -> impl IntoView {
    view! {
        <DangerItem title=t("person-merge") text=t("person-merge-text")>
            <ButtonLink href=format!("{PEOPLE}/{id}/merge")>{t("person-merge")}</ButtonLink>
        </DangerItem>
    }
}

fn delete_item(account: &Account, name: &str) -> impl IntoView + use<> {
    let (id, spelled) = (account.id, spelled(account));
    let question = tf("person-delete-title", &[("name", name.into())]);
    let fates = vec![
        Choice::new("", t("person-delete-fate-none")),
        Choice::new(BY_ADDRESS, t("person-delete-fate-address")),
        Choice::new(DELETE, t("person-delete-fate-delete")),
    ];
    view! {
        <DangerItem title=t("person-delete") text=t("person-delete-text")>
            <ConfirmDialog
                id=DELETE_PERSON_FORM
                open=t("person-delete")
                icon=Symbol::Trash
                title=question
                text=t("person-delete-text")
                action=DeletePerson::url()
                deed=t("person-delete")
                type_name=spelled
            >
                <HiddenField name="person" value=id.to_string() />
                <Select name="fate" label=t("person-delete-fate") options=fates.clone() />
                <TextField name="heir" label=t("person-delete-heir") kind=FieldKind::Email optional=true />
            </ConfirmDialog>
        </DangerItem>
    }
}

fn role_item(account: &Account, name: &str) -> impl IntoView + use<> {
    let (id, grant) = (account.id, !account.is_administrator());
    let (deed, text, question) = if grant {
        (t("person-grant"), t("person-grant-text"), tf("person-grant-title", &[("name", name.into())]))
    } else {
        (t("person-revoke"), t("person-revoke-text"), tf("person-revoke-title", &[("name", name.into())]))
    };
    view! {
        <DangerItem title=deed.clone() text=text.clone()>
            <ConfirmDialog
                id="change-role"
                open=deed.clone()
                icon=Symbol::Shield
                title=question
                text=text
                action=ChangeRole::url()
                deed=deed
            >
                <HiddenField name="person" value=id.to_string() />
                <HiddenField name="admin" value=grant.to_string() />
            </ConfirmDialog>
        </DangerItem>
    }
}

fn disable_item(id: AccountId, name: &str) -> impl IntoView + use<> {
    let question = tf("person-disable-title", &[("name", name.into())]);
    view! {
        <DangerItem title=t("person-disable") text=t("person-disable-text")>
            <ConfirmDialog
                id="disable-person"
                open=t("person-disable")
                icon=Symbol::Cross
                title=question
                text=t("person-disable-text")
                action=DisablePerson::url()
                deed=t("person-disable")
            >
                <HiddenField name="person" value=id.to_string() />
            </ConfirmDialog>
        </DangerItem>
    }
}
