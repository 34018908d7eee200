//! Two accounts of one person become one.

use serde::Serialize;
use serde_json::json;

use super::rules::{self, Counts};
use super::service::about;
use super::{Lifecycle, LifecycleError};
use crate::accounts::{Account, AccountError, Administrators, Role, Status, takes_address};
use crate::audit::{Action, Actor, By, record_in};
use crate::base::{AccountId, EmailAddress, StoreError, Tx};
use crate::mail::Letter;

/// What a merge does, or did.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The account that goes, as it was.
    pub from: Account,
    /// The account that stays, as it was.
    pub before: Account,
    /// The same as it is afterwards.
    pub into: Account,
    /// What moved and what went.
    pub counts: Counts,
}

/// What becomes of what an account has but once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is told apart from the others")]
pub struct Consequences {
    /// Applications find nobody at the address of the one that goes.
    pub address_freed: bool,
    /// The one that stays had no address, and has that of the other.
    pub address_taken: bool,
    /// The password of the one that goes opens nothing any more.
    pub password_dropped: bool,
    /// The one that goes was an administrator's, and the one that stays is not.
    pub role_dropped: bool,
}

impl Merged {
    /// What becomes of what an account has but once.
    pub fn consequences(&self) -> Consequences {
        let address_taken = takes_address(&self.from, &self.before);
        Consequences {
            address_freed: self.from.email.is_some() && !address_taken,
            address_taken,
            password_dropped: self.from.password_hash.is_some(),
            role_dropped: self.from.role == Role::Admin && self.into.role != Role::Admin,
        }
    }

    /// The address of the account that goes.
    pub fn former_address(&self) -> Option<&EmailAddress> {
        self.from.email.as_ref()
    }
}

/// How a transaction ends in which two accounts become one.
enum End {
    /// It was only to be seen what would come of it: nothing is kept.
    Seen(Box<Merged>),
    Refused(LifecycleError),
}

impl From<LifecycleError> for End {
    fn from(error: LifecycleError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Lifecycle {
    /// Makes `from` part of `into`, which stays: rooms with the stronger role, identities with their memberships, applications that she
    /// manages, requests. Sessions and tokens of `from` end, its password is dropped, its address is free. Role, password and address
    /// of `into` stay as they are.
    pub async fn merge(&self, from: AccountId, into: AccountId, by: impl Into<By>) -> Result<Merged, LifecycleError> {
        let (lifecycle, by) = (self.clone(), by.into());
        self.store.write(async move |tx| lifecycle.merge_in(&tx, from, into, &by).await).await
    }

    /// What would come of that: it is done, and undone before anybody sees it.
    pub async fn preview_merge(
        &self,
        from: AccountId,
        into: AccountId,
        by: impl Into<By>,
    ) -> Result<Merged, LifecycleError> {
        let (lifecycle, by) = (self.clone(), by.into());
        let ended: Result<(), End> = self
            .store
            .write(async move |tx| Err(End::Seen(Box::new(lifecycle.merge_in(&tx, from, into, &by).await?))))
            .await;
        match ended {
            Err(End::Seen(merged)) => Ok(*merged),
            Err(End::Refused(error)) => Err(error),
            Ok(()) => Err(StoreError::Closed.into()),
        }
    }

    async fn merge_in(&self, tx: &Tx, from: AccountId, into: AccountId, by: &By) -> Result<Merged, LifecycleError> {
        if from == into {
            return Err(LifecycleError::SameAccount);
        }
        let administrators = Administrators::hold_in(tx).await?;
        let mut held = self.accounts.hold_all_in(tx, &[from, into].into()).await?;
        let (Some(from), Some(into)) = (held.remove(&from), held.remove(&into)) else {
            return Err(AccountError::NotFound.into());
        };
        if from.status == Status::Disabled || into.status == Status::Disabled {
            return Err(LifecycleError::Disabled);
        }
        if into.status == Status::Pending {
            return Err(LifecycleError::Pending);
        }
        // Nobody takes the ground from under her own feet, and the server keeps an administrator: the role does not move.
        if by.actor() == Actor::Person(from.id) {
            return Err(AccountError::OwnAccount.into());
        }
        administrators.would_miss(from.id)?;
        self.rooms.hold_all_of_in(tx, from.id).await?;
        let counts = rules::merge_in(tx, from.id, into.id).await?;
        let after = self.accounts.absorb_in(tx, from.clone(), &into).await?;
        let details = json!({
            "from": from.id, "into": into.id, "moved": counts.moved, "ended": counts.ended,
            "address_taken": takes_address(&from, &into),
        });
        let event = about(by, Action::AccountMerged, into.id).details(details);
        record_in(tx, self.audit.row(event)).await?;
        for account in [&from, &into] {
            self.tell_in(tx, account, Some(into.id), &Letter::AccountsMerged).await?;
        }
        Ok(Merged { from, before: into, into: after, counts })
    }
}
