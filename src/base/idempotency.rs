//! `Idempotency-Key`: a request that is sent again gets the answer that the first one got.
//!
//! Follows draft-ietf-httpapi-idempotency-key-header-07, §2. What a key stands for is bound to who uses it: application,
//! person, method and path are part of its scope.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::wire::{Fields, WireError};
use super::{AccountId, Answer, ApplicationId, Caller, Clock, Code, Refusal, Store, StoreError, Timestamp, Tx, Via};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// How long an answer is kept.
const LIFETIME: Duration = Duration::from_hours(24);

/// The most characters of a key.
const LONGEST: usize = 255;

/// What a caller names a request by: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of a request, if it has one. Quotation marks around it, as the draft has them, are not part of it.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, WireError> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let bare = |text: &str| {
            let text = text.trim_matches([' ', '\t']);
            let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            inner.unwrap_or(text).to_owned()
        };
        let valid =
            |key: &String| (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let key = value.to_str().ok().map(bare).filter(valid);
        match (key, values.next()) {
            (Some(key), None) => Ok(Some(Self(key))),
            _ => Err(WireError::IdempotencyKey),
        }
    }
}

/// A request that a caller named by a key.
#[derive(Clone, Debug)]
pub struct NamedRequest {
    scope: Digest,
    fields: Digest,
    person: AccountId,
    application: Option<ApplicationId>,
}

type Digest = [u8; 32];

impl NamedRequest {
    /// `caller` sends `fields` by `method` to `path`, one path for both slash forms.
    pub fn new(key: &IdempotencyKey, caller: &Caller, method: &str, path: &str, fields: &Fields) -> Self {
        let acting = match &caller.via {
            Via::ForeignToken(client) => format!("client {client}"),
            _ => caller.application.map(|id| id.as_uuid().to_string()).unwrap_or_default(),
        };
        let scope = digest(&[&acting, &caller.person.to_string(), method, path, &key.0]);
        let &Caller { person, application, .. } = caller;
        Self { scope, fields: digest(&[&fields.canonical()]), person, application }
    }
}

