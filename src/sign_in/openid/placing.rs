//! For which organisation somebody comes: the one of hers that is let in, one that she chooses among several, or none, and then she does
//! not come in.

use tower_sessions::Session;

use super::pending::{Newcomer, Pending};
use super::{BrowserId, OpenId, OpenIdError};
use crate::accounts::{Belonging, Reception, Requester, SessionId};
use crate::audit::Action;
use crate::base::{ClientRequest, Code, PendingSignInId, Siret, StoreError};

/// The page on which she chooses, or learns that none of hers is let in.
pub(super) const CHOOSE: &str = "/choose-organisation";

/// What that page shows.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) pending: Pending,
    /// Those that are let in, by name.
    pub(super) organisations: Vec<Belonging>,
    /// The one for which she came before.
    pub(super) last: Option<Siret>,
    /// Whether she asked the administrators to let hers in.
    pub(super) asked: bool,
}

impl OpenId {
    /// Lets in whom a provider vouches for, when it is plain for which organisation she comes; else keeps her until it is. Gives the address to
    /// go on to.
    pub(super) async fn place(
        &self,
        newcomer: Newcomer,
        silent: bool,
        browser: &BrowserId,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<String, OpenIdError> {
        let arrival = &newcomer.arrival;
        let Some(memberships) = &arrival.memberships else {
            return self.admit(newcomer, browser, session, request).await;
        };
        let let_in = self.0.organisations.let_in(memberships).await?;
        let plain = match &*let_in {
            [only] => Some(only.siret.clone()),
            _ if silent => {
                let last = self.0.organisations.last_of(&arrival.issuer, &arrival.subject).await?;
                last.filter(|last| let_in.iter().any(|hers| hers.siret == *last))
            }
            _ => None,
        };
        if let Some(organisation) = plain {
            return self.admit(newcomer.acting_for(organisation), browser, session, request).await;
        }
        if let_in.is_empty() {
            tracing::warn!(
                provider = arrival.provider,
                organisations = memberships.len(),
                request_id = request.id,
                "nobody of these organisations is let in"
            );
            // What she may not do any more, she may not do in another browser either.
            self.0.organisations.lose(&arrival.issuer, &arrival.subject, memberships).await?;
            self.0.sign_in.metrics().sign_ins.refused(Code::OrganisationUnknown);
            self.0.audit.refused(Action::SessionRefused, None, request).await?;
        }
        if silent {
            return Err(OpenIdError::Refused("interaction_required".to_owned()));
        }
        self.0.pending.open(browser, &newcomer).await?;
        Ok(CHOOSE.to_owned())
    }

    /// Begins the session of somebody of whom all is known that has to be. Gives the address to go on to.
    async fn admit(
        &self,
        newcomer: Newcomer,
        browser: &BrowserId,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<String, OpenIdError> {
        let Newcomer { arrival, origin, next, front_end } = newcomer;
        let provider = origin.provider.clone();
        let account = match self.0.accounts.receive(&arrival, request).await? {
            Reception::Welcome(account) => account,
            Reception::Disabled(_) => return Err(OpenIdError::Disabled),
            Reception::Unknown => return Err(OpenIdError::NoAccount),
            Reception::Conflict(account) => {
                let id = self.0.conflicts.open(browser, account, &arrival, request).await?;
                return Err(OpenIdError::Conflict(id));
            }
        };
        self.0.sign_in.start(session, &self.0.sessions, &account, Some(origin), request).await?;
        // She is signed in, whatever comes of this.
        let organisation = arrival.organisation.as_ref().map(Siret::as_str);
        let access = self.0.entitlements.signed_in(account.id, arrival.claims, organisation).await;
        match (front_end, session.id()) {
            (Some(asked), Some(id)) => Ok(self.0.front_ends.arrive(&asked, &provider, &SessionId::of(&id)).await?),
            // Whoever administers the server has other things to do here as well.
            _ if account.is_administrator() => Ok(next),
            _ => Ok(access.way_to(next)),
        }
    }

    /// What waits in this browser, as things stand now.
    pub(super) async fn choice(&self, browser: &BrowserId) -> Result<Option<Choice>, StoreError> {
        let Some(pending) = self.0.pending.of_browser(browser).await? else { return Ok(None) };
        let arrival = &pending.newcomer.arrival;
        let organisations = self.0.organisations.let_in(arrival.memberships.as_deref().unwrap_or_default()).await?;
        let last = self.0.organisations.last_of(&arrival.issuer, &arrival.subject).await?;
        let asked =
            organisations.is_empty() && self.0.organisations.has_asked(&arrival.issuer, &arrival.subject).await?;
        Ok(Some(Choice { pending, organisations, last, asked }))
    }

    /// She chose. Only what her provider said in this sign-in, and what is let in now, counts; the sign-in is used up by it. Gives the address to
    /// go on to.
    pub async fn choose(
        &self,
        id: PendingSignInId,
        organisation: &Siret,
        browser: &BrowserId,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<String, OpenIdError> {
        let waiting = self.choice(browser).await?.filter(|choice| choice.pending.id == id);
        let waiting = waiting.ok_or(OpenIdError::UnknownAttempt)?;
        if !waiting.organisations.iter().any(|hers| hers.siret == *organisation) {
            self.0.audit.refused(Action::SessionRefused, None, request).await?;
            return Err(OpenIdError::NotHers);
        }
        // Of two at once, one has it.
        let taken = self.0.pending.take(id, browser).await?.ok_or(OpenIdError::UnknownAttempt)?;
        self.admit(taken.newcomer.acting_for(organisation.clone()), browser, session, request).await
    }

    /// Asks the administrators to let one of her organisations in. False when nothing waits in this browser.
    pub(super) async fn ask_for_organisation(
        &self,
        browser: &BrowserId,
        request: &ClientRequest,
    ) -> Result<bool, crate::accounts::OrganisationError> {
        let Some(pending) = self.0.pending.of_browser(browser).await? else { return Ok(false) };
        let arrival = pending.newcomer.arrival;
        let requester = Requester {
            provider: arrival.provider,
            issuer: arrival.issuer,
            subject: arrival.subject,
            name: arrival.name,
            email: arrival.email,
            memberships: arrival.memberships.unwrap_or_default(),
        };
        self.0.organisations.ask(&requester, request).await?;
        Ok(true)
    }
}
