//! A person who is signed in gets one more way in, through a provider.
//!
//! It begins with a form of her own page, in a session that proved a moment ago who she is, and ends in that session alone. Nobody is
//! signed in by it: whoever comes back from the provider as somebody else's identity changes nothing.

use axum::http::{HeaderMap, HeaderValue};
use tower_sessions::Session;

use super::again::check_fresh;
use super::attempt::Link;
use super::exchange::Vouched;
use super::{BrowserId, OpenId, OpenIdError, Start, api};
use crate::accounts::{AccountError, Linked, SIGNED_IN, SessionId, SignedIn};
use crate::base::{AccountId, ClientRequest};
use crate::providers::Provider;
use crate::sign_in::SignInError;
use crate::ui::key;

impl OpenId {
    /// Which browser sends these headers; a new one when it was not here yet.
    pub(in crate::sign_in) fn browser(&self, headers: &HeaderMap) -> BrowserId {
        api::browser_of(headers, self).unwrap_or_else(|| BrowserId::generate(&self.0.random))
    }

    /// The cookie by which it is known again.
    pub(in crate::sign_in) fn browser_cookie(&self, browser: &BrowserId) -> HeaderValue {
        api::browser_cookie(browser, self)
    }

    /// The address at the provider where a person shows who she is there; she comes back to `next`.
    pub(in crate::sign_in) async fn start_linking(
        &self,
        provider: &str,
        person: AccountId,
        session: SessionId,
        browser: &BrowserId,
        next: &str,
    ) -> Result<String, OpenIdError> {
        let start = Start { next: next.to_owned(), link: Some((person, session)), ..Start::default() };
        self.start(provider, start, browser).await
    }

    /// Joins whom the provider vouches for to the account of the person who asked, in the session in which she did. Gives the key of
    /// what is to be said of it.
    pub(super) async fn link_person(
        &self,
        provider: &Provider,
        link: &Link,
        vouched: &Vouched,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<&'static str, OpenIdError> {
        check_fresh(provider, link.since, vouched)?;
        let signed_in: Option<SignedIn> = session.get(SIGNED_IN).await.map_err(SignInError::from)?;
        let here = session.id().map(|id| SessionId::of(&id));
        // She signed out meanwhile, or somebody else signed in.
        let same = signed_in.is_some_and(|signed_in| signed_in.account == link.account);
        let here = here.filter(|here| same && here.to_string() == link.session).ok_or(OpenIdError::UnknownAttempt)?;
        match self.0.accounts.link_own(link.account, &here, &vouched.arrival, request).await {
            Ok(Linked::Now) => Ok(key("ways-linked")),
            Ok(Linked::Before) => Ok(key("ways-linked-before")),
            Err(AccountError::IdentityInUse) => Err(OpenIdError::IdentityInUse),
            Err(AccountError::Store(error)) => Err(error.into()),
            // The session ended, or the account was disabled, at this moment.
            Err(_) => Err(OpenIdError::UnknownAttempt),
        }
    }
}
