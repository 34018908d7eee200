//! The rules of rooms.

use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Insert, QueryTrait};
use serde_json::json;

use super::entity::{self, access, slug};
use super::store::{self, Beside, Found, Wanted};
use super::{AccessLevel, Configuration, ListFilter, MyRoom, Role, Room, RoomError, RoomView};
use crate::audit::{Action, Actor, Audit, Event, EventRow, insertion};
use crate::base::store::Gathered;
use crate::base::{
    AccountId, Caller, ClientRequest, Clock, Idempotency, Random, RoomId, Running, Store, StoreError, Tx, Via,
    name_key, search_key,
};
use crate::config::{self, PublicUrl};
use crate::entitlements::MayCreate;

/// The rooms of the server.
#[derive(Clone, Debug)]
pub struct Rooms(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) store: Store,
    finder: Gathered<Wanted, Found>,
    pub(super) clock: Clock,
    random: Random,
    pub(super) audit: Audit,
    public_url: PublicUrl,
    settings: config::Rooms,
    idempotency: Idempotency,
}

/// A room that somebody wants.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Its name; its address when there is none.
    pub name: Option<String>,
    /// Who may enter directly.
    pub access_level: AccessLevel,
    /// Its settings for the call.
    pub configuration: Configuration,
    /// The key by which the application that makes it knows it; means nothing without one.
    pub external_id: Option<String>,
}

/// A request that may come twice, and what is answered then.
#[derive(Debug)]
pub struct Repeatable {
    /// The request under way.
    pub running: Running,
    /// The answer that tells of the room.
    pub answer: fn(&Room, &Rooms) -> String,
}

/// A portion of a person's own list.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    /// The rooms, newest first.
    pub rooms: Vec<MyRoom>,
    /// The room from which newer ones are asked for, if there are any.
    pub newer: Option<RoomId>,
    /// The room from which older ones are asked for, if there are any.
    pub older: Option<RoomId>,
}

/// What a page of the list is asked by.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Part of a name or address.
    pub text: String,
    /// Rooms older than this one.
    pub older_than: Option<RoomId>,
    /// Rooms newer than this one.
    pub newer_than: Option<RoomId>,
}

/// Rooms on one page of a person's own list.
const PAGE: u64 = 20;

/// Addresses tried before giving up. Of 26^10 the chance to need a second one is nil for any number of rooms we can hold.
const TRIES: u32 = 8;

impl Rooms {
    /// Rooms in `store`, with addresses under `public_url`.
    pub fn new(
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        public_url: PublicUrl,
        settings: config::Rooms,
    ) -> Self {
        let idempotency = Idempotency::new(store.clone(), clock.clone());
        let finder = store::finder(&store);
        Self(Arc::new(Inner { store, finder, clock, random, audit, public_url, settings, idempotency }))
    }

    /// The requests that may come twice.
    pub fn idempotency(&self) -> &Idempotency {
        &self.0.idempotency
    }

    /// The access level of rooms that applications make without asking for one.
    pub fn default_access_level(&self) -> AccessLevel {
        self.0.settings.api_default_access_level.parse().unwrap_or(AccessLevel::Trusted)
    }

    /// Whether applications may make public rooms: by its own setting, or because they are public by default.
    pub fn allows_public(&self) -> bool {
        self.0.settings.api_allow_public || self.default_access_level() == AccessLevel::Public
    }

    /// The server's public address.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// The link to the room of that address.
    pub fn link(&self, slug: &str) -> String {
        self.0.public_url.at(&format!("/rooms/{slug}"))
    }

    /// Makes a room that the caller's person owns, who may make one by her entitlement: room, address, ownership, event, and the answer to a request that may come
    /// twice, in one transaction.
    pub async fn create(
        &self,
        new: NewRoom,
        by: MayCreate<'_>,
        request: &ClientRequest,
        repeatable: Option<Repeatable>,
    ) -> Result<Room, RoomError> {
        let caller = by.caller();
        let NewRoom { name, access_level, configuration, external_id } = new;
        let name = name.map(|name| valid_name(&name)).transpose()?;
        let now = self.0.clock.now();
        let id = RoomId::new(&self.0.random, now);
        let addresses: Vec<String> = (0..TRIES).map(|_| self.0.random.room_address()).collect();
        let event =
            about(Action::RoomCreated, caller, request).room(id).details(json!({ "access_level": access_level }));
        let event = self.0.audit.row(event);
        let external = caller.application.zip(external_id);
        let row = entity::ActiveModel {
            id: Set(id),
            access_level: Set(access_level),
            configuration: Set(configuration.clone()),
            created_by: Set(Some(caller.person)),
            created_by_application: Set(caller.application),
            created_at: Set(now),
            updated_at: Set(now),
            deleted_at: Set(None),
            ..Default::default()
        };
        let owner = access::ActiveModel {
            account_id: Set(caller.person),
            room_id: Set(id),
            role: Set(Role::Owner),
            created_at: Set(now),
        };
        let rooms = self.clone();
        self.0
            .store
            .write(async move |tx| {
                if let Some(repeatable) = &repeatable {
                    repeatable.running.claim_in(&tx).await?;
                }
                let first = name.clone().unwrap_or_else(|| addresses.first().cloned().unwrap_or_default());
                let row = entity::ActiveModel { name_key: Set(name_key(&first)), name: Set(first.clone()), ..row };
                let slug = insert_in(&tx, id, row, owner, event, addresses).await?;
                let name = match name {
                    None if slug != first => {
                        rename_in(&tx, id, &slug).await?;
                        slug.clone()
                    }
                    _ => first,
                };
                if let Some((application, external_id)) = &external
                    && !store::name_externally_in(&tx, *application, external_id, id).await?
                {
                    return Err(RoomError::ExternalIdTaken);
                }
                let external_id = external.map(|(_, external_id)| external_id);
                let room = Room { id, name, slug, access_level, configuration, external_id };
                if let Some(Repeatable { running, answer }) = repeatable {
                    running.answer_in(&tx, answer(&room, &rooms)).await?;
                }
                Ok(room)
            })
            .await
    }

