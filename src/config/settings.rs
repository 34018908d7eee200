//! The list of settings.

use std::sync::LazyLock;
use std::time::Duration;

use super::entitlements;
use super::given::Given;
use super::http::{CA_FILES, NO_PROXY, PROXY, files, route};
use super::mail;
use super::{
    Config, DatabaseConfig, Delegation, Entitlements, Mail, Metrics, Rooms, Server, Session, SignIn, SigningAlgorithm,
};
use crate::base::{HttpSettings, Limit, Secret};

/// One setting of a `T`: of the whole server, or of a provider.
#[derive(Debug)]
pub struct Setting<T = Config> {
    /// Its key, as in the file: `section.key`.
    pub key: &'static str,
    /// Its default, as TOML; empty when it has none.
    pub default: &'static str,
    /// What is accepted.
    pub accepts: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether its value must not be shown; such a setting can also be read from the file that `KEY_file` names.
    pub secret: bool,
    /// Takes the value, or `None` when it cannot be used.
    pub(super) set: fn(&mut T, &Given) -> Option<()>,
}

impl<T> Setting<T> {
    /// The value as errors show it: asterisks for what is or may be secret.
    pub(super) fn shown(&self, value: &Given) -> String {
        // An address of a database or a proxy may hold a password; in any address one stands before an @.
        let may_hold_secret = ["database.url", "http.proxy", "proxy"].contains(&self.key);
        let shown = value.shown();
        if self.secret || may_hold_secret || shown.contains('@') { "***".to_owned() } else { shown }
    }
}

macro_rules! setting {
    ($key:literal, $default:literal, $accepts:expr, $meaning:literal, $set:expr) => {
        $crate::config::Setting {
            key: $key,
            default: $default,
            accepts: $accepts,
            meaning: $meaning,
            secret: false,
            set: $set,
        }
    };
}
pub(super) use setting;

/// All settings, in the order of the reference.
pub static SETTINGS: LazyLock<Vec<&Setting>> =
    LazyLock::new(|| [GENERAL, entitlements::SETTINGS, mail::SETTINGS].into_iter().flatten().collect());

