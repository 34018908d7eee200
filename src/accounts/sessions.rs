//! Sessions of signed-in people, as the session library stores them.
//!
//! A row exists only for somebody who signed in. The id in the cookie is the library's; the table holds its SHA-256. The
//! ends of a session (idle and absolute) are decided here, by the server's clock.

use std::collections::{BTreeMap, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, FromQueryResult, QuerySelect, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

use super::entity as account;
use super::identity as identities;
use super::organisations::entity as organisations;
use super::provider_sessions::{self, ORIGIN, Origin};
use super::{Account, Status, device};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{AccountId, ClientRequest, Clock, Siret, Store, StoreError, Timestamp, Tx};
use crate::config;

/// The key under which a session holds its [`SignedIn`].
pub const SIGNED_IN: &str = "signed_in";

/// The key under which a session gives the organisation for which it is; that is stored in a column of its own.
pub const ORGANISATION: &str = "organisation";

/// Last-seen is written at most so often.
const SEEN_INTERVAL: std::time::Duration = std::time::Duration::from_mins(1);

/// SHA-256 of the id in the cookie.
#[derive(Clone, PartialEq, Eq, sea_orm::DeriveValueType)]
pub struct SessionId(Vec<u8>);

impl SessionId {
    /// The stored form of the library's id.
    pub fn of(id: &Id) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &id.0.to_le_bytes());
        Self(digest.as_ref().to_vec())
    }

    /// The digest.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionId")
    }
}

/// The digest in hexadecimal, for forms: whoever knows it cannot make the cookie out of it.
impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a session")]
pub struct NoSessionId;

impl std::str::FromStr for SessionId {
    type Err = NoSessionId;

    fn from_str(text: &str) -> Result<Self, NoSessionId> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoSessionId);
        }
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| NoSessionId);
        (0..text.len()).step_by(2).map(byte).collect::<Result<_, _>>().map(Self)
    }
}

impl sea_orm::TryFromU64 for SessionId {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("SessionId"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub account_id: AccountId,
    pub data: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub ends_at: Timestamp,
    /// The organisation for which its person acts.
    pub organisation: Option<Siret>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who signed in, when and from where: what a session holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The person.
    pub account: AccountId,
    /// When she proved who she is, in microseconds since 1970.
    pub at: i64,
    /// Where the request came from.
    pub address: std::net::IpAddr,
    /// The request's id.
    pub request_id: String,
    /// What the browser said that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The account's generation when she proved it: a password that was changed since then lets nobody in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
}

impl SignedIn {
    /// `account` proved who she is, now, by this request.
    pub fn new(account: &Account, now: Timestamp, request: &ClientRequest) -> Self {
        Self {
            account: account.id,
            at: now.as_micros(),
            address: request.address,
            request_id: request.id.clone(),
            agent: request.agent.as_deref().map(device::kept),
            generation: Some(account.generation),
        }
    }

    fn is_proof_for(&self, account: &Account) -> bool {
        account.status == Status::Active && self.generation.is_none_or(|seen| seen == account.generation)
    }

    fn request(&self) -> ClientRequest {
        ClientRequest { address: self.address, id: self.request_id.clone(), agent: None }
    }
}

/// The table of sessions behind the session library. Clones share the database.
#[derive(Clone, Debug)]
pub struct Sessions {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) audit: Audit,
    pub(super) limits: config::Session,
}

#[derive(Debug, FromQueryResult)]
struct Gone {
    account_id: AccountId,
}

impl Sessions {
    /// Sessions in `store` that end as `limits` say.
    pub fn new(store: Store, clock: Clock, audit: Audit, limits: config::Session) -> Self {
        Self { store, clock, audit, limits }
    }

    /// How long the cookie lives: until the session ends in any case.
    pub fn absolute_end(&self) -> OffsetDateTime {
        moment(self.clock.now().after(self.limits.absolute))
    }

    /// Removes sessions whose time is over; tells how many went.
    pub async fn forget_ended(&self) -> Result<u64, StoreError> {
        let (now, idle) = (self.clock.now(), self.limits.idle);
        self.store
            .write(async move |tx| {
                let ended = Entity::delete_many()
                    .filter(Column::EndsAt.lte(now).or(Column::LastSeenAt.lte(now.before(idle))))
                    .exec(&*tx)
                    .await?;
                Ok(ended.rows_affected)
            })
            .await
    }

