//! What an application would get if it asked for a token now, without a secret and without a token.

use super::store::Asking;
use super::verdict::Verdict;
use super::{Delegation, TokenError};
use crate::base::{ClientId, EmailAddress, ScopeList, StoreError};

/// What it would get.
#[derive(Debug)]
pub enum Rehearsal {
    /// A token with these scopes.
    Token(ScopeList),
    /// The same, after an account was made for the person, who has never come.
    TokenForNewcomer(ScopeList),
    /// Nothing.
    Refused(TokenError),
}

impl Delegation {
    /// Decides as [`Delegation::issue`] does once the secret is right, from an address that is allowed, and within all limits of
    /// number. Nothing is made, counted or recorded. None when there is no such application.
    pub async fn rehearse(&self, client_id: &ClientId, subject: &str) -> Result<Option<Rehearsal>, StoreError> {
        let email = subject.parse::<EmailAddress>().ok();
        let key = email.as_ref().map(EmailAddress::key);
        // No secret has an empty digest: the query finds all but that.
        let found = self.0.grants.ask(Asking { client_id: client_id.clone(), digest: Vec::new(), email: key }).await?;
        let Some(grant) = found else { return Ok(None) };
        Ok(Some(match grant.verdict(email.as_ref()) {
            Ok(Verdict::Known(_)) => Rehearsal::Token(grant.scopes),
            Ok(Verdict::Newcomer) => Rehearsal::TokenForNewcomer(grant.scopes),
            Err(error) => Rehearsal::Refused(error),
        }))
    }
}
