//! Reading the trail, however long it is.
//!
//! Each thing that is asked of events is answered by an index whose entries stand in the order of time. Of several things, one
//! leads, the one that fits the fewest events, and the others are looked at in what it finds. Where even that one fits very
//! many, a search looks at so many at most and says from where to go on: the work of one portion is bounded.

use std::fmt::Write as _;

use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value,
};

use super::entity::{Column, Entity};
use super::filter::{STRETCH, Term, Wish};
use super::record::{APPLICATIONS, COLUMNS, Row};
use super::{Action, Audit, Filter, Record};
use crate::base::{AccountId, ApplicationId, AuditId, Store, StoreError, Timestamp, TokenId};

/// Rows read or removed at a time.
const PORTION: u64 = 500;

/// Events that one search looks at, one by one, when several things are asked of them.
const WINDOW: u64 = 5_000;

/// Where counting ends when it is about which of two things fits fewer events.
const FEW: u64 = 2_000;

/// How a token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Issue {
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub on_behalf_of: Option<AccountId>,
    /// To which application.
    pub application: Option<ApplicationId>,
}

/// One portion of the events that are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    /// The events, newest first. There may be fewer than asked for, or none, and still more to come.
    pub records: Vec<Record>,
    /// `newer_than` of the portion before; none when this is the first.
    pub newer: Option<AuditId>,
    /// `older_than` of the portion after; none when this is the last.
    pub older: Option<AuditId>,
}

/// All that is wanted, portion by portion, newest first.
#[derive(Debug)]
pub struct Trail {
    audit: Audit,
    filter: Filter,
    left: u64,
}

impl Trail {
    /// The next events; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Record>>, StoreError> {
        while self.left > 0 {
            self.filter.limit = Some(self.left);
            let portion = self.audit.search(&self.filter).await?;
            self.left = match portion.older {
                Some(older) => {
                    self.filter.older_than = Some(older);
                    self.left.saturating_sub(u64::try_from(portion.records.len()).unwrap_or(u64::MAX))
                }
                None => 0,
            };
            if !portion.records.is_empty() {
                return Ok(Some(portion.records));
            }
        }
        Ok(None)
    }
}

impl Audit {
    /// How a token was issued. Its id tells when: its event was written within moments of it, so this is a look at a
    /// short stretch of the trail, not at all of it.
    pub async fn issue_of(&self, token: TokenId) -> Result<Option<Issue>, StoreError> {
        let Some(made) = token.made_at() else { return Ok(None) };
        let found = Entity::find()
            .select_only()
            .columns([Column::At, Column::OnBehalfOf])
            .column_as(Column::ApplicationId, "application")
            .filter(Column::Id.between(first_id(made), first_id(made.after(STRETCH))))
            .filter(Column::Jti.eq(token))
            .filter(Column::Action.eq(Action::TokenIssued.as_str()));
        Ok(found.into_model::<Issue>().one(self.store.read()).await?)
    }

