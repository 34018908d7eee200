//! What the administrators' pages about applications send.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{ApplicationError, Applications, Domains, Flaw, NewApplication};
use crate::accounts::administrator;
use crate::base::{Domain, Scope, ScopeList};
use crate::ui::{Flash, FormState, go_with_problem, go_with_success, key, leave_and_see_other, t};

/// The id of the form that makes an application.
pub const CREATE_FORM: &str = "create-application";

const LIST: &str = "/admin/applications";
const NEW: &str = "/admin/applications/new";

/// Makes an application and goes to its page, which shows the secret this once.
#[server(prefix = "/actions", endpoint = "applications/create")]
pub async fn create_application(
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] domains: String,
    #[server(default)] all_domains: bool,
    #[server(default)] allow_user_creation: bool,
) -> Result<(), ServerFnError> {
    let Some(actor) = administrator(NEW) else { return Ok(()) };
    let flag = |on: bool| if on { "true" } else { "" };
    let mut form = FormState::new(CREATE_FORM)
        .with_value("name", &name)
        .with_values("scopes[]", scopes.iter().map(String::as_str))
        .with_value("domains", &domains)
        .with_value("all_domains", flag(all_domains))
        .with_value("allow_user_creation", flag(allow_user_creation));
    let granted = scopes.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<ScopeList, _>>();
    if granted.is_err() {
        form = form.with_error("scopes[]", key("applications-error-scope"));
    }
    let words = domains.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    let mut allowed = Vec::new();
    for word in words {
        match word.parse::<Domain>() {
            Ok(domain) if allowed.contains(&domain) => {}
            Ok(domain) => allowed.push(domain),
            Err(_) => {
                form = form.with_error_args("domains", key("applications-error-domain"), &[("domain", word.into())]);
                break;
            }
        }
    }
    if name.trim().is_empty() {
        form = form.with_error("name", key("applications-error-name"));
    }
    let (false, Ok(scopes)) = (form.is_refused(), granted) else {
        leave_and_see_other(NEW, Flash::refused(form));
        return Ok(());
    };
    let domains = if all_domains { Domains::All } else { Domains::Only(allowed) };
    let new = NewApplication { name, scopes, domains, allow_user_creation, ..Default::default() };
    match expect_context::<Applications>().create(new, actor).await {
        Ok(created) => {
            let page = format!("{LIST}/{}", created.application.slug);
            leave_and_see_other(&page, Flash::secret(created.secret.expose()));
        }
        Err(ApplicationError::Invalid(flaws)) if flaws.contains(&Flaw::Name) => {
            leave_and_see_other(NEW, Flash::refused(form.with_error("name", key("applications-error-name"))));
        }
        Err(error) => go_with_problem(NEW, error),
    }
    Ok(())
}

/// Switches an application off or on.
#[server(prefix = "/actions", endpoint = "applications/switch")]
pub async fn switch_application(
    #[server(default)] application: String,
    #[server(default)] active: bool,
) -> Result<(), ServerFnError> {
    let Some(actor) = administrator(LIST) else { return Ok(()) };
    let applications = expect_context::<Applications>();
    let switched = async {
        let found = applications.find_by_slug(&application).await?.ok_or(ApplicationError::NotFound)?;
        applications.set_active(&found.application.client_id, active, actor).await
    };
    match switched.await {
        Ok(application) => {
            let text = if active { t("applications-enabled") } else { t("applications-disabled") };
            go_with_success(&format!("{LIST}/{}", application.slug), text);
        }
        Err(error) => go_with_problem(LIST, error),
    }
    Ok(())
}
