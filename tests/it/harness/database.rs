//! A database for one test.

use std::path::PathBuf;
use std::sync::Arc;

use parloir::base::{Clock, Random};
use parloir::config::{Config, Sources};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, QueryResult, Statement, Value,
};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

use super::postgres::Postgres;
use super::{Server, Subject, server};

/// The secret key of every server of the tests.
pub(crate) const SECRET_KEY: &str = "a secret key for tests alone, of enough characters";

/// The two databases on which all must behave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// A database of this test's own, its files, and the clock of the servers on it. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) kind: Kind,
    /// The hand of all servers' clock.
    pub(crate) clock: Clock,
    /// What ids and secrets are made of; the operating system's unless a test sets it before its first server.
    pub(crate) random: Random,
    url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: TempDir,
    postgres: Option<Postgres>,
    connection: OnceCell<DatabaseConnection>,
}

impl Database {
    /// A new, empty database.
    pub(super) async fn create(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Postgres::take().await),
        };
        let url = match &postgres {
            None => format!("sqlite://{}", folder.path().join("parloir.db").display()),
            Some(postgres) => postgres.url().to_owned(),
        };
        let shared = Arc::new(Shared { folder, postgres, connection: OnceCell::new() });
        Self { kind, clock: Clock::manual(server::START), random: Random::System, url, shared }
    }

    pub(super) async fn remove(self) {
        if let Some(postgres) = &self.shared.postgres {
            postgres.leave().await;
        }
    }

    /// Ends all connections to a PostgreSQL database and lets none in any more.
    pub(crate) async fn cut_off(&self) {
        let postgres = self.shared.postgres.as_ref().unwrap();
        postgres.allow_connections(false).await;
        postgres.end_connections().await;
    }

    /// Ends what [`Self::cut_off`] began.
    pub(crate) async fn let_in(&self) {
        self.shared.postgres.as_ref().unwrap().allow_connections(true).await;
    }

    /// Its address, as `database.url` takes it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A folder for files beside it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.shared.folder.path().to_owned()
    }

    /// A server with default settings.
    pub(crate) async fn serve(&self) -> Server {
        self.serve_with(&[]).await
    }

    /// A server with these settings (`section.key` and value) over the defaults.
    pub(crate) async fn serve_with(&self, settings: &[(&str, &str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Server::start(self, self.config(&format!("http://{address}"), settings), listener).await
    }

    /// A server with these entries of `sign_in.providers` and these settings.
    pub(crate) async fn serve_beside(&self, providers: &[Json], settings: &[(&str, &str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let providers = json!(providers).to_string();
        let settings = [settings, &[("sign_in.providers", &*providers)]].concat();
        Server::start(self, self.config(&url, &settings), listener).await
    }

    /// The settings of a server on this database.
    pub(crate) fn config(&self, public_url: &str, settings: &[(&str, &str)]) -> Config {
        let folder = self.folder().display().to_string();
        let always = [
            ("data_dir", &*folder),
            ("database.url", &self.url),
            ("security.secret_key", SECRET_KEY),
            ("server.public_url", public_url),
        ];
        let environment = always
            .iter()
            .chain(settings)
            .map(|(key, value)| (format!("PARLOIR__{}", key.to_uppercase().replace('.', "__")), (*value).to_owned()))
            .collect();
        Config::from_sources(&Sources { file: None, environment }).unwrap()
    }

    /// A connection of the test's own, past the server.
    pub(crate) async fn connection(&self) -> &DatabaseConnection {
        let connect = async || connect(&self.url).await;
        self.shared.connection.get_or_init(connect).await
    }

    /// Runs one statement with `$1`, `$2`, … and tells how many rows it changed.
    pub(crate) async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> u64 {
        let statement = self.statement(sql, values);
        self.connection().await.execute_raw(statement).await.unwrap().rows_affected()
    }

    /// The rows of one query.
    pub(crate) async fn rows(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<QueryResult> {
        let statement = self.statement(sql, values);
        self.connection().await.query_all_raw(statement).await.unwrap()
    }

    /// The rows of one query as values of a type that derives `FromQueryResult`.
    pub(crate) async fn all<T: FromQueryResult>(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<T> {
        self.rows(sql, values).await.iter().map(|row| T::from_query_result(row, "").unwrap()).collect()
    }

    /// The number that a query with one row and one column answers, such as a count.
    pub(crate) async fn number(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> i64 {
        self.rows(sql, values).await[0].try_get_by_index(0).unwrap()
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        let backend = match self.kind {
            Kind::Sqlite => DbBackend::Sqlite,
            Kind::Postgres => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }
}

impl Subject for Database {
    async fn on(database: Database) -> Self {
        database
    }
}

pub(super) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.pragma("busy_timeout", "5000").pragma("foreign_keys", "ON"));
    sea_orm::Database::connect(options).await.unwrap_or_else(|error| panic!("no connection to {url}: {error}"))
}

pub(super) async fn run(connection: &DatabaseConnection, sql: &str) {
    connection.execute_unprepared(sql).await.unwrap();
}
