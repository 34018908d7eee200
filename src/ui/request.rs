//! What pages and actions need to know of the request that they answer.

use axum::http::StatusCode;
use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::flash::{Flash, leave_and_see_other, see_other};
use super::i18n::{key, language};
use super::title::DocumentTitle;
use super::{ErrorBody, ErrorKind, Notice, NoticeKind, Texts};
use crate::base::{Answer, Caller, ClientRequest, Code, Failure, Refusal};

/// The parts of the request: its address, headers and extensions.
pub fn parts() -> Parts {
    expect_context::<Parts>()
}

/// Where the request came from.
pub fn client() -> ClientRequest {
    parts().extensions.get::<ClientRequest>().cloned().unwrap_or_else(|| ClientRequest::local(""))
}

/// The signed-in caller. A stranger is on her way to the sign-in page when this returns `None`, and comes back to `next`.
pub fn caller_or_sign_in(next: &str) -> Option<Caller> {
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    if caller.is_none() {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        see_other(&format!("/sign-in?{query}"));
    }
    caller
}

/// The address of this request as a place to come back to.
pub fn here() -> String {
    parts().uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// `next` when it is a path of ours, else the first page: nobody is sent to another site.
pub fn safe_path(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !next.starts_with("/actions/")
        && !next.starts_with("/auth/");
    if ours { next } else { "/" }
}

/// Goes to `path`, whose page says what went wrong. A server-side cause is in the log.
pub fn go_with_problem(path: &str, error: impl Refusal) {
    let Failure(answer) = Failure::from(error);
    let text = language().t(problem(&answer));
    leave_and_see_other(path, Flash::notice(Notice::new(NoticeKind::Danger, text)));
}

/// Goes to `path`, whose page says what is done.
pub fn go_with_success(path: &str, text: String) {
    leave_and_see_other(path, Flash::notice(Notice::new(NoticeKind::Ok, text)));
}

/// The key of the message that tells a person of a refusal.
pub fn problem(answer: &Answer) -> &'static str {
    match answer.code {
        Code::InvalidCredentials => key("error-invalid-credentials-text"),
        Code::AccountDisabled => key("error-account-disabled-text"),
        Code::Conflict => key("error-conflict-text"),
        Code::LastAdministrator => key("error-last-administrator-text"),
        Code::LastWayIn => key("error-last-way-in-text"),
        Code::HasWayIn => key("error-has-way-in-text"),
        Code::OwnAccount => key("error-own-account-text"),
        Code::RoomsToHandOver => key("data-error-rooms"),
        Code::HeirNotFound => key("data-error-heir"),
        Code::SameAccount => key("merge-error-same"),
        Code::NotMergeable => key("merge-error-state"),
        Code::TooManyRequests => key("error-too-many-text"),
        Code::PermissionDenied | Code::InsufficientScope => key("error-forbidden-text"),
        Code::NotFound | Code::RoomNotFound | Code::UserNotFound => key("error-not-found-text"),
        Code::TemporarilyUnavailable | Code::Timeout => key("error-unavailable-text"),
        Code::InvalidRequest | Code::ParseError => key("error-bad-request-text"),
        Code::CrossSiteRequest => key("error-cross-site-text"),
        _ => key("error-internal-text"),
    }
}

/// The page in place of one that there is not: sets the status and says what to do.
pub fn refusal_page(kind: ErrorKind, status: StatusCode) -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
    let reference = client().id;
    view! {
        <DocumentTitle about=kind.title() />
        <ErrorBody kind=kind reference=reference />
    }
    .into_any()
}

/// The page in place of one whose content could not be had. The cause is in the log, under the reference shown.
pub fn failure_page(error: impl Refusal) -> AnyView {
    let Failure(answer) = Failure::from(error);
    refusal_page(ErrorKind::of_status(answer.status.as_u16()), answer.status)
}

/// A parameter of the page's address; blank is absent.
pub fn parameter(name: &str) -> Option<String> {
    let parts = parts();
    let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    pairs
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.trim().to_owned())
        .last()
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        for ours in ["/", "/rooms", "/rooms/abc-defg-hij?x=1", "/admin/applications/demo#secret"] {
            assert_eq!(safe_path(ours), ours);
        }
        for not_ours in [
            "",
            "rooms",
            "//evil.example.org",
            "/\\evil.example.org",
            "https://evil.example.org",
            "/\t/evil.example.org",
            "/a\r\nSet-Cookie: x=y",
            "javascript:alert(1)",
            "/auth/logout/",
            "/actions/sign-in",
            "/é",
        ] {
            assert_eq!(safe_path(not_ours), "/", "{not_ours:?}");
        }
    }
}
