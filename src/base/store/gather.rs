//! Look-ups that wait at the same moment, answered by one query.
//!
//! Handing a query to the thread of a connection and back costs more than the query itself where that finds a few rows by their
//! keys. Under load many callers ask the same kind of question at once: while one query runs, the next callers gather.

use std::fmt::Write as _;
use std::future::Future;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;

/// Questions that may wait; more than this and callers wait themselves.
const LENGTH: usize = 1024;

/// Questions in one query at most.
const MOST: usize = 32;

type Waiting<Q, A> = (Q, oneshot::Sender<Result<A, StoreError>>);

/// Questions of one kind. Clones share the queue; it ends with the last of them.
#[derive(Debug)]
pub struct Gathered<Q, A>(mpsc::Sender<Waiting<Q, A>>);

impl<Q, A> Clone for Gathered<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Send + 'static, A: Send + 'static> Gathered<Q, A> {
    /// Starts the task that asks. `look_up` answers each of up to 32 questions, in their order.
    pub fn start<F, Fut>(look_up: F) -> Self
    where
        F: Fn(Vec<Q>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Vec<A>, StoreError>> + Send,
    {
        let (sender, mut queue) = mpsc::channel::<Waiting<Q, A>>(LENGTH);
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(MOST);
            while queue.recv_many(&mut waiting, MOST).await > 0 {
                let (questions, callers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
                match look_up(questions).await {
                    Ok(answers) => {
                        for (caller, answer) in callers.into_iter().zip(answers) {
                            // Whoever asked may be gone.
                            let _ = caller.send(Ok(answer));
                        }
                    }
                    Err(error) => {
                        for caller in callers {
                            let _ = caller.send(Err(error.repeated()));
                        }
                    }
                }
            }
        });
        Self(sender)
    }

    /// The answer, out of a query that begins after this call did.
    pub async fn ask(&self, question: Q) -> Result<A, StoreError> {
        let (caller, answer) = oneshot::channel();
        self.0.send((question, caller)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// What questions of one kind are made of, and the query that answers them.
#[derive(Debug)]
pub struct Question {
    /// The columns of a question, in the order of its values, with their types in PostgreSQL.
    pub columns: &'static [(&'static str, &'static str)],
    /// A `SELECT` from `asked q`, with `q.n`, the question's number, among its columns. At most one row for a question.
    pub select: String,
    /// Values that find nothing.
    pub nothing: Vec<Value>,
}

impl Question {
    /// Answers all questions, in their order, by one query.
    pub async fn ask<A: FromQueryResult>(
        &self,
        connection: &impl ConnectionTrait,
        questions: Vec<Vec<Value>>,
    ) -> Result<Vec<Option<A>>, StoreError> {
        let (backend, rows) = (connection.get_database_backend(), rows_for(questions.len()));
        let mut answers: Vec<Option<A>> = questions.iter().map(|_| None).collect();
        let padding = (questions.len()..rows).map(|_| self.nothing.clone());
        let mut values = Vec::with_capacity(rows * (self.columns.len() + 1));
        for (n, question) in questions.into_iter().chain(padding).enumerate() {
            values.push(i64::try_from(n).unwrap_or(i64::MAX).into());
            values.extend(question);
        }
        let statement = Statement::from_sql_and_values(backend, self.sql(backend, rows), values);
        for row in connection.query_all_raw(statement).await? {
            let n: i64 = row.try_get("", "n")?;
            if let Some(answer) = usize::try_from(n).ok().and_then(|n| answers.get_mut(n)) {
                *answer = Some(A::from_query_result(&row, "")?);
            }
        }
        Ok(answers)
    }

    fn sql(&self, backend: DbBackend, rows: usize) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let types: Vec<_> = std::iter::once("bigint").chain(self.columns.iter().map(|(_, of_type)| *of_type)).collect();
        let rows = value_rows(backend, &types, rows);
        format!("WITH asked (n, {}) AS (VALUES {rows}) {}", names.join(", "), self.select)
    }
}

/// How many rows a query for so many questions has: few different numbers, so that each is prepared once.
fn rows_for(questions: usize) -> usize {
    questions.next_power_of_two()
}

/// The rows of a `VALUES` list, `($1, $2), ($3, $4)`, whose columns have these types of PostgreSQL's, which must be told; SQLite
/// takes values as they come.
fn value_rows(backend: DbBackend, types: &[&str], rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for (column, of_type) in types.iter().enumerate() {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}${}", row * types.len() + column + 1);
            if backend == DbBackend::Postgres {
                let _ = write!(text, "::{of_type}");
            }
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn callers_that_wait_together_share_a_query() {
        let queries = Arc::new(AtomicUsize::new(0));
        let counted = queries.clone();
        let doubled = Gathered::start(move |questions: Vec<u32>| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::task::yield_now().await;
                Ok(questions.into_iter().map(|question| question * 2).collect())
            }
        });
        let asked: Vec<_> = (0..100)
            .map(|number| {
                let doubled = doubled.clone();
                tokio::spawn(async move { (number, doubled.ask(number).await.unwrap()) })
            })
            .collect();
        for answer in asked {
            let (number, answer) = answer.await.unwrap();
            assert_eq!(answer, number * 2);
        }
        assert!(queries.load(Ordering::Relaxed) < 50, "{queries:?}");
    }

    #[tokio::test]
    async fn a_failed_query_fails_for_everyone_and_the_next_one_is_asked() {
        let fails = Gathered::start(|questions: Vec<bool>| async move {
            if questions.contains(&true) { Err(StoreError::Busy) } else { Ok(questions) }
        });
        assert!(matches!(fails.ask(true).await, Err(StoreError::Busy)));
        assert!(!fails.ask(false).await.unwrap());
    }

    #[test]
    fn rows_are_numbered_through() {
        assert_eq!(value_rows(DbBackend::Sqlite, &["bigint", "text"], 2), "($1, $2), ($3, $4)");
        assert_eq!(value_rows(DbBackend::Postgres, &["bigint", "text"], 1), "($1::bigint, $2::text)");
        assert_eq!([1, 2, 3, 5, 32].map(rows_for), [1, 2, 4, 8, 32]);
    }
}
