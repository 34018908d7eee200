//! What a caller shows, before anybody is asked about it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Denied;

/// A longer text, in octets, is not asked about.
const MOST_OCTETS: usize = 8 * 1024;

/// SHA-256 of what was shown: what is remembered cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(token: &str) -> Self {
        let mut octets = [0; 32];
        octets.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(octets)
    }
}

/// Refuses what no provider can have made (RFC 6750 §2.1 has visible ASCII alone), so that it is not asked.
pub(super) fn check(token: &str) -> Result<(), Denied> {
    let possible = token.len() <= MOST_OCTETS && is_visible(token.as_bytes());
    if possible { Ok(()) } else { Err(Denied::Malformed) }
}

/// Some callers of the compatible API send a token in base64. What is meant so decodes strictly (alphabet, padding, no bit left
/// over) to visible ASCII, which no random text does by chance; but a provider may make tokens that look like that, so the text is
/// asked about as it came first, and as this only if that is worth nothing.
pub(in crate::access) fn unwrapped(token: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    is_visible(text.as_bytes()).then_some(text)
}

fn is_visible(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_a_token_is_asked_about() {
        for good in ["a", "~!@#$%^&*()_+", &"a".repeat(8192)] {
            assert_eq!(check(good), Ok(()));
        }
        for bad in ["", "a b", "a\tb", "é", "a\u{7f}", "\u{200b}", &"a".repeat(8193)] {
            assert_eq!(check(bad), Err(Denied::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn base64_of_a_token_is_unwrapped_and_nothing_else_is() {
        assert_eq!(unwrapped("dGVzdA==").as_deref(), Some("test"));
        assert_eq!(
            unwrapped(&STANDARD.encode("eyJhbGciOiJFUzI1NiJ9.e30.c2ln")).as_deref(),
            Some("eyJhbGciOiJFUzI1NiJ9.e30.c2ln")
        );
        for other in ["", "test", "dGVzdA", "dGVzdB==", "dGVz dA==", "eyJh.e30.c2ln", "w6k=", "YSBi", "VXNlcgo="] {
            assert_eq!(unwrapped(other), None, "{other}");
        }
    }
}
