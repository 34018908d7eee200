//! What applications do, counted by day: remembered here, written every few seconds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::Applications;
use crate::base::{ApplicationId, ClientId, Code, StoreError, Timestamp, Tx};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// The longest look back, in days.
pub const MOST_DAYS: u32 = 366;

/// What has not been written yet. Clones share it. Only applications that proved who they are come in, and codes are words of
/// ours, so that strangers cannot make it grow.
#[derive(Clone, Debug, Default)]
pub(super) struct Activity(Arc<Mutex<Counts>>);

/// By application and day.
#[derive(Debug, Default)]
struct Counts {
    days: BTreeMap<(ApplicationId, i64), Day>,
    refusals: BTreeMap<(ApplicationId, i64, &'static str), i64>,
    /// Of applications whose id nobody looked up.
    of_clients: BTreeMap<(ClientId, i64, &'static str), i64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Day {
    issued: i64,
    calls: i64,
}

impl Activity {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an application did, and what it was refused, in some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityReport {
    /// Every day, oldest first, up to the present one.
    pub days: Vec<ActivityDay>,
    /// What was refused in these days, most frequent first.
    pub refusals: Vec<RefusalCount>,
}

/// One day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityDay {
    /// When it began.
    pub day: Timestamp,
    /// Tokens that the application got.
    pub issued: i64,
    /// Uses of its tokens that were let in.
    pub calls: i64,
    /// Requests for tokens, and uses of them, that were refused.
    pub refused: i64,
}

/// How often one refusal came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalCount {
    /// Its stable code.
    pub code: String,
    /// How often.
    pub count: i64,
}

/// The day of a moment, counted from 1970 in UTC.
const fn day_of(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(SECONDS_OF_A_DAY)
}

impl Applications {
    /// Counts a token that an application got.
    pub fn count_issued(&self, application: ApplicationId, at: Timestamp) {
        self.activity.lock().days.entry((application, day_of(at))).or_default().issued += 1;
    }

    /// Counts a use of one of its tokens that was let in.
    pub fn count_call(&self, application: ApplicationId, at: Timestamp) {
        self.activity.lock().days.entry((application, day_of(at))).or_default().calls += 1;
    }

    /// Counts what it was refused: a token, after it proved who it is, or the use of one of its tokens.
    pub fn count_refusal(&self, application: ApplicationId, code: Code, at: Timestamp) {
        *self.activity.lock().refusals.entry((application, day_of(at), code.as_str())).or_default() += 1;
    }

    /// Counts what was refused to a client that one of our own tokens names.
    pub fn count_refusal_of_client(&self, client: ClientId, code: Code, at: Timestamp) {
        *self.activity.lock().of_clients.entry((client, day_of(at), code.as_str())).or_default() += 1;
    }

