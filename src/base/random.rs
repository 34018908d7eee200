//! Where chance comes from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use super::Timestamp;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";

/// A source of random bytes: the operating system's in a server, a seeded one in a test that must repeat its ids.
#[derive(Clone, Default)]
pub enum Random {
    /// The operating system's generator.
    #[default]
    System,
    /// Reproducible, for tests only. Clones share the state.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// A reproducible source, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes`.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing that this server does would be safe then.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => {
                assert!(aws_lc_rs::rand::fill(bytes).is_ok(), "the operating system's random generator failed");
            }
            Self::Seeded(state) => state.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A UUID of version 7 (RFC 9562 §5.7) for a row made at `now`: rows made together stand together in the index.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// `length` characters out of 0-9, A-Z, a-z, each equally likely (5.95 bits a character).
    pub fn base62(&self, length: usize) -> String {
        self.draw(BASE62, length)
    }

    /// A room address: three, four and three lower-case letters (47 bits).
    pub fn room_address(&self) -> String {
        format!("{}-{}-{}", self.draw(LETTERS, 3), self.draw(LETTERS, 4), self.draw(LETTERS, 3))
    }

    fn draw(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes beyond the last whole multiple of the alphabet are thrown away: a remainder would favour its beginning.
        let limit = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            for byte in self.bytes::<64>() {
                if usize::from(byte) < limit && text.len() < length {
                    text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
                }
            }
        }
        text
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "Random::System",
            Self::Seeded(_) => "Random::Seeded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        assert_eq!(Random::seeded(7).base62(40), Random::seeded(7).base62(40));
        assert_ne!(Random::System.base62(40), Random::System.base62(40));
    }

    #[test]
    fn room_addresses_have_their_form() {
        let address = Random::System.room_address();
        let parts: Vec<_> = address.split('-').map(str::len).collect();
        assert_eq!(parts, [3, 4, 3]);
        assert!(address.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
}
