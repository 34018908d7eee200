//! Through what others are called, and whom we believe to be them.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

use crate::base::Secret;

/// How others are reached. The certificate of whoever answers is always verified: there is no setting against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpSettings {
    /// The proxy that calls go through; none is a direct call. Loopback addresses are always called directly.
    pub proxy: Option<ProxyAddress>,
    /// Who is called directly all the same.
    pub no_proxy: Vec<ProxyException>,
    /// PEM files of certificate authorities that are believed besides the system's.
    pub ca_files: Vec<PathBuf>,
}

/// The address of an HTTP proxy, `http://[user:password@]host[:port]`. `Debug` shows neither user nor password.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    full: Secret,
    shown: String,
}

impl ProxyAddress {
    /// The whole address, with user and password.
    pub const fn full(&self) -> &Secret {
        &self.full
    }
}

impl FromStr for ProxyAddress {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut url = Url::parse(text.trim()).map_err(|_| ())?;
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if url.scheme() != "http" || url.host().is_none() || !bare {
            return Err(());
        }
        let full = Secret::new(url.as_str());
        url.set_username("")?;
        url.set_password(None)?;
        Ok(Self { full, shown: url.into() })
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({})", self.shown)
    }
}

/// Who is not called through the proxy: an IP address or network, or a domain with all below it (`example.org`,
/// `.example.org`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyException(String);

impl ProxyException {
    /// The entry as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProxyException {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let known = text.parse::<IpAddr>().is_ok()
            || text.parse::<IpNet>().is_ok()
            || is_host(text.strip_prefix('.').unwrap_or(text));
        known.then(|| Self(text.to_owned())).ok_or(())
    }
}

/// A host name (RFC 1123 §2.1). One whose last label has digits alone is a damaged address.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char))
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.split('.').all(label) && !last.chars().all(|char| char.is_ascii_digit())
}

/// Whether `host`, as it stands in an address, is this machine: `localhost`, a name below it (RFC 6761 §6.3), or a loopback
/// address.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_has_scheme_host_and_perhaps_credentials() {
        let proxy: ProxyAddress = "http://parloir:sword%40fish@proxy.example.org:3128".parse().unwrap();
        assert_eq!(proxy.full().expose(), "http://parloir:sword%40fish@proxy.example.org:3128/");
        assert_eq!(format!("{proxy:?}"), "ProxyAddress(http://proxy.example.org:3128/)");
        assert!("http://[::1]:3128/".parse::<ProxyAddress>().is_ok());
        for bad in [
            "",
            "proxy.example.org:3128",
            "https://proxy.example.org:3128",
            "socks5://proxy.example.org",
            "http://proxy.example.org:3128/path",
            "http://proxy.example.org:3128?query",
            "http://proxy.example.org:3128#fragment",
            "http://",
            "http://proxy.example.org:99999",
        ] {
            assert!(bad.parse::<ProxyAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn exceptions_are_hosts_domains_and_networks() {
        for good in ["example.org", ".example.org", "intranet", "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"] {
            assert_eq!(good.parse::<ProxyException>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            ".",
            "*",
            "*.example.org",
            "https://example.org",
            "10.0.0.0/33",
            "300.1.1.1",
            "a..b",
            "example.org:443",
        ] {
            assert!(bad.parse::<ProxyException>().is_err(), "{bad}");
        }
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        for host in ["localhost", "provider.localhost", "127.0.0.1", "127.8.9.1", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.org", "notlocalhost", "10.0.0.1", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
