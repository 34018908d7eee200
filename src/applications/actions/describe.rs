//! What people are told of an application.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{settle, version_of};
use crate::applications::pages::ApplicationTab;
use crate::applications::{ApplicationPatch, Applications, managed_application};
use crate::base::wire::Nullable;
use crate::ui::{FormState, t};

/// The id of the form that describes an application.
pub const DESCRIBE_FORM: &str = "describe-application";

/// Changes name, description, contact and home page. For whoever manages the application.
#[server(prefix = "/actions", endpoint = "applications/describe")]
pub async fn describe_application(
    #[server(default)] application: String,
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] owner_contact: String,
    #[server(default)] home_page: String,
) -> Result<(), ServerFnError> {
    let page = ApplicationTab::General.path(&application);
    let Some(managed) = managed_application(&application, &page).await else { return Ok(()) };
    let form = FormState::new(DESCRIBE_FORM)
        .with_value("name", &name)
        .with_value("description", &description)
        .with_value("owner_contact", &owner_contact)
        .with_value("home_page", &home_page);
    let patch = ApplicationPatch {
        name: Some(name),
        description: Nullable::Value(description),
        owner_contact: Nullable::Value(owner_contact),
        home_page: Nullable::Value(home_page),
        ..ApplicationPatch::default()
    };
    let client_id = &managed.application().client_id;
    let service = expect_context::<Applications>();
    let outcome = service.update(client_id, patch, version_of(&version), managed.actor()).await;
    settle(&page, form, outcome, t("applications-saved"));
    Ok(())
}

/// Takes the logo away. For whoever manages the application.
#[server(prefix = "/actions", endpoint = "applications/remove-logo")]
pub async fn remove_logo(#[server(default)] application: String) -> Result<(), ServerFnError> {
    let page = ApplicationTab::General.path(&application);
    let Some(managed) = managed_application(&application, &page).await else { return Ok(()) };
    let client_id = &managed.application().client_id;
    let outcome = expect_context::<Applications>().remove_logo(client_id, managed.actor()).await;
    settle(&page, FormState::default(), outcome, t("applications-logo-removed"));
    Ok(())
}
