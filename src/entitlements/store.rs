//! The table of what is kept about people's entitlements.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use super::Reason;
use crate::base::{AccountId, EmailAddress, KeptEntitlement, Store, StoreError, Timestamp, Tx};

/// All that a question needs, and what was answered before.
#[derive(Debug, FromQueryResult)]
pub(super) struct Row {
    pub(super) email: Option<EmailAddress>,
    #[sea_orm(nested)]
    pub(super) kept: KeptEntitlement,
    pub(super) claims: Option<Vec<u8>>,
    pub(super) fingerprint: Option<Vec<u8>>,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// Why it is denied; none when it is granted.
    pub(super) denied: Option<Reason>,
    pub(super) source: Vec<u8>,
    pub(super) fetched_at: Timestamp,
    /// As JSON.
    pub(super) answer: String,
}

impl Snapshot {
    pub(super) const fn status(&self) -> &'static str {
        if self.denied.is_none() { "granted" } else { "denied" }
    }
}

/// What is kept of a person; none when there is no such account.
pub(super) async fn kept(store: &Store, person: AccountId) -> Result<Option<KeptEntitlement>, StoreError> {
    let sql = format!("SELECT {} FROM account u {} WHERE u.id = $1", KeptEntitlement::COLUMNS, KeptEntitlement::JOIN);
    let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
    Ok(KeptEntitlement::find_by_statement(statement).one(store.read()).await?)
}

/// The same with what a question needs.
pub(super) async fn row(store: &Store, person: AccountId) -> Result<Option<Row>, StoreError> {
    let sql = format!(
        "SELECT u.email, e.claims, e.fingerprint, {} FROM account u {} WHERE u.id = $1",
        KeptEntitlement::COLUMNS,
        KeptEntitlement::JOIN
    );
    let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
    Ok(Row::find_by_statement(statement).one(store.read()).await?)
}

#[derive(Debug, FromQueryResult)]
struct Told {
    answer: Option<String>,
}

/// The last answer about a person.
pub(super) async fn answer(store: &Store, person: AccountId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT answer FROM entitlement WHERE account_id = $1";
    let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
    Ok(Told::find_by_statement(statement).one(store.read()).await?.and_then(|told| told.answer))
}

#[derive(Debug, FromQueryResult)]
struct Sealed {
    claims: Vec<u8>,
    fingerprint: Vec<u8>,
}

/// What was kept of a person's claims, for a change in this transaction.
pub(super) async fn claims_in(tx: &Tx, person: AccountId) -> Result<Option<(Vec<u8>, Vec<u8>)>, StoreError> {
    let backend = tx.get_database_backend();
    let lock = if backend == sea_orm::DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT claims, fingerprint FROM entitlement WHERE account_id = $1{lock}");
    let found = Sealed::find_by_statement(Statement::from_sql_and_values(backend, sql, [person.into()]));
    Ok(found.one(&**tx).await?.map(|found| (found.claims, found.fingerprint)))
}

/// Keeps what is sent about a person. An answer about something else that was sent before is forgotten.
pub(super) async fn keep_claims_in(
    tx: &Tx,
    person: AccountId,
    claims: Vec<u8>,
    fingerprint: Vec<u8>,
) -> Result<(), StoreError> {
    const SQL: &str = "\
        INSERT INTO entitlement (account_id, claims, fingerprint, version) VALUES ($1, $2, $3, 1) \
        ON CONFLICT (account_id) DO UPDATE SET \
          claims = excluded.claims, \
          version = entitlement.version + 1, \
          status = CASE WHEN entitlement.fingerprint = excluded.fingerprint THEN entitlement.status END, \
          reason = CASE WHEN entitlement.fingerprint = excluded.fingerprint THEN entitlement.reason END, \
          source = CASE WHEN entitlement.fingerprint = excluded.fingerprint THEN entitlement.source END, \
          fetched_at = CASE WHEN entitlement.fingerprint = excluded.fingerprint THEN entitlement.fetched_at END, \
          answer = CASE WHEN entitlement.fingerprint = excluded.fingerprint THEN entitlement.answer END, \
          fingerprint = excluded.fingerprint";
    let values = [person.into(), claims.into(), fingerprint.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), SQL, values)).await?;
    Ok(())
}

/// Keeps an answer about what has that fingerprint, asked for when the row had that version; false when it has been overtaken: other
/// claims came meanwhile, or an answer that was asked for later.
pub(super) async fn keep_answer_in(
    tx: &Tx,
    person: AccountId,
    (fingerprint, version): (Vec<u8>, i64),
    snapshot: Snapshot,
) -> Result<bool, StoreError> {
    const SQL: &str = "\
        UPDATE entitlement \
        SET status = $4, reason = $5, source = $6, fetched_at = $7, answer = $8, version = version + 1 \
        WHERE account_id = $1 AND fingerprint = $2 AND (version = $3 OR fetched_at IS NULL OR fetched_at <= $7)";
    let status = snapshot.status();
    let Snapshot { denied, source, fetched_at, answer } = snapshot;
    let values = [
        person.into(),
        fingerprint.into(),
        version.into(),
        status.into(),
        denied.map(|reason| reason.as_str().to_owned()).into(),
        source.into(),
        fetched_at.into(),
        answer.into(),
    ];
    let kept = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), SQL, values)).await?;
    Ok(kept.rows_affected() > 0)
}

/// A row as it stands.
#[derive(Debug, FromQueryResult)]
pub(super) struct Whole {
    pub(super) claims: Vec<u8>,
    pub(super) status: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) fetched_at: Option<Timestamp>,
    pub(super) answer: Option<String>,
}

/// All that is kept of a person.
pub(super) async fn all(store: &Store, person: AccountId) -> Result<Option<Whole>, StoreError> {
    let sql = "SELECT claims, status, reason, fetched_at, answer FROM entitlement WHERE account_id = $1";
    let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
    Ok(Whole::find_by_statement(statement).one(store.read()).await?)
}
