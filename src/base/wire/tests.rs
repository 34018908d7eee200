//! Bodies as they come, answers as they go: each byte for byte.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use proptest::prelude::*;

use super::*;
use crate::base::answer::ERROR_CODE;
use crate::base::{Failure, Refusal};

const LIMIT: usize = 64 * 1024;
const ALL: &[Media] = &[Media::Json, Media::Form, Media::Multipart];
const MULTIPART: &str = "multipart/form-data; boundary=XX";

fn request(content_type: Option<&[u8]>, body: impl Into<Body>) -> Request {
    let mut request = Request::new(body.into());
    if let Some(value) = content_type {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_bytes(value).unwrap());
    }
    request
}

async fn read(content_type: &str, body: impl Into<Body>) -> Result<Fields, WireError> {
    read_body(request(Some(content_type.as_bytes()), body), ALL, LIMIT).await
}

async fn told(response: Response) -> (u16, HeaderMap, String) {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// Status, stable code and body of a refusal.
async fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>) -> (u16, String, String) {
    let (status, headers, body) = told(Failure::from(outcome.unwrap_err()).into_response()).await;
    (status, headers[ERROR_CODE].to_str().unwrap().to_owned(), body)
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name).and_then(|value| value.as_str())
}

#[tokio::test]
async fn an_empty_body_has_no_fields_whatever_its_type() {
    for content_type in
        [None, Some(&b"text/plain"[..]), Some(b"application/json"), Some(b"multipart/form-data"), Some(b"\xff")]
    {
        let fields = read_body(request(content_type, Body::empty()), &[], 0).await.unwrap();
        assert_eq!(fields, Fields::default());
    }
}

