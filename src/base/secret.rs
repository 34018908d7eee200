//! Text that must not be shown by accident.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// A secret text: `Debug` prints the type alone, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Every call is a place where a secret leaves its wrapper: keep them few.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `given` is the same text. The time it takes does not tell where they differ.
    pub fn matches(&self, given: &str) -> bool {
        let digest = |text: &str| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        // Digests have one length: nor does the time tell how long the secret is.
        verify_slices_are_equal(digest(&self.0).as_ref(), digest(given).as_ref()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_matches() {
        let secret = Secret::new("swordfish");
        assert!(secret.matches("swordfish"));
        for other in ["", "swordfis", "swordfish ", "Swordfish", "swordfishswordfish"] {
            assert!(!secret.matches(other), "{other}");
        }
    }

    #[test]
    fn debug_shows_the_type_only() {
        assert_eq!(format!("{:?}", Secret::new("swordfish")), "Secret");
    }
}
