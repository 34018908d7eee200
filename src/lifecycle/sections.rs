//! What is held of a person, kind by kind. Each query finds its rows by an index of hers.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{FromQueryResult, Statement};
use serde::Serialize;
use serde_json::{Value, json};

use super::Lifecycle;
use crate::accounts::{SIGNED_IN, SignedIn};
use crate::base::{AccountId, EmailAddress, IdentityId, RoomId, Store, StoreError, Timestamp};

/// Rooms read at a time.
pub(super) const PORTION: usize = 500;

/// All kinds of which there are not many, by the member of the document in which they stand.
pub(super) async fn of(
    lifecycle: &Lifecycle,
    person: AccountId,
    accounts: &BTreeSet<AccountId>,
) -> Result<Vec<(&'static str, Value)>, StoreError> {
    let store = &lifecycle.store;
    let entitlement = lifecycle.entitlements.all_kept_of(person).await?;
    Ok(vec![
        ("account", account(lifecycle, person, accounts).await?),
        ("identities", identities(store, person).await?),
        ("sessions", sessions(store, person).await?),
        ("personal_tokens", json!(all::<TokenRow>(store, TOKENS, person).await?)),
        ("room_defaults", json!(all::<Defaults>(store, DEFAULTS, person).await?.pop())),
        ("applications", json!(all::<Managed>(store, MANAGED, person).await?)),
        ("entitlement", json!(entitlement)),
        ("requests", json!(all::<Asked>(store, REQUESTS, person).await?)),
    ])
}

async fn all<T: FromQueryResult>(store: &Store, sql: &str, person: AccountId) -> Result<Vec<T>, StoreError> {
    let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
    Ok(T::find_by_statement(statement).all(store.read()).await?)
}

async fn account(
    lifecycle: &Lifecycle,
    person: AccountId,
    accounts: &BTreeSet<AccountId>,
) -> Result<Value, StoreError> {
    let Some(account) = lifecycle.accounts.find(person).await? else { return Ok(Value::Null) };
    let former: Vec<_> = accounts.iter().filter(|id| **id != person).collect();
    Ok(json!({
        "id": account.id,
        "email": account.email.as_ref().map(EmailAddress::as_str),
        "email_verified": account.email_verified,
        "claimed_email": account.claimed_email,
        "name": account.name,
        "name_chosen": account.name_chosen,
        "role": account.role.to_string(),
        "status": account.status.to_string(),
        "language": account.language,
        "time_zone": account.time_zone,
        "has_password": account.password_hash.is_some(),
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "former_accounts": former,
    }))
}

#[derive(FromQueryResult)]
struct IdentityRow {
    id: IdentityId,
    issuer: String,
    subject: String,
    provider: String,
    organisation: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
}

const IDENTITIES: &str = "\
    SELECT id, issuer, subject, provider, organisation, created_at, last_used_at FROM identity \
    WHERE account_id = $1 ORDER BY id";

#[derive(FromQueryResult, Serialize)]
struct MembershipRow {
    #[serde(skip)]
    identity_id: IdentityId,
    siret: String,
    label: Option<String>,
    is_external: bool,
    seen_at: Timestamp,
}

const MEMBERSHIPS: &str = "\
    SELECT m.identity_id, m.siret, m.label, m.is_external, m.seen_at \
    FROM identity i JOIN membership m ON m.identity_id = i.id WHERE i.account_id = $1 ORDER BY m.identity_id, m.siret";

async fn identities(store: &Store, person: AccountId) -> Result<Value, StoreError> {
    let mut of_each: BTreeMap<IdentityId, Vec<MembershipRow>> = BTreeMap::new();
    for membership in all::<MembershipRow>(store, MEMBERSHIPS, person).await? {
        of_each.entry(membership.identity_id).or_default().push(membership);
    }
    let shown = |row: IdentityRow| {
        json!({
            "issuer": row.issuer,
            "subject": row.subject,
            "provider": row.provider,
            "organisation": row.organisation,
            "since": row.created_at,
            "last_used_at": row.last_used_at,
            "memberships": of_each.remove(&row.id).unwrap_or_default(),
        })
    };
    Ok(all::<IdentityRow>(store, IDENTITIES, person).await?.into_iter().map(shown).collect())
}

#[derive(FromQueryResult)]
struct SessionRow {
    data: String,
    provider: Option<String>,
    organisation: Option<String>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    ends_at: Timestamp,
}

const SESSIONS: &str = "\
    SELECT s.data, p.provider, s.organisation, s.created_at, s.last_seen_at, s.ends_at \
    FROM session s LEFT JOIN session_provider p ON p.session_id = s.id WHERE s.account_id = $1 ORDER BY s.created_at, s.id";

