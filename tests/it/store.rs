//! The database layer under failures: what is undone, what stays, what is durable.

use parloir::base::{Store, StoreError, Tx};
use sea_orm::sea_query::{InsertStatement, OnConflict, Query};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::task::JoinSet;

use crate::harness::{Server, on_both};

/// A refusal of a job's own, beside those of the database.
#[derive(Debug)]
enum Refused {
    Chosen,
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Inserts a row that only its name tells from others.
async fn insert(tx: &Tx, name: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO installation (name, value) VALUES ($1, $2)";
    let values = [name.into(), b"value".to_vec().into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// The same as sea-query writes it.
fn always(tx: &Tx, name: &str) -> Statement {
    tx.get_database_backend().build(&insertion(name))
}

/// The same, which does nothing where the row is there.
fn unless_there(tx: &Tx, name: &str) -> Statement {
    tx.get_database_backend().build(insertion(name).on_conflict(OnConflict::new().do_nothing().to_owned()))
}

fn insertion(name: &str) -> InsertStatement {
    let mut query = Query::insert();
    query.into_table("installation").columns(["name", "value"]);
    query.values_panic([name.into(), b"value".to_vec().into()]);
    query
}

/// The rows that [`insert`] made, by name.
async fn rows(store: &Store) -> Vec<String> {
    let sql = "SELECT name FROM installation WHERE name LIKE 'row %' ORDER BY name";
    let rows = store.read().query_all_raw(Statement::from_string(store.backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// What a job of the crowd is to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    GivesUp,
    Clashes,
    Panics,
}

impl Fate {
    fn of(n: usize) -> Self {
        match n % 6 {
            1 => Self::GivesUp,
            3 => Self::Clashes,
            5 => Self::Panics,
            _ => Self::Kept,
        }
    }
}

async fn job(store: Store, n: usize, fate: Fate) -> Result<usize, Refused> {
    store
        .write(async move |tx| {
            insert(&tx, &format!("row {n:03}")).await?;
            match fate {
                Fate::Kept => Ok(n),
                Fate::GivesUp => Err(Refused::Chosen),
                // On SQLite the constraint fails one statement, on PostgreSQL the whole transaction.
                Fate::Clashes => insert(&tx, "taken").await.map(|()| n).map_err(Refused::Store),
                Fate::Panics => panic!("a job of the test panics, as it is told to"),
            }
        })
        .await
}

on_both! {
    // Of many writes that share commits, exactly the failing ones are undone.
    async fn failing_writes_are_undone_alone(server: Server) {
        let store = server.store.clone();
        store.write::<_, StoreError, _, _>(async |tx| insert(&tx, "taken").await).await.unwrap();
        let mut crowd = JoinSet::new();
        for n in 0..300 {
            let store = store.clone();
            crowd.spawn(async move { (n, job(store, n, Fate::of(n)).await) });
        }
        while let Some(done) = crowd.join_next().await {
            let (n, outcome) = done.unwrap();
            match Fate::of(n) {
                Fate::Kept => assert_eq!(outcome.unwrap(), n),
                Fate::GivesUp => assert!(matches!(outcome, Err(Refused::Chosen)), "{n}: {outcome:?}"),
                Fate::Clashes => assert!(matches!(outcome, Err(Refused::Store(StoreError::Unique(_)))), "{n}: {outcome:?}"),
                Fate::Panics => assert!(matches!(outcome, Err(Refused::Store(StoreError::Panicked))), "{n}: {outcome:?}"),
            }
        }
        let kept: Vec<_> = (0..300).filter(|n| Fate::of(*n) == Fate::Kept).map(|n| format!("row {n:03}")).collect();
        assert_eq!(rows(&store).await, kept);
    }

    // A panic is the failure of its own job: the next write finds the writer at work.
    async fn a_panic_does_not_stop_the_writer(server: Server) {
        let store = server.store.clone();
        for n in 0..3 {
            let outcome = job(store.clone(), n, Fate::Panics).await;
            assert!(matches!(outcome, Err(Refused::Store(StoreError::Panicked))), "{outcome:?}");
        }
        assert_eq!(job(store.clone(), 7, Fate::Kept).await.unwrap(), 7);
        assert_eq!(rows(&store).await, ["row 007"]);
    }

    // A client that goes away cancels nothing half-way: its write, once begun, is finished.
    async fn a_dropped_request_still_writes(server: Server) {
        let store = server.store.clone();
        for n in 0..20 {
            tokio::select! {
                biased;
                // Done at the first look: only when this thread had to wait long for its turn.
                done = job(store.clone(), n, Fate::Kept) => assert_eq!(done.unwrap(), n),
                () = std::future::ready(()) => {}
            }
        }
        let all: Vec<_> = (0..20).map(|n| format!("row {n:03}")).collect();
        let mut found = rows(&store).await;
        for _ in 0..100 {
            if found == all {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            found = rows(&store).await;
        }
        assert_eq!(found, all);
    }

    // What goes to the database together is done in its order and counted together, and one that fails undoes all.
    async fn statements_that_go_together(server: Server) {
        let store = server.store.clone();
        let insert_all = async |names: &'static [&'static str]| {
            let work = async move |tx: Tx| {
                let statements: Vec<_> = names.iter().map(|name| unless_there(&tx, name)).collect();
                tx.execute_all(statements).await
            };
            store.write::<u64, StoreError, _, _>(work).await
        };
        assert_eq!(insert_all(&["row 1", "row 2", "row 3"]).await.unwrap(), 3);
        assert_eq!(insert_all(&["row 2", "row 4", "row 1"]).await.unwrap(), 1);
        assert_eq!(insert_all(&[]).await.unwrap(), 0);
        let clash = store.write::<u64, StoreError, _, _>(async |tx| {
            let statements = [unless_there(&tx, "row 5"), always(&tx, "row 1"), unless_there(&tx, "row 6")];
            tx.execute_all(statements).await
        });
        assert!(matches!(clash.await, Err(StoreError::Unique(_))));
        assert_eq!(rows(&store).await, ["row 1", "row 2", "row 3", "row 4"]);
    }

    // What reads cannot write: no write passes by the queue and its audit events.
    async fn the_reading_connection_refuses_writes(server: Server) {
        let store = &server.store;
        for sql in ["DELETE FROM installation", "UPDATE account SET role = 'ADMIN'", "DROP TABLE account"] {
            let outcome = store.read().execute_raw(Statement::from_string(store.backend(), sql)).await;
            let error = outcome.expect_err(sql).to_string();
            assert!(error.contains("readonly") || error.contains("read-only"), "{sql}: {error}");
        }
    }

    // Answered means on disk: the settings of the writing connection say so, and so do those that keep rows sound.
    async fn writes_are_durable(server: Server) {
        let store = server.store.clone();
        let expected: &[(&str, &str)] = match store.backend() {
            DbBackend::Sqlite => &[
                ("PRAGMA synchronous", "2"),
                ("PRAGMA journal_mode", "wal"),
                ("PRAGMA foreign_keys", "1"),
                ("PRAGMA query_only", "0"),
            ],
            _ => &[
                ("SHOW synchronous_commit", "on"),
                ("SHOW fsync", "on"),
                ("SHOW default_transaction_read_only", "off"),
                ("SHOW lock_timeout", "5s"),
            ],
        };
        for (question, answer) in expected {
            let found = store
                .write::<_, StoreError, _, _>(async move |tx| {
                    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), *question)).await?.unwrap();
                    let text = row.try_get_by_index::<String>(0);
                    Ok(text.or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string())).unwrap())
                })
                .await
                .unwrap();
            assert_eq!(found, *answer, "{question}");
        }
    }
}