    /// One event.
    pub async fn find(&self, id: AuditId) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM audit_event e {APPLICATIONS} WHERE e.id = $1");
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [id.into()]);
        Ok(Row::find_by_statement(statement).one(self.store.read()).await?.map(Record::from))
    }

    /// All events that `filter` asks for, at most `limit` of them.
    pub fn trail(&self, filter: Filter, limit: Option<u64>) -> Trail {
        Trail { audit: self.clone(), filter, left: limit.unwrap_or(u64::MAX) }
    }

    /// One portion of the events that `filter` asks for.
    pub async fn search(&self, filter: &Filter) -> Result<Portion, StoreError> {
        let search = self.prepare(filter).await?;
        let statement = search.select(self.store.backend());
        let mut rows = Row::find_by_statement(statement).all(self.store.read()).await?;
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let mut end = rows.last().filter(|_| more).map(|row| row.id);
        if !more && let Some(statement) = search.horizon(self.store.backend()) {
            let seen = self.store.read().query_one_raw(statement).await?;
            end = seen.map(|row| search.horizon_of(&row)).transpose()?.flatten();
            if let Some(end) = end {
                // Beyond it something may be missing: it comes with the next portion.
                rows.retain(|row| if search.ascending { row.id <= end } else { row.id >= end });
            }
        }
        let mut records: Vec<Record> = rows.into_iter().map(Record::from).collect();
        if search.ascending {
            records.reverse();
        }
        let (first, last) = (records.first().map(|record| record.id), records.last().map(|record| record.id));
        let (newer, older) =
            if search.ascending { (end, last) } else { (first.filter(|_| filter.older_than.is_some()), end) };
        Ok(Portion { records, newer, older })
    }

    /// How the database goes about a search, in its own words: the lines of `EXPLAIN`.
    pub async fn explain(&self, filter: &Filter) -> Result<Vec<String>, StoreError> {
        let (backend, wishes) = (self.store.backend(), filter.wishes());
        let search = self.prepare(filter).await?;
        let statements = [count(filter, &wishes, backend), Some(search.select(backend)), search.horizon(backend)];
        let (word, column) = match backend {
            DbBackend::Postgres => ("EXPLAIN", "QUERY PLAN"),
            _ => ("EXPLAIN QUERY PLAN", "detail"),
        };
        let mut lines = Vec::new();
        for mut statement in statements.into_iter().flatten() {
            statement.sql = format!("{word} {}", statement.sql);
            for row in self.store.read().query_all_raw(statement).await? {
                lines.push(row.try_get("", column)?);
            }
        }
        Ok(lines)
    }

    /// Decides what leads.
    async fn prepare(&self, filter: &Filter) -> Result<Search, StoreError> {
        let mut wishes = filter.wishes();
        let leader = match count(filter, &wishes, self.store.backend()) {
            Some(statement) => {
                let counted = self.store.read().query_one_raw(statement).await?;
                let number = |index| counted.as_ref().map_or(Ok(0), |row| row.try_get_by_index::<i64>(index));
                let counts = (0..wishes.len()).map(number).collect::<Result<Vec<_>, _>>()?;
                (0..wishes.len()).min_by_key(|index| counts[*index]).unwrap_or_default()
            }
            None => 0,
        };
        let halves = if wishes.is_empty() { Vec::new() } else { wishes.swap_remove(leader).halves };
        Ok(Search {
            halves,
            rest: wishes.into_iter().map(|wish| wish.whole).collect(),
            range: filter.range(),
            limit: filter.limit.unwrap_or(PORTION).min(PORTION),
            ascending: filter.newer_than.is_some() && filter.older_than.is_none(),
        })
    }
}

/// Counts what fits each wish, as far as that matters; nothing when it is clear which one leads.
fn count(filter: &Filter, wishes: &[Wish], backend: DbBackend) -> Option<Statement> {
    if wishes.len() < 2 || wishes.iter().any(|wish| wish.narrow) {
        return None;
    }
    let (mut sql, range) = (Sql::new("SELECT "), filter.range());
    for (index, wish) in wishes.iter().enumerate() {
        sql.text(if index > 0 { ", " } else { "" });
        for (half, term) in wish.halves.iter().enumerate() {
            sql.text(if half > 0 { " + " } else { "" });
            sql.text("(SELECT COUNT(*) FROM (SELECT 1 FROM audit_event");
            sql.conditions(std::iter::once(term).chain(&range));
            // In the order of the index: otherwise a frequent value is looked for from one end of the table.
            sql.text(&format!(" ORDER BY id DESC LIMIT {FEW}) few)"));
        }
    }
    Some(sql.statement(backend))
}

/// What is asked of the database for one portion.
struct Search {
    /// What leads, as conditions that an index answers each; all events when there is none.
    halves: Vec<Term>,
    /// What else is asked of them.
    rest: Vec<Term>,
    range: Vec<Term>,
    limit: u64,
    ascending: bool,
}