/// Those that have no file of their own.
const GENERAL: &[Setting] = &[
    setting!(
        "data_dir",
        "\"data\"",
        "a folder",
        "Where the server keeps its files: the SQLite database and the generated secret key.",
        |config, given| given.text().map(|text| config.data_dir = text.into())
    ),
    setting!(
        "server.listen",
        "\"127.0.0.1:8080\"",
        "an address and a port",
        "Where the server listens.",
        |config, given| given.parse().map(|value| config.server.listen = value)
    ),
    setting!(
        "server.public_url",
        "\"http://localhost:8080\"",
        "an https address without path; http on loopback only",
        "How browsers and applications reach the server. Links, token issuer and cookies are made from it.",
        |config, given| given.parse().map(|value| config.server.public_url = value)
    ),
    setting!(
        "server.trusted_proxies",
        "[]",
        "networks such as [\"10.0.0.0/8\"]",
        "Proxies whose X-Forwarded-For names the client. From anywhere else that header is ignored.",
        |config, given| given.parse_list().map(|value| config.server.trusted_proxies = value)
    ),
    setting!(
        "server.request_timeout_seconds",
        "30",
        "1 to 600",
        "How long a request may take before it is answered with 503.",
        |config, given| given.integer(1, 600).map(|value| config.server.request_timeout = Duration::from_secs(value))
    ),
    setting!(
        "server.shutdown_timeout_seconds",
        "30",
        "0 to 600",
        "How long requests under way may take after SIGTERM.",
        |config, given| given.integer(0, 600).map(|value| config.server.shutdown_timeout = Duration::from_secs(value))
    ),
    setting!(
        "server.log",
        "\"info\"",
        "a filter such as \"info\" or \"info,parloir::delegation=debug\"",
        "What is logged.",
        |config, given| given.text().map(|value| config.server.log = value)
    ),
    setting!("server.log_format", "\"text\"", "text or json", "The form of log lines.", |config, given| given
        .choice(&["text", "json"])
        .map(|value| config.server.log_json = value == "json")),
    setting!(
        "database.url",
        "",
        "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
        "The database. Without it: the file parloir.db in data_dir.",
        |config, given| given.parse().map(|value| config.database.url = Some(value))
    ),
    setting!(
        "database.connections",
        "4",
        "1 to 100",
        "Connections for reading, and as many for writing on PostgreSQL.",
        |config, given| given
            .integer(1, 100)
            .map(|value| config.database.connections = u32::try_from(value).unwrap_or(4))
    ),
    Setting {
        key: "security.secret_key",
        default: "",
        accepts: "a text of at least 32 characters",
        meaning: "The key from which all others are derived. On SQLite it is generated into data_dir when absent; \
                  on PostgreSQL it must be given, the same to every instance.",
        secret: true,
        set: |config, given| {
            given.text().filter(|text| text.len() >= 32).map(|text| config.secret_key = Some(Secret::new(text)))
        },
    },
    setting!(
        "session.idle_hours",
        "12",
        "1 to 720",
        "A sign-in ends after so many hours without a request.",
        |config, given| given.integer(1, 720).map(|value| config.session.idle = Duration::from_secs(3600 * value))
    ),
    setting!(
        "session.absolute_hours",
        "168",
        "1 to 8760",
        "A sign-in ends after so many hours in any case.",
        |config, given| given.integer(1, 8760).map(|value| config.session.absolute = Duration::from_secs(3600 * value))
    ),
    setting!(
        "session.revalidate_hours",
        "0",
        "0 to 168",
        "After so many hours the provider that a person signed in with is asked again, without her noticing, whether she is \
         still signed in there; 0 is never.",
        |config, given| {
            let hours = given.integer(0, 168)?;
            config.session.revalidate = (hours > 0).then(|| Duration::from_hours(hours));
            Some(())
        }
    ),
    setting!(
        "http.proxy",
        "\"\"",
        PROXY,
        "The proxy through which this server calls others. Loopback addresses are always called directly.",
        |config, given| route(given).map(|route| config.http.proxy = route.proxy())
    ),
    setting!(
        "http.no_proxy",
        "[]",
        NO_PROXY,
        "Whom this server calls directly all the same. A domain stands for those below it as well.",
        |config, given| given.parse_list().map(|hosts| config.http.no_proxy = hosts)
    ),
    setting!(
        "http.ca_files",
        "[]",
        CA_FILES,
        "Certificate authorities that are believed besides the system's. Certificates are always verified.",
        |config, given| files(given).map(|files| config.http.ca_files = files)
    ),
    setting!(
        "sign_in.failures_per_account",
        "10",
        "1 to 1000",
        "Wrong passwords for one account within five minutes before 429.",
        |config, given| given
            .integer(1, 1000)
            .map(|value| config.sign_in.per_account.failures = u32::try_from(value).unwrap_or(10))
    ),
    setting!(
        "sign_in.failures_per_address",
        "50",
        "1 to 100000",
        "Wrong passwords from one address within five minutes before 429.",
        |config, given| {
            given
                .integer(1, 100_000)
                .map(|value| config.sign_in.per_address.failures = u32::try_from(value).unwrap_or(50))
        }
    ),
    setting!(
        "delegation.signing_algorithm",
        "\"EdDSA\"",
        "EdDSA, ES256, RS256 or HS256",
        "What new tokens are signed with. Tokens signed with another one stay valid until they expire. With HS256 nobody \
         but this server can verify them: its key is not published.",
        |config, given| {
            let name = given.choice(&["EdDSA", "ES256", "RS256", "HS256"])?;
            SigningAlgorithm::parse(name).map(|value| config.delegation.signing_algorithm = value)
        }
    ),
    setting!(
        "delegation.token_lifetime_seconds",
        "3600",
        "60 to 3600",
        "How long a delegated token works.",
        |config, given| given
            .integer(60, 3600)
            .map(|value| config.delegation.token_lifetime = Duration::from_secs(value))
    ),
    setting!(
        "delegation.failures_per_minute",
        "100",
        "100 to 100000",
        "Failed authentications of applications from one address within a minute before 429.",
        |config, given| {
            given
                .integer(100, 100_000)
                .map(|value| config.delegation.failures.failures = u32::try_from(value).unwrap_or(100))
        }
    ),
    setting!(
        "delegation.tokens_per_minute",
        "0",
        "0 to 1000000",
        "Tokens that one application gets within a minute before 429; 0 is without limit.",
        |config, given| {
            given.integer(0, 1_000_000).map(|value| {
                config.delegation.tokens_per_minute = u32::try_from(value).ok().filter(|value| *value > 0);
            })
        }
    ),
    setting!(
        "delegation.pending_people_per_day",
        "100",
        "0 to 1000000",
        "People who never came for whom one application may make accounts within a day (UTC), where it may at all and has \
         no number of its own.",
        |config, given| {
            given
                .integer(0, 1_000_000)
                .map(|value| config.delegation.pending_people_per_day = u32::try_from(value).unwrap_or(100))
        }
    ),
    setting!(
        "delegation.pending_retention_days",
        "90",
        "1 to 3650",
        "After so many days the account of a person who never came is removed, with the rooms that she alone owns.",
        |config, given| {
            given
                .integer(1, 3650)
                .map(|value| config.delegation.pending_retention = Duration::from_secs(86_400 * value))
        }
    ),
    setting!(
        "rooms.api_default_access_level",
        "\"trusted\"",
        "public, trusted or restricted",
        "The access level of rooms that applications create without asking for one.",
        |config, given| {
            given
                .choice(&["public", "trusted", "restricted"])
                .map(|value| value.clone_into(&mut config.rooms.api_default_access_level))
        }
    ),
    setting!(
        "rooms.api_allow_public",
        "false",
        "true or false",
        "Whether applications may create public rooms.",
        |config, given| given.boolean().map(|value| config.rooms.api_allow_public = value)
    ),
    setting!("audit.retention_days", "365", "1 to 36500", "How long the audit trail is kept.", |config, given| given
        .integer(1, 36_500)
        .map(|value| config.audit_retention = Duration::from_secs(86_400 * value))),
    setting!(
        "metrics.listen",
        "",
        "an address and a port, such as 127.0.0.1:9464",
        "Where GET /metrics is served by itself, for a Prometheus nearby. Without it: nowhere.",
        |config, given| given.parse().map(|value| config.metrics.listen = Some(value))
    ),
    Setting {
        key: "metrics.token",
        default: "",
        accepts: "a text of at least 32 characters without blanks",
        meaning: "The bearer token that opens GET /metrics, also at server.listen, where there is no such address \
                  without a token.",
        secret: true,
        set: |config, given| {
            let usable = |text: &String| text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_graphic());
            given.text().filter(usable).map(|text| config.metrics.token = Some(Secret::new(text)))
        },
    },
    setting!(
        "interface.time_zone",
        "\"UTC\"",
        "a name of the IANA time zone database, such as Europe/Paris",
        "The time zone of dates shown to people who chose none.",
        |config, given| {
            let name = given.text().filter(|name| jiff::tz::TimeZone::get(name).is_ok())?;
            config.time_zone = name;
            Some(())
        }
    ),
];

