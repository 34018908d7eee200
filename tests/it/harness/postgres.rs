//! Databases on the PostgreSQL that the tests were given.
//!
//! Making and dropping a database takes PostgreSQL longer than most tests. So those that run one after the other in the
//! same slot of nextest share one, emptied in between; without nextest each test makes its own and drops it.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::database::{connect, run};

/// The variable with the address of a PostgreSQL on which databases may be made and dropped.
const SERVER: &str = "PARLOIR_TEST_POSTGRES";

/// nextest's number of the place that a test has among those that run now.
const SLOT: &str = "NEXTEST_TEST_GLOBAL_SLOT";

/// What the names of all databases of the tests begin with; the process that runs the tests follows.
const PREFIX: &str = "parloir_test_";

/// An empty database, for one test.
#[derive(Debug)]
pub(super) struct Postgres {
    maintenance: DatabaseConnection,
    name: String,
    url: String,
    shared: bool,
}

impl Postgres {
    /// Takes a database that nobody else uses, and empties it.
    pub(super) async fn take() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);

        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!(
                "{SERVER} is not set: the tests on PostgreSQL need the address of a server on which they may make \
                 databases, such as postgres://postgres@127.0.0.1:5432/postgres. `cargo xtask test` starts one and sets it."
            )
        });
        let slot = std::env::var(SLOT).ok();
        let name = match &slot {
            Some(slot) => format!("{PREFIX}{}_slot_{slot}", std::os::unix::process::parent_id()),
            None => format!("{PREFIX}{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst)),
        };
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let postgres = Self { maintenance: connect(&server).await, name, url, shared: slot.is_some() };
        if postgres.databases().await.contains(&postgres.name) {
            postgres.empty().await;
        } else {
            postgres.drop_left_behind().await;
            run(&postgres.maintenance, &format!("CREATE DATABASE {}", postgres.name)).await;
        }
        postgres
    }

    /// Its address.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Gives it back.
    pub(super) async fn leave(&self) {
        if !self.shared {
            run(&self.maintenance, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        }
    }

    /// Ends all connections to it.
    pub(super) async fn end_connections(&self) {
        let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
        run(&self.maintenance, &format!("{terminate} '{}'", self.name)).await;
    }

    /// Lets connections to it in, or not.
    pub(super) async fn allow_connections(&self, allow: bool) {
        run(&self.maintenance, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allow}", self.name)).await;
    }

    async fn empty(&self) {
        self.allow_connections(true).await;
        self.end_connections().await;
        let connection = connect(&self.url).await;
        run(&connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        connection.close().await.unwrap();
    }

    /// Drops what earlier runs left, those whose process lives no more.
    async fn drop_left_behind(&self) {
        if !Path::new("/proc/self").exists() {
            return;
        }
        for name in self.databases().await {
            let runner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()).unwrap_or_default();
            if !runner.is_empty() && !Path::new("/proc").join(runner).exists() {
                // Another test may be doing the same.
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = self.maintenance.execute_unprepared(&drop).await;
            }
        }
    }

    /// The names of all databases of tests.
    async fn databases(&self) -> Vec<String> {
        let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [PREFIX.into()]);
        let rows = self.maintenance.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}
