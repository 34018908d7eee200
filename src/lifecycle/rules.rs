//! What becomes of everything that refers to an account when its person takes her data, goes, or turns out to be somebody else.
//!
//! One line for each column; `tests/it/lifecycle/schema.rs` reads the foreign keys of both databases and fails where a line is missing or
//! does not say what the database does.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;

use crate::base::{AccountId, StoreError, Tx};

/// What becomes of one column that holds account ids.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// Its column.
    pub column: &'static str,
    /// Whether it is part of what she takes.
    pub export: Export,
    /// What her end means to it.
    pub deletion: Deletion,
    /// What it means to it that she is somebody else.
    pub merge: Merge,
}

/// Whether rows are part of what a person takes with her.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// They are, in this member of the document.
    In(&'static str),
    /// They are not, for this reason.
    Not(&'static str),
}

/// What the end of an account means to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The database removes them with it.
    Cascades,
    /// The database lets them forget it.
    Forgets,
    /// They are removed before it is, whatever the database would do.
    Removed,
    /// They stay, and keep its id, which says nothing any more of whose it was.
    Kept,
}

/// What it means to rows of one account that it becomes part of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// They are the other's.
    Moves,
    /// They are the other's where it has none that agrees in these columns; else they go.
    MovesUnlessThere(&'static [&'static str]),
    /// The same by room, and where both have a role the stronger one counts.
    StrongerRole,
    /// They go.
    Ends,
    /// They keep the former id: `merged_account` tells whose it is.
    Stays,
}

const fn rule(table: &'static str, column: &'static str, export: Export, deletion: Deletion, merge: Merge) -> Rule {
    Rule { table, column, export, deletion, merge }
}

/// All of them. Their order is that in which a merge goes through them.
pub const RULES: &[Rule] = &[
    rule("identity", "account_id", Export::In("identities"), Deletion::Cascades, Merge::Moves),
    rule("room_access", "account_id", Export::In("rooms"), Deletion::Cascades, Merge::StrongerRole),
    rule("room", "created_by", Export::In("rooms"), Deletion::Forgets, Merge::Moves),
    rule("room_default", "account_id", Export::In("room_defaults"), Deletion::Cascades, Merge::MovesUnlessThere(&[])),
    rule("application_manager", "account_id", Export::In("applications"), Deletion::Cascades, MANAGES),
    rule("sign_in_conflict", "account_id", Export::In("requests"), Deletion::Cascades, Merge::Moves),
    // Sealed for the account that it is about: it comes again with the next sign-in.
    rule("entitlement", "account_id", Export::In("entitlement"), Deletion::Cascades, Merge::Ends),
    rule("session", "account_id", Export::In("sessions"), Deletion::Cascades, Merge::Ends),
    rule("personal_token", "account_id", Export::In("personal_tokens"), Deletion::Cascades, Merge::Ends),
    rule("idempotency", "account_id", ANSWERS, Deletion::Cascades, Merge::Ends),
    rule("account_word", "account_id", WORDS, Deletion::Cascades, Merge::Ends),
    rule("one_time_link", "account_id", LINKS, Deletion::Cascades, Merge::Ends),
    rule("mail", "account_id", LETTERS, Deletion::Removed, Merge::Moves),
    rule("audit_event", "actor_id", Export::In("events"), Deletion::Kept, Merge::Stays),
    rule("audit_event", "on_behalf_of", Export::In("events"), Deletion::Kept, Merge::Stays),
    rule("merged_account", "account_id", Export::In("account"), Deletion::Kept, Merge::Moves),
];

const MANAGES: Merge = Merge::MovesUnlessThere(&["application_id"]);
const ANSWERS: Export = Export::Not("what applications were answered, for a day; it tells of rooms, which are there");
const WORDS: Export = Export::Not("words of name and address, which are there");
const LINKS: Export = Export::Not("links under way to her, of which nothing is kept that opens anything");
const LETTERS: Export = Export::Not("letters under way to her");

/// What moved and what went in a merge, in rows by table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What is the other account's now.
    pub moved: BTreeMap<&'static str, u64>,
    /// What went.
    pub ended: BTreeMap<&'static str, u64>,
}

/// Removes what the database would not remove with the account as it should go.
pub(super) async fn remove_in(tx: &Tx, account: AccountId) -> Result<(), StoreError> {
    // Asked for by an identity, not by an account: its person may have got none.
    let sql = "DELETE FROM organisation_request WHERE (issuer, subject) IN \
               (SELECT issuer, subject FROM identity WHERE account_id = $1)";
    run(tx, sql, &[account]).await?;
    for rule in RULES.iter().filter(|rule| rule.deletion == Deletion::Removed) {
        run(tx, &format!("DELETE FROM {} WHERE {} = $1", rule.table, rule.column), &[account]).await?;
    }
    Ok(())
}

/// Gives what is of `from` to `into`, or ends it.
pub(super) async fn merge_in(tx: &Tx, from: AccountId, into: AccountId) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for Rule { table, column, merge, .. } in RULES {
        let (moved, ended) = match merge {
            Merge::Moves => {
                let sql = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
                (run(tx, &sql, &[from, into]).await?, 0)
            }
            Merge::MovesUnlessThere(keys) => move_unless_there_in(tx, table, column, keys, from, into).await?,
            Merge::StrongerRole => {
                let raised = raise_in(tx, from, into).await?;
                let (moved, ended) = move_unless_there_in(tx, table, column, &["room_id"], from, into).await?;
                (moved + raised, ended - raised)
            }
            Merge::Ends => (0, run(tx, &format!("DELETE FROM {table} WHERE {column} = $1"), &[from]).await?),
            Merge::Stays => (0, 0),
        };
        if moved > 0 {
            *counts.moved.entry(table).or_default() += moved;
        }
        if ended > 0 {
            *counts.ended.entry(table).or_default() += ended;
        }
    }
    Ok(counts)
}

async fn move_unless_there_in(
    tx: &Tx,
    table: &str,
    column: &str,
    keys: &[&str],
    from: AccountId,
    into: AccountId,
) -> Result<(u64, u64), StoreError> {
    let agree = keys.iter().fold(String::new(), |agree, key| agree + " AND o." + key + " = " + table + "." + key);
    let sql = format!(
        "UPDATE {table} SET {column} = $2 WHERE {column} = $1 AND NOT EXISTS \
         (SELECT 1 FROM {table} o WHERE o.{column} = $2{agree})"
    );
    let moved = run(tx, &sql, &[from, into]).await?;
    Ok((moved, run(tx, &format!("DELETE FROM {table} WHERE {column} = $1"), &[from]).await?))
}

/// Gives `into` the role that `from` has in a room where that is the stronger one; tells in how many.
async fn raise_in(tx: &Tx, from: AccountId, into: AccountId) -> Result<u64, StoreError> {
    let rank = |table: &str| {
        format!("CASE {table}.role WHEN 'owner' THEN 3 WHEN 'administrator' THEN 2 WHEN 'member' THEN 1 ELSE 0 END")
    };
    let of_from = "FROM room_access o WHERE o.account_id = $1 AND o.room_id = room_access.room_id";
    let sql = format!(
        "UPDATE room_access SET role = (SELECT o.role {of_from}) WHERE account_id = $2 \
         AND EXISTS (SELECT 1 {of_from} AND {} > {})",
        rank("o"),
        rank("room_access")
    );
    run(tx, &sql, &[from, into]).await
}

async fn run(tx: &Tx, sql: &str, accounts: &[AccountId]) -> Result<u64, StoreError> {
    let values = accounts.iter().map(|id| (*id).into());
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}
