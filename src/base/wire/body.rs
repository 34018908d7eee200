//! From the bytes of a request to its fields.

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::{Fields, Media, WireError};

/// Reads at most `limit` bytes of a body in one of the media types taken here. An empty body has no fields, whatever type it
/// claims; parts of a multipart body that are files are left out.
///
/// Errors: [`WireError::TooLarge`] (before reading, when `Content-Length` says so), [`WireError::BrokenOff`],
/// [`WireError::UnsupportedMediaType`], [`WireError::Json`], [`WireError::Multipart`], and [`WireError::Fields`] for JSON that
/// is not an object.
pub async fn read_body(request: Request, media: &[Media], limit: usize) -> Result<Fields, WireError> {
    if declared_length(request.headers()).is_some_and(|length| length > limit as u64) {
        return Err(WireError::TooLarge);
    }
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or_else(String::new, |value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = read_bytes(request, limit).await?;
    if body.is_empty() {
        return Ok(Fields::default());
    }
    match Media::of(&content_type, media) {
        Some(Media::Json) => Fields::from_json(parse_json(&body)?),
        Some(Media::Form) => Ok(Fields::from_pairs(form_urlencoded::parse(&body).into_owned())),
        Some(Media::Multipart) => parse_multipart(&content_type, body).await,
        None => Err(WireError::UnsupportedMediaType(content_type)),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

async fn read_bytes(mut request: Request, limit: usize) -> Result<Bytes, WireError> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => WireError::TooLarge,
        _ => WireError::BrokenOff,
    })
}

/// RFC 8259: UTF-8, neither NaN nor infinities, and no deeper than `serde_json`'s 128 levels.
fn parse_json(body: &[u8]) -> Result<Value, WireError> {
    serde_json::from_slice(body).map_err(|error| WireError::Json(error.to_string()))
}

/// Takes the body whole: given in pieces, multer can wait for ever for the rest of a part that is left out.
async fn parse_multipart(content_type: &str, body: Bytes) -> Result<Fields, WireError> {
    let boundary = multer::parse_boundary(content_type)
        .ok()
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| WireError::Multipart("Invalid boundary in multipart: None".to_owned()))?;
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    let mut pairs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let Some(name) = part.name().filter(|_| part.file_name().is_none()).map(ToOwned::to_owned) else {
            continue;
        };
        let value = part.bytes().await.map_err(malformed)?;
        pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(Fields::from_pairs(pairs))
}

/// Only what kind of fault it is: the library's own words may repeat the caller's field names.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn malformed(error: multer::Error) -> WireError {
    use multer::Error;
    let why = match error {
        Error::IncompleteFieldData { .. } | Error::IncompleteHeaders | Error::IncompleteStream => {
            "A boundary is missing or malformed."
        }
        Error::ReadHeaderFailed(_) | Error::DecodeHeaderName { .. } | Error::DecodeHeaderValue { .. } => {
            "A part has malformed headers."
        }
        _ => "The body cannot be split into parts.",
    };
    WireError::Multipart(why.to_owned())
}