    /// Writes what was counted since the last time, on top of what other instances wrote; tells how many rows. What cannot be
    /// written is kept for the next time. A server that is killed loses the last seconds.
    pub async fn write_activity(&self) -> Result<usize, StoreError> {
        let Counts { days, refusals, of_clients } = std::mem::take(&mut *self.activity.lock());
        let of_days = days.iter().map(|((application, day), Day { issued, calls })| {
            (DAY, vec![(*application).into(), (*day).into(), (*issued).into(), (*calls).into()])
        });
        let of_refusals = refusals.iter().map(|((application, day, code), count)| {
            (REFUSAL, vec![(*application).into(), (*day).into(), (*code).into(), (*count).into()])
        });
        let of_expired = of_clients.iter().map(|((client, day, code), count)| {
            (REFUSAL_OF_CLIENT, vec![client.as_str().into(), (*day).into(), (*code).into(), (*count).into()])
        });
        let rows: Vec<(&str, Vec<Value>)> = of_days.chain(of_refusals).chain(of_expired).collect();
        let number = rows.len();
        if number == 0 {
            return Ok(0);
        }
        let written = self
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                for (sql, values) in rows {
                    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
                }
                Ok(())
            })
            .await;
        if written.is_err() {
            let mut counts = self.activity.lock();
            for (key, Day { issued, calls }) in days {
                let day = counts.days.entry(key).or_default();
                day.issued += issued;
                day.calls += calls;
            }
            for (key, count) in refusals {
                *counts.refusals.entry(key).or_default() += count;
            }
            for (key, count) in of_clients {
                *counts.of_clients.entry(key).or_default() += count;
            }
        }
        written.map(|()| number)
    }

    /// What an application did in the last `days`, the present one included: two queries. What instances counted in the last
    /// seconds is not in it yet.
    pub async fn activity(&self, application: ApplicationId, days: u32) -> Result<ActivityReport, StoreError> {
        let today = day_of(self.clock.now());
        let first = today - i64::from(days.clamp(1, MOST_DAYS)) + 1;
        let ask = |sql| Statement::from_sql_and_values(self.store.backend(), sql, [application.into(), first.into()]);
        let done = DayRow::find_by_statement(ask(DAYS)).all(self.store.read()).await?;
        let refused = RefusalRow::find_by_statement(ask(REFUSALS)).all(self.store.read()).await?;
        let mut report: BTreeMap<i64, ActivityDay> = (first..=today).map(|day| (day, empty(day))).collect();
        for row in done {
            let day = report.entry(row.day).or_insert_with(|| empty(row.day));
            (day.issued, day.calls) = (row.issued, row.calls);
        }
        let mut codes: BTreeMap<String, i64> = BTreeMap::new();
        for row in refused {
            report.entry(row.day).or_insert_with(|| empty(row.day)).refused += row.refusals;
            *codes.entry(row.code).or_default() += row.refusals;
        }
        let mut refusals: Vec<_> = codes.into_iter().map(|(code, count)| RefusalCount { code, count }).collect();
        refusals.sort_by_key(|refusal| std::cmp::Reverse(refusal.count));
        Ok(ActivityReport { days: report.into_values().collect(), refusals })
    }

    /// Removes counts that are older than `retention`.
    pub async fn forget_activity_in(&self, tx: &Tx, retention: Duration) -> Result<u64, StoreError> {
        let oldest = day_of(self.clock.now().before(retention));
        let mut removed = 0;
        for sql in ["DELETE FROM application_activity WHERE day < $1", "DELETE FROM application_refusal WHERE day < $1"]
        {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [oldest.into()]);
            removed += tx.execute_raw(statement).await?.rows_affected();
        }
        Ok(removed)
    }
}

fn empty(day: i64) -> ActivityDay {
    ActivityDay { day: Timestamp::from_seconds(day * SECONDS_OF_A_DAY), issued: 0, calls: 0, refused: 0 }
}

#[derive(Debug, FromQueryResult)]
struct DayRow {
    day: i64,
    issued: i64,
    calls: i64,
}

#[derive(Debug, FromQueryResult)]
struct RefusalRow {
    day: i64,
    code: String,
    refusals: i64,
}

const DAYS: &str = "SELECT day, issued, calls FROM application_activity WHERE application_id = $1 AND day >= $2";
const REFUSALS: &str = "SELECT day, code, refusals FROM application_refusal WHERE application_id = $1 AND day >= $2";

/// The id comes out of the table of applications, because one may have been deleted meanwhile.
macro_rules! refusal_by {
    ($column:literal) => {
        concat!(
            "INSERT INTO application_refusal (application_id, day, code, refusals) \
             SELECT a.id, $2, $3, $4 FROM application a WHERE a.",
            $column,
            " = $1 ON CONFLICT (application_id, day, code) DO UPDATE SET \
             refusals = application_refusal.refusals + excluded.refusals"
        )
    };
}

const REFUSAL: &str = refusal_by!("id");
const REFUSAL_OF_CLIENT: &str = refusal_by!("client_id");
const DAY: &str = "\
    INSERT INTO application_activity (application_id, day, issued, calls) \
    SELECT a.id, $2, $3, $4 FROM application a WHERE a.id = $1 \
    ON CONFLICT (application_id, day) DO UPDATE SET \
    issued = application_activity.issued + excluded.issued, calls = application_activity.calls + excluded.calls";
