//! How an error becomes an answer: each feature's error type says what is told, one place here makes the response.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Code, StoreError};

/// The header that carries the stable code of a refusal in the compatible profile.
pub const ERROR_CODE: HeaderName = HeaderName::from_static("parloir-error-code");

/// The stable code of an answer that refuses.
pub fn refusal_code(response: &Response) -> Option<Code> {
    Code::parse(response.headers().get(ERROR_CODE)?.to_str().ok()?)
}

/// An error that knows what its caller is told. Implemented once for each feature's error enum.
pub trait Refusal: std::error::Error {
    /// Status, code and body of the refusal. Internals (SQL, paths, other people's data) never stand in it.
    fn answer(&self) -> Answer;
}

/// What a refused caller is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: Code,
    /// The body.
    pub body: Body,
    /// `Retry-After`, in whole seconds, rounded up.
    pub retry_after: Option<Duration>,
    /// What a 401 or a 403 says in `WWW-Authenticate` (RFC 6750 §3); none has no such header.
    pub challenge: Option<Challenge>,
}

/// What `WWW-Authenticate` says (RFC 6750 §3): the scheme, and perhaps the error. The compatible profile knows the scheme alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// `Bearer`
    Bearer,
    /// `Bearer error="invalid_token"`
    InvalidToken,
    /// `Bearer error="insufficient_scope"`, with the scopes that are needed, separated by blanks.
    InsufficientScope(String),
}

impl Challenge {
    fn header(&self) -> HeaderValue {
        match self {
            Self::Bearer => HeaderValue::from_static("Bearer"),
            Self::InvalidToken => HeaderValue::from_static(r#"Bearer error="invalid_token""#),
            Self::InsufficientScope(scopes) => {
                let value = format!(r#"Bearer error="insufficient_scope", scope="{scopes}""#);
                // A scope has no character that a header, or a quoted string, cannot hold (RFC 6749 §3.3).
                HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(r#"Bearer error="insufficient_scope""#))
            }
        }
    }
}

/// The JSON shapes of a refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// `{"detail": …}`: most of the compatible profile.
    Detail(Cow<'static, str>),
    /// `{"error": …}`: the token endpoint's hand-made refusals.
    Error(Cow<'static, str>),
    /// An object of field to messages.
    Fields(Value),
    /// `{"code": …, "detail": …}`: our own profile.
    Own(Cow<'static, str>),
}

impl Answer {
    /// A refusal with `{"detail": …}`.
    pub fn detail(status: StatusCode, code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self::with(status, code, Body::Detail(text.into()))
    }

    /// A refusal with `{"error": …}`.
    pub fn error(status: StatusCode, code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self::with(status, code, Body::Error(text.into()))
    }

    /// A 400 with an object of field to messages.
    pub fn fields(fields: Value) -> Self {
        Self::with(StatusCode::BAD_REQUEST, Code::InvalidRequest, Body::Fields(fields))
    }

    /// A refusal of our own profile: `{"code": …, "detail": …}`.
    pub fn own(status: StatusCode, code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self::with(status, code, Body::Own(text.into()))
    }

    /// 500, saying nothing of the cause.
    pub fn internal() -> Self {
        Self::detail(StatusCode::INTERNAL_SERVER_ERROR, Code::InternalError, "Internal server error.")
    }

    /// 503 with `Retry-After`.
    pub fn unavailable() -> Self {
        Self::detail(
            StatusCode::SERVICE_UNAVAILABLE,
            Code::TemporarilyUnavailable,
            "The service is temporarily unavailable.",
        )
        .retry_after(Duration::from_secs(2))
    }

    /// 429 with `Retry-After`, in the words of the compatible profile.
    pub fn throttled(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let unit = if seconds == 1 { "second" } else { "seconds" };
        Self::detail(
            StatusCode::TOO_MANY_REQUESTS,
            Code::TooManyRequests,
            format!("Request was throttled. Expected available in {seconds} {unit}."),
        )
        .retry_after(wait)
    }

    /// The same with `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The same with `WWW-Authenticate: Bearer`.
    #[must_use]
    pub fn challenge(self) -> Self {
        self.challenged(Challenge::Bearer)
    }

    /// The same with that in `WWW-Authenticate`.
    #[must_use]
    pub fn challenged(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The same in our own profile's shape.
    #[must_use]
    pub fn into_own(mut self) -> Self {
        self.body = match self.body {
            Body::Detail(text) | Body::Error(text) | Body::Own(text) => Body::Own(text),
            Body::Fields(fields) => Body::Fields(fields),
        };
        self
    }

    fn with(status: StatusCode, code: Code, body: Body) -> Self {
        Self { status, code, body, retry_after: None, challenge: None }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = match self.body {
            Body::Detail(text) => json!({ "detail": text }),
            Body::Error(text) => json!({ "error": text }),
            Body::Fields(fields) => fields,
            Body::Own(text) => json!({ "code": self.code, "detail": text }),
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(ERROR_CODE, HeaderValue::from_static(self.code.as_str()));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge.header());
        }
        response
    }
}

/// The body of a refusal, for the document: one of these shapes. The stable code is in the header `Parloir-Error-Code`.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Refused {
    /// Why, in a sentence.
    Detail {
        /// The sentence.
        detail: String,
    },
    /// Why, in a sentence of the token endpoint's own.
    Error {
        /// The sentence.
        error: String,
    },
    /// What is wrong with each field: a list of sentences, or of errors with `type`, `loc`, `msg`, `input` and `url`.
    Fields(std::collections::BTreeMap<String, Vec<serde_json::Value>>),
}

/// The body of a refusal outside the compatible profile.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// The stable code.
    #[schema(value_type = String, example = "not_authenticated")]
    code: Code,
    /// Why, in a sentence.
    detail: String,
}

/// The error type of handlers: any [`Refusal`] turns into it with `?`, and a server-side cause is logged on the way.
#[derive(Debug)]
pub struct Failure(pub Answer);

impl<E: Refusal> From<E> for Failure {
    fn from(error: E) -> Self {
        let answer = error.answer();
        if answer.status.is_server_error() {
            tracing::error!(code = %answer.code, cause = %error, source = ?std::error::Error::source(&error), "request failed");
        }
        Self(answer)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl Refusal for StoreError {
    fn answer(&self) -> Answer {
        match self {
            Self::Busy | Self::Unreachable(_) | Self::Closed => Answer::unavailable(),
            Self::Unique(_) | Self::Database(_) | Self::Panicked => Answer::internal(),
        }
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