/// SHA-256 of the parts, each with its length before it, so that no two lists of parts are one text.
fn digest(parts: &[&str]) -> Digest {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// Why a named request is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// Another one of the same name is being worked on.
    #[error("a request with this key is being worked on")]
    InProgress,
    /// The name stands for a request with other fields.
    #[error("the key was used for another request")]
    Reused,
    /// Another instance finished it at this moment: its answer can be read.
    #[error("the request was answered at this moment")]
    JustAnswered,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for IdempotencyError {
    fn answer(&self) -> Answer {
        match self {
            Self::InProgress | Self::JustAnswered => Answer::detail(
                StatusCode::CONFLICT,
                Code::IdempotencyInProgress,
                "A request with this Idempotency-Key is still being processed.",
            )
            .retry_after(Duration::from_secs(1)),
            Self::Reused => Answer::detail(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::IdempotencyKeyReused,
                "This Idempotency-Key was used with a different request.",
            ),
            Self::Store(error) => error.answer(),
        }
    }
}

/// The answers that were given, and the requests under way. Clones share them.
#[derive(Clone, Debug)]
pub struct Idempotency {
    store: Store,
    clock: Clock,
    running: Arc<Mutex<HashSet<Digest>>>,
}

/// What becomes of a named request.
#[derive(Debug)]
pub enum Begun {
    /// It is the first: carry it out.
    First(Running),
    /// It was carried out: this was the answer.
    Again(String),
}

/// A named request under way in this process, until dropped.
#[derive(Debug)]
pub struct Running {
    request: NamedRequest,
    ends_at: Timestamp,
    now: Timestamp,
    others: Arc<Mutex<HashSet<Digest>>>,
}

#[derive(Debug, FromQueryResult)]
struct Kept {
    request: Vec<u8>,
    answer: String,
}

impl Idempotency {
    /// Answers in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, running: Arc::default() }
    }

    /// Looks whether a request was carried out before, by whichever instance.
    pub async fn begin(&self, request: NamedRequest) -> Result<Begun, IdempotencyError> {
        let now = self.clock.now();
        // Marked before the look: one that ends in between has left its answer by then.
        let first = self.lock().insert(request.scope);
        let running = first.then(|| Running {
            request: request.clone(),
            ends_at: now.after(LIFETIME),
            now,
            others: Arc::clone(&self.running),
        });
        let sql = "SELECT request, answer FROM idempotency WHERE scope = $1 AND ends_at > $2";
        let values = [request.scope.to_vec().into(), now.into()];
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values);
        let kept = Kept::find_by_statement(statement).one(self.store.read()).await.map_err(StoreError::from)?;
        match (kept, running) {
            (Some(kept), _) if kept.request == request.fields => Ok(Begun::Again(kept.answer)),
            (Some(_), _) => Err(IdempotencyError::Reused),
            (None, Some(running)) => Ok(Begun::First(running)),
            (None, None) => Err(IdempotencyError::InProgress),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<Digest>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Keeps others from carrying out the same request, at the same time or after it was answered a moment ago. Call it first
    /// in the transaction: what else would clash (an `external_id`, say) is this request's own work then.
    pub async fn claim_in(&self, tx: &Tx) -> Result<(), IdempotencyError> {
        let backend = tx.get_database_backend();
        if backend == DbBackend::Postgres {
            let (head, _) = self.request.scope.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
            let sql = "SELECT pg_try_advisory_xact_lock($1) AS taken";
            let statement = Statement::from_sql_and_values(backend, sql, [i64::from_be_bytes(*head).into()]);
            let row = tx.query_one_raw(statement).await.map_err(StoreError::from)?;
            if !row.is_some_and(|row| row.try_get("", "taken").unwrap_or(false)) {
                return Err(IdempotencyError::InProgress);
            }
        }
        let NamedRequest { scope, fields, person, application } = &self.request;
        let values = [
            scope.to_vec().into(),
            (*person).into(),
            application.map(ApplicationId::as_uuid).into(),
            fields.to_vec().into(),
            self.ends_at.into(),
            self.now.into(),
        ];
        let claimed = tx.execute_raw(Statement::from_sql_and_values(backend, CLAIM, values)).await;
        let claimed = claimed.map_err(StoreError::from)?.rows_affected();
        if claimed > 0 { Ok(()) } else { Err(IdempotencyError::JustAnswered) }
    }

    /// Keeps the answer, in the transaction of what it tells of.
    pub async fn answer_in(&self, tx: &Tx, answer: String) -> Result<(), IdempotencyError> {
        let sql = "UPDATE idempotency SET answer = $2 WHERE scope = $1";
        let values = [self.request.scope.to_vec().into(), answer.into()];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        tx.execute_raw(statement).await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// The row without its answer, which nobody sees before that stands there; an ended one gives way.
const CLAIM: &str = "\
    INSERT INTO idempotency (scope, account_id, application_id, request, answer, ends_at) \
    VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT (scope) DO UPDATE \
    SET request = excluded.request, answer = excluded.answer, ends_at = excluded.ends_at \
    WHERE idempotency.ends_at <= $6";

impl Drop for Running {
    fn drop(&mut self) {
        self.others.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.request.scope);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(values: &[&[u8]]) -> Result<Option<String>, WireError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        IdempotencyKey::of(&headers).map(|key| key.map(|key| key.0))
    }

    #[test]
    fn keys_are_visible_ascii_quoted_or_not() {
        assert_eq!(key(&[]), Ok(None));
        let longest = "~".repeat(255);
        for (sent, meant) in [
            ("a", "a"),
            ("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            (" a-1/!~ ", "a-1/!~"),
            ("\"", "\""),
            ("\"a", "\"a"),
            ("a\"b", "a\"b"),
            (longest.as_str(), longest.as_str()),
            (format!("\"{longest}\"").as_str(), longest.as_str()),
        ] {
            assert_eq!(key(&[sent.as_bytes()]), Ok(Some(meant.to_owned())), "{sent}");
        }
        let too_long = "a".repeat(256);
        for wrong in [&b""[..], b"  ", b"\"\"", b"a b", b"\"a b\"", "é".as_bytes(), b"a\tb", too_long.as_bytes()] {
            assert_eq!(key(&[wrong]), Err(WireError::IdempotencyKey), "{wrong:?}");
        }
        assert_eq!(key(&[b"a", b"a"]), Err(WireError::IdempotencyKey));
    }

    #[test]
    fn no_two_lists_of_parts_have_one_digest() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_ne!(digest(&["", "a"]), digest(&["a", ""]));
        assert_eq!(digest(&["a"]), digest(&["a"]));
    }
}
