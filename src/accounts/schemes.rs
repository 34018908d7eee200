//! The forms in which a password may be stored: ours (Argon2id, RFC 9106), and those that people bring from elsewhere.
//!
//! Of a hash that is imported the cost is looked at, because whoever signs in makes this server pay it: within a second or so, and not so
//! cheap that it protects nobody.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use argon2::password_hash::PasswordVerifier;
use argon2::{Argon2, Params, PasswordHash as Phc};
use aws_lc_rs::{digest, pbkdf2};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::PasswordHash;

/// KiB that one Argon2 check may take, and KiB times passes.
const ARGON2_MEMORY: u32 = 256 * 1024;
const ARGON2_WORK: u64 = 1024 * 1024;
const ARGON2_LANES: u32 = 16;
/// What argon2-cffi and Django once began with.
const ARGON2_LEAST: u32 = 512;

/// Each step doubles the work: 14 is a second.
const BCRYPT_COST: std::ops::RangeInclusive<u32> = 8..=14;

/// Rounds of PBKDF2; Django 6.0 makes 1,200,000.
const PBKDF2_ROUNDS: std::ops::RangeInclusive<u32> = 10_000..=4_000_000;

/// Why a hash is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashDefect {
    /// Of no form that is known here.
    #[error("the hash is of no form that is known here")]
    Unknown,
    /// It begins like one of those, and is none.
    #[error("the hash is damaged")]
    Malformed,
    /// To check it takes too long, or too much memory.
    #[error("the hash takes too much work to check")]
    TooCostly,
    /// Whoever has it finds the password too soon.
    #[error("the hash is too cheap to protect a password")]
    TooWeak,
}

impl HashDefect {
    /// A stable word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "hash_unknown",
            Self::Malformed => "hash_malformed",
            Self::TooCostly => "hash_too_costly",
            Self::TooWeak => "hash_too_weak",
        }
    }
}

