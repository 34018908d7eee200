//! Secrets of an application: a new one, and the end of one.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::settle;
use crate::applications::pages::ApplicationTab;
use crate::applications::{ApplicationError, Applications, Overlap, Reason, Rotation, recent_managed_application};
use crate::base::SecretId;
use crate::ui::{Flash, FormState, Moment, date_time, go_with_problem, key, language, leave_and_see_other, t};

/// The id of the form that makes a new secret.
pub const ROTATE_FORM: &str = "rotate-secret";

/// The id of the form that ends a secret.
pub fn end_secret_form(secret: SecretId) -> String {
    format!("end-secret-{secret}")
}

/// Gives the application a new secret, shown this once on the page that follows. For whoever manages it and signed in lately.
#[server(prefix = "/actions", endpoint = "applications/rotate-secret")]
pub async fn rotate_secret(
    #[server(default)] application: String,
    #[server(default)] reason: String,
    #[server(default)] overlap: String,
) -> Result<(), ServerFnError> {
    let page = ApplicationTab::Credentials.path(&application);
    let Some(managed) = recent_managed_application(&application, &page).await else { return Ok(()) };
    let form = FormState::new(ROTATE_FORM).with_value("reason", &reason).with_value("overlap", &overlap);
    let refuse = |name: &str, text: &'static str| {
        leave_and_see_other(&page, Flash::refused(form.clone().with_error(name, text)));
    };
    let Ok(reason) = reason.parse::<Reason>() else {
        refuse("reason", key("applications-error-reason"));
        return Ok(());
    };
    let Some(overlap) = overlap.parse().ok().and_then(Overlap::of_hours) else {
        refuse("overlap", key("applications-error-overlap"));
        return Ok(());
    };
    let rotation = Rotation { overlap, reason };
    let client_id = &managed.application().client_id;
    match expect_context::<Applications>().rotate_secret(client_id, rotation, managed.actor()).await {
        Ok(secret) => leave_and_see_other(&page, Flash::secret(secret.expose())),
        Err(ApplicationError::TwoSecrets(end)) => {
            let zone = use_context::<Moment>().map(|moment| moment.zone).unwrap_or_default();
            let when = date_time(end, &zone, language());
            let told = [("when", when.into())];
            let form = form.with_error_args("overlap", key("applications-error-two-secrets"), &told);
            leave_and_see_other(&page, Flash::refused(form));
        }
        Err(error) => go_with_problem(&page, error),
    }
    Ok(())
}

/// Ends one secret at once. For whoever manages the application and signed in lately.
#[server(prefix = "/actions", endpoint = "applications/end-secret")]
pub async fn end_secret(
    #[server(default)] application: String,
    #[server(default)] secret: String,
    #[server(default)] reason: String,
    #[server(default)] last: bool,
) -> Result<(), ServerFnError> {
    let page = ApplicationTab::Credentials.path(&application);
    let Some(managed) = recent_managed_application(&application, &page).await else { return Ok(()) };
    let Ok(secret) = secret.parse::<SecretId>() else {
        go_with_problem(&page, ApplicationError::SecretNotFound);
        return Ok(());
    };
    let form = FormState::new(end_secret_form(secret)).with_value("reason", &reason);
    let reason = reason.parse().unwrap_or_default();
    let client_id = &managed.application().client_id;
    let service = expect_context::<Applications>();
    match service.end_secret(client_id, secret, last, reason, managed.actor()).await {
        Err(ApplicationError::LastSecret) => {
            let form = form.with_error("last", key("applications-error-last-secret"));
            leave_and_see_other(&page, Flash::refused(form));
        }
        outcome => settle(&page, form, outcome, t("applications-secret-ended")),
    }
    Ok(())
}
