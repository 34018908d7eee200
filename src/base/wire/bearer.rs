//! The bearer token of a request.

use axum::http::{HeaderMap, header};

use super::WireError;

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1); `None` without the header or with another scheme.
///
/// The scheme alone, several words behind it, or a second `Authorization` header is [`WireError::TokenHeader`]; a token that
/// is not UTF-8 is [`WireError::TokenEncoding`].
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, WireError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let mut words = value.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    if !words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer")) {
        return Ok(None);
    }
    let token = words.next().ok_or(WireError::TokenHeader)?;
    // Which of two headers counts would be a guess, and proxies guess differently.
    if words.next().is_some() || values.next().is_some() {
        return Err(WireError::TokenHeader);
    }
    std::str::from_utf8(token).map(Some).map_err(|_| WireError::TokenEncoding)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn finds_the_token() {
        for value in ["Bearer abc", "bearer abc", "BEARER   abc  ", "Bearer\tabc"] {
            assert_eq!(bearer(&headers(&[value.as_bytes()])), Ok(Some("abc")), "{value}");
        }
        assert_eq!(bearer(&headers(&["Bearer é".as_bytes()])), Ok(Some("é")));
    }

    #[test]
    fn leaves_other_schemes_alone() {
        assert_eq!(bearer(&HeaderMap::new()), Ok(None));
        for value in ["", "  ", "Basic YTpi", "Token a b", "Bearerabc", "Bearer: abc"] {
            assert_eq!(bearer(&headers(&[value.as_bytes()])), Ok(None), "{value}");
        }
    }

    #[test]
    fn refuses_what_is_no_token() {
        for value in ["Bearer", "bearer ", "Bearer a b", "Bearer a b c"] {
            assert_eq!(bearer(&headers(&[value.as_bytes()])), Err(WireError::TokenHeader), "{value}");
        }
        assert_eq!(bearer(&headers(&[b"Bearer a", b"Bearer b"])), Err(WireError::TokenHeader));
        assert_eq!(bearer(&headers(&[b"Bearer a\xff"])), Err(WireError::TokenEncoding));
    }
}
