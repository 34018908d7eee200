//! The rules of entitlements.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::claims::{self, KeptClaims};
use super::deploy_center::DeployCenter;
use super::flights::{Flight, Flights};
use super::freshness::{Known, Lifetimes};
use super::patience::{Patience, Turn};
use super::{Access, AccessError, Details, MayCreate, store};
use crate::audit::Audit;
use crate::base::{
    AccountId, Answer, Caller, Clock, FailureLimiter, KeptEntitlement, Limit, MasterKey, Metrics, OutgoingSetupError,
    Purpose, Random, Refusal, Sealer, Store, StoreError,
};
use crate::config::{self, Config};

/// When to come again where nothing says better.
pub(super) const RETRY: Duration = Duration::from_secs(5);

/// How often a person may have the provider asked about her.
const RECHECKS: Limit = Limit { failures: 3, within: Duration::from_mins(1) };

/// Who may use the service. Clones share what is under way.
#[derive(Clone, Debug)]
pub struct Entitlements(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) metrics: Metrics,
    /// None when everybody may.
    pub(super) provider: Option<DeployCenter>,
    pub(super) settings: config::Entitlements,
    /// A digest of whom is asked, and by which claims: answers of another one do not count.
    pub(super) source: Vec<u8>,
    lifetimes: Lifetimes,
    key: MasterKey,
    sealer: Sealer,
    pub(super) patience: Patience,
    flights: Flights,
    rechecks: FailureLimiter<AccountId>,
}

