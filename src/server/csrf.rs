//! The rule against requests that another site makes a browser send.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::base::{Answer, Code};
use crate::config::PublicUrl;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses unsafe requests of other sites to routes that read or set the session cookie.
pub(super) async fn same_site_only(State(public_url): State<PublicUrl>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || comes_from_us(request.headers(), &public_url) {
        return next.run(request).await;
    }
    let answer = Answer::own(StatusCode::FORBIDDEN, Code::CrossSiteRequest, "The request comes from another site.");
    answer.into_response()
}

/// `Sec-Fetch-Site` decides where the browser sends it, else `Origin`; with neither, only a JSON body passes, which no form
/// of another site can send.
fn comes_from_us(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin";
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        return origin.to_str().is_ok_and(|origin| origin.eq_ignore_ascii_case(public_url.as_str()));
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.split(';').next().is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), header::HeaderValue::from_static(value)))
            .collect();
        comes_from_us(&headers, &"https://meet.example.org".parse().unwrap())
    }

    #[test]
    fn only_our_own_pages_pass() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(!passes(&[("sec-fetch-site", "same-site"), ("origin", "https://meet.example.org")]));
        assert!(!passes(&[("sec-fetch-site", "cross-site"), ("content-type", "application/json")]));
        assert!(!passes(&[("sec-fetch-site", "none")]));
        assert!(passes(&[("origin", "https://meet.example.org")]));
        assert!(!passes(&[("origin", "https://evil.example.org"), ("content-type", "application/json")]));
        assert!(!passes(&[("origin", "null")]));
        assert!(passes(&[("content-type", "application/json; charset=utf-8")]));
        assert!(!passes(&[("content-type", "text/plain")]));
        assert!(!passes(&[("content-type", "application/x-www-form-urlencoded")]));
        assert!(!passes(&[]));
    }
}
