//! Secrets that the server makes and hands out: how they look, how they are recognised.

use std::fmt;
use std::marker::PhantomData;

use super::{MasterKey, Purpose, Random};

/// Random base62 characters: 43 hold 256 bits.
const RANDOM: usize = 43;

/// CRC-32 of what stands before, in base62.
const CHECKSUM: usize = 6;

/// Random characters that are shown in lists, so that one is told from others.
const SHOWN: usize = 5;

/// A kind of [`Credential`]. Implemented by a marker type of the room that hands it out.
pub trait CredentialKind {
    /// What each begins with, so that a leaked one is recognised wherever it turns up.
    const PREFIX: &'static str;
    /// The key of its digest.
    const PURPOSE: Purpose;
    /// What stands in its place where it would be shown by accident.
    const NAME: &'static str;
}

/// A secret of that kind that has the right form: prefix, 256 random bits and a checksum. Whose it is, only the database knows. Generated
/// by the server alone.
pub struct Credential<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

impl<K: CredentialKind> Credential<K> {
    /// A new one with 256 random bits.
    pub fn generate(random: &Random) -> Self {
        let body = format!("{}{}", K::PREFIX, random.base62(RANDOM));
        let checksum = checksum(&body);
        Self::of(body + &checksum)
    }

    /// Reads one; `None` when prefix, length or checksum say that it was never ours. Costs no query.
    pub fn parse(text: &str) -> Option<Self> {
        let right_length = text.len() == K::PREFIX.len() + RANDOM + CHECKSUM;
        if !right_length || !text.is_ascii() || !Self::claims(text) {
            return None;
        }
        let (body, given) = text.split_at(text.len() - CHECKSUM);
        (checksum(body) == given).then(|| Self::of(text.to_owned()))
    }

    /// Whether a text begins like one of this kind.
    pub fn claims(text: &str) -> bool {
        text.starts_with(K::PREFIX)
    }

    /// The secret itself: to show it once, or to send it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its beginning, which tells it from others and is no secret.
    pub fn prefix(&self) -> String {
        self.text[..K::PREFIX.len() + SHOWN].to_owned()
    }

    /// What is stored of it: a keyed digest. With 256 random bits a slow hash would buy nothing.
    pub fn digest(&self, key: &MasterKey) -> Vec<u8> {
        key.digest(K::PURPOSE, self.text.as_bytes()).to_vec()
    }

    const fn of(text: String) -> Self {
        Self { text, kind: PhantomData }
    }
}

// Written out, because the derived ones would ask the same of the marker.
impl<K: CredentialKind> Clone for Credential<K> {
    fn clone(&self) -> Self {
        Self::of(self.text.clone())
    }
}

impl<K> PartialEq for Credential<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Credential<K> {}

impl<K: CredentialKind> fmt::Debug for Credential<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::NAME)
    }
}

fn checksum(body: &str) -> String {
    const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut text = [b'0'; CHECKSUM];
    for place in text.iter_mut().rev() {
        *place = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    text.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secret;

    enum Test {}

    impl CredentialKind for Test {
        const PREFIX: &'static str = "prl_cs_";
        const PURPOSE: Purpose = Purpose::ClientSecret;
        const NAME: &'static str = "TestSecret";
    }

    enum Other {}

    impl CredentialKind for Other {
        const PREFIX: &'static str = "prl_ot_";
        const PURPOSE: Purpose = Purpose::PersonalToken;
        const NAME: &'static str = "OtherSecret";
    }

    #[test]
    fn a_generated_secret_is_recognised() {
        let secret = Credential::<Test>::generate(&Random::System);
        assert_eq!(secret.expose().len(), 56);
        assert_eq!(Credential::parse(secret.expose()), Some(secret.clone()));
        assert!(secret.expose().starts_with(&secret.prefix()));
        assert_eq!(format!("{secret:?}"), "TestSecret");
    }

    #[test]
    fn any_single_change_is_noticed() {
        let secret = Credential::<Test>::generate(&Random::seeded(3));
        for place in 0..secret.expose().len() {
            let mut changed = secret.expose().as_bytes().to_vec();
            changed[place] = if changed[place] == b'a' { b'b' } else { b'a' };
            let changed = std::str::from_utf8(&changed).unwrap();
            assert_eq!(Credential::<Test>::parse(changed), None, "place {place}");
        }
        for wrong in
            ["", "prl_cs_", "swordfish", &secret.expose()[1..], &format!("{} ", secret.expose()), &"é".repeat(28)]
        {
            assert_eq!(Credential::<Test>::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_kind_is_not_taken_for_another() {
        let secret = Credential::<Test>::generate(&Random::seeded(3));
        assert!(Credential::<Test>::claims(secret.expose()) && !Credential::<Other>::claims(secret.expose()));
        assert_eq!(Credential::<Other>::parse(secret.expose()), None);
        let disguised = secret.expose().replace(Test::PREFIX, Other::PREFIX);
        assert_eq!(Credential::<Other>::parse(&disguised), None);
    }

    #[test]
    fn the_digest_depends_on_the_key() {
        let secret = Credential::<Test>::generate(&Random::seeded(3));
        let key = |text: &str| MasterKey::new(&Secret::new(text));
        assert_eq!(secret.digest(&key("a")), secret.digest(&key("a")));
        assert_ne!(secret.digest(&key("a")), secret.digest(&key("b")));
    }
}
