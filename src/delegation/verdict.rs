//! For whom an application that proved itself gets a token.

use super::TokenError;
use super::store::Grant;
use crate::accounts::Status;
use crate::base::{AccountId, EmailAddress};

/// The person that a token is for, with the counter that revokes her tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) account: AccountId,
    pub(super) generation: i64,
}

/// What the checks of application and person come to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// A token for this person.
    Known(Subject),
    /// A token for somebody who has no account yet, and may be made one.
    Newcomer,
}

impl Grant {
    /// The checks that concern the application and the person, in the compatible profile's order, apart from where the request
    /// comes from.
    pub(super) fn verdict(&self, email: Option<&EmailAddress>) -> Result<Verdict, TokenError> {
        if !self.active {
            return Err(TokenError::Inactive);
        }
        if email.is_none() {
            return Err(TokenError::InvalidSubject);
        }
        if !self.all_domains && self.domain.is_none() {
            return Err(TokenError::DomainNotAllowed);
        }
        match (self.account, self.status) {
            (Some(_), Some(Status::Disabled)) => Err(TokenError::UserNotFound),
            (Some(account), Some(_)) => {
                Ok(Verdict::Known(Subject { account, generation: self.account_generation.unwrap_or_default() }))
            }
            _ if self.allow_user_creation => Ok(Verdict::Newcomer),
            _ => Err(TokenError::UserNotFound),
        }
    }
}
