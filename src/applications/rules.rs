//! What the fields of an application may hold: one list, whoever makes or changes it.

use std::fmt;

use url::Url;

use super::Application;
use crate::base::{ScopeList, is_loopback, name_key};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 255;
/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 2000;
/// The longest contact, in characters: that of an e-mail address.
pub const LONGEST_CONTACT: usize = 320;
/// The longest address of a home page, in bytes.
const LONGEST_HOME_PAGE: usize = 2048;
/// The longest life of a token, in minutes.
pub const LONGEST_TOKEN_LIFETIME_MINUTES: i64 = 60;
/// Most networks: each is compared at each use.
const MOST_NETWORKS: usize = 100;

macro_rules! flaws {
    ($($(#[doc = $doc:literal])+ $variant:ident($field:literal) = $sentence:literal,)*) => {
        /// A field whose value cannot be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Flaw {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Flaw {
            /// The field's name in JSON and forms.
            pub const fn field(self) -> &'static str {
                match self {
                    $(Self::$variant => $field,)*
                }
            }
        }

        /// What the field may hold.
        impl fmt::Display for Flaw {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $sentence,)*
                })
            }
        }
    };
}

flaws! {
    /// The name is blank, too long, or has control characters.
    Name("name") = "a name has between 1 and 255 characters",
    /// The description is too long, or has control characters.
    Description("description") = "a description has at most 2000 characters",
    /// The contact is too long, or has control characters.
    OwnerContact("owner_contact") = "a contact has at most 320 characters, on one line",
    /// The home page is no address that people may be sent to.
    HomePage("home_page") = "a home page is an https address; http is for loopback only",
    /// The lifetime is none.
    TokenLifetime("token_lifetime_minutes") = "a token works between 1 and 60 minutes",
    /// There are too many networks.
    Networks("networks") = "an application has at most 100 networks",
    /// A scope that is not granted is marked as optional.
    OptionalScopes("optional_scopes") = "only a scope that is granted can be optional",
}

/// The application with its texts trimmed, blank ones gone, and what follows from others made anew.
pub(super) fn tidy(application: Application) -> Application {
    let trimmed = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let name = application.name.trim().to_owned();
    let in_order = |scopes: &ScopeList| application.scopes.intersection(scopes);
    // A scope that is taken away is no optional one; one that was never granted is a flaw, and stays to be seen.
    let granted = application.optional_scopes.iter().all(|scope| application.scopes.contains(scope));
    Application {
        name_key: Some(name_key(&name)),
        name,
        description: trimmed(application.description),
        owner_contact: trimmed(application.owner_contact),
        home_page: trimmed(application.home_page),
        optional_scopes: if granted { in_order(&application.optional_scopes) } else { application.optional_scopes },
        ..application
    }
}

/// What is wrong with the fields of a tidy application.
pub(super) fn flaws(application: &Application) -> Vec<Flaw> {
    let fits = |text: &str, most: usize| text.chars().count() <= most;
    let on_one_line = |text: &str| !text.contains(char::is_control);
    let plain = |text: &str| !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    let name = &application.name;
    let lifetime = application.token_lifetime_minutes;
    let granted = |scope| application.scopes.contains(scope);
    let rules = [
        (Flaw::Name, !name.is_empty() && fits(name, LONGEST_NAME) && on_one_line(name)),
        (
            Flaw::Description,
            application.description.as_ref().is_none_or(|text| fits(text, LONGEST_DESCRIPTION) && plain(text)),
        ),
        (
            Flaw::OwnerContact,
            application.owner_contact.as_ref().is_none_or(|text| fits(text, LONGEST_CONTACT) && on_one_line(text)),
        ),
        (Flaw::HomePage, application.home_page.as_ref().is_none_or(|address| is_home_page(address))),
        (Flaw::TokenLifetime, lifetime.is_none_or(|minutes| (1..=LONGEST_TOKEN_LIFETIME_MINUTES).contains(&minutes))),
        (Flaw::Networks, application.networks.len() <= MOST_NETWORKS),
        (Flaw::OptionalScopes, application.optional_scopes.iter().all(granted)),
    ];
    rules.into_iter().filter(|(_, kept)| !kept).map(|(flaw, _)| flaw).collect()
}

/// Whether people may be sent to `address`: https with a host and without credentials, or http on this machine. The parser
/// forgives white space inside; we do not.
fn is_home_page(address: &str) -> bool {
    let clean = address.len() <= LONGEST_HOME_PAGE && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    clean
        && Url::parse(address).is_ok_and(|url| {
            let anonymous = url.username().is_empty() && url.password().is_none();
            let reachable = match (url.scheme(), url.host_str()) {
                ("https", Some(_)) => true,
                ("http", Some(host)) => is_loopback(host),
                _ => false,
            };
            anonymous && reachable
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_pages() {
        for good in [
            "https://example.org",
            "https://example.org:8443/a?b#c",
            "http://localhost:3000/",
            "http://[::1]/",
            "https://é.example/",
        ] {
            assert!(is_home_page(good), "{good}");
        }
        for bad in [
            "http://example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "example.org",
            "https://",
            "https://user:password@example.org",
            "https://example.org\n",
            "java\nscript:alert(1)",
            "http://localhost.example.org",
            "ftp://example.org",
        ] {
            assert!(!is_home_page(bad), "{bad}");
        }
        assert!(!is_home_page(&format!("https://example.org/{}", "x".repeat(LONGEST_HOME_PAGE))));
    }
}
