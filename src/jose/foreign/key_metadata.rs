//! What a JWK says of itself besides its key (RFC 7517 §4).

use serde_json::{Map, Value};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyUse {
    /// Verifying the signatures of others.
    Verify,
    /// Signing our own assertions.
    Sign,
    /// Decrypting what others encrypted for us.
    Decrypt,
}

impl KeyUse {
    /// The value of `use` (RFC 7517 §4.2).
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Verify | Self::Sign => "sig",
            Self::Decrypt => "enc",
        }
    }

    /// The values of `key_ops` of which one must stand there (RFC 7517 §4.3).
    const fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Verify => &["verify"],
            Self::Sign => &["sign"],
            Self::Decrypt => &["decrypt", "unwrapKey", "deriveKey", "deriveBits"],
        }
    }
}

/// `kid`, `use`, `key_ops` and `alg` of a JWK; each is `None` when absent.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyMetadata {
    pub(super) kid: Option<String>,
    usage: Option<String>,
    operations: Option<Vec<String>>,
    algorithm: Option<String>,
}

impl KeyMetadata {
    /// Reads them; `None` when one has the wrong type.
    pub(super) fn read(jwk: &Map<String, Value>) -> Option<Self> {
        Some(Self {
            kid: text(jwk, "kid")?,
            usage: text(jwk, "use")?,
            operations: texts(jwk, "key_ops")?,
            algorithm: text(jwk, "alg")?,
        })
    }

    /// Whether the key may be used so, with that algorithm: what it says of itself must agree, what it does not say is open.
    pub(super) fn allows(&self, usage: KeyUse, algorithm: &str) -> bool {
        self.usage.as_deref().is_none_or(|named| named == usage.name())
            && self.algorithm.as_deref().is_none_or(|named| named == algorithm)
            && self
                .operations
                .as_ref()
                .is_none_or(|named| named.iter().any(|operation| usage.operations().contains(&operation.as_str())))
    }
}

/// An optional member; the outer `None` says that it has the wrong type.
#[expect(clippy::option_option, reason = "absent and mistyped are different")]
fn text(jwk: &Map<String, Value>, name: &str) -> Option<Option<String>> {
    match jwk.get(name) {
        None => Some(None),
        Some(Value::String(value)) => Some(Some(value.clone())),
        Some(_) => None,
    }
}

#[expect(clippy::option_option, reason = "absent and mistyped are different")]
fn texts(jwk: &Map<String, Value>, name: &str) -> Option<Option<Vec<String>>> {
    let Some(value) = jwk.get(name) else { return Some(None) };
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>().map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(jwk: &Value) -> Option<KeyMetadata> {
        KeyMetadata::read(jwk.as_object().unwrap())
    }

    #[test]
    fn what_a_key_says_of_itself_binds() {
        let allows = |jwk: Value, usage| read(&jwk).unwrap().allows(usage, "RS256");
        assert!(allows(json!({}), KeyUse::Verify));
        assert!(allows(json!({ "use": "sig", "alg": "RS256", "key_ops": ["sign", "verify"] }), KeyUse::Verify));
        assert!(!allows(json!({ "use": "enc" }), KeyUse::Verify));
        assert!(!allows(json!({ "alg": "PS256" }), KeyUse::Verify));
        assert!(!allows(json!({ "key_ops": ["encrypt"] }), KeyUse::Verify));
        assert!(!allows(json!({ "key_ops": ["verify"] }), KeyUse::Sign));
        assert!(!allows(json!({ "key_ops": [] }), KeyUse::Decrypt));
        assert!(allows(json!({ "key_ops": ["unwrapKey"], "use": "enc" }), KeyUse::Decrypt));
    }

    #[test]
    fn members_of_another_type_make_the_key_unusable() {
        for jwk in
            [json!({ "kid": 1 }), json!({ "use": ["sig"] }), json!({ "key_ops": "verify" }), json!({ "alg": null })]
        {
            assert!(read(&jwk).is_none(), "{jwk}");
        }
    }
}