/// A stored hash, taken apart.
#[derive(Debug)]
enum Scheme<'a> {
    /// In the PHC string format.
    Argon2(Box<Phc>),
    /// In the format of crypt(3).
    Bcrypt(&'a str),
    /// Django's: bcrypt of the SHA-256 in hexadecimal, so that all of a long password counts.
    BcryptSha256(&'a str),
    /// Django's.
    Pbkdf2 { sha1: bool, rounds: NonZeroU32, salt: &'a str, key: Vec<u8> },
}

impl<'a> Scheme<'a> {
    /// Reads what is stored, or is to be.
    fn parse(text: &'a str) -> Result<Self, HashDefect> {
        if text.starts_with("$argon2") {
            return Phc::new(text).map(|phc| Self::Argon2(Box::new(phc))).map_err(|_| HashDefect::Malformed);
        }
        if ["$2a$", "$2b$", "$2y$"].iter().any(|version| text.starts_with(version)) {
            return Ok(Self::Bcrypt(text));
        }
        let (name, rest) = text.split_once('$').ok_or(HashDefect::Unknown)?;
        match name {
            "bcrypt_sha256" => Ok(Self::BcryptSha256(rest)),
            "pbkdf2_sha256" => pbkdf2(false, rest),
            "pbkdf2_sha1" => pbkdf2(true, rest),
            _ => Err(HashDefect::Unknown),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Argon2(_) => "argon2",
            Self::Bcrypt(_) => "bcrypt",
            Self::BcryptSha256(_) => "bcrypt_sha256",
            Self::Pbkdf2 { sha1: false, .. } => "pbkdf2_sha256",
            Self::Pbkdf2 { sha1: true, .. } => "pbkdf2_sha1",
        }
    }

    fn matches(&self, password: &str) -> bool {
        let password = password.as_bytes();
        match self {
            Self::Argon2(phc) => Argon2::default().verify_password(password, phc.as_ref()).is_ok(),
            // C ends a text with it, so nobody has such a password there.
            Self::Bcrypt(_) if password.contains(&0) => false,
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::BcryptSha256(hash) => {
                let digest = digest::digest(&digest::SHA256, password);
                let mut hex = String::with_capacity(64);
                for byte in digest.as_ref() {
                    // Writing to a string cannot fail.
                    let _ = write!(hex, "{byte:02x}");
                }
                bcrypt::verify(hex, hash).unwrap_or(false)
            }
            Self::Pbkdf2 { sha1, rounds, salt, key } => {
                pbkdf2::verify(algorithm(*sha1), *rounds, salt.as_bytes(), password, key).is_ok()
            }
        }
    }

    /// Whether its form is whole and its cost within bounds.
    fn check(&self) -> Result<(), HashDefect> {
        match self {
            Self::Argon2(phc) => check_argon2(phc),
            Self::Bcrypt(hash) | Self::BcryptSha256(hash) => {
                let parts: bcrypt::HashParts = hash.parse().map_err(|_| HashDefect::Malformed)?;
                within(parts.get_cost(), &BCRYPT_COST)
            }
            Self::Pbkdf2 { rounds, .. } => within(rounds.get(), &PBKDF2_ROUNDS),
        }
    }

    /// Whether this server would store it just so.
    fn is_ours(&self) -> bool {
        let Self::Argon2(phc) = self else { return false };
        let ours = Argon2::default();
        let params = ours.params();
        let same = |given: &Params| {
            (given.m_cost(), given.t_cost(), given.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
        };
        phc.algorithm == argon2::ARGON2ID_IDENT
            && phc.version == Some(argon2::Version::default().into())
            && Params::try_from(&**phc).is_ok_and(|given| same(&given))
    }
}

const fn algorithm(sha1: bool) -> pbkdf2::Algorithm {
    if sha1 { pbkdf2::PBKDF2_HMAC_SHA1 } else { pbkdf2::PBKDF2_HMAC_SHA256 }
}

/// What stands behind the name: rounds, salt, key in base64.
fn pbkdf2(sha1: bool, rest: &str) -> Result<Scheme<'_>, HashDefect> {
    let mut parts = rest.split('$');
    let (Some(rounds), Some(salt), Some(key), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(HashDefect::Malformed);
    };
    let rounds = rounds.parse().map_err(|_| HashDefect::Malformed)?;
    let key = STANDARD.decode(key).map_err(|_| HashDefect::Malformed)?;
    if salt.is_empty() || key.len() != if sha1 { 20 } else { 32 } {
        return Err(HashDefect::Malformed);
    }
    Ok(Scheme::Pbkdf2 { sha1, rounds, salt, key })
}

fn check_argon2(phc: &Phc) -> Result<(), HashDefect> {
    let known = [argon2::ARGON2D_IDENT, argon2::ARGON2I_IDENT, argon2::ARGON2ID_IDENT].contains(&phc.algorithm);
    // Without a version it would be the first one, which this library takes for the last.
    let version = matches!(phc.version, Some(0x10 | 0x13));
    if !known || !version || phc.salt.is_none() || phc.hash.is_none() {
        return Err(HashDefect::Malformed);
    }
    let params = Params::try_from(phc).map_err(|_| HashDefect::Malformed)?;
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if params.m_cost() > ARGON2_MEMORY || work > ARGON2_WORK || params.p_cost() > ARGON2_LANES {
        return Err(HashDefect::TooCostly);
    }
    if params.m_cost() < ARGON2_LEAST { Err(HashDefect::TooWeak) } else { Ok(()) }
}

fn within(cost: u32, bounds: &std::ops::RangeInclusive<u32>) -> Result<(), HashDefect> {
    match cost {
        cost if cost > *bounds.end() => Err(HashDefect::TooCostly),
        cost if cost < *bounds.start() => Err(HashDefect::TooWeak),
        _ => Ok(()),
    }
}

impl PasswordHash {
    /// A hash from elsewhere, in the form in which it is kept here; none of a text that says that there is no password: nothing, or
    /// Django's mark (`!…`).
    pub fn import(text: &str) -> Result<Option<Self>, HashDefect> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('!') {
            return Ok(None);
        }
        // Longer than any of them.
        if text.len() > 512 || !text.is_ascii() {
            return Err(HashDefect::Malformed);
        }
        // Django's own name before a form that names itself.
        let bare = ["argon2$", "bcrypt$"].iter().find_map(|name| text.strip_prefix(name));
        let kept = match bare {
            Some(rest) if text.starts_with("argon2$") => format!("${rest}"),
            Some(rest) => rest.to_owned(),
            None => text.to_owned(),
        };
        Scheme::parse(&kept)?.check()?;
        Ok(Some(Self::new(kept)))
    }

    /// How it was made.
    pub fn scheme(&self) -> &'static str {
        Scheme::parse(self.as_str()).map_or("unknown", |scheme| scheme.name())
    }

    /// How it was made, where that is not how this server makes them.
    pub fn foreign(&self) -> Option<&'static str> {
        let scheme = Scheme::parse(self.as_str()).ok()?;
        (!scheme.is_ours()).then(|| scheme.name())
    }

    /// Whether it is that password's. As costly as it was made: only for the pool.
    pub(super) fn matches(&self, password: &str) -> bool {
        Scheme::parse(self.as_str()).is_ok_and(|scheme| scheme.matches(password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "GFYmt1lkmBPt2lmTvGtNfF7b3OHlfJdfMrLOgB5mq9Q=";
    const ARGON2: &str = "c29tZXNhbHQ$RdescudvJCsgt3ub+b27mg";

    fn defect(text: &str) -> Option<HashDefect> {
        PasswordHash::import(text).err()
    }

    #[test]
    fn what_is_none_of_them_is_told_apart() {
        for unknown in [
            "secret",
            "$6$salt$hash",
            "$2x$12$abc",
            "md5$salt$hash",
            "$1$",
            "argon3$x",
            "argon2$",
            "pbkdf2_sha512$1$a$b",
        ] {
            assert_eq!(defect(unknown), Some(HashDefect::Unknown), "{unknown}");
        }
        for malformed in [
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA".to_owned(),
            format!("$argon2id$m=19456,t=2,p=1${ARGON2}"),
            format!("$argon2x$v=19$m=19456,t=2,p=1${ARGON2}"),
            format!("$argon2id$v=18$m=19456,t=2,p=1${ARGON2}"),
            "$2b$12$short".to_owned(),
            "bcrypt$$2b$12$short".to_owned(),
            "bcrypt_sha256$".to_owned(),
            format!("pbkdf2_sha256$600000$${KEY}"),
            format!("pbkdf2_sha256$0$salt${KEY}"),
            format!("pbkdf2_sha256$many$salt${KEY}"),
            format!("pbkdf2_sha1$600000$salt${KEY}"),
            format!("pbkdf2_sha256$600000$salt${KEY}$more"),
            "pbkdf2_sha256$600000$salt$no base64".to_owned(),
            "pbkdf2_sha256$600000$salt$\u{e9}".to_owned(),
            format!("pbkdf2_sha256$600000${}${KEY}", "s".repeat(600)),
        ] {
            assert_eq!(defect(&malformed), Some(HashDefect::Malformed), "{malformed}");
        }
        for none in ["", "  ", "!", "!unusable"] {
            assert_eq!(PasswordHash::import(none), Ok(None), "{none:?}");
        }
    }

    #[test]
    fn the_cost_is_bounded_on_both_sides() {
        let bcrypt = |cost: u32| format!("$2b${cost:02}$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW");
        let pbkdf2 = |rounds: u32| format!("pbkdf2_sha256${rounds}$salt${KEY}");
        let argon2 = |m: u32, t: u32, p: u32| format!("$argon2id$v=19$m={m},t={t},p={p}${ARGON2}");
        for costly in [
            bcrypt(15),
            format!("bcrypt_sha256${}", bcrypt(31)),
            pbkdf2(4_000_001),
            argon2(262_145, 1, 1),
            argon2(65_536, 17, 1),
            argon2(4096, 1, 17),
            argon2(u32::MAX, u32::MAX, 1),
        ] {
            assert_eq!(defect(&costly), Some(HashDefect::TooCostly), "{costly}");
        }
        for weak in [bcrypt(7), bcrypt(4), pbkdf2(9999), pbkdf2(1), argon2(511, 2, 1)] {
            assert_eq!(defect(&weak), Some(HashDefect::TooWeak), "{weak}");
        }
        for good in [bcrypt(8), bcrypt(14), pbkdf2(10_000), pbkdf2(4_000_000), argon2(102_400, 2, 8), argon2(512, 2, 2)]
        {
            assert_eq!(defect(&good), None, "{good}");
        }
    }

    #[test]
    fn ours_alone_stays_as_it_is() {
        let foreign = |text: &str| PasswordHash::import(text).unwrap().unwrap().foreign();
        assert_eq!(foreign(&format!("$argon2id$v=19$m=19456,t=2,p=1${ARGON2}")), None);
        assert_eq!(foreign(&format!("argon2$argon2id$v=19$m=19456,t=2,p=1${ARGON2}")), None);
        for other in
            ["$argon2id$v=19$m=102400,t=2,p=8$", "$argon2i$v=19$m=19456,t=2,p=1$", "$argon2id$v=16$m=19456,t=2,p=1$"]
        {
            assert_eq!(foreign(&format!("{other}{ARGON2}")), Some("argon2"), "{other}");
        }
        assert_eq!(foreign(&format!("pbkdf2_sha256$600000$salt${KEY}")), Some("pbkdf2_sha256"));
    }
}