/// Their ids, which are those of cookies, are not told.
async fn sessions(store: &Store, person: AccountId) -> Result<Value, StoreError> {
    let shown = |row: SessionRow| {
        let mut data = serde_json::from_str::<Value>(&row.data).unwrap_or_default();
        let signed_in = serde_json::from_value::<SignedIn>(data[SIGNED_IN].take()).ok();
        json!({
            "device": signed_in.as_ref().and_then(|signed_in| signed_in.agent.as_deref()),
            "address": signed_in.as_ref().map(|signed_in| signed_in.address),
            "provider": row.provider,
            "organisation": row.organisation,
            "created_at": row.created_at,
            "proved_at": signed_in.as_ref().map(|signed_in| Timestamp::from_micros(signed_in.at)),
            "last_seen_at": row.last_seen_at,
            "ends_at": row.ends_at,
        })
    };
    Ok(all::<SessionRow>(store, SESSIONS, person).await?.into_iter().map(shown).collect())
}

/// A token without all by which it could be made, found or tried.
#[derive(FromQueryResult, Serialize)]
struct TokenRow {
    name: String,
    scopes: String,
    front_end: Option<String>,
    created_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

const TOKENS: &str = "\
    SELECT name, scopes, front_end, created_at, expires_at, revoked_at, last_used_at FROM personal_token \
    WHERE account_id = $1 ORDER BY id";

#[derive(FromQueryResult, Serialize)]
struct Defaults {
    access_level: String,
}

const DEFAULTS: &str = "SELECT access_level FROM room_default WHERE account_id = $1";

#[derive(FromQueryResult, Serialize)]
struct Managed {
    client_id: String,
    slug: String,
    name: String,
    since: Timestamp,
}

const MANAGED: &str = "\
    SELECT a.client_id, a.slug, a.name, m.created_at AS since FROM application_manager m \
    JOIN application a ON a.id = m.application_id WHERE m.account_id = $1 ORDER BY m.created_at, a.slug";

/// What waits for a decision: somebody came through a provider with her address, or she asked for her organisation.
#[derive(FromQueryResult, Serialize)]
struct Asked {
    kind: String,
    siret: Option<String>,
    created_at: Option<Timestamp>,
    requested_at: Option<Timestamp>,
    ends_at: Timestamp,
}

const REQUESTS: &str = "\
    SELECT 'identity' AS kind, NULL AS siret, created_at, requested_at, ends_at FROM sign_in_conflict WHERE account_id = $1 \
    UNION ALL SELECT 'organisation', s.siret, NULL, r.requested_at, r.ends_at FROM identity i \
    JOIN organisation_request r ON r.issuer = i.issuer AND r.subject = i.subject \
    LEFT JOIN organisation_request_siret s ON s.request_id = r.id WHERE i.account_id = $1";

/// A room in which she has a role, or that she made.
#[derive(Debug, FromQueryResult)]
pub(super) struct RoomRow {
    pub(super) id: RoomId,
    name: String,
    slug: String,
    access_level: String,
    configuration: String,
    role: Option<String>,
    since: Option<Timestamp>,
    made_by_her: bool,
    application: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    deleted_at: Option<Timestamp>,
}

const ROOMS: &str = "\
    SELECT r.id, r.name, s.slug, r.access_level, r.configuration, m.role, m.created_at AS since, \
    (r.created_by IS NOT NULL AND r.created_by = $1) AS made_by_her, a.client_id AS application, r.created_at, r.updated_at, r.deleted_at \
    FROM room r JOIN room_slug s ON s.room_id = r.id AND s.current \
    LEFT JOIN room_access m ON m.room_id = r.id AND m.account_id = $1 \
    LEFT JOIN application a ON a.id = r.created_by_application \
    WHERE r.id IN (SELECT room_id FROM room_access WHERE account_id = $1 UNION SELECT id FROM room WHERE created_by = $1) \
    AND r.id > $2 ORDER BY r.id LIMIT 500";

/// The rooms after that one, [`PORTION`] at most, also those that were deleted: their rows are there.
pub(super) async fn rooms(store: &Store, person: AccountId, after: Option<RoomId>) -> Result<Vec<RoomRow>, StoreError> {
    let after = after.unwrap_or_else(|| RoomId::from(uuid::Uuid::nil()));
    let statement = Statement::from_sql_and_values(store.backend(), ROOMS, [person.into(), after.into()]);
    Ok(RoomRow::find_by_statement(statement).all(store.read()).await?)
}

impl RoomRow {
    pub(super) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "slug": self.slug,
            "access_level": self.access_level,
            "configuration": serde_json::from_str::<Value>(&self.configuration).unwrap_or_default(),
            "role": self.role,
            "since": self.since,
            "made_by_you": self.made_by_her,
            "made_by_application": self.application,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "deleted_at": self.deleted_at,
        })
    }
}