    /// How many of the wanted rooms the caller's person has a role in.
    pub async fn count(&self, caller: &Caller, filter: &ListFilter) -> Result<u64, StoreError> {
        store::count(&self.0.store, caller.into(), filter).await
    }

    /// The wanted rooms of the caller's person by name, from `offset` on.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &ListFilter,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<Room>, StoreError> {
        store::list(&self.0.store, caller.into(), filter, offset, limit).await
    }

    /// A room in which the caller's person has a role.
    pub async fn find(&self, caller: &Caller, id: RoomId) -> Result<Room, RoomError> {
        self.find_as(caller, id, Role::Member).await
    }

    /// A room in which the caller's person has at least the role `least`.
    pub async fn find_as(&self, caller: &Caller, id: RoomId, least: Role) -> Result<Room, RoomError> {
        allowed(self.0.finder.ask(Wanted { asker: caller.into(), id }).await?, least)
    }

    /// A page of the person's rooms, newest first.
    pub async fn search(&self, person: AccountId, search: &Search) -> Result<Portion, StoreError> {
        let pattern = (!search.text.trim().is_empty()).then(|| search_key(&search.text));
        let beside = match (search.older_than, search.newer_than) {
            (Some(id), _) => Some(Beside::Older(id)),
            (None, Some(id)) => Some(Beside::Newer(id)),
            (None, None) => None,
        };
        let mut rooms = store::search(&self.0.store, person, pattern.as_deref(), beside, PAGE + 1).await?;
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = rooms.len() > page;
        rooms.truncate(page);
        let backwards = matches!(beside, Some(Beside::Newer(_)));
        if backwards {
            rooms.reverse();
        }
        let (has_newer, has_older) = if backwards { (more, true) } else { (beside.is_some(), more) };
        let newer = rooms.first().filter(|_| has_newer).map(|room| room.id);
        let older = rooms.last().filter(|_| has_older).map(|room| room.id);
        Ok(Portion { rooms, newer, older })
    }

    /// The room of an address, as the person (or a stranger) may see it.
    pub async fn view(&self, slug: &str, person: Option<AccountId>) -> Result<Option<RoomView>, StoreError> {
        store::view(&self.0.store, slug, person).await
    }
}

/// The room, if it is there and the role in it is large enough.
pub(super) fn allowed(found: Option<(Room, Option<Role>)>, least: Role) -> Result<Room, RoomError> {
    match found {
        None => Err(RoomError::NotFound),
        Some((room, role)) if role >= Some(least) => Ok(room),
        Some(_) => Err(RoomError::Forbidden),
    }
}

/// An event of the caller's, told of whoever acts: the application if one does, else the person.
pub(super) fn about(action: Action, caller: &Caller, request: &ClientRequest) -> Event {
    let actor = caller.application.map_or(Actor::Person(caller.person), Actor::Application);
    let event = Event::new(action, actor).on_behalf_of(caller.person).from(request);
    match &caller.via {
        Via::DelegatedToken(token) => event.token(*token),
        Via::PersonalToken(token) => event.personal_token(*token),
        Via::ForeignToken(client) => event.details(json!({ "client_id": client })),
        Via::Session => event,
    }
}

pub(super) fn valid_name(name: &str) -> Result<String, RoomError> {
    let name = name.trim();
    let valid = (1..=500).contains(&name.chars().count()) && !name.contains('\0');
    if valid { Ok(name.to_owned()) } else { Err(RoomError::Name) }
}

fn named(id: RoomId, name: &str) -> entity::ActiveModel {
    entity::ActiveModel { id: Set(id), name: Set(name.to_owned()), name_key: Set(name_key(name)), ..Default::default() }
}

async fn rename_in(tx: &Tx, id: RoomId, name: &str) -> Result<(), RoomError> {
    entity::Entity::update(named(id, name)).exec(&**tx).await.map_err(StoreError::from)?;
    Ok(())
}

/// Inserts a room with its owner, its event and the first free one of `addresses`, which it gives back: the primary key
/// decides which is free, not a look before.
async fn insert_in(
    tx: &Tx,
    id: RoomId,
    room: entity::ActiveModel,
    owner: access::ActiveModel,
    event: EventRow,
    addresses: Vec<String>,
) -> Result<String, RoomError> {
    let backend = tx.get_database_backend();
    let mut addresses = addresses.into_iter();
    let first = addresses.next().ok_or(RoomError::NoAddress)?;
    // On SQLite the references to the room are checked at once, so it has to stand before.
    let rows = [
        entity::Entity::insert(room).build(backend),
        address(id, &first).build(backend),
        access::Entity::insert(owner).build(backend),
        insertion(event, backend),
    ];
    let wanted = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    if tx.execute_all(rows).await? == wanted {
        return Ok(first);
    }
    for other in addresses {
        if address(id, &other).exec_without_returning(&**tx).await.map_err(StoreError::from)? > 0 {
            return Ok(other);
        }
    }
    Err(RoomError::NoAddress)
}

/// Takes an address for the room, unless it is taken.
fn address(room: RoomId, address: &str) -> Insert<slug::ActiveModel> {
    let row = slug::ActiveModel { slug: Set(address.to_owned()), room_id: Set(room), current: Set(true) };
    slug::Entity::insert(row).on_conflict(OnConflict::column(slug::Column::Slug).do_nothing().to_owned())
}
