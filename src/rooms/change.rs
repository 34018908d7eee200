//! Changing and deleting rooms.

use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Map, Value, json};

use super::service::{about, allowed, valid_name};
use super::{AccessLevel, Configuration, Role, Room, RoomError, Rooms, entity, store};
use crate::audit::{Action, Event, record_in};
use crate::base::wire::Nullable;
use crate::base::{Caller, ClientRequest, RoomId, StoreError, Tx, name_key};

/// What is to become of a room; what is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Another name. Its address stays.
    pub name: Option<String>,
    /// Who may enter directly.
    pub access_level: Option<AccessLevel>,
    /// Its settings for the call, as a whole.
    pub configuration: Option<Configuration>,
    /// The key by which the caller's application knows it.
    pub external_id: Nullable<String>,
}

impl Rooms {
    /// Changes a room, for its administrators and owners. A change that changes nothing leaves no trace.
    pub async fn update(
        &self,
        id: RoomId,
        change: Change,
        caller: &Caller,
        request: &ClientRequest,
    ) -> Result<Room, RoomError> {
        let name = change.name.as_deref().map(valid_name).transpose()?;
        // Only an application has keys of its own for rooms.
        let external_id = if caller.application.is_some() { change.external_id } else { Nullable::Absent };
        let change = Change { name, external_id, ..change };
        let (caller, request, now) = (caller.clone(), request.clone(), self.0.clock.now());
        let audit = self.0.audit.clone();
        self.0
            .store
            .write(async move |tx| {
                store::lock_in(&tx, id).await?;
                let before = allowed(store::find(&*tx, (&caller).into(), id).await?, Role::Administrator)?;
                let after = change.applied_to(&before);
                if after == before {
                    return Ok(before);
                }
                if let (Some(application), true) = (caller.application, after.external_id != before.external_id) {
                    store::forget_external_in(&tx, id, Some(application)).await?;
                    if let Some(external_id) = &after.external_id
                        && !store::name_externally_in(&tx, application, external_id, id).await?
                    {
                        return Err(RoomError::ExternalIdTaken);
                    }
                }
                let row = entity::ActiveModel {
                    id: Set(id),
                    name: Set(after.name.clone()),
                    name_key: Set(name_key(&after.name)),
                    access_level: Set(after.access_level),
                    configuration: Set(after.configuration.clone()),
                    updated_at: Set(now),
                    ..Default::default()
                };
                entity::Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                record_in(&tx, audit.row(told(&before, &after, &caller, &request))).await?;
                Ok(after)
            })
            .await
    }

    /// Deletes a room, for its owners: it is unknown from then on, and its addresses stay taken. What applications called it
    /// is free again.
    pub async fn delete(&self, id: RoomId, caller: &Caller, request: &ClientRequest) -> Result<(), RoomError> {
        let event = about(Action::RoomDeleted, caller, request).room(id);
        let (rooms, caller) = (self.clone(), caller.clone());
        self.0
            .store
            .write(async move |tx| {
                store::lock_in(&tx, id).await?;
                allowed(store::find(&*tx, (&caller).into(), id).await?, Role::Owner)?;
                Ok(rooms.delete_in(&tx, id, event).await?)
            })
            .await
    }

    /// Deletes a room whose person goes, within `tx`.
    pub async fn delete_in(&self, tx: &Tx, id: RoomId, event: Event) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        let row =
            entity::ActiveModel { id: Set(id), deleted_at: Set(Some(now)), updated_at: Set(now), ..Default::default() };
        entity::Entity::update(row).exec(&**tx).await?;
        store::forget_external_in(tx, id, None).await?;
        record_in(tx, self.0.audit.row(event)).await
    }
}

impl Change {
    fn applied_to(&self, room: &Room) -> Room {
        Room {
            id: room.id,
            slug: room.slug.clone(),
            name: self.name.clone().unwrap_or_else(|| room.name.clone()),
            access_level: self.access_level.unwrap_or(room.access_level),
            configuration: self.configuration.clone().unwrap_or_else(|| room.configuration.clone()),
            external_id: self.external_id.over(&room.external_id),
        }
    }
}

/// The event of a change: which parts changed, and from what to what where that is no person's own words.
fn told(before: &Room, after: &Room, caller: &Caller, request: &ClientRequest) -> Event {
    let (mut from, mut to, mut changed) = (Map::new(), Map::new(), Vec::new());
    if before.name != after.name {
        changed.push("name");
    }
    if before.external_id != after.external_id {
        changed.push("external_id");
    }
    let mut compare = |name: &'static str, old: Value, new: Value| {
        if old != new {
            changed.push(name);
            from.insert(name.to_owned(), old);
            to.insert(name.to_owned(), new);
        }
    };
    compare("access_level", json!(before.access_level), json!(after.access_level));
    compare("configuration", json!(before.configuration), json!(after.configuration));
    let action = if changed == ["name"] { Action::RoomRenamed } else { Action::RoomUpdated };
    let event = about(action, caller, request).room(before.id);
    if action == Action::RoomRenamed {
        return event;
    }
    event.details(json!({ "changed": changed, "before": from, "after": to }))
}
