//! Answers to pages of other origins (the Fetch standard, §3.2): those of registered front ends may call the API with a token and exchange
//! codes. No cookie ever goes with such a call.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::sign_in::front_end::FrontEnds;

const METHODS: &str = "GET, POST, PATCH, DELETE";
const TAKEN: &str = "authorization, content-type, idempotency-key";
const SHOWN: &str = "location, parloir-error-code, retry-after, x-request-id";

/// How long a browser may remember what it was allowed, in seconds.
const MAX_AGE: &str = "600";

/// Tells browsers that pages of front ends may read what is answered. For all others nothing is said, which is no.
pub(super) async fn for_front_ends(State(front_ends): State<FrontEnds>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let known = origin.filter(|origin| front_ends.origins().any(|known| known.as_bytes() == origin.as_bytes()));
    let asks = *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && known.is_some();
    let mut response = if asks {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN),
            (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ];
        (StatusCode::NO_CONTENT, headers).into_response()
    } else {
        next.run(request).await
    };
    if front_ends.origins().next().is_some() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = known {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SHOWN));
    }
    response
}
