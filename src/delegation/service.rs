//! The rules of delegation.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::store::{self, Asking, Grant, Standing, Using};
use super::verdict::{Subject, Verdict};
use super::{TokenError, UseError};
use crate::accounts::{Accounts, Status};
use crate::applications::{Applications, ClientSecret};
use crate::audit::{Action, Actor, Audit, Event};
use crate::base::store::Gathered;
use crate::base::{
    AccountId, ApplicationId, Caller, ClientId, ClientRequest, Clock, Code, EmailAddress, FailureLimiter, Limit,
    MasterKey, Metrics, Random, Refusal as _, ScopeList, Secret, Store, Timestamp, TokenId, Via,
};
use crate::config::{self, PublicUrl};
use crate::jose::{self, DelegatedClaims, Generations, Keyring, TokenDefect, Verified};

/// Issues tokens and verifies them. Clones share limits and keys.
#[derive(Clone, Debug)]
pub struct Delegation(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) clock: Clock,
    random: Random,
    pub(super) audit: Audit,
    accounts: Accounts,
    applications: Applications,
    pub(super) keyring: Keyring,
    key: MasterKey,
    issuer: String,
    audience: String,
    lifetime: Duration,
    pending_people_per_day: u32,
    metrics: Metrics,
    /// Those who ask for tokens.
    pub(super) grants: Gathered<Asking, Option<Grant>>,
    /// Tokens in use.
    standings: Gathered<Using, Option<Standing>>,
    failures: FailureLimiter<IpAddr>,
    /// Tokens issued within a minute, when a setting limits them.
    issued: Option<FailureLimiter<ApplicationId>>,
}

/// What a client sends to get a token.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// Who it says it is.
    pub client_id: ClientId,
    /// How it proves that.
    pub client_secret: Secret,
    /// The e-mail address of the person to act for.
    pub subject: String,
}

/// A token that was issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token (compact JWS, RFC 7515 §3.1).
    pub access_token: Secret,
    /// How long it works.
    pub expires_in: Duration,
    /// What it allows.
    pub scopes: ScopeList,
}

impl Delegation {
    /// Delegation by the server at `public_url`.
    #[expect(clippy::too_many_arguments, reason = "what it stands on, named once where the server is put together")]
    pub fn new(
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        accounts: Accounts,
        applications: Applications,
        keyring: Keyring,
        key: MasterKey,
        metrics: Metrics,
        public_url: &PublicUrl,
        settings: config::Delegation,
    ) -> Self {
        let a_minute = |failures| FailureLimiter::new(Limit { failures, within: Duration::from_mins(1) });
        Self(Arc::new(Inner {
            grants: store::grants(&store, keyring.algorithm()),
            standings: store::standings(&store),
            store,
            clock,
            random,
            audit,
            accounts,
            applications,
            keyring,
            key,
            issuer: public_url.to_string(),
            audience: public_url.at("/external-api/v1.0"),
            lifetime: settings.token_lifetime,
            pending_people_per_day: settings.pending_people_per_day,
            metrics,
            failures: FailureLimiter::new(settings.failures),
            issued: settings.tokens_per_minute.map(a_minute),
        }))
    }

    /// Where tokens, issued, used and refused, are counted.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The public keys that verify our tokens.
    pub async fn public_keys(&self) -> Vec<jose::PublicJwk> {
        self.0.keyring.public_keys().await
    }

    /// Issues a token: one query, one signature, one event that is on disk before the answer.
    pub async fn issue(&self, wanted: TokenRequest, request: &ClientRequest) -> Result<Issued, TokenError> {
        let now = self.0.clock.now();
        let email = wanted.subject.parse::<EmailAddress>().ok();
        let Some(grant) = self.authenticate(&wanted, email.as_ref(), now).await? else {
            return Err(self.refuse_client(request, now).await?);
        };
        let refused = |error: TokenError| {
            self.0.applications.count_refusal(grant.application, error.answer().code, now);
            error
        };
        let subject = match self.subject(&grant, email.as_ref(), request, now).await {
            Ok(subject) => subject,
            Err(error) => {
                self.0.audit.refused(Action::TokenRefused, Some(grant.application), request).await?;
                return Err(refused(error));
            }
        };
        if let Some(wait) = self.0.issued.as_ref().and_then(|limit| limit.record(grant.application, now)) {
            return Err(refused(TokenError::Throttled(wait)));
        }
        let token = TokenId::new(&self.0.random, now);
        let lifetime = self.lifetime(&grant);
        let claims = self.claims(&wanted.client_id, &grant, subject, token, now);
        let access_token = Secret::new(self.0.keyring.sign(&claims, grant.kid.as_deref()).await?);
        let mut event = Event::new(Action::TokenIssued, Actor::Application(grant.application))
            .on_behalf_of(subject.account)
            .token(token)
            .from(request);
        if let Some(end) = grant.secret_expires_at {
            // A client that still uses the former secret is to be found before that ends.
            event = event.details(json!({ "secret_expires_at": end }));
        }
        self.0.audit.append(event).await?;
        self.0.applications.note_use(grant.application, grant.secret, now);
        self.0.applications.count_issued(grant.application, now);
        self.0.metrics.tokens.granted();
        Ok(Issued { access_token, expires_in: lifetime, scopes: claims.scope })
    }

