//! What all tests stand on: a database of their own, a server in this process, and the people who call it.

mod answer;
mod application;
mod client;
mod database;
pub(crate) mod forger;
pub(crate) mod log;
pub(crate) mod organisations;
mod postgres;
pub(crate) mod raw;
mod server;
pub(crate) mod through;
mod trail;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub(crate) use answer::Answer;
pub(crate) use application::{Application, TOKEN, all_domains, domains, scopes};
pub(crate) use client::{Call, Client};
pub(crate) use database::{Database, Kind, SECRET_KEY};
pub(crate) use forger::Forger;
pub(crate) use server::{PASSWORD, START, Server};
pub(crate) use through::{Through, Way};
pub(crate) use trail::Event;

/// What a test can ask for: the database alone, or a server with default settings on it.
pub(crate) trait Subject: Sized {
    /// Makes it on a database that nobody used before.
    fn on(database: Database) -> impl Future<Output = Self>;
}

/// Writes each test once and runs it on both databases, as `name::sqlite` and `name::postgres`.
///
/// The argument is a [`Server`] with default settings, or a [`Database`] for tests that start their servers themselves.
macro_rules! on_both {
    ($(async fn $name:ident($argument:ident: $subject:ty) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($argument: $subject) $body

            #[test]
            fn sqlite() {
                $crate::harness::run($crate::harness::Kind::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::harness::run($crate::harness::Kind::Postgres, body);
            }
        }
    )+};
}
pub(crate) use on_both;

/// Runs a test on SQLite alone: one that is about the provider and hardly asks the database.
pub(crate) fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(Database) -> F) {
    run(Kind::Sqlite, body);
}

/// Runs `body` on a new database of that kind, which is removed afterwards, also when the test fails.
pub(crate) fn run<S: Subject, F: Future<Output = ()>>(kind: Kind, body: impl FnOnce(S) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let database = runtime.block_on(Database::create(kind));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { body(S::on(database.clone()).await).await });
    }));
    runtime.block_on(database.remove());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
