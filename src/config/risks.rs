//! Settings that work and may still not be what the operator wants, alone or together.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use axum::http::Uri;

use super::{Config, EntitlementsProvider, MailSecurity, SigningAlgorithm};
use crate::base::{Database, IntrospectionForm, Medium, is_loopback};

/// A setting to think about twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Its key.
    pub setting: &'static str,
    /// What is the case, without any secret.
    pub found: String,
    /// What to do about it.
    pub advice: &'static str,
}

/// Networks larger than this hold addresses of strangers: 16 million of IPv4, or as large a share of IPv6.
const WIDEST_PROXY_NETWORK: u8 = 8;

const DAY: Duration = Duration::from_hours(24);
const LONGEST_IDLE: Duration = Duration::from_hours(7 * 24);
const LONGEST_SESSION: Duration = Duration::from_hours(30 * 24);
const SHORTEST_RETENTION: Duration = Duration::from_hours(30 * 24);
const LONGEST_ENTITLEMENT: Duration = Duration::from_hours(1);
const LONGEST_OUTAGE: Duration = Duration::from_hours(7 * 24);
const MOST_FAILURES_PER_ACCOUNT: u32 = 100;
const MOST_FAILURES_PER_ADDRESS: u32 = 1000;
const MOST_PENDING_PEOPLE: u32 = 1000;

impl Config {
    /// What is risky about these settings, each named once, in the order of the reference. The defaults are not.
    pub fn risks(&self) -> Vec<Risk> {
        self.risks_on(|path| Medium::of(path).unwrap_or(Medium::Local))
    }

    /// The same, with files on what `medium` says.
    fn risks_on(&self, medium: impl Fn(&Path) -> Medium) -> Vec<Risk> {
        let mut risks = Vec::new();
        self.about_the_network(&mut risks);
        self.about_the_data(&mut risks, medium);
        self.about_people(&mut risks);
        self.about_providers(&mut risks);
        self.about_foreign_tokens(&mut risks);
        self.about_applications(&mut risks);
        self.about_entitlements(&mut risks);
        self.about_mail(&mut risks);
        self.about_operation(&mut risks);
        risks
    }

    fn about_the_network(&self, risks: &mut Vec<Risk>) {
        let server = &self.server;
        if reaches_others(server.listen) && !server.public_url.is_https() {
            risks.push(Risk {
                setting: "server.listen",
                found: format!("other machines reach {} without encryption", server.listen),
                advice: "Put a proxy with TLS in front and set server.public_url to its https address, or listen on 127.0.0.1.",
            });
        }
        let wide = server.trusted_proxies.iter().filter(|network| network.prefix_len() < WIDEST_PROXY_NETWORK);
        if let Some(wide) = listed(wide) {
            risks.push(Risk {
                setting: "server.trusted_proxies",
                found: format!("strangers of {wide} can invent the address that limits and the trail see"),
                advice: "Name the addresses of your proxies alone.",
            });
        }
        if server.public_url.is_https() && server.trusted_proxies.is_empty() {
            risks.push(Risk {
                setting: "server.trusted_proxies",
                found: "no proxy is trusted, but one must stand in front for https: all clients share its address".to_owned(),
                advice: "Set it to the proxy's address, such as [\"127.0.0.1/32\"]; otherwise one client's failures lock out all.",
            });
        }
    }

    fn about_the_data(&self, risks: &mut Vec<Risk>, medium: impl Fn(&Path) -> Medium) {
        let path = match self.database_url() {
            Database::Sqlite(path) => path,
            Database::Postgres(url) => {
                if let Some(host) = remote_host(url.expose()) {
                    risks.push(Risk {
                        setting: "database.url",
                        found: format!("the connection to {host} is not encrypted"),
                        advice: "Keep it within a network that nobody else sees, or lead it through a tunnel.",
                    });
                }
                return;
            }
        };
        match medium(&path) {
            Medium::Local => {}
            Medium::Memory => risks.push(Risk {
                setting: "database.url",
                found: format!("{} is in memory: it is gone when the machine stops", path.display()),
                advice: "Put the database on a disk.",
            }),
            Medium::Network(protocol) => risks.push(Risk {
                setting: "database.url",
                found: format!(
                    "{} lies on another machine ({protocol}), where SQLite's locks cannot be relied on",
                    path.display()
                ),
                advice: "Put the database on a disk of this machine, or use PostgreSQL.",
            }),
        }
        if self.secret_key.is_none() && !lies_in(&path, &self.data_dir) {
            risks.push(Risk {
                setting: "security.secret_key",
                found: format!(
                    "the key is in {}, the database elsewhere: a copy of one alone is worth nothing",
                    self.data_dir.display()
                ),
                advice: "Back up both, or set security.secret_key yourself.",
            });
        }
    }