impl Search {
    const fn order(&self) -> &'static str {
        if self.ascending { "ORDER BY id ASC" } else { "ORDER BY id DESC" }
    }

    /// Events that are looked at for each half.
    fn window(&self) -> u64 {
        WINDOW / u64::try_from(self.halves.len().max(1)).unwrap_or(u64::MAX)
    }

    /// The rows, one more than asked for: ids out of the indexes first, then the few events that are shown.
    fn select(&self, backend: DbBackend) -> Statement {
        let (order, beyond) = (self.order(), self.limit + 1);
        let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM ("));
        let all = [Term { sql: String::new(), values: Vec::new() }];
        let halves = if self.halves.is_empty() { &all[..] } else { &self.halves[..] };
        for (index, half) in halves.iter().enumerate() {
            sql.text(if index > 0 { " UNION " } else { "" });
            let conditions = std::iter::once(half).chain(&self.range);
            if self.rest.is_empty() {
                sql.text("SELECT id FROM (SELECT id FROM audit_event");
                sql.conditions(conditions);
            } else {
                // Ids out of the index alone, and each event by its own: PostgreSQL would rather walk all events in the order
                // of time than fetch thousands of scattered ones, and walk far where those that lead are old.
                sql.text("SELECT id FROM (SELECT id FROM (SELECT id FROM audit_event");
                sql.conditions(conditions);
                sql.text(&format!(" {order} LIMIT {}) seen", self.window()));
                sql.text(" WHERE (SELECT 1 FROM audit_event event WHERE event.id = seen.id");
                sql.also(&self.rest);
                sql.text(") = 1");
            }
            sql.text(&format!(" {order} LIMIT {beyond}) half{index}"));
        }
        // In this order of the tables, for SQLite, which keeps to it.
        sql.text(&format!(
            ") found CROSS JOIN audit_event e {APPLICATIONS} WHERE e.id = found.id \
             ORDER BY e.id {} LIMIT {beyond}",
            if self.ascending { "ASC" } else { "DESC" }
        ));
        sql.statement(backend)
    }

    /// The last event of each half that was looked at, where there were more; nothing to ask when all were looked at.
    fn horizon(&self, backend: DbBackend) -> Option<Statement> {
        if self.rest.is_empty() {
            return None;
        }
        let mut sql = Sql::new("SELECT ");
        for (index, half) in self.halves.iter().enumerate() {
            sql.text(if index > 0 { ", (" } else { "(" });
            sql.text("SELECT id FROM audit_event");
            sql.conditions(std::iter::once(half).chain(&self.range));
            sql.text(&format!(" {} LIMIT 1 OFFSET {})", self.order(), self.window() - 1));
        }
        Some(sql.statement(backend))
    }

    /// The nearest of those: up to it all was looked at.
    fn horizon_of(&self, row: &sea_orm::QueryResult) -> Result<Option<AuditId>, StoreError> {
        let ends = (0..self.halves.len()).map(|half| row.try_get_by_index::<Option<AuditId>>(half));
        let ends: Vec<AuditId> = ends.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(if self.ascending { ends.into_iter().min() } else { ends.into_iter().max() })
    }
}

/// A statement that grows, with its values numbered.
struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// `WHERE` with all of these; nothing without any.
    fn conditions<'a>(&mut self, terms: impl IntoIterator<Item = &'a Term>) {
        self.terms(" WHERE ", terms);
    }

    /// All of these behind a `WHERE` that stands there.
    fn also<'a>(&mut self, terms: impl IntoIterator<Item = &'a Term>) {
        self.terms(" AND ", terms);
    }

    fn terms<'a>(&mut self, mut word: &str, terms: impl IntoIterator<Item = &'a Term>) {
        for term in terms.into_iter().filter(|term| !term.sql.is_empty()) {
            self.text.push_str(word);
            word = " AND ";
            let mut values = term.values.iter();
            for character in term.sql.chars() {
                if character == '?' {
                    self.values.extend(values.next().cloned());
                    // Writing to a string cannot fail.
                    let _ = write!(self.text, "${}", self.values.len());
                } else {
                    self.text.push(character);
                }
            }
        }
    }

    fn statement(self, backend: DbBackend) -> Statement {
        Statement::from_sql_and_values(backend, self.text, self.values)
    }
}

/// The least id that an event of this moment can have: the first 48 bits of a UUID of version 7 are its milliseconds.
pub(super) fn first_id(at: Timestamp) -> AuditId {
    let millis = u64::try_from(at.as_micros().div_euclid(1000)).unwrap_or(0);
    AuditId::from(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
}

pub(super) async fn forget(store: &Store, before: Timestamp) -> Result<u64, StoreError> {
    let limit = first_id(before);
    let mut removed = 0;
    loop {
        let portion = store
            .write::<u64, StoreError, _, _>(async move |tx| {
                let oldest = Query::select()
                    .column(Column::Id)
                    .from(Entity)
                    .and_where(Column::Id.lt(limit))
                    .limit(PORTION)
                    .to_owned();
                let deleted = Entity::delete_many().filter(Column::Id.in_subquery(oldest)).exec(&*tx).await?;
                Ok(deleted.rows_affected)
            })
            .await?;
        removed += portion;
        if portion < PORTION {
            return Ok(removed);
        }
    }
}