    /// How long a token of an application works: as was set for it, else as the settings say.
    fn lifetime(&self, grant: &Grant) -> Duration {
        let minutes = grant.token_lifetime_minutes.and_then(|minutes| u64::try_from(minutes).ok());
        let longest = config::Delegation::LONGEST_TOKEN_LIFETIME;
        minutes.map_or(self.0.lifetime, |minutes| Duration::from_mins(minutes).min(longest))
    }

    /// Counts how the use of a token ended that was let in: under the code of its refusal, or as a call.
    pub fn count_use(&self, caller: &Caller, refused: Option<Code>) {
        let Some(application) = caller.application else { return };
        let now = self.0.clock.now();
        match refused {
            Some(code) => self.0.applications.count_refusal(application, code, now),
            None => self.0.applications.count_call(application, now),
        }
    }

    /// Most of what applications are refused are tokens that they kept for too long. Nothing was asked of the database for them.
    fn count_expired(&self, defect: &TokenDefect) {
        if let TokenDefect::Expired(Some(client_id)) = defect {
            let code = UseError::Expired.answer().code;
            self.0.applications.count_refusal_of_client(ClientId::from_wire(client_id), code, self.0.clock.now());
        }
    }

    /// The grant of a client that proved itself. An unknown client and a wrong secret cost the same query; a secret that
    /// cannot be one of ours costs none.
    async fn authenticate(
        &self,
        wanted: &TokenRequest,
        email: Option<&EmailAddress>,
        now: Timestamp,
    ) -> Result<Option<Grant>, TokenError> {
        let Some(secret) = ClientSecret::parse(wanted.client_secret.expose()) else { return Ok(None) };
        let key = email.map(EmailAddress::key);
        let (client_id, digest) = (wanted.client_id.clone(), secret.digest(&self.0.key));
        let grant = self.0.grants.ask(Asking { client_id, digest, email: key }).await?;
        let alive = |grant: &Grant| grant.secret.is_some() && grant.secret_expires_at.is_none_or(|end| now < end);
        Ok(grant.filter(alive))
    }

    /// Counts a failed authentication; beyond the limit the answer is 429, and nothing is written any more.
    async fn refuse_client(&self, request: &ClientRequest, now: Timestamp) -> Result<TokenError, TokenError> {
        if let Some(wait) = self.0.failures.record(request.address, now) {
            return Ok(TokenError::Throttled(wait));
        }
        self.0.audit.refused(Action::TokenRefused, None, request).await?;
        Ok(TokenError::InvalidClient)
    }

    /// The person to act for, after the checks that concern the application and her.
    async fn subject(
        &self,
        grant: &Grant,
        email: Option<&EmailAddress>,
        request: &ClientRequest,
        now: Timestamp,
    ) -> Result<Subject, TokenError> {
        if grant.active && !grant.networks.allow(request.address) {
            return Err(TokenError::AddressNotAllowed);
        }
        match (grant.verdict(email)?, email) {
            (Verdict::Known(subject), _) => Ok(subject),
            (Verdict::Newcomer, Some(email)) => {
                let own = grant.user_creation_per_day.and_then(|number| u32::try_from(number).ok());
                let limit = own.unwrap_or(self.0.pending_people_per_day);
                let account = self.0.accounts.find_or_make_pending(email, grant.application, limit).await?;
                let account = account.ok_or_else(|| TokenError::TooManyPeople(until_tomorrow(now)))?;
                match account.status {
                    Status::Disabled => Err(TokenError::UserNotFound),
                    _ => Ok(Subject { account: account.id, generation: account.generation }),
                }
            }
            (Verdict::Newcomer, None) => Err(TokenError::InvalidSubject),
        }
    }

