//! The rules of signing in through a provider.

use std::sync::Arc;

use oauth2::{CsrfToken, PkceCodeChallenge, Scope};
use serde_json::json;
use tower_sessions::Session;

use super::attempt::{Again, Attempts, Link, Memo};
use super::conflict::Conflicts;
use super::exchange::{Kept, Tokens, Vouched, error_word};
use super::pending::{Newcomer, PendingSignIns};
use super::{BrowserId, Button, OpenIdError};
use crate::accounts::{Accounts, Organisations, Origin, SessionId, Sessions};
use crate::audit::{Action, Audit};
use crate::base::{AccountId, ClientRequest, Clock, Language, MasterKey, Purpose, Random, Sealer, Store};
use crate::config::{self, ProviderKind, PublicUrl};
use crate::entitlements::Entitlements;
use crate::providers::{Provider, Providers};
use crate::sign_in::SignIn;
use crate::sign_in::front_end::{Asked, FrontEnds};
use crate::ui::{key, safe_path};

/// The providers of the settings, and signing in through them. Clones share what is known of the providers.
#[derive(Clone, Debug)]
pub struct OpenId(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) providers: Providers,
    pub(super) attempts: Attempts,
    pub(super) conflicts: Conflicts,
    pub(super) pending: PendingSignIns,
    pub(super) organisations: Organisations,
    pub(super) front_ends: FrontEnds,
    pub(super) accounts: Accounts,
    pub(super) sessions: Sessions,
    pub(super) sign_in: SignIn,
    pub(super) entitlements: Entitlements,
    pub(super) audit: Audit,
    pub(super) clock: Clock,
    pub(super) random: Random,
    sealer: Sealer,
    pub(super) public_url: PublicUrl,
    pub(super) settings: config::Session,
}

/// How a visit to a provider begins.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Where to go afterwards; only paths of ours are followed.
    pub next: String,
    /// Whether nothing may be asked of the person (`prompt=none`).
    pub silent: bool,
    /// Whom the provider may take her for (`login_hint`).
    pub login_hint: Option<String>,
    /// Who must come back: the subject of a session that is to be confirmed.
    pub expected: Option<String>,
    /// The front end elsewhere that sends her.
    pub front_end: Option<Asked>,
    /// Whose account it is that she has to prove again to be hers.
    pub again: Option<AccountId>,
    /// Whose account is to have one more way in, and the session in which she asks.
    pub link: Option<(AccountId, SessionId)>,
}

/// How a visit to a provider ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The address to go on to: a path of ours, or that of a front end.
    pub next: String,
    /// The key of the message that says what a person who was signed in before has done by it.
    pub done: Option<&'static str>,
}

/// What comes back from a provider (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Clone, Default)]
pub struct Returned {
    /// The code.
    pub code: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// An error in its place.
    pub error: Option<String>,
    /// Who says so.
    pub iss: Option<String>,
}

impl std::fmt::Debug for Returned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Returned")
    }
}

impl OpenId {
    /// Signing in through `providers`.
    #[expect(clippy::too_many_arguments, reason = "what it stands on, named once where the server is put together")]
    pub fn new(
        config: &config::Config,
        providers: Providers,
        store: Store,
        clock: Clock,
        random: Random,
        key: &MasterKey,
        audit: Audit,
        accounts: Accounts,
        sessions: Sessions,
        sign_in: SignIn,
        organisations: Organisations,
        front_ends: FrontEnds,
        entitlements: Entitlements,
    ) -> Self {
        Self(Arc::new(Inner {
            providers,
            attempts: Attempts::new(store.clone(), clock.clone(), random.clone(), key),
            pending: PendingSignIns::new(store.clone(), clock.clone(), random.clone(), key),
            conflicts: Conflicts::new(store, clock.clone(), random.clone(), audit.clone(), accounts.clone(), key),
            accounts,
            sessions,
            sign_in,
            organisations,
            front_ends,
            entitlements,
            audit,
            clock,
            random,
            sealer: key.sealer(Purpose::ProviderTokens),
            public_url: config.server.public_url.clone(),
            settings: config.session,
        }))
    }

    /// The buttons of the sign-in page, in the settings' order.
    pub fn buttons(&self, language: Language) -> Vec<Button> {
        self.0.providers.iter().map(|provider| provider.button(language)).collect()
    }

    /// What a provider is called; its id when it is not in the settings any more.
    pub fn label(&self, id: &str, language: Language) -> String {
        self.provider(id).map_or_else(|_| id.to_owned(), |provider| provider.settings.label.text(language).to_owned())
    }

