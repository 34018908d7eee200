//! The file with all that is held of a person.
//!
//! A route of its own rather than a server function: its answer is the file.

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::{StreamExt as _, stream};

use super::{Document, Lifecycle};
use crate::accounts::{RecentSignIn, Visitor};
use crate::audit::Actor;
use crate::base::{ClientRequest, Clock, Failure};

/// Where the page asks for it.
pub const DOWNLOAD: &str = "/account/data/download";

/// The page that asks for it, in an address.
const PAGE: &str = "%2Faccount%2Fdata";

/// The route of this file. It reads the session cookie, so the rule against other sites stands before it.
pub fn routes<S>() -> Router<S>
where
    Lifecycle: FromRef<S>,
    Clock: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().route(DOWNLOAD, post(download))
}

/// All that is held of whoever asks, who signed in within the last ten minutes; others are on the way to do so.
async fn download(
    State(lifecycle): State<Lifecycle>,
    State(clock): State<Clock>,
    visitor: Visitor,
    recent: RecentSignIn,
    request: ClientRequest,
) -> Result<Response, Failure> {
    let Some(account) = visitor.account() else { return Ok(to(format!("/sign-in?next={PAGE}"))) };
    if recent.require().is_err() {
        return Ok(to(format!("/sign-in/confirm?next={PAGE}")));
    }
    let document = lifecycle.export(account.id, Actor::Person(account.id).through(&request)).await?;
    let now = clock.now().to_string();
    let day = now.split('T').next().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"parloir-account-{day}.json\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body(document)).into_response())
}

/// The document, piece by piece, as it is read: whoever goes away stops it.
fn body(document: Document) -> Body {
    let pieces = stream::unfold(Some(document), |document| async move {
        let mut document = document?;
        match document.next().await {
            Ok(piece) => piece.map(|piece| (Ok(piece), Some(document))),
            Err(error) => {
                // The answer has begun: cutting it off is all that tells of it.
                tracing::error!(cause = %error, "an export broke off");
                Some((Err(error), None))
            }
        }
    });
    // Compression asks once more after the end.
    Body::from_stream(pieces.fuse())
}

fn to(path: String) -> Response {
    let headers = [(header::LOCATION, path), (header::CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}
