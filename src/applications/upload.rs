//! Logos, sent by a form with a file.
//!
//! A route of its own rather than a server function: it alone takes more than 64 kB.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Extension, FromRef, Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::actions::LIST;
use super::pages::ApplicationTab;
use super::{Application, ApplicationError, Applications, LARGEST_FILE, LogoError};
use crate::accounts::Visitor;
use crate::base::Failure;
use crate::ui::{Flash, FlashSlot, FormState, key};

/// The id of the form that sends a logo.
pub const LOGO_FORM: &str = "logo";

/// Where it is sent.
pub const UPLOAD_LOGO: &str = "/actions/applications/logo";

/// What a form may hold around the file, in bytes.
const AROUND: usize = 16 * 1024;

/// The route of this file. It reads the session cookie, so the rule against other sites stands before it.
pub fn routes<S>() -> Router<S>
where
    Applications: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().route(UPLOAD_LOGO, post(upload).layer(DefaultBodyLimit::max(LARGEST_FILE + AROUND)))
}

/// Where a browser finds the logo of an application. The address changes with the picture.
pub fn logo_path(application: &Application) -> Option<String> {
    application.logo.as_ref().map(|digest| format!("/applications/{}/logo?v={digest}", application.slug))
}

/// What the form holds.
#[derive(Default)]
struct Sent {
    application: String,
    file: Vec<u8>,
}

/// Makes a picture the logo of an application. For whoever manages it.
async fn upload(
    State(applications): State<Applications>,
    visitor: Visitor,
    slot: Option<Extension<FlashSlot>>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let Some(account) = visitor.account() else {
        return Ok(to(&format!("/sign-in?next={}", LIST.replace('/', "%2F"))));
    };
    let (slug, file) = match form {
        Ok(form) => read(form).await,
        Err(_) => (String::new(), Err(LogoError::Broken)),
    };
    let managed = applications.managed_by_slug(account, &slug).await?;
    let client_id = &managed.application().client_id;
    let outcome = match file {
        Ok(file) => applications.set_logo(client_id, file, managed.actor()).await,
        Err(error) => Err(error.into()),
    };
    let flash = match outcome {
        Ok(_) => Flash::done(key("applications-logo-set")),
        Err(ApplicationError::Logo(error)) => {
            Flash::refused(FormState::new(LOGO_FORM).with_error("file", words(error)))
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(Extension(slot)) = slot {
        slot.leave(flash);
    }
    Ok(to(&ApplicationTab::General.path(&slug)))
}

/// Whose logo it is to be, and the file. The field that names the application comes first.
async fn read(mut form: Multipart) -> (String, Result<Vec<u8>, LogoError>) {
    let mut sent = Sent::default();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return (sent.application, Ok(sent.file)),
            Err(error) => return (sent.application, Err(defect(&error))),
        };
        let name = field.name().unwrap_or_default().to_owned();
        match (name.as_str(), field.bytes().await) {
            ("application", Ok(bytes)) => sent.application = String::from_utf8_lossy(&bytes).into_owned(),
            ("file", Ok(bytes)) => sent.file = bytes.into(),
            (_, Ok(_)) => {}
            (_, Err(error)) => return (sent.application, Err(defect(&error))),
        }
    }
}

fn defect(error: &axum::extract::multipart::MultipartError) -> LogoError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { LogoError::TooLarge } else { LogoError::Broken }
}

const fn words(error: LogoError) -> &'static str {
    match error {
        LogoError::TooLarge => key("applications-error-logo-large"),
        LogoError::Format => key("applications-error-logo-format"),
        LogoError::Dimensions => key("applications-error-logo-dimensions"),
        LogoError::Broken => key("applications-error-logo-broken"),
    }
}

fn to(path: &str) -> Response {
    let headers = [
        (header::LOCATION, HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static(LIST))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
