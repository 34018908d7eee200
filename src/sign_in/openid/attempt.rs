//! A visit to a provider that has not come back: bound to one browser, for one return.

use std::time::Duration;

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};

use crate::base::{AccountId, Clock, MasterKey, Purpose, Random, Sealer, Store, StoreError, Timestamp};
use crate::sign_in::front_end::Asked;

/// How long a person may take at the provider.
const LIFETIME: Duration = Duration::from_mins(15);

/// Attempts of one browser at once: of more, the oldest are forgotten.
const AT_ONCE: i64 = 20;

/// Characters of a state or nonce: 32 are asked for, 43 hold 256 bits.
const RANDOM: usize = 43;

/// The name of a browser in the cookie that binds attempts to it; one covers several at once.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserId(String);

impl BrowserId {
    /// A new one.
    pub fn generate(random: &Random) -> Self {
        Self(random.base62(RANDOM))
    }

    /// The one in a cookie; none when it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let form = text.len() == RANDOM && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        form.then(|| Self(text.to_owned()))
    }

    /// For the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub(super) fn digest(&self) -> Vec<u8> {
        sha256(&self.0)
    }
}

impl std::fmt::Debug for BrowserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserId")
    }
}

fn sha256(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// A person who has to prove again who she is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Again {
    /// Her account.
    pub(super) account: AccountId,
    /// Since when, in microseconds since 1970: a proof from before is none.
    pub(super) since: i64,
}

/// A person who is signed in wants one more way in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Link {
    /// Her account.
    pub(super) account: AccountId,
    /// The session in which she asked, as it is stored: in no other does she come back.
    pub(super) session: String,
    /// Since when, in microseconds since 1970: whoever was signed in at the provider before has not said that it is she.
    pub(super) since: i64,
}

/// What has to be known when the person comes back.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Memo {
    pub(super) nonce: String,
    pub(super) verifier: Option<String>,
    /// Where she wanted to go.
    pub(super) next: String,
    /// Whether she was asked nothing: then a failure is no news.
    pub(super) silent: bool,
    /// Who the session is of that is to be confirmed.
    pub(super) expected: Option<String>,
    /// The front end elsewhere that sent her.
    #[serde(default)]
    pub(super) front_end: Option<Asked>,
    /// Who has to prove again who she is.
    #[serde(default)]
    pub(super) again: Option<Again>,
    /// Who wants one more way in: then nobody is signed in by it.
    #[serde(default)]
    pub(super) link: Option<Link>,
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memo")
    }
}

/// The attempts of the server.
#[derive(Clone, Debug)]
pub(super) struct Attempts {
    store: Store,
    clock: Clock,
    random: Random,
    sealer: Sealer,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    sealed: Vec<u8>,
    ends_at: Timestamp,
}

impl Attempts {
    pub(super) fn new(store: Store, clock: Clock, random: Random, key: &MasterKey) -> Self {
        Self { store, clock, random, sealer: key.sealer(Purpose::LoginAttempt) }
    }

    /// A text that nobody can guess.
    pub(super) fn unguessable(&self) -> String {
        self.random.base62(RANDOM)
    }

    /// Remembers an attempt; gives its state.
    pub(super) async fn begin(&self, browser: &BrowserId, provider: &str, memo: &Memo) -> Result<String, StoreError> {
        const INSERT: &str = "INSERT INTO login_attempt (state, browser, provider, sealed, created_at, ends_at) \
                              VALUES ($1, $2, $3, $4, $5, $6)";
        const FORGET: &str = "DELETE FROM login_attempt WHERE browser = $1 AND state NOT IN \
                              (SELECT state FROM login_attempt WHERE browser = $1 ORDER BY created_at DESC LIMIT $2)";
        let state = self.unguessable();
        let (digest, browser, now) = (sha256(&state), browser.digest(), self.clock.now());
        let plain = serde_json::to_vec(memo).unwrap_or_default();
        let sealed = self.sealer.seal(&self.random, &digest, &plain).map_err(|_| StoreError::Panicked)?;
        let values = [
            digest.into(),
            browser.clone().into(),
            provider.into(),
            sealed.into(),
            now.into(),
            now.after(LIFETIME).into(),
        ];
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let backend = tx.get_database_backend();
                tx.execute_raw(Statement::from_sql_and_values(backend, INSERT, values)).await?;
                let values = [browser.into(), AT_ONCE.into()];
                tx.execute_raw(Statement::from_sql_and_values(backend, FORGET, values)).await?;
                Ok(())
            })
            .await?;
        Ok(state)
    }

    /// Takes the attempt of that state, once. Another browser's stays: whoever has only seen the address cannot use it up.
    pub(super) async fn take(
        &self,
        state: &str,
        browser: &BrowserId,
        provider: &str,
    ) -> Result<Option<Memo>, StoreError> {
        const SQL: &str = "DELETE FROM login_attempt WHERE state = $1 AND browser = $2 AND provider = $3 \
                           RETURNING sealed, ends_at";
        let digest = sha256(state);
        let values = [digest.clone().into(), browser.digest().into(), provider.into()];
        let row = self
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), SQL, values);
                Ok(Row::find_by_statement(statement).one(&*tx).await?)
            })
            .await?;
        let Some(row) = row.filter(|row| self.clock.now() < row.ends_at) else { return Ok(None) };
        let plain = self.sealer.open(&digest, &row.sealed).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_by_what_we_gave_them() {
        let browser = BrowserId::generate(&Random::System);
        assert_eq!(BrowserId::parse(browser.expose()), Some(browser.clone()));
        assert_eq!(format!("{browser:?}"), "BrowserId");
        for wrong in ["", "short", &"é".repeat(21), &"a".repeat(44), &format!("{};", &browser.expose()[1..])] {
            assert_eq!(BrowserId::parse(wrong), None, "{wrong}");
        }
    }
}
