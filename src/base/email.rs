//! E-mail addresses and domains: what is accepted, and the one form in which they are compared.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// An e-mail address as it was given (trimmed), known to be well-formed.
#[derive(Clone, PartialEq, Eq, Serialize, DeriveValueType)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The form in which addresses are matched: NFC, local part in lower case, domain as lower-case ASCII (UTS 46). No folding
/// of dots or of `+`: two addresses that a mail server may tell apart are two addresses.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct EmailKey(String);

/// A domain of e-mail addresses, in the form of [`EmailKey`]'s.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, DeriveValueType)]
#[serde(transparent)]
pub struct Domain(String);

/// The text is not an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid e-mail address")]
pub struct InvalidEmail;

/// The text is not a domain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a domain name such as example.org")]
pub struct InvalidDomain(pub String);

/// RFC 3696 erratum 1690 allows 254; 320 (64 + @ + 255) is what the compatible profile accepts.
const MAX_LENGTH: usize = 320;

impl EmailAddress {
    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for comparison. Domains that UTS 46 refuses were refused when the address was made.
    pub fn key(&self) -> EmailKey {
        let normal: String = self.0.nfc().collect();
        let (local, domain) = normal.rsplit_once('@').unwrap_or((&normal, ""));
        EmailKey(format!("{}@{}", local.to_lowercase(), normal_domain(domain).unwrap_or_default()))
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let valid = text.chars().count() <= MAX_LENGTH
            && valid_local_part(local)
            && valid_mail_domain(domain)
            && normal_domain(domain).is_some_and(|domain| local.len() + 1 + domain.len() <= MAX_LENGTH);
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidEmail) }
    }
}

/// Personal data: `Debug` shows that there is an address, not which.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress")
    }
}

impl EmailKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain of the address.
    pub fn domain(&self) -> Domain {
        Domain(self.0.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned()))
    }
}

impl fmt::Debug for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailKey")
    }
}

impl Domain {
    /// The domain in lower-case ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = InvalidDomain;

    /// Takes a host name of at least two labels, in Unicode or ASCII, with or without a final dot.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        let name = name.strip_suffix('.').unwrap_or(name);
        let invalid = || InvalidDomain(text.to_owned());
        let ascii = normal_domain(name).ok_or_else(invalid)?;
        if name.contains('[') || ascii.len() > 253 || !valid_host_name(&ascii) {
            return Err(invalid());
        }
        Ok(Self(ascii))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 5322 §3.2.3 dot-atom, or §3.2.4 quoted string.
fn valid_local_part(local: &str) -> bool {
    if let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return valid_quoted_text(quoted);
    }
    let atom_character = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atom_character))
}

fn valid_quoted_text(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let allowed = |c: char| c.is_ascii() && !matches!(c, '\0' | '\n' | '\r');
        let valid = match c {
            '\\' => characters.next().is_some_and(allowed),
            '"' | '\t' | ' ' => false,
            c => allowed(c),
        };
        if !valid {
            return false;
        }
    }
    true
}

/// What may stand behind the `@`: a host name with a dot, `localhost`, or an address literal in brackets.
fn valid_mail_domain(domain: &str) -> bool {
    if domain.eq_ignore_ascii_case("localhost") {
        return true;
    }
    match address_literal(domain) {
        Some(literal) => literal.parse::<IpAddr>().is_ok(),
        None => valid_host_name(domain),
    }
}

fn address_literal(domain: &str) -> Option<&str> {
    let literal = domain.strip_prefix('[')?.strip_suffix(']')?;
    Some(literal.strip_prefix("IPv6:").unwrap_or(literal))
}

/// At least two labels; letters, digits and inner hyphens, Unicode letters included; a top label without digits unless
/// it is punycode.
fn valid_host_name(name: &str) -> bool {
    let international = |c: char| c >= '\u{a1}';
    let label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || international(c))
    };
    let Some((rest, top)) = name.rsplit_once('.') else { return false };
    let punycode = top.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    rest.split('.').all(label)
        && label(top)
        && top.chars().count() >= 2
        && (punycode || top.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || international(c)))
}

fn normal_domain(domain: &str) -> Option<String> {
    if domain.starts_with('[') {
        return Some(domain.to_ascii_lowercase());
    }
    let normal: String = domain.nfc().collect();
    idna::domain_to_ascii(&normal).ok().filter(|ascii| !ascii.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<String> {
        text.parse::<EmailAddress>().ok().map(|email| email.key().as_str().to_owned())
    }

    #[test]
    fn accepts_what_the_compatible_profile_accepts() {
        for good in [
            "user.family@example.com",
            "o'neil+tag@sub.example.org",
            "\"quoted@local\"@example.org",
            "user@localhost",
            "user@[127.0.0.1]",
            "user@[IPv6:::1]",
            "user@bücher.example",
            "user@xn--bcher-kva.example",
            "user@example.xn--p1ai",
        ] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let long = format!("{}@example.org", "a".repeat(310));
        for bad in [
            "",
            "@",
            "user",
            "user@",
            "@example.org",
            "a..b@example.org",
            ".a@example.org",
            "a b@example.org",
            "user@example",
            "user@example.org.",
            "user@example.c",
            "user@example.123",
            "user@-example.org",
            "user@[300.1.1.1]",
            "user@exa mple.org",
            "é@example.org",
            "a\u{0}@example.org",
            &long,
            "a@b@example.org",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn keys_fold_case_and_punycode_and_nothing_else() {
        assert_eq!(key("  User.Family@Example.COM ").unwrap(), "user.family@example.com");
        assert_eq!(key("user@BÜCHER.example"), key("user@xn--bcher-kva.example"));
        assert_ne!(key("u.ser@example.org"), key("user@example.org"));
        assert_ne!(key("user+a@example.org"), key("user@example.org"));
    }

    #[test]
    fn domains_match_exactly() {
        let domain = |text: &str| text.parse::<Domain>().map(|domain| domain.to_string()).ok();
        assert_eq!(domain(" Example.ORG. ").as_deref(), Some("example.org"));
        assert_eq!(domain("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        for bad in [
            "",
            "example",
            "example.c",
            "-a.example",
            "a b.example",
            "[127.0.0.1]",
            "*.example.org",
            "user@example.org",
        ] {
            assert_eq!(domain(bad), None, "{bad:?}");
        }
        let email: EmailAddress = "a@evil-example.org".parse().unwrap();
        assert_ne!(email.key().domain().as_str(), "example.org");
    }
}
