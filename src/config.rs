//! Every setting, its default and its meaning.
//!
//! [`SETTINGS`] is the one list: the reference that `parloir config` prints, what is accepted in `parloir.toml` and in the
//! environment, and how a value reaches [`Config`]. The environment (`PARLOIR__SECTION__KEY`) stands over the file.
//! [`RESOURCE_SERVER_SETTINGS`] are those of `[resource_server]`; [`PROVIDER_SETTINGS`] is the same for each of the providers in
//! `[[sign_in.providers]]`, [`FRONT_END_SETTINGS`] for each of `[[sign_in.front_ends]]`.

mod entitlements;
mod front_ends;
mod given;
mod http;
mod load;
mod mail;
mod providers;
mod public_url;
mod reference;
mod resource_server;
mod risks;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use crate::base::{Database, Limit, Secret};

pub use crate::base::HttpSettings;
pub use entitlements::{DeployCenter, Entitlements, EntitlementsProvider};
pub use front_ends::{FRONT_END_SETTINGS, FrontEnd, FrontEndDefect, FrontEndDraft, FrontEndId};
pub use load::{ConfigError, Sources};
pub use mail::{Mail, MailSecurity, SmtpServer};
pub use providers::{
    AdminClaim, ClientAuthentication, EmailTrust, EncryptedWith, Endpoints, IdTokenSettings, Incomplete, Label,
    PROVIDER_SETTINGS, Provider, ProviderDefect, ProviderId, ProviderKind, ProviderUrl, UserInfoSettings,
};
pub use public_url::PublicUrl;
pub use reference::reference;
pub use resource_server::{
    AcceptedClient, AnswerSettings, ClientScopes, RESOURCE_SERVER_SETTINGS, ResourceServer, ResourceServerDefect,
    ResourceServerDraft,
};
pub use risks::Risk;
pub use settings::{SETTINGS, Setting};

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `server.*`
    pub server: Server,
    /// `data_dir`
    pub data_dir: PathBuf,
    /// `database.*`
    pub database: DatabaseConfig,
    /// `security.secret_key`; none until one is given or generated.
    pub secret_key: Option<Secret>,
    /// `session.*`
    pub session: Session,
    /// `http.*`
    pub http: HttpSettings,
    /// `sign_in.*`
    pub sign_in: SignIn,
    /// `resource_server.*`; none when no provider is named there.
    pub resource_server: Option<ResourceServer>,
    /// `delegation.*`
    pub delegation: Delegation,
    /// `rooms.*`
    pub rooms: Rooms,
    /// `entitlements.*`
    pub entitlements: Entitlements,
    /// `mail.*`
    pub mail: Mail,
    /// `audit.retention_days`
    pub audit_retention: Duration,
    /// `metrics.*`
    pub metrics: Metrics,
    /// `interface.time_zone`: of people who chose none.
    pub time_zone: String,
}

/// How the server is reached.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How browsers and applications reach it.
    pub public_url: PublicUrl,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long requests under way may take after SIGTERM.
    pub shutdown_timeout: Duration,
    /// What is logged, as a `tracing` filter.
    pub log: String,
    /// Log lines as JSON.
    pub log_json: bool,
}

/// Where the data are.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// The database; `data_dir/parloir.db` unless set.
    pub url: Option<Database>,
    /// Connections in each pool.
    pub connections: u32,
}

/// How long a sign-in lasts.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// Without any request.
    pub idle: Duration,
    /// At most.
    pub absolute: Duration,
    /// After how long the provider is asked again; none is never.
    pub revalidate: Option<Duration>,
}

/// With what people sign in, and how many wrong passwords are answered.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// For one account.
    pub per_account: Limit,
    /// From one address.
    pub per_address: Limit,
    /// `[[sign_in.providers]]`, in the order of their buttons; ids are unique.
    pub providers: Vec<Provider>,
    /// `[[sign_in.front_ends]]`; ids are unique.
    pub front_ends: Vec<FrontEnd>,
}

/// How applications get tokens.
#[derive(Clone, Copy, Debug)]
pub struct Delegation {
    /// What tokens are signed with.
    pub signing_algorithm: SigningAlgorithm,
    /// How long a token works.
    pub token_lifetime: Duration,
    /// Failed authentications from one address.
    pub failures: Limit,
    /// Tokens an application may have in a minute; none is without limit.
    pub tokens_per_minute: Option<u32>,
    /// Pending people that an application may make in a day, unless it has a number of its own.
    pub pending_people_per_day: u32,
    /// How long a pending person is kept who never comes.
    pub pending_retention: Duration,
}

impl Delegation {
    /// The longest that any token works, whatever the settings were when it was issued.
    pub const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_hours(1);
}

/// Signature algorithms for tokens of ours (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, with a key of 2048 bits.
    Rs256,
    /// HMAC with SHA-256: only this installation can verify what it signs, and its key is never published.
    Hs256,
}

impl SigningAlgorithm {
    /// The name in JOSE headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }

    /// All of them, in the order in which they are recommended.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Es256, Self::Rs256, Self::Hs256];

    /// The algorithm of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// What rooms made through the API are like.
#[derive(Clone, Debug)]
pub struct Rooms {
    /// Access level when none is asked for: `public`, `trusted` or `restricted`.
    pub api_default_access_level: String,
    /// Whether `public` may be asked for.
    pub api_allow_public: bool,
}

/// Where metrics are shown.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// An address of their own.
    pub listen: Option<SocketAddr>,
    /// What opens them; with it they are shown on the main address as well.
    pub token: Option<Secret>,
}

impl Config {
    /// The database, with the default made from `data_dir`.
    pub fn database_url(&self) -> Database {
        self.database.url.clone().unwrap_or_else(|| Database::Sqlite(self.data_dir.join("parloir.db")))
    }
}
