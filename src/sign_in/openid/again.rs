//! A person who is signed in proves again, at a provider, who she is.

use std::sync::Arc;

use tower_sessions::Session;

use super::attempt::Again;
use super::exchange::Vouched;
use super::{Button, OpenId, OpenIdError};
use crate::accounts::{Identity, ORGANISATION, Origin, SIGNED_IN, SignedIn};
use crate::base::{ClientRequest, Language, Timestamp};
use crate::jose::foreign::Defect;
use crate::providers::Provider;
use crate::sign_in::SignInError;

impl OpenId {
    /// The ways through providers at which a person of these identities can prove again who she is, in the settings' order.
    pub fn buttons_for(&self, identities: &[Identity], language: Language) -> Vec<Button> {
        let knows_her = |provider: &&Arc<Provider>| {
            identities.iter().any(|identity| identity.issuer == provider.settings.issuer.as_str())
        };
        self.0.providers.iter().filter(knows_her).map(|provider| provider.button(language)).collect()
    }

    /// Takes the provider's word that she has just proved who she is, and gives her a new session. Nobody else's word counts: who
    /// comes back as another person is not signed in as that one.
    pub(super) async fn confirm_person(
        &self,
        provider: &Provider,
        again: Again,
        vouched: &Vouched,
        origin: Origin,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<(), OpenIdError> {
        check_fresh(provider, again.since, vouched)?;
        let signed_in: Option<SignedIn> = session.get(SIGNED_IN).await.map_err(SignInError::from)?;
        // She signed out meanwhile, or somebody else signed in.
        if signed_in.is_none_or(|signed_in| signed_in.account != again.account) {
            return Err(OpenIdError::UnknownAttempt);
        }
        let holder = self.0.accounts.holder(&origin.issuer, &origin.subject).await?;
        if holder.map(|holder| holder.account) != Some(again.account) {
            return Err(OpenIdError::AnotherAccount);
        }
        let account = self.0.accounts.find(again.account).await?.ok_or(OpenIdError::NoAccount)?;
        // What was hers to choose at the sign-in stays chosen.
        let organisation = session.get(ORGANISATION).await.map_err(SignInError::from)?;
        let origin = Origin { organisation, ..origin };
        Ok(self.0.sign_in.start(session, &self.0.sessions, &account, Some(origin), request).await?)
    }
}

/// A provider that was told `max_age` must say when she authenticated (Core §3.1.2.1); one that was told only to ask may keep
/// silent about it. What it says has to be later than the visit began.
pub(super) fn check_fresh(provider: &Provider, since: i64, vouched: &Vouched) -> Result<(), OpenIdError> {
    let settings = &provider.settings;
    let Some(at) = vouched.claims.auth_time else {
        let must = settings.ask_again.by_age();
        return if must { Err(OpenIdError::Token(Defect::AuthenticationTimeMissing)) } else { Ok(()) };
    };
    // `auth_time` has whole seconds.
    let since = Timestamp::from_seconds(Timestamp::from_micros(since).as_seconds());
    if at.after(settings.clock_tolerance) < since {
        return Err(OpenIdError::Token(Defect::AuthenticatedTooLongAgo));
    }
    Ok(())
}