    /// Where forms may lead besides our own pages: a sign-out and a further way in go on to the provider, the choice of an organisation
    /// to a front end.
    pub fn form_targets(&self) -> Vec<String> {
        let known = self.0.providers.iter().filter_map(|provider| provider.discovery.latest());
        let ends = known.flat_map(|known| [Some(known.authorization.clone()), known.end_session.clone()]).flatten();
        let mut origins: Vec<_> =
            ends.filter_map(|end| url::Url::parse(&end).ok().map(|url| url.origin().ascii_serialization())).collect();
        origins.extend(self.0.front_ends.origins());
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// Looks whether each provider answers, so that its button tells; none of them has to.
    pub async fn look_around(&self) {
        for provider in self.0.providers.iter() {
            // The failure is in the log already.
            let _ = provider.discovery.endpoints().await;
        }
    }

    /// What waits for a decision.
    pub fn conflicts(&self) -> &Conflicts {
        &self.0.conflicts
    }

    pub(super) fn provider(&self, id: &str) -> Result<Arc<Provider>, OpenIdError> {
        self.0.providers.find(id).cloned().ok_or(OpenIdError::UnknownProvider)
    }

    pub(super) fn redirect_uri(&self, provider: &str) -> String {
        self.0.public_url.at(&format!("/auth/{provider}/callback/"))
    }

    /// The address at the provider that the browser is sent to (Core §3.1.2.1).
    pub async fn start(&self, id: &str, start: Start, browser: &BrowserId) -> Result<String, OpenIdError> {
        let provider = self.provider(id)?;
        let endpoints = if start.silent {
            provider.discovery.endpoints_just_now().await?
        } else {
            provider.discovery.endpoints().await?
        };
        let settings = &provider.settings;
        let (challenge, verifier) = if settings.pkce {
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            (Some(challenge), Some(verifier.into_secret()))
        } else {
            (None, None)
        };
        let since = self.0.clock.now().as_micros();
        let link = start.link.map(|(account, session)| Link { account, session: session.to_string(), since });
        let memo = Memo {
            nonce: self.0.attempts.unguessable(),
            verifier,
            next: safe_path(&start.next).to_owned(),
            silent: start.silent,
            expected: start.expected,
            front_end: start.front_end,
            again: start.again.map(|account| Again { account, since }),
            link,
        };
        // She is to show there who she is, also when somebody is signed in already.
        let asks = memo.again.is_some() || memo.link.is_some();
        let state = self.0.attempts.begin(browser, id, &memo).await?;
        let client = provider.oauth(&endpoints, &self.redirect_uri(id))?;
        let mut request = client.authorize_url(|| CsrfToken::new(state));
        for scope in &settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if let Some(challenge) = challenge {
            request = request.set_pkce_challenge(challenge);
        }
        request = request.add_extra_param("nonce", memo.nonce.clone());
        // What this visit asks goes before what the settings ask for otherwise.
        let prompt = match (start.silent, asks) {
            (true, _) => Some("none"),
            (false, true) => settings.ask_again.by_prompt().then_some("login"),
            (false, false) => None,
        };
        let of_settings = settings.extra_parameters.iter().filter(|(name, _)| !(prompt.is_some() && *name == "prompt"));
        for (name, value) in of_settings {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        if let Some(prompt) = prompt {
            request = request.add_extra_param("prompt", prompt);
        }
        if asks && settings.ask_again.by_age() {
            request = request.add_extra_param("max_age", "0");
        }
        if let Some(hint) = start.login_hint.filter(|hint| !hint.is_empty() && hint.chars().count() <= 320) {
            request = request.add_extra_param("login_hint", hint);
        }
        if !settings.acr_values.is_empty() {
            // Asked through `claims`, where it is a demand and not a wish (Core §5.5.1.1).
            let claims = json!({ "id_token": { "acr": { "essential": true, "values": settings.acr_values } } });
            request = request.add_extra_param("claims", claims.to_string());
        }
        Ok(request.url().0.to_string())
    }

    /// Takes what came back from a provider and begins a session. The attempt is used up whatever
    /// becomes of it.
    pub async fn finish(
        &self,
        id: &str,
        returned: Returned,
        browser: Option<&BrowserId>,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<Finished, OpenIdError> {
        let provider = self.provider(id)?;
        let memo = match (&returned.state, browser) {
            (Some(state), Some(browser)) => self.0.attempts.take(state, browser, id).await?,
            _ => None,
        };
        let memo = memo.ok_or(OpenIdError::UnknownAttempt)?;
        let browser = browser.ok_or(OpenIdError::UnknownAttempt)?;
        let outcome = self.receive(&provider, &memo, returned, browser, session, request).await;
        match outcome {
            Ok(finished) => Ok(finished),
            Err(error) if memo.silent => {
                tracing::info!(provider = id, cause = %error, request_id = request.id, "a silent sign-in came to nothing");
                self.settle_silence(&memo, &error, session, request).await?;
                Ok(Finished { next: memo.next, done: None })
            }
            Err(error) => {
                tracing::warn!(provider = id, cause = %error, request_id = request.id, "a sign-in was refused");
                self.0.audit.refused(Action::SessionRefused, None, request).await?;
                Err(match memo {
                    Memo { link: Some(_), .. } => OpenIdError::NotLinked(Box::new(error)),
                    Memo { again: Some(_), next, .. } => OpenIdError::unconfirmed(next, error),
                    _ => error,
                })
            }
        }
    }

    async fn receive(
        &self,
        provider: &Provider,
        memo: &Memo,
        returned: Returned,
        browser: &BrowserId,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<Finished, OpenIdError> {
        // RFC 9207 §2.4: errors too carry the issuer.
        let names_issuer = provider.discovery.latest().is_some_and(|endpoints| endpoints.names_issuer);
        match &returned.iss {
            Some(iss) if iss != provider.settings.issuer.as_str() => return Err(OpenIdError::MixedUp),
            None if names_issuer => return Err(OpenIdError::MixedUp),
            _ => {}
        }
        if let Some(error) = &returned.error {
            return Err(match error.as_str() {
                "access_denied" => OpenIdError::Denied,
                "temporarily_unavailable" => OpenIdError::StillDown,
                "unmet_authentication_requirements" => OpenIdError::WeakAuthentication,
                error => OpenIdError::Refused(error_word(error)),
            });
        }
        let code = returned.code.ok_or(OpenIdError::Misbehaves("it gives neither code nor error"))?;
        let tokens = provider.exchange(code, memo, &self.redirect_uri(provider.id())).await?;
        let vouched = self.vouch(provider, &tokens, memo).await?;
        let next = memo.next.clone();
        if let Some(link) = &memo.link {
            let done = self.link_person(provider, link, &vouched, session, request).await?;
            return Ok(Finished { next, done: Some(done) });
        }
        let origin = self.origin(provider, &vouched, &tokens);
        if let Some(again) = memo.again {
            self.confirm_person(provider, again, &vouched, origin, session, request).await?;
            return Ok(Finished { next, done: Some(key("confirm-done")) });
        }
        if let Some(expected) = &memo.expected {
            // Somebody else is signed in there by now: for this session that is as good as nobody.
            if *expected != origin.subject {
                return Err(OpenIdError::Refused("login_required".to_owned()));
            }
            self.confirm(session, &origin).await?;
            return Ok(Finished { next, done: None });
        }
        let newcomer = Newcomer { arrival: vouched.arrival, origin, next, front_end: memo.front_end.clone() };
        let next = self.place(newcomer, memo.silent, browser, session, request).await?;
        Ok(Finished { next, done: None })
    }

    /// Verifies the tokens and asks who she is.
    async fn vouch(&self, provider: &Provider, tokens: &Tokens, memo: &Memo) -> Result<Vouched, OpenIdError> {
        let claims = provider.verify_id_token(tokens, Some(&memo.nonce), None).await?;
        let known = provider.claims(&tokens.access, &claims).await?;
        let mut arrival = provider.arrival(&claims.subject, &known)?;
        arrival.claims = self.0.entitlements.kept_of(&known);
        if provider.settings.kind == ProviderKind::DataPass {
            arrival.memberships = Some(provider.memberships(&known)?);
        }
        Ok(Vouched { claims, arrival })
    }

    /// Confirms the session that the browser has: the provider vouches for its person again.
    async fn confirm(&self, session: &Session, origin: &Origin) -> Result<(), OpenIdError> {
        if let Some(id) = session.id() {
            let now = self.0.clock.now();
            self.0.sessions.vouched(&SessionId::of(&id), now, Some(origin.sealed.clone())).await?;
        }
        Ok(())
    }

    fn origin(&self, provider: &Provider, vouched: &Vouched, tokens: &Tokens) -> Origin {
        let refresh_token = tokens.refresh.as_ref().filter(|_| provider.settings.refresh);
        let kept = Kept {
            id_token: tokens.id.as_ref().and_then(|token| provider.hint(token)),
            refresh_token: refresh_token.map(|token| token.expose().to_owned()),
        };
        Origin {
            provider: provider.id().to_owned(),
            issuer: vouched.claims.issuer.clone(),
            subject: vouched.claims.subject.clone(),
            sid: vouched.claims.session_id.clone(),
            sealed: self.seal(&kept),
            organisation: None,
            checked_at: None,
        }
    }

    /// Empty when sealing fails: then there is no hint at sign-out, which no provider needs.
    pub(super) fn seal(&self, kept: &Kept) -> Vec<u8> {
        let plain = serde_json::to_vec(kept).unwrap_or_default();
        self.0.sealer.seal(&self.0.random, b"tokens", &plain).unwrap_or_default()
    }

    pub(super) fn unseal(&self, sealed: &[u8]) -> Option<Kept> {
        serde_json::from_slice(&self.0.sealer.open(b"tokens", sealed).ok()?).ok()
    }
}
