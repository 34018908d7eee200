//! The whole of people.

use std::time::Duration;

use serde_json::json;

use super::rules;
use crate::accounts::{Account, Accounts};
use crate::audit::{Action, Actor, Audit, By, Event};
use crate::base::{AccountId, Clock, Store, StoreError, Tx};
use crate::entitlements::Entitlements;
use crate::mail::{Letter, Mail};
use crate::rooms::Rooms;

/// Takes people's data out, removes people, makes one of two.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) audit: Audit,
    pub(super) mail: Mail,
    pub(super) accounts: Accounts,
    pub(super) rooms: Rooms,
    pub(super) entitlements: Entitlements,
    pending_retention: Duration,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Accounts.
    pub people: u64,
    /// Rooms that they alone owned.
    pub rooms: u64,
}

/// People looked up at a time; each is removed in a transaction of her own.
const PORTION: u64 = 100;

impl Lifecycle {
    /// The whole of people in `store`; those who never come are kept for `pending_retention`.
    #[expect(clippy::too_many_arguments, reason = "what touches a whole person needs all that holds something of her")]
    pub fn new(
        store: Store,
        clock: Clock,
        audit: Audit,
        mail: Mail,
        accounts: Accounts,
        rooms: Rooms,
        entitlements: Entitlements,
        pending_retention: Duration,
    ) -> Self {
        Self { store, clock, audit, mail, accounts, rooms, entitlements, pending_retention }
    }

    /// Removes people who were made by an application and never came, with the rooms that they alone own. Several instances
    /// may do it at once.
    pub async fn remove_unclaimed(&self) -> Result<Removed, StoreError> {
        let before = self.clock.now().before(self.pending_retention);
        let mut removed = Removed::default();
        loop {
            let people = self.accounts.unclaimed(before, PORTION).await?;
            let last = people.len() < usize::try_from(PORTION).unwrap_or(usize::MAX);
            for person in people {
                if let Some(rooms) = self.remove_if_unclaimed(person).await? {
                    removed.people += 1;
                    removed.rooms += rooms;
                }
            }
            if last {
                return Ok(removed);
            }
        }
    }

    /// How many rooms went with her; none when she came in the meantime.
    async fn remove_if_unclaimed(&self, person: AccountId) -> Result<Option<u64>, StoreError> {
        let lifecycle = self.clone();
        self.store
            .write(async move |tx| {
                if !lifecycle.accounts.is_unclaimed_in(&tx, person).await? {
                    return Ok(None);
                }
                let event = |action| {
                    let reason = json!({ "reason": "never came" });
                    Event::new(action, Actor::Operator).on_behalf_of(person).details(reason)
                };
                lifecycle.rooms.hold_all_of_in(&tx, person).await?;
                let alone = lifecycle.rooms.owned_alone_in(&tx, person).await?;
                for room in &alone {
                    lifecycle.rooms.delete_in(&tx, *room, event(Action::RoomDeleted).room(*room)).await?;
                }
                lifecycle.remove_in(&tx, person, event(Action::AccountDeleted)).await?;
                Ok(Some(alone.len() as u64))
            })
            .await
    }

    /// Removes an account with all that the rules say goes with it.
    pub(super) async fn remove_in(&self, tx: &Tx, person: AccountId, event: Event) -> Result<(), StoreError> {
        rules::remove_in(tx, person).await?;
        self.accounts.remove_in(tx, person, event).await
    }

    /// Queues a letter to the verified address of an account; there is none to people who have none, or never came. `concerns` is whose
    /// end takes it back as long as it was not sent.
    pub(super) async fn tell_in(
        &self,
        tx: &Tx,
        account: &Account,
        concerns: Option<AccountId>,
        letter: &Letter,
    ) -> Result<(), StoreError> {
        match account.recipient(concerns) {
            Some(recipient) => self.mail.post_in(tx, &recipient, letter).await,
            None => Ok(()),
        }
    }
}

/// An event about a person.
pub(super) fn about(by: &By, action: Action, person: AccountId) -> Event {
    by.did(action).on_behalf_of(person)
}
