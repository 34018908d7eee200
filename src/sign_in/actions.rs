//! What the sign-in page and the frame's menus send.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use super::{SignIn, SignInError};
use crate::accounts::{Accounts, Sessions, Visitor};
use crate::base::{Caller, Failure, Language, Refusal, Secret};
use crate::config::PublicUrl;
use crate::entitlements::{Access, Entitlements};
use crate::ui::{Flash, FormState, client, language_cookie, leave_and_see_other, parts, problem, safe_path, see_other};

/// The id of the form on the sign-in page.
pub const SIGN_IN_FORM: &str = "sign-in";

/// Signs in with e-mail and password and goes on to `next`.
#[server(prefix = "/actions", endpoint = "sign-in")]
pub async fn sign_in_with_password(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let (sign_in, sessions) = (expect_context::<SignIn>(), expect_context::<Sessions>());
    let client = client();
    let outcome = async {
        let account = sign_in.with_password(&email, &Secret::new(password), &client).await?;
        let session = session().ok_or(SignInError::Invalid)?;
        sign_in.start(&session, &sessions, &account, None, &client).await?;
        let entitlements = expect_context::<Entitlements>();
        entitlements.signed_in_for_none(account.id).await?;
        if account.is_administrator() {
            return Ok::<_, SignInError>(Access::Granted);
        }
        Ok(entitlements.access(&Caller::herself(account.id)).await?)
    };
    match outcome.await {
        Ok(access) => see_other(&access.way_to(safe_path(&next).to_owned())),
        Err(error) => {
            let Failure(answer) = Failure::from(error);
            let form = FormState::new(SIGN_IN_FORM).with_value("email", email).with_error("", problem(&answer));
            leave_and_see_other(&sign_in_path(&next), Flash::refused(form));
        }
    }
    Ok(())
}

/// Chooses the language of the pages: kept with the account of a signed-in person, and in the browser in any case.
#[server(prefix = "/actions", endpoint = "language")]
pub async fn choose_language(
    #[server(default)] language: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    if let Some(language) = Language::parse(&language) {
        if let Some(account) = use_context::<Visitor>().as_ref().and_then(Visitor::account) {
            let kept = expect_context::<Accounts>().set_language(account.id, language).await;
            if let Err(error) = kept {
                // The cookie below does for this browser.
                tracing::warn!(code = %error.answer().code, cause = %error, "a language could not be kept");
            }
        }
        let https = expect_context::<PublicUrl>().is_https();
        if let Ok(cookie) = HeaderValue::try_from(language_cookie(Some(language), https)) {
            expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
        }
    }
    see_other(safe_path(&next));
    Ok(())
}

/// The session of the request.
pub(super) fn session() -> Option<Session> {
    parts().extensions.get::<Session>().cloned()
}

/// The sign-in page that goes on to `next`.
fn sign_in_path(next: &str) -> String {
    match safe_path(next) {
        "/" => "/sign-in".to_owned(),
        next => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            format!("/sign-in?{query}")
        }
    }
}
