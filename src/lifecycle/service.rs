//! Removing people.

use std::time::Duration;

use serde_json::json;

use crate::accounts::Accounts;
use crate::audit::{Action, Actor, Event};
use crate::base::{AccountId, Clock, Store, StoreError};
use crate::rooms::Rooms;

/// Removes people with what they leave behind.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    store: Store,
    clock: Clock,
    accounts: Accounts,
    rooms: Rooms,
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
    pub fn new(store: Store, clock: Clock, accounts: Accounts, rooms: Rooms, pending_retention: Duration) -> Self {
        Self { store, clock, accounts, rooms, pending_retention }
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
        let (accounts, rooms) = (self.accounts.clone(), self.rooms.clone());
        self.store
            .write(async move |tx| {
                if !accounts.is_unclaimed_in(&tx, person).await? {
                    return Ok(None);
                }
                let event = |action| {
                    let reason = json!({ "reason": "never came" });
                    Event::new(action, Actor::Operator).on_behalf_of(person).details(reason)
                };
                let of_room = |room| event(Action::RoomDeleted).room(room);
                let deleted = rooms.delete_owned_alone_in(&tx, person, of_room).await?;
                accounts.remove_in(&tx, person, event(Action::AccountDeleted)).await?;
                Ok(Some(deleted.len() as u64))
            })
            .await
    }
}
