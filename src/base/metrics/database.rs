//! Statements, writes and pools.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 14] =
    [0.000_05, 0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Reading.
    Read,
    /// Writing.
    Write,
}

impl Pool {
    const fn label(self) -> InPool {
        match self {
            Self::Read => InPool { pool: "read" },
            Self::Write => InPool { pool: "write" },
        }
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on disk.
    Kept,
    /// It gave up by itself and was undone.
    Undone,
    /// The database did not keep it, or could not begin it.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InPool {
    pool: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Counts and times of the database.
#[derive(Clone, Debug)]
pub struct DatabaseMetrics {
    reading: Histogram,
    writing: Histogram,
    failures: Counter,
    kept: Counter,
    undone: Counter,
    lost: Counter,
    wait: Histogram,
    commit: Histogram,
    batch: Histogram,
    queue: Gauge,
    connections: Family<Connections, Gauge>,
    most: Family<InPool, Gauge>,
}

impl DatabaseMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let statements = Family::<InPool, Histogram>::new_with_constructor(seconds);
        let writes = Family::<Outcome, Counter>::default();
        let fate = |outcome| writes.get_or_create_owned(&Outcome { outcome });
        let metrics = Self {
            reading: statements.get_or_create_owned(&Pool::Read.label()),
            writing: statements.get_or_create_owned(&Pool::Write.label()),
            failures: Counter::default(),
            kept: fate("kept"),
            undone: fate("undone"),
            lost: fate("lost"),
            wait: seconds(),
            commit: seconds(),
            batch: super::crowd(),
            queue: Gauge::default(),
            connections: Family::default(),
            most: Family::default(),
        };
        let help = "Time of a statement, without the wait for a connection";
        registry.register_with_unit("parloir_database_statement_duration", help, Unit::Seconds, statements);
        registry.register("parloir_database_writes", "Writes, by what became of them", writes);
        metrics.register_rest(registry);
        metrics
    }

    fn register_rest(&self, registry: &mut Registry) {
        let failures = "Statements that the database refused";
        registry.register("parloir_database_statement_failures", failures, self.failures.clone());
        let wait = "Time that a write waited for its turn: in the queue, or for a connection";
        registry.register_with_unit("parloir_database_write_wait", wait, Unit::Seconds, self.wait.clone());
        let commit = "Time of a COMMIT, the disk included";
        registry.register_with_unit("parloir_database_commit_duration", commit, Unit::Seconds, self.commit.clone());
        registry.register("parloir_database_commit_writes", "Writes that shared a transaction", self.batch.clone());
        registry.register("parloir_database_write_queue_length", "Writes that wait in the queue", self.queue.clone());
        let connections = "Open connections, by what they are for and whether they are in use";
        registry.register("parloir_database_pool_connections", connections, self.connections.clone());
        registry.register("parloir_database_pool_max_connections", "The size of each pool", self.most.clone());
    }

    /// A statement took that long on a connection of that kind.
    pub fn statement(&self, pool: Pool, took: Duration, failed: bool) {
        let durations = if pool == Pool::Read { &self.reading } else { &self.writing };
        durations.observe(took.as_secs_f64());
        if failed {
            self.failures.inc();
        }
    }

    /// A write had to wait that long until it began.
    pub fn waited(&self, time: Duration) {
        self.wait.observe(time.as_secs_f64());
    }

    /// A COMMIT took that long.
    pub fn committed(&self, took: Duration) {
        self.commit.observe(took.as_secs_f64());
    }

    /// So many writes begin in one transaction.
    pub fn together(&self, writes: usize) {
        self.batch.observe(count(writes));
    }

    /// Writes came to their end.
    pub fn settled(&self, fate: Fate, writes: u64) {
        let counter = match fate {
            Fate::Kept => &self.kept,
            Fate::Undone => &self.undone,
            Fate::Lost => &self.lost,
        };
        counter.inc_by(writes);
    }

    /// So many writes wait in the queue now.
    pub fn set_queue(&self, waiting: usize) {
        self.queue.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// A pool of at most `most` connections has `open` now, of which `idle` are not in use.
    pub fn set_pool(&self, pool: Pool, most: u32, open: u32, idle: usize) {
        let InPool { pool } = pool.label();
        let idle = i64::try_from(idle).unwrap_or(i64::MAX);
        self.most.get_or_create(&InPool { pool }).set(i64::from(most));
        self.connections.get_or_create(&Connections { pool, state: "idle" }).set(idle);
        // The two numbers are read one after the other and may not fit.
        let used = i64::from(open).saturating_sub(idle).max(0);
        self.connections.get_or_create(&Connections { pool, state: "used" }).set(used);
    }
}

/// A histogram of times.
pub(super) fn seconds() -> Histogram {
    Histogram::new(BUCKETS)
}

/// A number of things that wait together: far below what a float holds exactly.
pub(super) fn count(things: usize) -> f64 {
    u32::try_from(things).map_or(f64::INFINITY, f64::from)
}
