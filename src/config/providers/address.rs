//! Addresses of providers.

use std::fmt;

use url::Url;

use crate::base::is_loopback;

/// An https address, or a plain http address on loopback, kept as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderUrl(String);

impl ProviderUrl {
    /// An issuer: without query and fragment (OpenID Connect Discovery 1.0 §3).
    pub fn issuer(text: &str) -> Option<Self> {
        Self::endpoint(text).filter(|url| !url.0.contains('?'))
    }

    /// An endpoint: it may have a query (RFC 6749 §3.1), never a fragment.
    pub fn endpoint(text: &str) -> Option<Self> {
        // A parser repairs what is wrong with an address; what is asked for must be what was written.
        let plain = |char: char| char.is_ascii_graphic() && !"\\#\"<>`{}|^".contains(char);
        if !text.chars().all(plain) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let reachable = match url.scheme() {
            "https" => true,
            "http" => is_loopback(url.host_str()?),
            _ => false,
        };
        let authority = text.split_once("://")?.1;
        let written = !authority.starts_with('/') && !authority.contains('@');
        (reachable && written).then(|| Self(text.to_owned()))
    }

    /// The address as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_loopback_kept_as_given() {
        for good in [
            "https://provider.example.org",
            "https://provider.example.org/",
            "https://Provider.example.org:443/api/v2",
            "http://localhost:3000",
            "http://provider.localhost:3000/oidc",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            assert_eq!(ProviderUrl::issuer(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "provider.example.org",
            "http://provider.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost@provider.example.org",
            "ftp://localhost",
            "https:provider.example.org",
            "https:///provider.example.org",
            "https://",
            "https://provider.example.org/#top",
            "https://user@provider.example.org",
            "https://user:swordfish@provider.example.org",
            "https://provider.example.org:99999",
            " https://provider.example.org",
            "https://provider.example.org\\api",
            "https://provider.example.org/a b",
            "https://exämple.org",
        ] {
            assert_eq!(ProviderUrl::endpoint(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_endpoint_may_have_a_query_an_issuer_not() {
        let text = "https://provider.example.org/authorize?tenant=1";
        assert_eq!(ProviderUrl::endpoint(text).unwrap().to_string(), text);
        assert_eq!(ProviderUrl::issuer(text), None);
        assert_eq!(ProviderUrl::issuer("https://provider.example.org/?"), None);
    }
}
