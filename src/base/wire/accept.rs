//! Whether a caller takes JSON.

use axum::http::{HeaderMap, header};

use super::WireError;
use super::media::split_unquoted;

/// Refuses a caller whose `Accept` excludes `application/json` (RFC 9110 §12.5.1). No header, or an empty one, takes all.
///
/// The most specific range that covers JSON decides; a range of weight 0 excludes. Parameters other than the weight make no
/// difference, and what is not a media range covers nothing.
pub fn accepts_json(headers: &HeaderMap) -> Result<(), WireError> {
    let (mut empty, mut best) = (true, None::<(u8, bool)>);
    for value in headers.get_all(header::ACCEPT) {
        let Ok(text) = value.to_str() else {
            empty = false;
            continue;
        };
        for range in split_unquoted(text, ',').filter(|range| !range.is_empty()) {
            empty = false;
            best = best.max(weigh(range));
        }
    }
    if empty || best.is_some_and(|(_, wanted)| wanted) { Ok(()) } else { Err(WireError::NotAcceptable) }
}

/// How specifically a media range covers JSON, and whether it wants it; `None` when it does not cover it.
fn weigh(range: &str) -> Option<(u8, bool)> {
    let mut parts = split_unquoted(range, ';');
    let specificity = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/json" => 2,
        "application/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let weight = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let excluded = weight.is_some_and(|(_, value)| value.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0));
    Some((specificity, !excluded))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn accepts(values: &[&[u8]]) -> bool {
        let entry = |value: &&[u8]| (header::ACCEPT, HeaderValue::from_bytes(value).unwrap());
        accepts_json(&values.iter().map(entry).collect::<HeaderMap<_>>()).is_ok()
    }

    #[test]
    fn takes_every_way_to_want_json() {
        assert!(accepts_json(&HeaderMap::<HeaderValue>::from_iter(Vec::<(HeaderName, HeaderValue)>::new())).is_ok());
        for value in [
            "",
            " , ",
            "application/json",
            "Application/JSON",
            "application/*",
            "*/*",
            "application/json; indent=4",
            "application/json;charset=utf-8;q=0.001",
            "application/json;q=high",
            "text/html, application/xhtml+xml, */*;q=0.8",
            "text/html, image/gif, *; q=.2, */*; q=.2",
            "nonsense, application/json",
            "text/html;q=0, application/json",
            "*/*;q=0, application/json",
            "application/json;indent=4;q=0, application/json",
            r#"text/plain;note="a\",b", application/json"#,
        ] {
            assert!(accepts(&[value.as_bytes()]), "{value}");
        }
        assert!(accepts(&[b"text/html", b"application/json"]));
        assert!(accepts(&[b"text/\xff", b"application/json"]));
    }

    #[test]
    fn refuses_who_excludes_json() {
        for value in [
            "text/html",
            "application/xml, text/*",
            "application/json;q=0",
            "application/json; q=0.000",
            "application/json;Q=0, */*",
            "application/*;q=0, */*",
            "nonsense",
            "application",
            "application/json/x",
            "application/jsonp",
            "application/vnd.example+json",
            r#"text/plain;note="a, application/json""#,
        ] {
            assert!(!accepts(&[value.as_bytes()]), "{value}");
        }
        assert!(!accepts(&[b"application/json\xff"]));
    }
}
