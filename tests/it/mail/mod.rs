//! Letters: sent once, by whoever's turn it is, to whom they are for, and readable by nobody else.

mod commands;
mod delivery;
mod failures;
mod peer;
mod secrecy;
mod server;
mod together;

use std::time::Duration;

use parloir::base::{AccountId, Language, Secret, StoreError};
use parloir::mail::{Letter, Recipient, Sent};
use sea_orm::FromQueryResult;

use crate::harness::Server;

pub(crate) const ADA: &str = "ada@example.org";
pub(crate) const FROM: &str = "Meetings <no-reply@example.org>";
pub(crate) const LINK: &str = "https://meet.example.org/welcome#prl_ln_unmistakable";

/// The settings that lead letters to that port of this machine, without TLS, waiting so many seconds for its answers.
pub(crate) fn within(seconds: u32, port: u16) -> [(&'static str, String); 5] {
    [
        ("mail.smtp_host", "127.0.0.1".to_owned()),
        ("mail.smtp_port", port.to_string()),
        ("mail.security", "none".to_owned()),
        ("mail.from", FROM.to_owned()),
        ("mail.timeout_seconds", seconds.to_string()),
    ]
}

/// The same, with patience.
pub(crate) fn through(port: u16) -> [(&'static str, String); 5] {
    within(10, port)
}

/// The same settings as tests give them.
pub(crate) fn borrowed<'a>(settings: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    settings.iter().map(|(key, value)| (*key, value.as_str())).collect()
}

pub(crate) fn to(email: &str, name: Option<&str>, language: Option<Language>) -> Recipient {
    Recipient { email: email.parse().unwrap(), name: name.map(str::to_owned), language, account: None }
}

/// A letter with a link that works for that long.
pub(crate) fn invitation(server: &Server, works: Duration) -> Letter {
    Letter::Invitation { link: Secret::new(LINK), until: server.clock.now().after(works) }
}

/// Queues a letter as services do.
pub(crate) async fn post(server: &Server, to: &Recipient, letter: Letter) {
    let (mail, to) = (server.mail.clone(), to.clone());
    let posted = server.store.write(async move |tx| mail.post_in(&tx, &to, &letter).await);
    let posted: Result<(), StoreError> = posted.await;
    posted.unwrap();
}

/// Sends what is due.
pub(crate) async fn send(server: &Server) -> Sent {
    server.mail.send_due().await.unwrap()
}

pub(crate) const fn sent(delivered: u64, deferred: u64, given_up: u64) -> Sent {
    Sent { delivered, deferred, given_up }
}

/// A letter that waits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Waiting {
    pub(crate) account_id: Option<AccountId>,
    pub(crate) kind: String,
    pub(crate) attempts: i64,
    pub(crate) failure: Option<String>,
    pub(crate) next_attempt_at: i64,
}

/// The letters that wait, oldest first.
pub(crate) async fn waiting(server: &Server) -> Vec<Waiting> {
    let sql = "SELECT account_id, kind, attempts, failure, next_attempt_at FROM mail ORDER BY id";
    server.database.all(sql, []).await
}
