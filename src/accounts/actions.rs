//! What the pages of an account send.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;
use leptos_axum::ResponseOptions;

use super::profile::{Profile, ProfileError};
use super::{Accounts, SessionId, Sessions, Visitor};
use crate::audit::Actor;
use crate::config::PublicUrl;
use crate::ui::{
    Flash, FormState, Texts, caller_or_sign_in, client, go_with_problem, go_with_success, key, language_cookie,
    leave_and_see_other, t,
};

/// The id of the form with name, language and time zone.
pub const PROFILE_FORM: &str = "profile";

const PROFILE: &str = "/account";
const SESSIONS: &str = "/account/sessions";

/// Keeps name, language and time zone.
#[server(prefix = "/actions", endpoint = "account/profile")]
pub async fn change_profile(
    #[server(default)] name: String,
    #[server(default)] language: String,
    #[server(default)] time_zone: String,
) -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(PROFILE) else { return Ok(()) };
    let profile = match Profile::parse(&name, &language, &time_zone) {
        Ok(profile) => profile,
        Err(error) => {
            let (field, message) = match error {
                ProfileError::Name => ("name", key("account-error-name")),
                ProfileError::TimeZone => ("time_zone", key("account-error-time-zone")),
            };
            let form = FormState::new(PROFILE_FORM)
                .with_value("name", name)
                .with_value("language", language)
                .with_value("time_zone", time_zone)
                .with_error(field, message);
            leave_and_see_other(PROFILE, Flash::refused(form));
            return Ok(());
        }
    };
    // What this browser remembers would stand in the way of what she chose last.
    remember_language(&profile);
    let saved = profile.language.unwrap_or_else(crate::ui::language).t(key("account-saved"));
    match expect_context::<Accounts>().set_profile(caller.person, profile, &client()).await {
        Ok(()) => go_with_success(PROFILE, saved),
        Err(error) => go_with_problem(PROFILE, error),
    }
    Ok(())
}

fn remember_language(profile: &Profile) {
    let https = expect_context::<PublicUrl>().is_https();
    if let Ok(cookie) = HeaderValue::try_from(language_cookie(profile.language, https)) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
}

/// Ends one session of the person's own.
#[server(prefix = "/actions", endpoint = "account/end-session")]
pub async fn end_session(#[server(default)] session: String) -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(SESSIONS) else { return Ok(()) };
    let sessions = expect_context::<Sessions>();
    let ended = match session.parse::<SessionId>() {
        Ok(id) => sessions.end_one(caller.person, &id, Actor::Person(caller.person).through(&client())).await,
        // Not one of hers; as with one that ended meanwhile, she finds it gone.
        Err(_) => Ok(false),
    };
    match ended {
        Ok(_) => go_with_success(SESSIONS, t("sessions-ended-one")),
        Err(error) => go_with_problem(SESSIONS, error),
    }
    Ok(())
}

/// Ends all sessions of the person's but the one that asks.
#[server(prefix = "/actions", endpoint = "account/end-other-sessions")]
pub async fn end_other_sessions() -> Result<(), ServerFnError> {
    let Some(caller) = caller_or_sign_in(SESSIONS) else { return Ok(()) };
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let by = Actor::Person(caller.person).through(&client());
    match expect_context::<Sessions>().end_others(caller.person, visitor.session(), by).await {
        Ok(_) => go_with_success(SESSIONS, t("sessions-ended-others")),
        Err(error) => go_with_problem(SESSIONS, error),
    }
    Ok(())
}
