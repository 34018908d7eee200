//! Registering an application.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{NEW, domains_in, flag, settle};
use crate::accounts::recent_administrator;
use crate::applications::pages::ApplicationTab;
use crate::applications::{Applications, Domains, NewApplication};
use crate::base::{Scope, ScopeList};
use crate::ui::{Flash, FormState, key, leave_and_see_other};

/// The id of the form that makes an application.
pub const CREATE_FORM: &str = "create-application";

/// Makes an application and goes to its credentials, where the secret is shown this once.
#[server(prefix = "/actions", endpoint = "applications/create")]
pub async fn create_application(
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] domains: String,
    #[server(default)] all_domains: bool,
    #[server(default)] allow_user_creation: bool,
) -> Result<(), ServerFnError> {
    let Some(actor) = recent_administrator(NEW) else { return Ok(()) };
    let mut form = FormState::new(CREATE_FORM)
        .with_value("name", &name)
        .with_value("description", &description)
        .with_values("scopes[]", scopes.iter().map(String::as_str))
        .with_value("domains", &domains)
        .with_value("all_domains", flag(all_domains))
        .with_value("allow_user_creation", flag(allow_user_creation));
    let granted = scopes.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<ScopeList, _>>();
    if granted.is_err() {
        form = form.with_error("scopes[]", key("applications-error-scope"));
    }
    let allowed = domains_in(&domains);
    if let Err(word) = &allowed {
        form = form.with_error_args("domains", key("applications-error-domain"), &[("domain", word.as_str().into())]);
    }
    if name.trim().is_empty() {
        form = form.with_error("name", key("applications-error-name"));
    }
    let (false, Ok(scopes), Ok(allowed)) = (form.is_refused(), granted, allowed) else {
        leave_and_see_other(NEW, Flash::refused(form));
        return Ok(());
    };
    let domains = if all_domains { Domains::All } else { Domains::Only(allowed) };
    let description = Some(description);
    let new = NewApplication { name, scopes, domains, allow_user_creation, description, ..Default::default() };
    match expect_context::<Applications>().create(new, actor).await {
        Ok(created) => {
            let page = ApplicationTab::Credentials.path(&created.application.slug);
            leave_and_see_other(&page, Flash::secret(created.secret.expose()));
        }
        Err(error) => settle::<()>(NEW, form, Err(error), String::new()),
    }
    Ok(())
}