impl Config {
    /// What holds before any setting is read. The defaults in [`SETTINGS`] are laid over it; a test sees that both agree.
    pub(super) fn blank() -> Option<Self> {
        let five_minutes = |failures| Limit { failures, within: Duration::from_mins(5) };
        Some(Self {
            server: Server {
                listen: "127.0.0.1:8080".parse().ok()?,
                public_url: "http://localhost:8080".parse().ok()?,
                trusted_proxies: Vec::new(),
                request_timeout: Duration::from_secs(30),
                shutdown_timeout: Duration::from_secs(30),
                log: "info".to_owned(),
                log_json: false,
            },
            data_dir: "data".into(),
            database: DatabaseConfig { url: None, connections: 4 },
            secret_key: None,
            session: Session { idle: Duration::from_hours(12), absolute: Duration::from_hours(168), revalidate: None },
            http: HttpSettings::default(),
            sign_in: SignIn {
                per_account: five_minutes(10),
                per_address: five_minutes(50),
                providers: Vec::new(),
                front_ends: Vec::new(),
            },
            resource_server: None,
            delegation: Delegation {
                signing_algorithm: SigningAlgorithm::EdDsa,
                token_lifetime: Duration::from_hours(1),
                failures: Limit { failures: 100, within: Duration::from_mins(1) },
                tokens_per_minute: None,
                pending_people_per_day: 100,
                pending_retention: Duration::from_hours(90 * 24),
            },
            rooms: Rooms { api_default_access_level: "trusted".to_owned(), api_allow_public: false },
            entitlements: Entitlements::blank(),
            mail: Mail::blank(),
            audit_retention: Duration::from_hours(365 * 24),
            metrics: Metrics { listen: None, token: None },
            time_zone: "UTC".to_owned(),
        })
    }
}
