//! All that is held of a person, as one JSON document.
//!
//! It is made while it is read: rooms and events by portions, everything else, which is bounded, at once. Its form:
//! `format` and `version` say that it is this one; `made_at` when it was made; then a member for each kind of thing, each of
//! which `RULES` names. No secret, no digest of one, and nothing that opens a door stands in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::sections::{self, RoomRow};
use super::service::about;
use super::{Lifecycle, LifecycleError};
use crate::accounts::Who;
use crate::audit::{Action, By, Filter, Record, Trail, record_in};
use crate::base::{AccountId, RoomId, StoreError};
use crate::mail::Letter;

/// What the document says that it is.
pub const FORMAT: &str = "parloir-account-export";

/// The version of its form. Members may be added to one; whatever else changes makes another one.
pub const VERSION: u32 = 1;

/// All that is held of one person, piece by piece.
#[derive(Debug)]
pub struct Document {
    lifecycle: Lifecycle,
    person: AccountId,
    /// Her account, and those that became part of it.
    accounts: BTreeSet<AccountId>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Beginning,
    /// Rooms after this one.
    Rooms(Option<RoomId>),
    /// Events, and whether one stands there already.
    Events(Box<Trail>, bool),
    End,
}

impl Lifecycle {
    /// All that is held of a person, which is told in the trail and to her before the first piece goes out.
    pub async fn export(&self, who: impl Into<Who>, by: impl Into<By>) -> Result<Document, LifecycleError> {
        let account = self.accounts.get(who).await?;
        let (lifecycle, by, person) = (self.clone(), by.into(), account.id);
        let former = self.accounts.former_of(person).await?;
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                record_in(&tx, lifecycle.audit.row(about(&by, Action::AccountExported, person))).await?;
                lifecycle.tell_in(&tx, &account, Some(person), &Letter::DataDownloaded).await
            })
            .await?;
        let accounts = former.into_iter().chain([person]).collect();
        Ok(Document { lifecycle: self.clone(), person, accounts, stage: Stage::Beginning })
    }
}

impl Document {
    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<String>, StoreError> {
        let (piece, next) = match std::mem::replace(&mut self.stage, Stage::End) {
            Stage::Beginning => (self.beginning().await?, Stage::Rooms(None)),
            Stage::Rooms(after) => self.rooms(after).await?,
            Stage::Events(trail, some) => self.events(trail, some).await?,
            Stage::End => return Ok(None),
        };
        self.stage = next;
        Ok(Some(piece))
    }

    /// What it is, and all that is bounded.
    async fn beginning(&self) -> Result<String, StoreError> {
        let mut text = format!("{{\n\"format\": {}", json!(FORMAT));
        let mut member = |name: &str, value: &Value| {
            // Writing to a string cannot fail.
            let _ = write!(text, ",\n{}: {value}", json!(name));
        };
        member("version", &json!(VERSION));
        member("made_at", &json!(self.lifecycle.clock.now()));
        for (name, value) in sections::of(&self.lifecycle, self.person, &self.accounts).await? {
            member(name, &value);
        }
        text.push_str(",\n\"rooms\": [");
        Ok(text)
    }

    async fn rooms(&self, after: Option<RoomId>) -> Result<(String, Stage), StoreError> {
        let rooms = sections::rooms(&self.lifecycle.store, self.person, after).await?;
        let mut text = String::new();
        listed(&mut text, rooms.iter().map(RoomRow::shown), after.is_some());
        let last = rooms.last().filter(|_| rooms.len() == sections::PORTION).map(|room| room.id);
        if last.is_some() {
            return Ok((text, Stage::Rooms(last)));
        }
        text.push_str("],\n\"events\": [");
        let former = self.accounts.iter().copied().filter(|id| *id != self.person).collect();
        let filter = Filter { person: Some(self.person), former, ..Filter::default() };
        let trail = self.lifecycle.audit.trail(filter, None);
        Ok((text, Stage::Events(Box::new(trail), false)))
    }

    async fn events(&self, mut trail: Box<Trail>, some: bool) -> Result<(String, Stage), StoreError> {
        let mut text = String::new();
        match trail.next().await? {
            Some(records) => {
                listed(&mut text, records.into_iter().map(|record| self.her_side(record)), some);
                Ok((text, Stage::Events(trail, true)))
            }
            None => Ok(("]\n}\n".to_owned(), Stage::End)),
        }
    }

    /// An event without what it says of others: from where somebody else did it, and who she was.
    fn her_side(&self, mut record: Record) -> Record {
        let hers = record.actor.person().is_some_and(|id| self.accounts.contains(&id));
        if !hers && (record.actor.kind == "person" || record.actor.kind == "operator") {
            record.actor.id = None;
            record.address = None;
            record.request_id = None;
        }
        record
    }
}

/// Adds the items of a list, of which some may stand there already.
fn listed<T: Serialize>(text: &mut String, items: impl Iterator<Item = T>, mut some: bool) {
    for item in items {
        text.push_str(if some { ",\n" } else { "\n" });
        // What is listed is plain data: it always has a JSON form.
        text.push_str(&serde_json::to_string(&item).unwrap_or_default());
        some = true;
    }
}
