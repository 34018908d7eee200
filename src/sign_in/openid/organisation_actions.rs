//! What pages send on which somebody says for which organisation she comes, or acts from now on.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;
use tower_sessions::Session;

use super::placing::CHOOSE;
use super::{OpenId, OpenIdError};
use crate::accounts::{OrganisationError, Organisations, Visitor};
use crate::base::{Failure, PendingSignInId, Refusal, Siret};
use crate::entitlements::Entitlements;
use crate::ui::{
    Flash, FormState, caller_or_sign_in, client, go_with_problem, go_with_success, key, leave_and_see_other, parts,
    safe_path, see_other, tf,
};

/// The id of the form on that page.
pub const CHOOSE_FORM: &str = "choose-organisation";

/// Goes on with a sign-in, for one of the organisations that her provider named.
#[server(prefix = "/actions", endpoint = "sign-in/organisation")]
pub async fn choose_for_sign_in(
    #[server(default)] pending: String,
    #[server(default)] organisation: String,
) -> Result<(), ServerFnError> {
    let openid = expect_context::<OpenId>();
    if organisation.is_empty() {
        let form = FormState::new(CHOOSE_FORM).with_error("organisation", key("choose-error-none"));
        leave_and_see_other(CHOOSE, Flash::refused(form));
        return Ok(());
    }
    let chosen = async {
        let request = parts();
        let browser = super::api::browser_of(&request.headers, &openid).ok_or(OpenIdError::UnknownAttempt)?;
        let session = request.extensions.get::<Session>().ok_or(OpenIdError::UnknownAttempt)?;
        let pending = pending.parse::<PendingSignInId>().map_err(|_| OpenIdError::UnknownAttempt)?;
        let siret = Siret::parse(&organisation).map_err(|_| OpenIdError::NotHers)?;
        openid.choose(pending, &siret, &browser, session, &client()).await
    };
    match chosen.await {
        Ok(onward) => see_other(&onward),
        // The page says that there is nothing to choose any more, or what there is now.
        Err(OpenIdError::UnknownAttempt) => see_other(CHOOSE),
        Err(error) => {
            openid.0.sign_in.metrics().sign_ins.refused(error.answer().code);
            if matches!(error, OpenIdError::Conflict(_)) {
                see_other("/sign-in/conflict");
            } else {
                tracing::warn!(cause = %error, request_id = client().id, "a sign-in was refused");
                go_with_problem(CHOOSE, error);
            }
        }
    }
    Ok(())
}

/// Asks the administrators to let one of her organisations in.
#[server(prefix = "/actions", endpoint = "sign-in/organisation-request")]
pub async fn ask_for_organisation() -> Result<(), ServerFnError> {
    let openid = expect_context::<OpenId>();
    let asked = async {
        match super::api::browser_of(&parts().headers, &openid) {
            Some(browser) => openid.ask_for_organisation(&browser, &client()).await,
            None => Ok(false),
        }
    };
    match asked.await {
        Ok(_) => see_other(CHOOSE),
        Err(error @ OrganisationError::TooManyRequests) => {
            let Failure(answer) = Failure::from(error);
            let form = FormState::new("ask-for-organisation").with_error("", crate::ui::problem(&answer));
            leave_and_see_other(CHOOSE, Flash::refused(form));
        }
        Err(error) => go_with_problem(CHOOSE, error),
    }
    Ok(())
}

/// Acts from now on for another organisation of hers, and goes on to `next`.
#[server(prefix = "/actions", endpoint = "organisation/choose")]
pub async fn choose_organisation(
    #[server(default)] organisation: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let next = safe_path(&next).to_owned();
    let Some(caller) = caller_or_sign_in(&next) else { return Ok(()) };
    let organisations = expect_context::<Organisations>();
    let chosen = async {
        let visitor = expect_context::<Visitor>();
        let session = visitor.session().ok_or(OrganisationError::NotHers)?;
        let siret = Siret::parse(&organisation).map_err(|_| OrganisationError::NotHers)?;
        let chosen = organisations.choose(caller.person, session, &siret, &client()).await?;
        // What she may do here is asked again, for that one.
        let entitlements = expect_context::<Entitlements>();
        entitlements.choose_organisation(caller.person, Some(chosen.siret.as_str())).await?;
        Ok::<_, OrganisationError>(chosen)
    };
    match chosen.await {
        Ok(chosen) => go_with_success(&next, tf("organisations-chosen", &[("name", chosen.name.into())])),
        Err(error) => go_with_problem(&next, error),
    }
    Ok(())
}
