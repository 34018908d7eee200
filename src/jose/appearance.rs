//! What a token says of itself before anybody has verified it: enough to know who has to judge it, never to believe it.

use serde::Deserialize;

use super::encoding::decode;

/// What of a token's first two parts is looked at.
#[derive(Debug, Default, Deserialize)]
struct Words {
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    iss: Option<String>,
}

/// Whether a text looks like a token that `issuer` made, or one of the keys that `is_ours` knows by name: also a damaged, a forged
/// or a shortened one.
pub(super) fn looks_like(token: &str, issuer: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    let mut parts = token.split('.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return false };
    let header = words(&octets(header));
    if header.kid.as_deref().is_some_and(is_ours) {
        return true;
    }
    let payload = octets(payload);
    words(&payload).iss.as_deref() == Some(issuer) || names(&payload, issuer)
}

fn words(json: &[u8]) -> Words {
    serde_json::from_slice(json).unwrap_or_default()
}

/// The octets of a part, as far as it goes: what is left over of one that was cut off is dropped.
fn octets(part: &str) -> Vec<u8> {
    let whole = part.len() - part.len() % 4;
    decode(part).or_else(|| decode(part.get(..whole)?)).unwrap_or_default()
}

/// Whether a payload that is no JSON, because its end is missing, begins to say that it is the issuer's, as ours do.
fn names(payload: &[u8], issuer: &str) -> bool {
    let claim = format!("\"iss\":{}", serde_json::Value::from(issuer));
    payload.windows(claim.len()).any(|window| window == claim.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::encoding::encode;
    use super::*;

    const ISSUER: &str = "https://meet.example.org";

    fn token(header: &Value, payload: &Value) -> String {
        format!("{}.{}.c2ln", encode(header.to_string().as_bytes()), encode(payload.to_string().as_bytes()))
    }

    fn ours(token: &str) -> bool {
        looks_like(token, ISSUER, |kid| kid == "ours")
    }

    #[test]
    fn by_its_key_or_its_issuer() {
        let (foreign, own) =
            (json!({ "iss": "https://provider.example.org", "aud": ISSUER }), json!({ "iss": ISSUER }));
        assert!(ours(&token(&json!({ "kid": "ours" }), &foreign)), "the public address changed");
        assert!(ours(&token(&json!({ "kid": "forged" }), &own)));
        assert!(ours(&token(&json!("nonsense"), &own)));
        assert!(!ours(&token(&json!({ "kid": "theirs" }), &foreign)), "we are only the audience");
        assert!(!ours(&token(&json!({ "kid": ["ours"] }), &json!({ "iss": [ISSUER] }))));
        for text in ["", ".", "..", "abc", "an-opaque-token_of-43-characters-0123456789", "a.b.c.d.e"] {
            assert!(!ours(text), "{text}");
        }
    }

    #[test]
    fn also_when_its_end_is_missing() {
        let whole = token(&json!({ "kid": "old" }), &json!({ "iss": ISSUER, "sub": "ada", "scope": "rooms:list" }));
        let claims = whole.find('.').unwrap() + 1;
        for end in claims + 48..whole.len() {
            assert!(ours(&whole[..end]), "{end}");
        }
    }
}
