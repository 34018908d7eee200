//! What stops an application, or ends it.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{LIST, recently_administered, settle};
use crate::applications::Applications;
use crate::applications::pages::ApplicationTab;
use crate::ui::{CONFIRM_FIELD, Flash, FormState, go_with_success, key, leave_and_see_other, t, tf};

/// The id of the form that deletes an application.
pub const DELETE_FORM: &str = "delete-application";

/// Switches an application off or on. For administrators who signed in lately.
#[server(prefix = "/actions", endpoint = "applications/switch")]
pub async fn switch_application(
    #[server(default)] application: String,
    #[server(default)] active: bool,
) -> Result<(), ServerFnError> {
    let tab = ApplicationTab::Danger;
    let Some((found, actor)) = recently_administered(&application, tab).await else { return Ok(()) };
    let outcome = expect_context::<Applications>().set_active(&found.client_id, active, actor).await;
    let done = if active { t("applications-enabled") } else { t("applications-disabled") };
    settle(&tab.path(&application), FormState::default(), outcome, done);
    Ok(())
}

/// Revokes all tokens that the application has, for whomever. For administrators who signed in lately.
#[server(prefix = "/actions", endpoint = "applications/revoke-tokens")]
pub async fn revoke_tokens(#[server(default)] application: String) -> Result<(), ServerFnError> {
    let tab = ApplicationTab::Danger;
    let Some((found, actor)) = recently_administered(&application, tab).await else { return Ok(()) };
    let outcome = expect_context::<Applications>().revoke_tokens(&found.client_id, actor).await;
    settle(&tab.path(&application), FormState::default(), outcome, t("applications-revoked"));
    Ok(())
}

/// Deletes an application whose name was typed. For administrators who signed in lately.
#[server(prefix = "/actions", endpoint = "applications/delete")]
pub async fn delete_application(
    #[server(default)] application: String,
    #[server(default)] confirm: String,
) -> Result<(), ServerFnError> {
    let tab = ApplicationTab::Danger;
    let Some((found, actor)) = recently_administered(&application, tab).await else { return Ok(()) };
    let page = tab.path(&application);
    let form = FormState::new(DELETE_FORM).with_value(CONFIRM_FIELD, &confirm);
    if confirm.trim() != found.name {
        let form = form.with_error(CONFIRM_FIELD, key("applications-error-confirm"));
        leave_and_see_other(&page, Flash::refused(form));
        return Ok(());
    }
    match expect_context::<Applications>().delete(&found.client_id, actor).await {
        Ok(deleted) => go_with_success(LIST, tf("applications-deleted", &[("name", deleted.name.into())])),
        Err(error) => settle::<()>(&page, form, Err(error), String::new()),
    }
    Ok(())
}