/// Why a person's own question is not asked.
#[derive(Debug, thiserror::Error)]
pub enum RecheckError {
    /// She asked a moment ago; she may again after so long.
    #[error("asked too often")]
    TooOften(Duration),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for RecheckError {
    fn answer(&self) -> Answer {
        match self {
            Self::TooOften(wait) => Answer::throttled(*wait).into_own(),
            Self::Store(error) => error.answer(),
        }
    }
}

impl Entitlements {
    /// The provider of the settings.
    pub fn open(
        config: &Config,
        store: Store,
        clock: Clock,
        random: Random,
        key: MasterKey,
        audit: Audit,
        metrics: Metrics,
    ) -> Result<Self, OutgoingSetupError> {
        let settings = config.entitlements.clone();
        let provider = Self::provider(config, &clock)?;
        let name = provider.as_ref().map(DeployCenter::name).unwrap_or_default();
        let mut names = settings.claims.clone();
        names.sort_unstable();
        let source = key.digest(Purpose::EntitlementClaims, format!("source\n{name}\n{}", names.join("\n")).as_bytes());
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            random,
            audit,
            metrics,
            provider,
            source: source.iter().take(16).copied().collect(),
            lifetimes: Lifetimes::of(&settings),
            settings,
            sealer: key.sealer(Purpose::EntitlementClaims),
            key,
            patience: Patience::default(),
            flights: Flights::default(),
            rechecks: FailureLimiter::new(RECHECKS),
        })))
    }

    /// The provider of the settings, ready to be called; none when everybody may use the service.
    pub(super) fn provider(config: &Config, clock: &Clock) -> Result<Option<DeployCenter>, OutgoingSetupError> {
        let settings = &config.entitlements;
        let missing = |key| OutgoingSetupError::Client(format!("{key} is missing"));
        let Some(deploy_center) = settings.deploy_center().map_err(missing)? else { return Ok(None) };
        DeployCenter::new(deploy_center, &config.http, settings.timeout, clock.clone()).map(Some)
    }

    /// Whether the caller's person may use the service. What was looked up with her decides without a query while it is fresh;
    /// where the provider has to be asked, it is waited for as long as the settings say.
    pub async fn access(&self, caller: &Caller) -> Result<Access, StoreError> {
        if self.0.provider.is_none() {
            return Ok(Access::Granted);
        }
        let kept = match &caller.entitlement {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(store::kept(&self.0.store, caller.person).await?.unwrap_or_default()),
        };
        let known = self.judge(caller.person, &kept);
        match known {
            Known::Nothing | Known::Stale(_) => Ok(self.ask_within_time(caller.person, known).await),
            Known::Aging(_) => {
                self.renew(caller.person);
                Ok(settled(known))
            }
            Known::Nobody | Known::Fresh(_) => Ok(settled(known)),
        }
    }

    /// The same without waiting for anything: what pages go by that only offer more or less.
    pub fn glance(&self, caller: &Caller) -> Access {
        match (&self.0.provider, &caller.entitlement) {
            (None, _) => Access::Granted,
            (Some(_), Some(kept)) => settled(self.judge(caller.person, kept)),
            (Some(_), None) => Access::Unknown(RETRY),
        }
    }

    /// The gate before making a room, whichever way the caller came.
    pub async fn may_create<'a>(&self, caller: &'a Caller) -> Result<MayCreate<'a>, AccessError> {
        let access = self.access(caller).await?;
        if self.0.provider.is_some() {
            self.0.metrics.entitlements.decided("create_room", access.as_str());
        }
        let settings = &self.0.settings;
        let by_application = caller.application.is_some();
        match access {
            Access::Granted => Ok(MayCreate::new(caller)),
            Access::Denied(reason) if settings.allow_pending && by_application && reason.is_not_signed_in() => {
                Ok(MayCreate::new(caller))
            }
            Access::Unknown(_) if settings.allow_unknown => Ok(MayCreate::new(caller)),
            Access::Denied(reason) => Err(AccessError::Denied(reason)),
            Access::Unknown(wait) => Err(AccessError::Unknown(wait)),
        }
    }

    /// Of what a provider says of a person at the top level, what is kept: the claims that the settings name, as texts.
    pub fn kept_of(&self, said: &Map<String, Value>) -> BTreeMap<String, String> {
        if self.0.provider.is_none() { BTreeMap::new() } else { claims::kept(&self.0.settings.claims, said) }
    }

    /// Keeps what a provider says of a person who signs in ([`Self::kept_of`]) and the organisation (its SIRET) for which she comes, where she
    /// says so, and asks about her. Nothing that fails keeps her out,
    /// and she waits no longer than the settings say.
    pub async fn signed_in(
        &self,
        person: AccountId,
        claims: BTreeMap<String, String>,
        organisation: Option<&str>,
    ) -> Access {
        if self.0.provider.is_none() {
            return Access::Granted;
        }
        let organisation = organisation.map(str::to_owned);
        let keep = |kept: &mut KeptClaims| (kept.claims, kept.organisation) = (claims, organisation);
        let changed = match self.keep(person, keep).await {
            Ok(changed) => changed,
            Err(error) => {
                tracing::error!(account = %person, cause = %error, "claims could not be kept; the entitlement goes by those before");
                false
            }
        };
        let flight = self.board(person, changed, true);
        self.outcome(flight, Known::Nothing).await
    }

    /// The organisation (its SIRET) that a person acts for from now on stands in place of the claim `siret`; none gives the claim back.
    /// An answer about another organisation does not count any more. A sign-in says so with [`Self::signed_in`].
    pub async fn choose_organisation(&self, person: AccountId, siret: Option<&str>) -> Result<(), StoreError> {
        if self.0.provider.is_none() {
            return Ok(());
        }
        let siret = siret.map(str::to_owned);
        if self.keep(person, |kept| kept.organisation = siret).await? {
            self.board(person, true, true);
        }
        Ok(())
    }

    /// A person signed in for no organisation: the one of an earlier sign-in does not stand for her any more.
    pub async fn signed_in_for_none(&self, person: AccountId) -> Result<(), StoreError> {
        if self.0.provider.is_none() {
            return Ok(());
        }
        let row = store::row(&self.0.store, person).await?;
        let kept = row.and_then(|row| self.open_claims(person, &row.claims?));
        if kept.is_some_and(|kept| kept.organisation.is_some()) {
            self.choose_organisation(person, None).await?;
        }
        Ok(())
    }

    /// What is kept of a person's claims, by name: for her own copy of her data.
    pub async fn claims_of(&self, person: AccountId) -> Result<BTreeMap<String, String>, StoreError> {
        let row = store::row(&self.0.store, person).await?;
        let kept = row.and_then(|row| self.open_claims(person, &row.claims?)).unwrap_or_default();
        let sent = kept.sent(&self.0.settings.claims).into_iter();
        Ok(sent.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Asks about the caller's person now, because she wants to know.
    pub async fn recheck(&self, caller: &Caller) -> Result<Access, RecheckError> {
        if self.0.provider.is_none() {
            return Ok(Access::Granted);
        }
        if let Some(wait) = self.0.rechecks.claim(caller.person, self.0.clock.now()) {
            return Err(RecheckError::TooOften(wait));
        }
        let kept = store::kept(&self.0.store, caller.person).await?.unwrap_or_default();
        let known = self.judge(caller.person, &kept);
        if known == Known::Nobody {
            return Ok(settled(known));
        }
        let flight = self.board(caller.person, false, true);
        Ok(self.outcome(flight, known).await)
    }

    /// What the last answer about a person tells besides.
    pub async fn details(&self, person: AccountId) -> Result<Details, StoreError> {
        if self.0.provider.is_none() {
            return Ok(Details::default());
        }
        let answer = store::answer(&self.0.store, person).await?;
        Ok(answer.map(|answer| Details::of(&answer)).unwrap_or_default())
    }

    pub(super) fn judge(&self, person: AccountId, kept: &KeptEntitlement) -> Known {
        self.0.lifetimes.judge(person, kept, &self.0.source, self.0.clock.now())
    }

    /// Asks and waits, unless the provider is left alone just now.
    async fn ask_within_time(&self, person: AccountId, known: Known) -> Access {
        match self.0.patience.turn(person, false, self.0.clock.now()) {
            Turn::Wait(wait) => known.without_asking().unwrap_or(Access::Unknown(wait)),
            Turn::Ask => {
                let flight = self.board(person, false, false);
                self.outcome(flight, known).await
            }
        }
    }

    /// Asks beside what is under way.
    fn renew(&self, person: AccountId) {
        if self.0.patience.turn(person, false, self.0.clock.now()) == Turn::Ask {
            self.board(person, false, false);
        }
    }

    fn board(&self, person: AccountId, anew: bool, wanted: bool) -> Flight {
        let entitlements = self.clone();
        self.0.flights.board(person, anew, || async move { entitlements.ask(person, wanted).await })
    }

    /// What comes of a question, or what was known before when that takes too long.
    async fn outcome(&self, flight: Flight, known: Known) -> Access {
        match tokio::time::timeout(self.0.settings.timeout, flight.outcome()).await {
            Ok(Some(access)) => access,
            Ok(None) | Err(_) => settled(known),
        }
    }

    /// Changes what is kept of a person's claims; tells whether something else is sent about her now.
    async fn keep(
        &self,
        person: AccountId,
        change: impl FnOnce(&mut KeptClaims) + Send + 'static,
    ) -> Result<bool, StoreError> {
        let entitlements = self.clone();
        self.0
            .store
            .write(async move |tx| {
                let before = store::claims_in(&tx, person).await?;
                let known = before.as_ref().and_then(|(sealed, _)| entitlements.open_claims(person, sealed));
                let mut claims = known.unwrap_or_default();
                change(&mut claims);
                let fingerprint = entitlements.fingerprint(&claims);
                let changed = before.is_none_or(|(_, before)| before != fingerprint);
                let sealed = entitlements.seal_claims(person, &claims)?;
                store::keep_claims_in(&tx, person, sealed, fingerprint).await?;
                Ok(changed)
            })
            .await
    }

    fn fingerprint(&self, claims: &KeptClaims) -> Vec<u8> {
        let sent = claims.canonical(&self.0.settings.claims);
        self.0.key.digest(Purpose::EntitlementClaims, &[b"claims\n".as_slice(), &sent].concat()).to_vec()
    }

    fn seal_claims(&self, person: AccountId, claims: &KeptClaims) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(claims).unwrap_or_default();
        let sealed = self.0.sealer.seal(&self.0.random, person.as_uuid().as_bytes(), &plain);
        sealed.map_err(|_| StoreError::Panicked)
    }

    /// None when they were sealed under another key.
    pub(super) fn open_claims(&self, person: AccountId, sealed: &[u8]) -> Option<KeptClaims> {
        serde_json::from_slice(&self.0.sealer.open(person.as_uuid().as_bytes(), sealed).ok()?).ok()
    }
}

/// What counts where nobody is asked.
fn settled(known: Known) -> Access {
    known.without_asking().unwrap_or(Access::Unknown(RETRY))
}
