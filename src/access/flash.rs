//! Keeping what a form leaves behind: for a signed-in person in a row beside her session, for a stranger in a sealed cookie.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use tower_sessions::Session;

use crate::accounts::{OneTimeToken, SessionId, Visitor};
use crate::base::{Clock, MasterKey, Purpose, Random, Sealer, Store, StoreError, Timestamp};
use crate::ui::{Flash, FlashSlot};

/// How long a flash waits for its page.
const LIFETIME: Duration = Duration::from_mins(1);

/// What a cookie may hold at most.
const COOKIE_LIMIT: usize = 2048;

/// The flashes of the server.
#[derive(Clone, Debug)]
pub struct Flashes {
    store: Store,
    clock: Clock,
    random: Random,
    sealer: Sealer,
    https: bool,
}

#[derive(Debug, FromQueryResult)]
struct Kept {
    sealed: Vec<u8>,
    ends_at: Timestamp,
}

impl Flashes {
    /// Flashes in `store`, sealed under `key`; cookies as `https` allows.
    pub fn new(store: Store, clock: Clock, random: Random, key: &MasterKey, https: bool) -> Self {
        Self { store, clock, random, sealer: key.sealer(Purpose::Flash), https }
    }

    const fn cookie_name(&self) -> &'static str {
        if self.https { "__Host-parloir-flash" } else { "parloir-flash" }
    }

    async fn keep(&self, session: &SessionId, path: &str, flash: &Flash) -> Result<(), StoreError> {
        let Some(sealed) = self.seal(path, flash) else { return Ok(()) };
        let values = [session.clone().into(), path.into(), sealed.into(), self.clock.now().after(LIFETIME).into()];
        // A later form of the same page replaces what an earlier one left.
        let sql = "INSERT INTO flash (session_id, path, sealed, ends_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (session_id, path) DO UPDATE SET sealed = excluded.sealed, ends_at = excluded.ends_at";
        self.store
            .write(async move |tx| {
                let backend = tx.get_database_backend();
                tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
                Ok(())
            })
            .await
    }

    /// Takes the flash of a page. Read first: nearly always there is none, and then nothing is written.
    async fn take(&self, session: &SessionId, path: &str) -> Result<Option<Flash>, StoreError> {
        let values = [session.clone().into(), path.into()];
        let sql = "SELECT sealed, ends_at FROM flash WHERE session_id = $1 AND path = $2";
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values.clone());
        if Kept::find_by_statement(statement).one(self.store.read()).await?.is_none() {
            return Ok(None);
        }
        let sql = "DELETE FROM flash WHERE session_id = $1 AND path = $2 RETURNING sealed, ends_at";
        let kept = self
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                Ok(Kept::find_by_statement(statement).one(&*tx).await?)
            })
            .await?;
        let now = self.clock.now();
        Ok(kept.filter(|kept| now < kept.ends_at).and_then(|kept| self.open(path, &kept.sealed)))
    }

    fn cookie(&self, path: &str, flash: &Flash) -> Option<HeaderValue> {
        // A secret is shown to a person who is known, or not at all.
        let flash = Flash { secret: None, ..flash.clone() };
        let value = URL_SAFE_NO_PAD.encode(self.seal(path, &flash)?);
        if value.len() > COOKIE_LIMIT {
            return None;
        }
        let secure = if self.https { "; Secure" } else { "" };
        let (name, age) = (self.cookie_name(), LIFETIME.as_secs());
        HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")).ok()
    }

    fn read_cookie(&self, path: &str, headers: &HeaderMap) -> Option<Flash> {
        let value = cookie(headers, self.cookie_name())?;
        self.open(path, &URL_SAFE_NO_PAD.decode(value).ok()?)
    }

    fn removal(&self) -> HeaderValue {
        HeaderValue::from_static(if self.https {
            "__Host-parloir-flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        } else {
            "parloir-flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        })
    }

    /// The flash with its end before it, sealed for its page.
    fn seal(&self, path: &str, flash: &Flash) -> Option<Vec<u8>> {
        let end = self.clock.now().after(LIFETIME).as_micros().to_be_bytes();
        let plain = [end.as_slice(), &serde_json::to_vec(flash).ok()?].concat();
        self.sealer.seal(&self.random, path.as_bytes(), &plain).ok()
    }

    fn open(&self, path: &str, sealed: &[u8]) -> Option<Flash> {
        let plain = self.sealer.open(path.as_bytes(), sealed).ok()?;
        let (end, flash) = plain.split_first_chunk::<8>()?;
        let end = Timestamp::from_micros(i64::from_be_bytes(*end));
        (self.clock.now() < end).then(|| serde_json::from_slice(flash).ok()).flatten()
    }
}

/// Gives a page the flash that waits for it, and keeps the one that an action left.
pub async fn carry_flash(
    State(flashes): State<Flashes>,
    visitor: Visitor,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let slot = FlashSlot::default();
    request.extensions_mut().insert(slot.clone());
    let (page, path) = (*request.method() == Method::GET, page_of(request.uri().path()).to_owned());
    let has_cookie = page && cookie(request.headers(), flashes.cookie_name()).is_some();
    if page {
        let found = match visitor.session() {
            Some(session) => flashes.take(session, &path).await.unwrap_or_else(|error| {
                tracing::warn!(cause = %error, "a flash could not be read");
                None
            }),
            None => None,
        };
        if let Some(flash) = found.or_else(|| flashes.read_cookie(&path, request.headers())) {
            request.extensions_mut().insert(flash);
        }
    }
    let mut response = next.run(request).await;
    if has_cookie {
        response.headers_mut().append(header::SET_COOKIE, flashes.removal());
    }
    if let (Some(flash), Some(path)) = (slot.take(), destination(&response)) {
        // Of a person whose session another took the place of in this request, the new one.
        match visitor.session().and(session.id()).map(|id| SessionId::of(&id)) {
            Some(session) => {
                if let Err(error) = flashes.keep(&session, &path, &flash).await {
                    tracing::warn!(cause = %error, "a flash could not be kept");
                }
            }
            None => {
                if let Some(cookie) = flashes.cookie(&path, &flash) {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                }
            }
        }
    }
    response
}

/// The page that a redirect leads to.
fn destination(response: &Response) -> Option<String> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    Some(page_of(location.split(['?', '#']).next().unwrap_or_default()).to_owned())
}

fn page_of(path: &str) -> &str {
    let bare = path.trim_end_matches('/');
    // A link that works once has its secret at the end: no row keeps that.
    let bare = match bare.rsplit_once('/') {
        Some((page, last)) if OneTimeToken::claims(last) => page,
        _ => bare,
    };
    if bare.is_empty() { "/" } else { bare }
}

/// The value of a request's cookie (RFC 6265 §4.2.1).
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
