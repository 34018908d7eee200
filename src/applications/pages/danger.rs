//! What stops an application, or ends it.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::frame::{ApplicationTab, application_page, prove_first, slug_here};
use crate::applications::actions::{DELETE_FORM, DeleteApplication, RevokeTokens, SwitchApplication};
use crate::applications::{Application, managed_or_refusal};
use crate::ui::{ConfirmDialog, DangerItem, DangerZone, ErrorKind, HiddenField, Symbol, refusal_page, t, tf};

/// `/admin/applications/{slug}/danger`
#[component]
pub fn DangerPage() -> impl IntoView {
    let slug = slug_here();
    Suspend::new(async move {
        let managed = match managed_or_refusal(&slug).await {
            Ok(managed) => managed,
            Err(instead) => return instead,
        };
        if !managed.by_administrator() {
            return refusal_page(ErrorKind::Forbidden, StatusCode::FORBIDDEN);
        }
        let application = managed.application();
        let disable = application.active.then(|| disable(application));
        let (revoke, delete) = (revoke(application), delete(application));
        let body = view! {
            {prove_first()}
            <DangerZone>{disable} {revoke} {delete}</DangerZone>
        };
        application_page(&managed, ApplicationTab::Danger, body.into_any(), None)
    })
}

fn disable(application: &Application) -> impl IntoView + use<> {
    let dialog = disable_dialog(application);
    view! {
        <DangerItem title=t("applications-disable") text=t("applications-disable-text")>
            {dialog}
        </DangerItem>
    }
}

/// The button that switches it off, once she has said that she means it.
pub(super) fn disable_dialog(application: &Application) -> impl IntoView + use<> {
    let slug = application.slug.clone();
    let question = tf("applications-disable-title", &[("name", application.name.as_str().into())]);
    view! {
        <ConfirmDialog
            id="disable-application"
            open=t("applications-disable")
            icon=Symbol::Cross
            title=question.clone()
            text=t("applications-disable-text")
            action=SwitchApplication::url()
            deed=t("applications-disable")
        >
            <HiddenField name="application" value=slug.clone() />
            <HiddenField name="active" value="false" />
        </ConfirmDialog>
    }
}

fn revoke(application: &Application) -> impl IntoView + use<> {
    let slug = application.slug.clone();
    view! {
        <DangerItem title=t("applications-revoke") text=t("applications-revoke-text")>
            <ConfirmDialog
                id="revoke-tokens"
                open=t("applications-revoke")
                title=t("applications-revoke-title")
                text=t("applications-revoke-text")
                action=RevokeTokens::url()
                deed=t("applications-revoke")
            >
                <HiddenField name="application" value=slug.clone() />
            </ConfirmDialog>
        </DangerItem>
    }
}

fn delete(application: &Application) -> impl IntoView + use<> {
    let slug = application.slug.clone();
    let name = application.name.clone();
    let question = tf("applications-delete-title", &[("name", name.as_str().into())]);
    view! {
        <DangerItem title=t("applications-delete") text=t("applications-delete-text")>
            <ConfirmDialog
                id=DELETE_FORM
                open=t("applications-delete")
                icon=Symbol::Trash
                title=question.clone()
                text=t("applications-delete-text")
                action=DeleteApplication::url()
                deed=t("applications-delete-deed")
                type_name=name.clone()
            >
                <HiddenField name="application" value=slug.clone() />
            </ConfirmDialog>
        </DangerItem>
    }
}
