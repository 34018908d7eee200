//! The end of an account.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::service::about;
use super::{Lifecycle, LifecycleError};
use crate::accounts::{Account, AccountError, Administrators, Status, Who};
use crate::audit::{Action, Actor, By};
use crate::base::{AccountId, RoomId, Tx};
use crate::mail::Letter;

/// What becomes of a room that nobody else owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes to somebody, who becomes its owner.
    HandOver(Who),
    /// It is deleted.
    Delete,
}

/// What becomes of the rooms that are hers alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// Of these.
    pub rooms: BTreeMap<RoomId, Fate>,
    /// Of all others; when nothing is said of them, nothing is deleted.
    pub rest: Option<Fate>,
}

impl Fates {
    /// The same of all of them.
    pub fn all(fate: Fate) -> Self {
        Self { rooms: BTreeMap::new(), rest: Some(fate) }
    }

    fn of(&self, room: RoomId) -> Option<&Fate> {
        self.rooms.get(&room).or(self.rest.as_ref())
    }

    fn heirs(&self) -> impl Iterator<Item = &Who> {
        self.rooms.values().chain(&self.rest).filter_map(|fate| match fate {
            Fate::HandOver(who) => Some(who),
            Fate::Delete => None,
        })
    }
}

/// What went with a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Her account, as it was.
    pub account: Account,
    /// Rooms that went.
    pub rooms_deleted: u64,
    /// Rooms that others own now.
    pub rooms_handed_over: u64,
}

impl Lifecycle {
    /// Deletes an account with all that is its person's, in one transaction. Of every room that is hers alone it must have been said
    /// what becomes of it; what was said of others does not matter, whoever owns them now. The last administrator goes by a command
    /// alone.
    pub async fn delete(
        &self,
        who: impl Into<Who>,
        fates: Fates,
        by: impl Into<By>,
    ) -> Result<Deleted, LifecycleError> {
        let (lifecycle, by) = (self.clone(), by.into());
        let person = self.accounts.get(who).await?.id;
        let heirs = self.heirs(&fates).await?;
        self.store.write(async move |tx| lifecycle.delete_in(&tx, person, &fates, &heirs, &by).await).await
    }

    /// The accounts of those to whom rooms are to go; those whom nobody knows are missing.
    async fn heirs(&self, fates: &Fates) -> Result<Vec<(Who, AccountId)>, LifecycleError> {
        let mut heirs: Vec<(Who, AccountId)> = Vec::new();
        for who in fates.heirs() {
            if heirs.iter().any(|(known, _)| known == who) {
                continue;
            }
            match self.accounts.get(who.clone()).await {
                Ok(account) => heirs.push((who.clone(), account.id)),
                Err(AccountError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(heirs)
    }

    async fn delete_in(
        &self,
        tx: &Tx,
        person: AccountId,
        fates: &Fates,
        heirs: &[(Who, AccountId)],
        by: &By,
    ) -> Result<Deleted, LifecycleError> {
        let administrators = Administrators::hold_in(tx).await?;
        let ids: BTreeSet<_> = heirs.iter().map(|(_, id)| *id).chain([person]).collect();
        let mut held = self.accounts.hold_all_in(tx, &ids).await?;
        let account = held.remove(&person).ok_or(AccountError::NotFound)?;
        // Whoever may run commands on the server can always make another one.
        if by.actor() != Actor::Operator {
            administrators.would_miss(person)?;
        }
        self.rooms.hold_all_of_in(tx, person).await?;
        let alone = self.rooms.owned_alone_in(tx, person).await?;
        let undecided = alone.iter().filter(|room| fates.of(**room).is_none()).count();
        if undecided > 0 {
            return Err(LifecycleError::RoomsToHandOver(undecided));
        }
        let heir = |who: &Who| {
            let id = heirs.iter().find(|(known, _)| known == who).map(|(_, id)| *id)?;
            held.get(&id).filter(|account| account.status == Status::Active).map(|account| account.id)
        };
        let (mut rooms_deleted, mut rooms_handed_over) = (0, 0);
        for room in alone {
            let event = |action| about(by, action, person).room(room).details(json!({ "reason": "account deleted" }));
            if let Some(Fate::HandOver(who)) = fates.of(room) {
                let to = heir(who).ok_or(LifecycleError::HeirNotFound)?;
                self.rooms.hand_over_in(tx, room, to, event(Action::RoomHandedOver)).await?;
                rooms_handed_over += 1;
            } else {
                self.rooms.delete_in(tx, room, event(Action::RoomDeleted)).await?;
                rooms_deleted += 1;
            }
        }
        let details = json!({ "rooms_deleted": rooms_deleted, "rooms_handed_over": rooms_handed_over });
        self.remove_in(tx, person, about(by, Action::AccountDeleted, person).details(details)).await?;
        // It concerns no account that there is: nothing takes it back.
        self.tell_in(tx, &account, None, &Letter::AccountDeleted).await?;
        Ok(Deleted { account, rooms_deleted, rooms_handed_over })
    }
}