#[tokio::test]
async fn json() {
    for content_type in
        ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", " application/json ;;"]
    {
        let fields = read(content_type, r#" {"a": "é", "n": 1, "a": "last"} "#).await.unwrap();
        assert_eq!((text(&fields, "a"), fields.is_form()), (Some("last"), false));
        assert_eq!(fields.get("n"), Some(&1.into()));
    }
}

#[tokio::test]
async fn forms() {
    let body = "a=first&b=x+y%20z%2B&a=last&c&%C3%A9=%C3%A9\u{e9}&bad=%FF%zz";
    let fields = read("Application/X-WWW-Form-URLencoded; charset=x", body).await.unwrap();
    assert!(fields.is_form());
    for (name, value) in [("a", "last"), ("b", "x y z+"), ("c", ""), ("é", "éé"), ("bad", "\u{fffd}%zz")] {
        assert_eq!(text(&fields, name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn multipart() {
    let part = |head: &str, value: &str| format!("--XX\r\nContent-Disposition: form-data{head}\r\n\r\n{value}\r\n");
    let body = [
        part("; name=\"a\"", "first"),
        part("; name=\"file\"; filename=\"f.txt\"", "left out"),
        part("; name=\"configuration\"\r\nContent-Type: application/json", "{\"a\": 1}"),
        part("", "nameless"),
        part("; name=\"empty\"", ""),
        part("; name=\"é\"", "é\r\né"),
        part("; name=\"a\"", "last"),
        "--XX--\r\n".to_owned(),
    ]
    .concat();
    let fields = read("Multipart/Form-Data; boundary=\"XX\"", body.clone()).await.unwrap();
    assert!(fields.is_form());
    for (name, value) in [
        ("a", Some("last")),
        ("file", None),
        ("empty", Some("")),
        ("configuration", Some("{\"a\": 1}")),
        ("é", Some("é\r\né")),
    ] {
        assert_eq!(text(&fields, name), value, "{name}");
    }
    let mut bytes = body.into_bytes();
    let position = bytes.windows(5).position(|window| window == b"first").unwrap();
    bytes[position] = 0xff;
    assert!(read(MULTIPART, bytes).await.is_ok());
    assert_eq!(read(MULTIPART, "--XX--\r\n").await.unwrap(), Fields::from_pairs([]));
}

#[tokio::test]
async fn unsupported_media_types() {
    let answer = |media: &str| {
        let body = format!(r#"{{"detail":"Unsupported media type \"{media}\" in request."}}"#);
        (415, "unsupported_media_type".to_owned(), body)
    };
    assert_eq!(refused(read_body(request(None, "{}"), ALL, LIMIT).await).await, answer(""));
    for media in ["text/plain", "Text/Plain; charset=utf-8", "application/jsonp", "json"] {
        assert_eq!(refused(read(media, "{}").await).await, answer(media));
    }
    let taken = &[Media::Form, Media::Json];
    assert_eq!(
        refused(read_body(request(Some(MULTIPART.as_bytes()), "x"), taken, LIMIT).await).await,
        answer(MULTIPART)
    );
    assert_eq!(refused(read_body(request(Some(b"a\"\xff"), "x"), taken, LIMIT).await).await, answer("a\\\"\u{fffd}"));
}

#[tokio::test]
async fn broken_json() {
    let deep = "[".repeat(LIMIT);
    for (body, why) in [
        (&b"{"[..], "EOF while parsing an object at line 1 column 1"),
        (b" ", "EOF while parsing a value at line 1 column 1"),
        (b"{\"a\":\n x}", "expected value at line 2 column 2"),
        (b"{} x", "trailing characters at line 1 column 4"),
        (b"{\"a\": NaN}", "expected value at line 1 column 7"),
        (b"{\"a\": -Infinity}", "invalid number at line 1 column 8"),
        (b"{\"a\": 1e999}", "number out of range at line 1 column 11"),
        (b"{\"a\": \"\xff\"}", "invalid unicode code point at line 1 column 8"),
        (b"{\"a\": \"\\ud800\"}", "unexpected end of hex escape at line 1 column 14"),
        (b"\xff", "expected value at line 1 column 1"),
        (deep.as_bytes(), "recursion limit exceeded at line 1 column 128"),
    ] {
        let expected = (400, "parse_error".to_owned(), format!(r#"{{"detail":"JSON parse error - {why}"}}"#));
        assert_eq!(refused(read("application/json", body.to_vec()).await).await, expected);
    }
}

#[tokio::test]
async fn json_that_is_not_an_object() {
    for (body, message) in [
        ("[]", "Invalid data. Expected a dictionary, but got list."),
        ("\"a\"", "Invalid data. Expected a dictionary, but got str."),
        ("1", "Invalid data. Expected a dictionary, but got int."),
        ("-1.0", "Invalid data. Expected a dictionary, but got float."),
        ("true", "Invalid data. Expected a dictionary, but got bool."),
        ("null", "No data provided"),
    ] {
        let expected = (400, "invalid_request".to_owned(), format!(r#"{{"non_field_errors":["{message}"]}}"#));
        assert_eq!(refused(read("application/json", body).await).await, expected);
    }
}

#[tokio::test]
async fn broken_multipart() {
    let head = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n";
    for (content_type, body, why) in [
        ("multipart/form-data", "x".to_owned(), "Invalid boundary in multipart: None"),
        ("multipart/form-data; boundary=", "x".to_owned(), "Invalid boundary in multipart: None"),
        ("multipart/form-data; boundary=\"\"", "x".to_owned(), "Invalid boundary in multipart: None"),
        ("multipart/form-data; boundary=a b", "x".to_owned(), "Invalid boundary in multipart: None"),
        (MULTIPART, "x".to_owned(), "A boundary is missing or malformed."),
        (MULTIPART, head.to_owned(), "A boundary is missing or malformed."),
        (MULTIPART, format!("{head}\r\nvalue"), "A boundary is missing or malformed."),
        (MULTIPART, format!("{head}\r\nvalue\r\n--XX"), "A boundary is missing or malformed."),
        (MULTIPART, "--XX\r\na b: c\r\n\r\n\r\n--XX--".to_owned(), "A part has malformed headers."),
    ] {
        let detail = format!(r#"{{"detail":"Multipart form parse error - {why}"}}"#);
        let outcome = refused(read(content_type, body.clone()).await).await;
        assert_eq!(outcome, (400, "parse_error".to_owned(), detail), "{content_type} {body:?}");
    }
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let expected = (413, "payload_too_large".to_owned(), r#"{"detail":"Request body is too large."}"#.to_owned());
    assert_eq!(refused(read("application/json", vec![b' '; LIMIT + 1]).await).await, expected);

    let endless = Body::new(Scripted(vec![Ok(Bytes::from_static(&[b' '; LIMIT])), Ok(Bytes::from_static(b" "))]));
    assert_eq!(refused(read("text/plain", endless).await).await, expected);

    let mut declared = request(Some(b"application/json"), Body::new(Scripted(vec![Err(BrokenPipe)])));
    declared.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(LIMIT + 1));
    assert_eq!(refused(read_body(declared, ALL, LIMIT).await).await, expected);

    let full = format!("{{\"a\":\"{}\"}}", "x".repeat(LIMIT - 8));
    assert!(read("application/json", full).await.is_ok());
}

#[tokio::test]
async fn bodies_that_break_off() {
    let body = Body::new(Scripted(vec![Ok(Bytes::from_static(b"{\"a\":1}")), Err(BrokenPipe)]));
    let detail = r#"{"detail":"The request body ended before it was complete."}"#;
    let outcome = refused(read("application/json", body).await).await;
    assert_eq!(outcome, (400, "parse_error".to_owned(), detail.to_owned()));
}

#[tokio::test]
async fn the_other_refusals() {
    for (error, expected) in [
        (WireError::NotAcceptable, (406, "not_acceptable", "Could not satisfy the request Accept header.")),
        (WireError::InvalidPage, (404, "invalid_page", "Invalid page.")),
        (WireError::TokenHeader, (401, "invalid_token", "Invalid token header.")),
        (WireError::TokenEncoding, (401, "invalid_token", "Invalid token encoding.")),
    ] {
        let challenge = error.answer().into_response().headers().get(WWW_AUTHENTICATE).cloned();
        assert_eq!(challenge, (expected.0 == 401).then(|| HeaderValue::from_static("Bearer")));
        let expected = (expected.0, expected.1.to_owned(), format!(r#"{{"detail":"{}"}}"#, expected.2));
        assert_eq!(refused(Err::<(), _>(error)).await, expected);
    }
    let (status, headers, body) = told(method_not_allowed("PUT", "GET, POST, HEAD")).await;
    assert_eq!((status, body.as_str()), (405, r#"{"detail":"Method \"PUT\" not allowed."}"#));
    assert_eq!(
        (&headers[ALLOW], &headers[ERROR_CODE]),
        (&"GET, POST, HEAD".parse().unwrap(), &"method_not_allowed".parse().unwrap())
    );
}

/// A body that gives these pieces, one at a time and without saying how long it is.
struct Scripted(Vec<Result<Bytes, BrokenPipe>>);

#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("broken pipe")]
struct BrokenPipe;

impl axum::body::HttpBody for Scripted {
    type Data = Bytes;
    type Error = BrokenPipe;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, BrokenPipe>>> {
        let next = (!self.0.is_empty()).then(|| self.0.remove(0).map(http_body::Frame::data));
        std::task::Poll::Ready(next)
    }
}

fn outcome_of(content_type: &[u8], body: Vec<u8>) -> Result<Fields, WireError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(read_body(request(Some(content_type), body), ALL, 512))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_of_any_type_are_read_or_refused(
        content_type in prop_oneof![
            Just(b"application/json".to_vec()),
            Just(b"application/x-www-form-urlencoded".to_vec()),
            Just(MULTIPART.as_bytes().to_vec()),
            "multipart/form-data; ?boundary=\"?[!-~]{0,75}\"?".prop_map(String::into_bytes),
            prop::collection::vec(prop_oneof![Just(b'\t'), 0x20_u8..0x7f, 0x80_u8..], 0..60),
        ],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..600),
            "[\\[\\]{}:,\"0-9eE.+tfn \\\\u-]{0,60}".prop_map(String::into_bytes),
            "((--)?XX(--)?|\r\n|\r|Content-Disposition: form-data|; ?name=|; ?filename\\*?=|\"|:|[a-zé\u{0}]{1,4}){0,40}".prop_map(String::into_bytes),
        ],
    ) {
        if let Err(error) = outcome_of(&content_type, body) {
            let status = error.answer().status.as_u16();
            prop_assert!([400, 413, 415].contains(&status), "{status}");
        }
    }

    #[test]
    fn every_reader_takes_every_value(body in "[\\[\\]{}:,\"0-9eE.\\-atfn']{0,40}") {
        let body = format!("{{\"f\":{body}}}");
        if let Ok(fields) = outcome_of(b"application/json", body.into_bytes()) {
            let mut errors = Errors::new();
            fields.required_text(&mut errors, "f");
            fields.optional_choice(&mut errors, "f", &["a"]);
            fields.optional_json(&mut errors, "f").map(stringify_scalars);
        }
    }
}
