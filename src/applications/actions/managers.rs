//! Who manages an application without being an administrator.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{recently_administered, settle};
use crate::accounts::{Accounts, Status};
use crate::applications::pages::ApplicationTab;
use crate::applications::{ApplicationError, Applications};
use crate::base::{AccountId, EmailAddress};
use crate::ui::{Flash, FormState, go_with_problem, key, leave_and_see_other, t, tf};

/// The id of the form that adds a manager.
pub const ADD_MANAGER_FORM: &str = "add-manager";

/// Lets the person of an address manage the application. For administrators who signed in lately.
#[server(prefix = "/actions", endpoint = "applications/add-manager")]
pub async fn add_manager(
    #[server(default)] application: String,
    #[server(default)] email: String,
) -> Result<(), ServerFnError> {
    let tab = ApplicationTab::General;
    let Some((found, actor)) = recently_administered(&application, tab).await else { return Ok(()) };
    let page = tab.path(&application);
    let person = match email.trim().parse::<EmailAddress>() {
        Ok(address) => match expect_context::<Accounts>().find_by_email(&address.key()).await {
            Ok(person) => person.filter(|person| person.status == Status::Active),
            Err(error) => {
                go_with_problem(&page, error);
                return Ok(());
            }
        },
        Err(_) => None,
    };
    let form = FormState::new(ADD_MANAGER_FORM).with_value("email", &email);
    let Some(person) = person else {
        leave_and_see_other(&page, Flash::refused(form.with_error("email", key("applications-error-nobody"))));
        return Ok(());
    };
    let outcome = expect_context::<Applications>().add_manager(&found.client_id, person.id, actor).await;
    settle(&page, form, outcome, tf("applications-manager-added", &[("name", person.display_name().into())]));
    Ok(())
}

/// Takes the management of the application from a person. For administrators who signed in lately.
#[server(prefix = "/actions", endpoint = "applications/remove-manager")]
pub async fn remove_manager(
    #[server(default)] application: String,
    #[server(default)] account: String,
) -> Result<(), ServerFnError> {
    let tab = ApplicationTab::General;
    let Some((found, actor)) = recently_administered(&application, tab).await else { return Ok(()) };
    let page = tab.path(&application);
    let Ok(account) = account.parse::<AccountId>() else {
        go_with_problem(&page, ApplicationError::ManagerNotFound);
        return Ok(());
    };
    let outcome = expect_context::<Applications>().remove_manager(&found.client_id, account, actor).await;
    settle(&page, FormState::default(), outcome, t("applications-manager-removed"));
    Ok(())
}
