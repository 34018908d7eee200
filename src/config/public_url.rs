//! The address by which the server is known outside.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;

use crate::base::is_loopback;

/// An absolute address without path and final slash, such as `https://meet.example.org`. Plain http is for loopback only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    https: bool,
}

impl PublicUrl {
    /// The address, which is also the origin that browsers send (RFC 6454 §6.2).
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether cookies can be `Secure` and HSTS be sent.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The address of `path`, which begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.trim().trim_end_matches('/').parse().map_err(|_| ())?;
        let (scheme, authority) = (uri.scheme_str().ok_or(())?, uri.authority().ok_or(())?);
        let https = match scheme {
            "https" => true,
            "http" if is_loopback(authority.host()) => false,
            _ => return Err(()),
        };
        if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(());
        }
        // Browsers leave the default port out of an origin; the comparison must not fail over it.
        let default_port = if https { ":443" } else { ":80" };
        let authority = authority.as_str().to_ascii_lowercase();
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        Ok(Self { text: format!("{scheme}://{authority}"), https })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_http_on_loopback() {
        let url = |text: &str| text.parse::<PublicUrl>().map(|url| url.to_string()).ok();
        assert_eq!(url("https://Meet.example.org:443/").as_deref(), Some("https://meet.example.org"));
        assert_eq!(url("http://localhost:8080").as_deref(), Some("http://localhost:8080"));
        assert_eq!(url("http://[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        for bad in [
            "http://meet.example.org",
            "ftp://localhost",
            "meet.example.org",
            "https://a@b",
            "https://a/b",
            "https://a?b",
            "",
        ] {
            assert_eq!(url(bad), None, "{bad}");
        }
    }
}
