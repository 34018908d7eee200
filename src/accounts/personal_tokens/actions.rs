//! What the page about a person's own tokens sends.

use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{NewPersonalToken, PersonalTokenError, PersonalTokens};
use crate::accounts::recent_caller;
use crate::audit::Actor;
use crate::base::{PersonalTokenId, Scope, ScopeList};
use crate::ui::{
    Flash, FormState, Moment, caller_or_sign_in, client, go_with_problem, go_with_success, key, leave_and_see_other, t,
};

/// The id of the form that makes one.
pub const CREATE_FORM: &str = "create-token";

/// How long a token may be made to live, in days.
pub(super) const SPANS: [u64; 4] = [7, 30, 90, 365];

pub(super) const PAGE: &str = "/account/tokens";

/// Makes a token for whoever signed in a moment ago; the page shows it this once.
#[server(prefix = "/actions", endpoint = "tokens/create")]
pub async fn create_token(
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] days: String,
) -> Result<(), ServerFnError> {
    let Some(caller) = recent_caller(PAGE) else { return Ok(()) };
    let mut form = FormState::new(CREATE_FORM)
        .with_value("name", &name)
        .with_values("scopes[]", scopes.iter().map(String::as_str))
        .with_value("days", &days);
    let scopes =
        scopes.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<ScopeList, _>>().unwrap_or_default();
    if scopes.is_empty() {
        form = form.with_error("scopes[]", key("tokens-error-scopes"));
    }
    if name.trim().is_empty() {
        form = form.with_error("name", key("tokens-error-name"));
    }
    let span = days.parse::<u64>().ok().filter(|days| SPANS.contains(days));
    let (Some(days), Some(moment)) = (span, use_context::<Moment>()) else {
        leave_and_see_other(PAGE, Flash::refused(form.with_error("days", key("tokens-error-end"))));
        return Ok(());
    };
    if form.is_refused() {
        leave_and_see_other(PAGE, Flash::refused(form));
        return Ok(());
    }
    let new = NewPersonalToken { name, scopes, expires_at: moment.now.after(Duration::from_hours(24 * days)) };
    match expect_context::<PersonalTokens>().create(caller.person, new, &client()).await {
        Ok(held) => leave_and_see_other(PAGE, Flash::secret(held.secret.expose())),
        Err(PersonalTokenError::Name) => {
            leave_and_see_other(PAGE, Flash::refused(form.with_error("name", key("tokens-error-name"))));
        }
        Err(PersonalTokenError::TooMany) => {
            leave_and_see_other(PAGE, Flash::refused(form.with_error("", key("tokens-error-too-many"))));
        }
        Err(error) => go_with_problem(PAGE, error),
    }
    Ok(())
}

/// Ends one of her own tokens for good.
#[server(prefix = "/actions", endpoint = "tokens/revoke")]
pub async fn revoke_token(#[server(default)] token: String) -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(PAGE) else { return Ok(()) };
    let revoked = async {
        let id = token.parse::<PersonalTokenId>().map_err(|_| PersonalTokenError::NotFound)?;
        let tokens = expect_context::<PersonalTokens>();
        tokens.revoke(id, caller.person, Actor::Person(caller.person), &client()).await
    };
    match revoked.await {
        Ok(_) => go_with_success(PAGE, t("tokens-revoked")),
        Err(error) => go_with_problem(PAGE, error),
    }
    Ok(())
}