    async fn insert(&self, record: &Record) -> Result<(), session_store::Error> {
        // Strangers get no row: only a sign-in makes a session.
        let signed_in: SignedIn = record
            .data
            .get(SIGNED_IN)
            .and_then(|value| serde_json::from_value(value.clone()).ok())
            .ok_or_else(|| session_store::Error::Backend("only a sign-in makes a session".to_owned()))?;
        let origin: Option<Origin> =
            record.data.get(ORIGIN).and_then(|value| serde_json::from_value(value.clone()).ok());
        let now = self.clock.now();
        let organisation = origin.as_ref().and_then(|origin| origin.organisation.clone());
        let identity = origin.as_ref().map(|origin| (origin.issuer.clone(), origin.subject.clone()));
        let origin = origin.map(|origin| origin.row(SessionId::of(&record.id), now));
        let row = ActiveModel {
            id: Set(SessionId::of(&record.id)),
            account_id: Set(signed_in.account),
            data: Set(encode(record)?),
            created_at: Set(now),
            last_seen_at: Set(now),
            ends_at: Set(now.after(self.limits.absolute)),
            organisation: Set(organisation.clone()),
        };
        let mut event = Event::new(Action::SessionStarted, Actor::Person(signed_in.account))
            .on_behalf_of(signed_in.account)
            .from(&signed_in.request());
        if let Some(organisation) = &organisation {
            event = event.details(json!({ "organisation": organisation }));
        }
        let event = self.audit.row(event);
        self.store
            .write(async move |tx| {
                // Seen and held in the transaction: whoever is disabled at this moment gets no session that would live
                // again with her account, and nobody comes in by what has been taken from it.
                let account = account::Entity::find_by_id(signed_in.account).lock_exclusive().one(&*tx).await?;
                let proof = account.is_some_and(|account| signed_in.is_proof_for(&account));
                if !proof || !is_hers_in(&tx, signed_in.account, identity).await? {
                    return Err(StoreError::Database(DbErr::RecordNotInserted));
                }
                // An organisation that was taken away at this moment lets nobody in.
                if let Some(organisation) = organisation
                    && organisations::Entity::find_by_id(organisation).one(&*tx).await?.is_none()
                {
                    return Err(StoreError::Database(DbErr::RecordNotInserted));
                }
                Entity::insert(row).exec_without_returning(&*tx).await?;
                if let Some(origin) = origin {
                    provider_sessions::Entity::insert(origin).exec_without_returning(&*tx).await?;
                }
                record_in(&tx, event).await
            })
            .await
            .map_err(backend)
    }

    /// Ends a session for good, by this request.
    pub async fn end(&self, id: &Id, request: &ClientRequest) -> Result<(), StoreError> {
        self.remove(id, Some(request)).await
    }

    async fn find(&self, id: &Id) -> Result<Option<Model>, StoreError> {
        let id = SessionId::of(id);
        let Some(row) = Entity::find_by_id(id.clone()).one(self.store.read()).await? else { return Ok(None) };
        let now = self.clock.now();
        if now >= row.ends_at || now >= row.last_seen_at.after(self.limits.idle) {
            return Ok(None);
        }
        if now >= row.last_seen_at.after(SEEN_INTERVAL) {
            self.store
                .write::<_, StoreError, _, _>(async move |tx| {
                    Entity::update_many()
                        .col_expr(Column::LastSeenAt, Expr::value(now))
                        .filter(Column::Id.eq(id))
                        .exec(&*tx)
                        .await?;
                    Ok(())
                })
                .await?;
        }
        Ok(Some(row))
    }

    async fn remove(&self, id: &Id, request: Option<&ClientRequest>) -> Result<(), StoreError> {
        let id = SessionId::of(id);
        let (audit, request) = (self.audit.clone(), request.cloned());
        self.store
            .write(async move |tx| {
                let sql = "DELETE FROM session WHERE id = $1 RETURNING account_id";
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.into()]);
                if let Some(gone) = Gone::find_by_statement(statement).one(&*tx).await? {
                    let event = Event::new(Action::SessionEnded, Actor::Person(gone.account_id));
                    let event = event.on_behalf_of(gone.account_id);
                    let event = request.iter().fold(event, Event::from);
                    record_in(&tx, audit.row(event)).await?;
                }
                Ok(())
            })
            .await
    }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // The library would give a session that replaces another the same id, which whoever planted it knows. 128 random
        // bits: a clash is the database's unique constraint refusing, and an error, not somebody's session.
        record.id = Id::default();
        self.insert(record).await
    }

    /// UPDATE only, and it may match no row: a session that ended meanwhile does not come back.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (id, data) = (SessionId::of(&record.id), encode(record)?);
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                Entity::update_many()
                    .col_expr(Column::Data, Expr::value(data))
                    .filter(Column::Id.eq(id))
                    .exec(&*tx)
                    .await?;
                Ok(())
            })
            .await
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(row) = self.find(id).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_str(&row.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let mut data: HashMap<String, serde_json::Value> = data;
        if let Some(organisation) = row.organisation {
            data.insert(ORGANISATION.to_owned(), json!(organisation));
        }
        Ok(Some(Record { id: *id, data, expiry_date: moment(row.ends_at) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.remove(id, None).await.map_err(backend)
    }
}

/// Whether the identity through which she comes, if any, is the account's still.
async fn is_hers_in(tx: &Tx, person: AccountId, identity: Option<(String, String)>) -> Result<bool, StoreError> {
    let Some((issuer, subject)) = identity else { return Ok(true) };
    let found = identities::Entity::find()
        .filter(identities::Column::Issuer.eq(issuer))
        .filter(identities::Column::Subject.eq(subject))
        .filter(identities::Column::AccountId.eq(person));
    Ok(found.one(&**tx).await?.is_some())
}

/// What a session holds, without what has a table of its own.
fn encode(record: &Record) -> Result<String, session_store::Error> {
    let data: BTreeMap<_, _> =
        record.data.iter().filter(|(name, _)| *name != ORIGIN && *name != ORGANISATION).collect();
    serde_json::to_string(&data).map_err(|error| session_store::Error::Encode(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn backend(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn moment(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