    fn about_people(&self, risks: &mut Vec<Risk>) {
        let (session, sign_in) = (&self.session, &self.sign_in);
        if session.idle > LONGEST_IDLE {
            risks.push(Risk {
                setting: "session.idle_hours",
                found: format!("a browser that was left alone stays signed in for {} days", days(session.idle)),
                advice: "Choose at most 168.",
            });
        }
        if session.absolute > LONGEST_SESSION {
            risks.push(Risk {
                setting: "session.absolute_hours",
                found: format!("a stolen session works for up to {} days", days(session.absolute)),
                advice: "Choose at most 720.",
            });
        }
        if sign_in.per_account.failures > MOST_FAILURES_PER_ACCOUNT {
            risks.push(Risk {
                setting: "sign_in.failures_per_account",
                found: format!(
                    "{} passwords can be guessed for one account in five minutes",
                    sign_in.per_account.failures
                ),
                advice: "Choose at most 100.",
            });
        }
        if sign_in.per_address.failures > MOST_FAILURES_PER_ADDRESS {
            risks.push(Risk {
                setting: "sign_in.failures_per_address",
                found: format!(
                    "{} passwords can be guessed from one address in five minutes",
                    sign_in.per_address.failures
                ),
                advice: "Choose at most 1000.",
            });
        }
    }

    fn about_providers(&self, risks: &mut Vec<Risk>) {
        let without = self.sign_in.providers.iter().filter(|provider| !provider.pkce);
        if let Some(without) = listed(without.map(|provider| &provider.id)) {
            risks.push(Risk {
                setting: "sign_in.providers",
                found: format!(
                    "no PKCE with {without}: a code that somebody catches can be slipped to another browser"
                ),
                advice: "Set pkce to S256 unless the provider refuses it.",
            });
        }
    }

    fn about_foreign_tokens(&self, risks: &mut Vec<Risk>) {
        let Some(settings) = &self.resource_server else { return };
        let provider = self.sign_in.providers.iter().find(|provider| provider.id == settings.provider);
        if settings.accept_unknown_clients && settings.required_scopes.is_empty() {
            risks.push(Risk {
                setting: "resource_server.accept_unknown_clients",
                found: format!("a token that {} made for any of its clients opens the API", settings.provider),
                advice: "List accepted_clients, or name a scope in required_scopes that the provider gives for this server alone.",
            });
        }
        if settings.accepted_clients.is_empty() && !settings.accept_unknown_clients {
            risks.push(Risk {
                setting: "resource_server.accepted_clients",
                found: format!("no client is accepted: every token of {} is refused", settings.provider),
                advice: "List the clients whose tokens are to open the API.",
            });
        }
        let plain = settings.answer.form == IntrospectionForm::Json;
        if plain && provider.is_some_and(|provider| provider.issuer.as_str().starts_with("http://")) {
            risks.push(Risk {
                setting: "resource_server.response",
                found: "what the provider says of a token is neither signed nor encrypted on its way".to_owned(),
                advice: "Use https, or signed or encrypted answers.",
            });
        }
    }

    fn about_applications(&self, risks: &mut Vec<Risk>) {
        let (delegation, rooms) = (&self.delegation, &self.rooms);
        if delegation.signing_algorithm == SigningAlgorithm::Hs256 {
            risks.push(Risk {
                setting: "delegation.signing_algorithm",
                found: "with HS256, whatever could verify a token could make one, and nobody else can verify any"
                    .to_owned(),
                advice: "Choose EdDSA or ES256, unless an integration needs HS256.",
            });
        }
        if delegation.pending_people_per_day > MOST_PENDING_PEOPLE {
            risks.push(Risk {
                setting: "delegation.pending_people_per_day",
                found: format!("one application can make {} accounts a day", delegation.pending_people_per_day),
                advice: "Choose at most 1000, and give an application that needs more a number of its own.",
            });
        }
        if rooms.api_default_access_level == "public" {
            risks.push(Risk {
                setting: "rooms.api_default_access_level",
                found: "whoever has the link enters the rooms that applications make".to_owned(),
                advice: "Choose trusted, and let applications ask for public rooms by rooms.api_allow_public.",
            });
        } else if rooms.api_allow_public {
            risks.push(Risk {
                setting: "rooms.api_allow_public",
                found: "applications may make rooms that whoever has the link enters".to_owned(),
                advice: "Leave it off unless an application needs it.",
            });
        }
    }

