//! The rules of signing in and out.

use std::net::IpAddr;
use std::sync::Arc;

use tower_sessions::{Expiry, Session};

use super::SignInError;
use crate::accounts::{
    Account, Accounts, ORGANISATION, ORIGIN, Origin, SIGNED_IN, SessionId, Sessions, SignedIn, Status,
};
use crate::audit::{Action, Audit};
use crate::base::{ClientRequest, Clock, EmailAddress, EmailKey, FailureLimiter, Metrics, Refusal, Secret};
use crate::config;

/// Signing in with a password. Clones share the counts of failures.
#[derive(Clone, Debug)]
pub struct SignIn {
    accounts: Accounts,
    audit: Audit,
    clock: Clock,
    metrics: Metrics,
    limits: Arc<Limits>,
}

#[derive(Debug)]
struct Limits {
    per_account: FailureLimiter<EmailKey>,
    per_address: FailureLimiter<IpAddr>,
}

impl SignIn {
    /// Signing in to `accounts`.
    pub fn new(accounts: Accounts, audit: Audit, clock: Clock, metrics: Metrics, settings: &config::SignIn) -> Self {
        let limits = Limits {
            per_account: FailureLimiter::new(settings.per_account),
            per_address: FailureLimiter::new(settings.per_address),
        };
        Self { accounts, audit, clock, metrics, limits: Arc::new(limits) }
    }

    /// Where sign-ins, granted and refused, are counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The account to which e-mail and password belong. Whatever is wrong, the work and the answer are the same; only
    /// whoever knows the password learns that the account is disabled.
    pub async fn with_password(
        &self,
        email: &str,
        password: &Secret,
        request: &ClientRequest,
    ) -> Result<Account, SignInError> {
        let outcome = self.check_within_limits(email, password, request).await;
        outcome.inspect_err(|error| self.metrics.sign_ins.refused(error.answer().code))
    }

    async fn check_within_limits(
        &self,
        email: &str,
        password: &Secret,
        request: &ClientRequest,
    ) -> Result<Account, SignInError> {
        // What is no address has no account; it is counted under the sender's address alone.
        let key = email.parse::<EmailAddress>().ok().map(|email| email.key());
        self.claim(key.as_ref(), request)?;
        let outcome = self.check(key.as_ref(), password, request).await;
        match &outcome {
            Ok(_) => {
                self.limits.per_address.give_back(&request.address);
                if let Some(key) = &key {
                    self.limits.per_account.forget(key);
                }
            }
            Err(SignInError::Invalid | SignInError::Disabled) => {
                self.audit.refused(Action::SessionRefused, None, request).await?;
            }
            // The server's fault, not the person's.
            Err(_) => self.give_back(key.as_ref(), request),
        }
        outcome
    }

    /// Counts the attempt before it is checked: guesses made at once must not pass the limits together.
    fn claim(&self, key: Option<&EmailKey>, request: &ClientRequest) -> Result<(), SignInError> {
        let now = self.clock.now();
        if let Some(wait) = self.limits.per_address.claim(request.address, now) {
            return Err(SignInError::Throttled(wait));
        }
        if let Some(wait) = key.and_then(|key| self.limits.per_account.claim(key.clone(), now)) {
            self.limits.per_address.give_back(&request.address);
            return Err(SignInError::Throttled(wait));
        }
        Ok(())
    }

    fn give_back(&self, key: Option<&EmailKey>, request: &ClientRequest) {
        self.limits.per_address.give_back(&request.address);
        if let Some(key) = key {
            self.limits.per_account.give_back(key);
        }
    }

    async fn check(
        &self,
        key: Option<&EmailKey>,
        password: &Secret,
        request: &ClientRequest,
    ) -> Result<Account, SignInError> {
        let account = match key {
            Some(key) => self.accounts.find_by_email(key).await?,
            None => None,
        };
        let hash = account.as_ref().and_then(|account| account.password_hash.as_ref());
        let matches = self.accounts.passwords().verify(password, hash).await?;
        match account {
            Some(account) if matches && account.status == Status::Active => {
                Ok(self.accounts.upgrade_password(account, password, request).await)
            }
            Some(_) if matches => Err(SignInError::Disabled),
            _ => Err(SignInError::Invalid),
        }
    }

    /// Starts a session for `account` in place of whatever the browser had; `origin` is the provider's side of it.
    pub async fn start(
        &self,
        session: &Session,
        sessions: &Sessions,
        account: &Account,
        origin: Option<Origin>,
        request: &ClientRequest,
    ) -> Result<(), SignInError> {
        begin(session, sessions, SignedIn::new(account, self.clock.now(), request), origin).await?;
        self.metrics.sign_ins.granted();
        Ok(())
    }

    /// Starts a session in place of hers for a person who has proved again, here, who she is. How she came through a provider stays
    /// known, so that the provider can still end what it began.
    pub async fn start_again(
        &self,
        session: &Session,
        sessions: &Sessions,
        account: &Account,
        request: &ClientRequest,
    ) -> Result<(), SignInError> {
        let origin = origin_of(session, sessions).await?;
        self.start(session, sessions, account, origin, request).await
    }

    /// Puts a session with a new id in place of the person's, which is the same in all else: nothing was proved by this. Gives the new
    /// id.
    pub async fn renew(
        &self,
        session: &Session,
        sessions: &Sessions,
        account: &Account,
        request: &ClientRequest,
    ) -> Result<SessionId, SignInError> {
        let signed_in: Option<SignedIn> = session.get(SIGNED_IN).await?;
        let signed_in = signed_in.filter(|signed_in| signed_in.account == account.id).ok_or(SignInError::Invalid)?;
        let origin = origin_of(session, sessions).await?;
        let signed_in = SignedIn { at: signed_in.at, ..SignedIn::new(account, self.clock.now(), request) };
        begin(session, sessions, signed_in, origin).await?;
        session.id().map(|id| SessionId::of(&id)).ok_or(SignInError::Invalid)
    }
}

/// How she came through a provider, for the session that takes the place of this one.
async fn origin_of(session: &Session, sessions: &Sessions) -> Result<Option<Origin>, SignInError> {
    let Some(id) = session.id() else { return Ok(None) };
    let origin = sessions.provider_side(&SessionId::of(&id)).await?.map(Origin::from);
    let organisation = session.get(ORGANISATION).await?;
    Ok(origin.map(|origin| Origin { organisation, ..origin }))
}

/// Puts a session in place of whatever the browser had.
async fn begin(
    session: &Session,
    sessions: &Sessions,
    signed_in: SignedIn,
    origin: Option<Origin>,
) -> Result<(), SignInError> {
    session.flush().await?;
    session.set_expiry(Some(Expiry::AtDateTime(sessions.absolute_end())));
    session.insert(SIGNED_IN, signed_in).await?;
    if let Some(origin) = origin {
        session.insert(ORIGIN, origin).await?;
    }
    // Written now, so that a failure is this request's answer and not a surprise after it.
    if let Err(error) = session.save().await {
        // Else it would be tried again when the answer is there.
        session.clear().await;
        return Err(error.into());
    }
    Ok(())
}

/// Ends the session, for good: its row goes, and the browser forgets the cookie.
pub async fn end(session: &Session, sessions: &Sessions, request: &ClientRequest) -> Result<(), SignInError> {
    if let Some(id) = session.id() {
        sessions.end(&id, request).await?;
    }
    session.flush().await?;
    Ok(())
}