    fn claims(
        &self,
        client_id: &ClientId,
        grant: &Grant,
        subject: Subject,
        token: TokenId,
        now: Timestamp,
    ) -> DelegatedClaims {
        let (issued, account) = (now.as_seconds(), subject.account.to_string());
        let lifetime = i64::try_from(self.lifetime(grant).as_secs()).unwrap_or(i64::MAX);
        DelegatedClaims {
            iss: self.0.issuer.clone(),
            aud: self.0.audience.clone(),
            sub: account.clone(),
            iat: issued,
            exp: issued.saturating_add(lifetime),
            jti: token.to_string(),
            client_id: Some(client_id.to_string()),
            delegated: Some(true),
            user_id: Some(account),
            act: Some(jose::Actor { sub: client_id.to_string() }),
            // The third counts agreements; there is none to count yet.
            generations: Some(Generations(subject.generation, grant.application_generation, 0)),
            scope: grant.scopes.clone(),
        }
    }

    /// Whether a text claims to be a token of this server, whatever it is worth: such a one is judged here and by nobody else.
    pub fn recognises(&self, token: &str) -> bool {
        self.0.keyring.recognises(token, &self.0.issuer)
    }

    /// Verifies a token that came with `request` and finds out what it may still do: one query, whatever was granted when it
    /// was issued.
    pub async fn verify(&self, token: &str, request: &ClientRequest) -> Result<Caller, UseError> {
        let verified = self.0.keyring.verify(token, &self.0.issuer, &self.0.audience).await;
        let verified = verified.inspect_err(|defect| self.count_expired(defect))?;
        let Verified { claims, kid } = &*verified;
        let client_id = claims.client_id.as_deref().filter(|id| !id.is_empty()).ok_or(UseError::Claims)?;
        let jti: TokenId = claims.jti.parse().map_err(|_| UseError::Invalid)?;
        let person = claims.user_id.as_deref().and_then(|id| id.parse::<AccountId>().ok());
        let (client_id, now) = (ClientId::from_wire(client_id), self.0.clock.now());
        let used = Using { client_id, account: person, token: jti, kid: kid.clone(), now };
        let standing = self.0.standings.ask(used).await?.ok_or(UseError::ApplicationNotFound)?;
        let person = check(claims, &standing, request.address).inspect_err(|error| {
            self.0.applications.count_refusal(standing.application, error.answer().code, now);
        })?;
        self.0.applications.note_use(standing.application, None, now);
        Ok(Caller {
            person,
            application: Some(standing.application),
            scopes: Some(claims.scope.intersection(&standing.scopes)),
            via: Via::DelegatedToken(jti),
            entitlement: Some(standing.entitlement),
        })
    }
}

/// Days are counted in UTC: when the next one begins.
fn until_tomorrow(now: Timestamp) -> Duration {
    const DAY: i64 = 86_400;
    Timestamp::from_seconds((now.as_seconds().div_euclid(DAY) + 1) * DAY).since(now)
}

/// The checks on a verified token, in the compatible profile's order, then ours.
fn check(claims: &DelegatedClaims, standing: &Standing, address: IpAddr) -> Result<AccountId, UseError> {
    // Another instance, or a command, ended the key since it was loaded here.
    if standing.kid.is_none() {
        return Err(UseError::Invalid);
    }
    if !standing.active {
        return Err(UseError::ApplicationDisabled);
    }
    if claims.delegated != Some(true) {
        return Err(UseError::Type);
    }
    if claims.user_id.as_deref().is_none_or(str::is_empty) {
        return Err(UseError::Claims);
    }
    let person = standing.account.ok_or(UseError::UserNotFound)?;
    if standing.status == Some(Status::Disabled) {
        return Err(UseError::UserDisabled);
    }
    let current = Generations(standing.account_generation.unwrap_or_default(), standing.application_generation, 0);
    if standing.revoked.is_some() || claims.generations != Some(current) {
        return Err(UseError::Revoked);
    }
    if !standing.networks.allow(address) {
        return Err(UseError::AddressNotAllowed);
    }
    if !standing.all_domains && standing.domain.is_none() {
        return Err(UseError::DomainNotAllowed);
    }
    Ok(person)
}

impl From<TokenDefect> for UseError {
    fn from(defect: TokenDefect) -> Self {
        match defect {
            TokenDefect::NotOurs | TokenDefect::WrongParty => Self::Invalid,
            TokenDefect::Expired(_) => Self::Expired,
        }
    }
}