    fn about_entitlements(&self, risks: &mut Vec<Risk>) {
        let settings = &self.entitlements;
        if settings.provider == EntitlementsProvider::Local {
            return;
        }
        if self.sign_in.providers.is_empty() {
            risks.push(Risk {
                setting: "entitlements.provider",
                found: "nobody signs in through an identity provider, so nothing is known to ask by: nobody has access"
                    .to_owned(),
                advice: "Set sign_in.providers, or entitlements.provider to local.",
            });
        }
        if !settings.claims.iter().any(|claim| claim == "siret") {
            risks.push(Risk {
                setting: "entitlements.claims",
                found: "siret is not among the claims that are sent: DeployCenter refuses every question without"
                    .to_owned(),
                advice: "Add siret, and have sign_in.providers ask for it in scopes.",
            });
        }
        if settings.soft_ttl > LONGEST_ENTITLEMENT {
            risks.push(Risk {
                setting: "entitlements.soft_ttl_seconds",
                found: format!("whoever loses access goes on for {} minutes or more", settings.soft_ttl.as_secs() / 60),
                advice: "Choose at most 3600.",
            });
        }
        if settings.hard_ttl > LONGEST_OUTAGE {
            risks.push(Risk {
                setting: "entitlements.hard_ttl_seconds",
                found: format!("while the provider is down, answers of {} days ago count", days(settings.hard_ttl)),
                advice: "Choose at most 604800.",
            });
        }
        if settings.timeout >= self.server.request_timeout {
            risks.push(Risk {
                setting: "entitlements.timeout_seconds",
                found: "requests end (server.request_timeout_seconds) before the provider's time is over".to_owned(),
                advice: "Choose less than server.request_timeout_seconds.",
            });
        }
        if settings.allow_unknown {
            risks.push(Risk {
                setting: "entitlements.rooms_when_unknown",
                found: "while the provider is down, whoever signs in may make rooms".to_owned(),
                advice: "Leave it at refuse unless that is what you want.",
            });
        }
    }

    fn about_mail(&self, risks: &mut Vec<Risk>) {
        let Some(server) = self.mail.server() else { return };
        if server.security == MailSecurity::None && !is_loopback(&server.host) {
            risks.push(Risk {
                setting: "mail.security",
                found: format!(
                    "letters travel to {} in plain text, and with them links and codes that let people in",
                    server.host
                ),
                advice: "Set it to tls or starttls, unless nobody else sees that network.",
            });
        }
    }

    fn about_operation(&self, risks: &mut Vec<Risk>) {
        if self.audit_retention < SHORTEST_RETENTION {
            risks.push(Risk {
                setting: "audit.retention_days",
                found: format!("the trail goes back {} days: most abuse is noticed later", days(self.audit_retention)),
                advice: "Choose at least 30.",
            });
        }
        if let (Some(listen), None) = (self.metrics.listen, &self.metrics.token)
            && reaches_others(listen)
        {
            risks.push(Risk {
                setting: "metrics.listen",
                found: format!("other machines read the metrics at {listen} without a token"),
                advice: "Set metrics.token, or listen on 127.0.0.1.",
            });
        }
    }
}

/// Texts of what there is, if there is anything.
fn listed<T: ToString>(things: impl Iterator<Item = T>) -> Option<String> {
    let texts: Vec<_> = things.map(|thing| thing.to_string()).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

const fn reaches_others(address: SocketAddr) -> bool {
    !address.ip().is_loopback()
}

const fn days(span: Duration) -> u64 {
    span.as_secs() / DAY.as_secs()
}

/// The host of a PostgreSQL address unless it is this machine.
fn remote_host(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let local = host.is_empty()
        || host == "localhost"
        // The folder of a socket.
        || host.to_ascii_lowercase().starts_with("%2f")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    (!local).then(|| host.to_owned())
}

fn lies_in(path: &Path, folder: &Path) -> bool {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute(path).starts_with(absolute(folder))
}

#[cfg(test)]
#[path = "risks_tests.rs"]
mod tests;
