//! Everything that handlers may ask for, made once from the settings.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;

use super::secret_key::{SecretKeyError, secret_key};
use crate::access::foreign::{ForeignTokens, ResourceServerError};
use crate::access::{Bearers, Flashes};
use crate::accounts::{Accounts, OneTimeLinks, Organisations, PasswordError, Passwords, PersonalTokens, Sessions};
use crate::applications::Applications;
use crate::audit::Audit;
use crate::base::{
    Clock, InstallationError, MasterKey, Metrics, OutgoingSetupError, Purpose, Random, Store, StoreError,
    check_secret_key,
};
use crate::config::Config;
use crate::delegation::Delegation;
use crate::entitlements::Entitlements;
use crate::jose::{JoseError, Keyring};
use crate::lifecycle::Lifecycle;
use crate::mail::Mail;
use crate::providers::{ProviderError, Providers};
use crate::rooms::Rooms;
use crate::sign_in::SignIn;
use crate::sign_in::front_end::FrontEnds;
use crate::sign_in::openid::OpenId;
use crate::ui::Assets;

/// The services of a server. Clones share them: one counted reference, because every layer of a request clones the state.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Services>);

/// What [`AppState`] gives access to.
#[derive(Debug)]
pub struct Services {
    /// The settings.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// What is counted.
    pub metrics: Metrics,
    /// The trail.
    pub audit: Audit,
    /// Letters to people.
    pub mail: Mail,
    /// People.
    pub accounts: Accounts,
    /// The organisations for which they act.
    pub organisations: Organisations,
    /// Their sessions.
    pub sessions: Sessions,
    /// Tokens that they make for themselves.
    pub personal_tokens: PersonalTokens,
    /// Links by which they choose a password.
    pub one_time_links: OneTimeLinks,
    /// Their way in.
    pub sign_in: SignIn,
    /// Pages elsewhere whose visitors sign in here.
    pub front_ends: FrontEnds,
    /// The ways in through identity providers.
    pub openid: OpenId,
    /// Third parties.
    pub applications: Applications,
    /// Tokens for them.
    pub delegation: Delegation,
    /// Tokens that a sign-in provider made.
    pub foreign: ForeignTokens,
    /// Who may use the service.
    pub entitlements: Entitlements,
    /// Rooms.
    pub rooms: Rooms,
    /// People as a whole.
    pub lifecycle: Lifecycle,
    /// What forms leave behind.
    pub flashes: Flashes,
    /// The files that browsers fetch.
    pub assets: Arc<Assets>,
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

/// A handler asks for the service that it needs, and gets a clone of that one alone.
macro_rules! handlers_may_ask_for {
    ($($field:ident: $service:ty),+ $(,)?) => {$(
        impl FromRef<AppState> for $service {
            fn from_ref(state: &AppState) -> Self {
                state.$field.clone()
            }
        }
    )+};
}

handlers_may_ask_for! {
    store: Store,
    clock: Clock,
    metrics: Metrics,
    audit: Audit,
    mail: Mail,
    accounts: Accounts,
    sessions: Sessions,
    applications: Applications,
    sign_in: SignIn,
    front_ends: FrontEnds,
    openid: OpenId,
    delegation: Delegation,
    foreign: ForeignTokens,
    entitlements: Entitlements,
    rooms: Rooms,
    lifecycle: Lifecycle,
    assets: Arc<Assets>,
}

impl FromRef<AppState> for Bearers {
    fn from_ref(state: &AppState) -> Self {
        Self {
            delegation: state.delegation.clone(),
            personal_tokens: state.personal_tokens.clone(),
            foreign: state.foreign.clone(),
        }
    }
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("the database {database} cannot be used: {cause}")]
    Database {
        /// Which one, without its password.
        database: String,
        /// Why.
        cause: StoreError,
    },
    /// There is no usable secret key.
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    /// The database belongs to another secret key.
    #[error(transparent)]
    Installation(#[from] InstallationError),
    /// There is no usable signing key.
    #[error("the signing keys cannot be used: {0}")]
    Keys(#[from] JoseError),
    /// An identity provider of the settings cannot be used.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The tokens of a provider cannot be taken.
    #[error(transparent)]
    ResourceServer(#[from] ResourceServerError),
    /// The entitlements provider of the settings cannot be used.
    #[error("entitlements: {0}")]
    Entitlements(#[from] OutgoingSetupError),
    /// The mail server of the settings cannot be used.
    #[error("mail: {0}")]
    Mail(#[source] OutgoingSetupError),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
}

impl AppState {
    /// Opens the database and makes all services.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let database = config.database_url();
        let secret = secret_key(&config, &random)?;
        let key = MasterKey::new(&secret);
        let metrics = Metrics::new(clock.now());
        let store = Store::open(&database, config.database.connections, &metrics)
            .await
            .map_err(|cause| StartError::Database { database: format!("{database:?}"), cause })?;
        check_secret_key(&store, &key).await?;
        let audit = Audit::new(store.clone(), clock.clone(), random.clone(), metrics.clone());
        let passwords = Passwords::new(random.clone()).await?;
        let grounds = Grounds {
            config: &config,
            store: &store,
            clock: &clock,
            random: &random,
            audit: &audit,
            key: &key,
            metrics: &metrics,
        };
        let mail = grounds.letters()?;
        let accounts =
            Accounts::new(store.clone(), clock.clone(), random.clone(), audit.clone(), mail.clone(), passwords)
                .naming(&config.sign_in.providers);
        let sealer = key.sealer(Purpose::SigningKey);
        let algorithm = config.delegation.signing_algorithm;
        let keyring = Keyring::open(store.clone(), sealer, clock.clone(), random.clone(), algorithm).await?;
        let applications = Applications::new(store.clone(), clock.clone(), random.clone(), audit.clone(), key.clone());
        let public_url = &config.server.public_url;
        let https = public_url.is_https();
        let sessions = Sessions::new(store.clone(), clock.clone(), audit.clone(), config.session);
        let organisations = Organisations::new(store.clone(), clock.clone(), random.clone(), audit.clone(), &key);
        let (personal_tokens, front_ends) = grounds.tokens(&mail);
        let one_time_links = OneTimeLinks::new(accounts.clone(), mail.clone(), key.clone(), public_url.clone());
        let sign_in = SignIn::new(accounts.clone(), audit.clone(), clock.clone(), metrics.clone(), &config.sign_in);
        let entitlements = grounds.entitlements()?;
        let providers = Providers::open(&config, &clock, &random)?;
        let foreign =
            ForeignTokens::open(&config, providers.clone(), clock.clone(), metrics.clone(), accounts.clone())?;
        let openid = OpenId::new(
            &config,
            providers,
            store.clone(),
            clock.clone(),
            random.clone(),
            &key,
            audit.clone(),
            accounts.clone(),
            sessions.clone(),
            sign_in.clone(),
            organisations.clone(),
            front_ends.clone(),
            entitlements.clone(),
        );
        let rooms = grounds.rooms();
        Ok(Self(Arc::new(Services {
            flashes: Flashes::new(store.clone(), clock.clone(), random.clone(), &key, https),
            // Commands do without the site; `run` does not.
            assets: Arc::new(Assets::load().unwrap_or_default()),
            organisations,
            sessions,
            personal_tokens,
            one_time_links,
            front_ends,
            sign_in,
            openid,
            foreign,
            delegation: grounds.delegation(accounts.clone(), applications.clone(), keyring),
            lifecycle: Lifecycle::new(
                store.clone(),
                clock.clone(),
                audit.clone(),
                mail.clone(),
                accounts.clone(),
                rooms.clone(),
                entitlements.clone(),
                config.delegation.pending_retention,
            ),
            rooms,
            entitlements,
            config: Arc::new(config),
            store,
            clock,
            random,
            metrics,
            audit,
            mail,
            accounts,
            applications,
        })))
    }
}

/// What nearly every service stands on.
struct Grounds<'a> {
    config: &'a Config,
    store: &'a Store,
    clock: &'a Clock,
    random: &'a Random,
    audit: &'a Audit,
    key: &'a MasterKey,
    metrics: &'a Metrics,
}

impl Grounds<'_> {
    fn shared(&self) -> (Store, Clock, Random, Audit) {
        (self.store.clone(), self.clock.clone(), self.random.clone(), self.audit.clone())
    }

    /// Letters to people.
    fn letters(&self) -> Result<Mail, StartError> {
        let (store, clock, random, audit) = self.shared();
        let mail = Mail::open(self.config, store, clock, random, audit, self.key, self.metrics.clone());
        mail.map_err(StartError::Mail)
    }

    /// Who may use the service.
    fn entitlements(&self) -> Result<Entitlements, OutgoingSetupError> {
        let (store, clock, random, audit) = self.shared();
        Entitlements::open(self.config, store, clock, random, self.key.clone(), audit, self.metrics.clone())
    }

    fn rooms(&self) -> Rooms {
        let (store, clock, random, audit) = self.shared();
        Rooms::new(store, clock, random, audit, self.config.server.public_url.clone(), self.config.rooms.clone())
    }

    fn delegation(&self, accounts: Accounts, applications: Applications, keyring: Keyring) -> Delegation {
        let (store, clock, random, audit) = self.shared();
        let (key, metrics, public_url) = (self.key.clone(), self.metrics.clone(), &self.config.server.public_url);
        let settings = self.config.delegation;
        Delegation::new(
            store,
            clock,
            random,
            audit,
            accounts,
            applications,
            keyring,
            key,
            metrics,
            public_url,
            settings,
        )
    }

    /// Tokens of people's own, and the pages elsewhere that get such.
    fn tokens(&self, mail: &Mail) -> (PersonalTokens, FrontEnds) {
        let (store, clock, random, audit) = self.shared();
        let session = self.config.session;
        let tokens = PersonalTokens::new(store, clock, random, audit, mail.clone(), self.key.clone(), session);
        let (store, clock, random, _) = self.shared();
        (tokens.clone(), FrontEnds::new(&self.config.sign_in.front_ends, store, clock, random, tokens))
    }
}
