//! What can be wrong with a request before any feature looks at it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::base::{Answer, Code, Refusal};

/// A request that cannot be understood. Displayed without anything the caller sent, so that it may be logged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WireError {
    /// `Accept` excludes JSON.
    #[error("the caller does not accept JSON")]
    NotAcceptable,
    /// The body has a media type that is not taken here; the text is the content type as it was sent.
    #[error("unsupported media type")]
    UnsupportedMediaType(String),
    /// The body is not JSON; the text says why and where.
    #[error("the body is not JSON")]
    Json(String),
    /// The body is not `multipart/form-data`; the text says why.
    #[error("the body is not a multipart form")]
    Multipart(String),
    /// The body ended before it was complete.
    #[error("the body broke off")]
    BrokenOff,
    /// The body has more bytes than are taken here.
    #[error("the body is too large")]
    TooLarge,
    /// Fields with their messages, as they go to the caller.
    #[error("fields are missing or wrong")]
    Fields(Value),
    /// The method is not known at this address.
    #[error("method not allowed")]
    MethodNotAllowed(String),
    /// `Idempotency-Key` is given twice, or is not what a key may be.
    #[error("unusable idempotency key")]
    IdempotencyKey,
    /// The page does not exist.
    #[error("no such page")]
    InvalidPage,
    /// The bearer scheme without a token, or with more than one.
    #[error("malformed bearer header")]
    TokenHeader,
    /// The bearer token is not UTF-8.
    #[error("bearer token is not UTF-8")]
    TokenEncoding,
}

impl WireError {
    /// A body that parses and is no object; `kind` names what it is.
    pub(super) fn not_an_object(kind: &str) -> Self {
        Self::non_field(&format!("Invalid data. Expected a dictionary, but got {kind}."))
    }

    /// A body that is JSON `null`.
    pub(super) fn no_data() -> Self {
        Self::non_field("No data provided")
    }

    fn non_field(message: &str) -> Self {
        Self::Fields(json!({ "non_field_errors": [message] }))
    }
}

impl Refusal for WireError {
    fn answer(&self) -> Answer {
        let detail = |status, code, text: String| Answer::detail(status, code, text);
        match self {
            Self::NotAcceptable => Answer::detail(
                StatusCode::NOT_ACCEPTABLE,
                Code::NotAcceptable,
                "Could not satisfy the request Accept header.",
            ),
            Self::UnsupportedMediaType(media) => detail(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedMediaType,
                format!("Unsupported media type \"{media}\" in request."),
            ),
            Self::Json(why) => detail(StatusCode::BAD_REQUEST, Code::ParseError, format!("JSON parse error - {why}")),
            Self::Multipart(why) => {
                detail(StatusCode::BAD_REQUEST, Code::ParseError, format!("Multipart form parse error - {why}"))
            }
            Self::BrokenOff => Answer::detail(
                StatusCode::BAD_REQUEST,
                Code::ParseError,
                "The request body ended before it was complete.",
            ),
            Self::TooLarge => {
                Answer::detail(StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "Request body is too large.")
            }
            Self::Fields(fields) => Answer::fields(fields.clone()),
            Self::MethodNotAllowed(method) => detail(
                StatusCode::METHOD_NOT_ALLOWED,
                Code::MethodNotAllowed,
                format!("Method \"{method}\" not allowed."),
            ),
            Self::IdempotencyKey => Answer::detail(
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "Idempotency-Key must be 1 to 255 visible ASCII characters.",
            ),
            Self::InvalidPage => Answer::detail(StatusCode::NOT_FOUND, Code::InvalidPage, "Invalid page."),
            Self::TokenHeader => {
                Answer::detail(StatusCode::UNAUTHORIZED, Code::InvalidToken, "Invalid token header.").challenge()
            }
            Self::TokenEncoding => {
                Answer::detail(StatusCode::UNAUTHORIZED, Code::InvalidToken, "Invalid token encoding.").challenge()
            }
        }
    }
}

/// 405 for `method`, with the methods that work here in `Allow` (RFC 9110 §15.5.6), such as `"GET, POST, HEAD"`.
pub fn method_not_allowed(method: &str, allow: &'static str) -> Response {
    let mut response = WireError::MethodNotAllowed(method.to_owned()).answer().into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}
