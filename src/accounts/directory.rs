//! Finding people by the beginnings of words: of their names and of their addresses.
//!
//! The words of an account stand in a table of their own. Whatever changes an account moves its `updated_at`; the words are
//! those of the moment `searched_at`, and where the two differ they are made again before anybody searches. So nothing that
//! writes an account has to think of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement, Value};

use super::entity::Entity;
use super::{Account, Accounts, Role, Status};
use crate::base::{AccountId, StoreError, Timestamp, Tx, name_key};

/// Accounts whose words are made at a time.
const PORTION: usize = 100;

/// Portions that a search waits for; the rest is made by the hour, and only after a great change.
const PATIENCE: usize = 5;

/// People on one page of the list.
pub const PEOPLE_ON_A_PAGE: u64 = 50;

/// The words of a search that count.
const WORDS: usize = 8;

/// Who is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleSearch {
    /// Beginnings of words of her name or address; all of them fit.
    pub text: String,
    /// Where her account stands.
    pub status: Option<Status>,
    /// What she may do.
    pub role: Option<Role>,
    /// So many at most; [`PEOPLE_ON_A_PAGE`] unless given.
    pub limit: Option<u64>,
    /// Made before this account.
    pub older_than: Option<AccountId>,
    /// Made after this account, nearest first.
    pub newer_than: Option<AccountId>,
}

/// A portion of those who were found.
#[derive(Clone, Debug, PartialEq)]
pub struct People {
    /// Their accounts, newest first.
    pub accounts: Vec<Account>,
    /// `newer_than` of the portion before; none when this is the first.
    pub newer: Option<AccountId>,
    /// `older_than` of the portion after; none when this is the last.
    pub older: Option<AccountId>,
}

/// An account whose words are to be made.
#[derive(Debug, FromQueryResult)]
struct Stale {
    id: AccountId,
    name: Option<String>,
    email_key: Option<String>,
    claimed_email: Option<String>,
    updated_at: Timestamp,
}

impl Accounts {
    /// A portion of the people who are looked for.
    pub async fn search(&self, search: &PeopleSearch) -> Result<People, StoreError> {
        self.index(PATIENCE).await?;
        let limit = search.limit.unwrap_or(PEOPLE_ON_A_PAGE);
        let ascending = search.newer_than.is_some() && search.older_than.is_none();
        let statement = select(search, limit + 1, ascending);
        let statement = Statement::from_sql_and_values(self.store.backend(), statement.0, statement.1);
        let mut accounts = Entity::find().from_raw_sql(statement).all(self.store.read()).await?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = accounts.len() > most;
        accounts.truncate(most);
        if ascending {
            accounts.reverse();
        }
        let (has_newer, has_older) = if ascending { (more, true) } else { (search.older_than.is_some(), more) };
        let newer = accounts.first().filter(|_| has_newer).map(|account| account.id);
        let older = accounts.last().filter(|_| has_older).map(|account| account.id);
        Ok(People { accounts, newer, older })
    }

    /// Makes the words of all accounts that changed. Several instances may do it at once.
    pub async fn index_all(&self) -> Result<(), StoreError> {
        self.index(usize::MAX).await
    }

    /// Makes the words of accounts that changed, in so many portions at most. Nearly always there is none.
    async fn index(&self, portions: usize) -> Result<(), StoreError> {
        for _ in 0..portions {
            let sql = format!(
                "SELECT id, name, email_key, claimed_email, updated_at FROM account WHERE searched_at <> updated_at \
                 LIMIT {PORTION}"
            );
            let statement = Statement::from_string(self.store.backend(), sql);
            let stale = Stale::find_by_statement(statement).all(self.store.read()).await?;
            let last = stale.len() < PORTION;
            if !stale.is_empty() {
                self.store
                    .write::<_, StoreError, _, _>(async move |tx| {
                        for account in &stale {
                            index_in(&tx, account).await?;
                        }
                        Ok(())
                    })
                    .await?;
            }
            if last {
                break;
            }
        }
        Ok(())
    }
}

async fn index_in(tx: &Tx, account: &Stale) -> Result<(), StoreError> {
    let run = async |sql: &str, values: Vec<Value>| {
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
    };
    let (id, at) = (Value::from(account.id), Value::from(account.updated_at));
    let sql = "UPDATE account SET searched_at = $2 WHERE id = $1 AND updated_at = $2";
    if run(sql, vec![id.clone(), at]).await?.rows_affected() == 0 {
        // It changed again: whoever looks next finds it.
        return Ok(());
    }
    run("DELETE FROM account_word WHERE account_id = $1", vec![id.clone()]).await?;
    let mut values = vec![id];
    let mut sql = String::from("INSERT INTO account_word (account_id, word) VALUES ");
    for word in words_of(account) {
        // Writing to a string cannot fail.
        let _ = write!(sql, "{}($1, ${})", if values.len() > 1 { ", " } else { "" }, values.len() + 1);
        values.push(word.into());
    }
    if values.len() > 1 {
        run(&sql, values).await?;
    }
    Ok(())
}

/// What the account is found by: the words of the name, and addresses both whole and in parts.
fn words_of(account: &Stale) -> BTreeSet<String> {
    let addresses = [account.email_key.as_deref(), account.claimed_email.as_deref()];
    let whole = addresses.into_iter().flatten().map(name_key);
    let texts = addresses.into_iter().chain([account.name.as_deref()]).flatten();
    texts.flat_map(words).chain(whole).collect()
}

/// The words of a text, by letters and figures, in the form in which they are compared.
fn words(text: &str) -> Vec<String> {
    let key = name_key(text);
    key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of a search. What has an `@` is the beginning of an address.
fn sought(text: &str) -> Vec<String> {
    let parts = text.split_whitespace();
    let parts = parts.flat_map(|part| if part.contains('@') { vec![name_key(part)] } else { words(part) });
    parts.take(WORDS).collect()
}

fn select(search: &PeopleSearch, limit: u64, ascending: bool) -> (String, Vec<Value>) {
    let mut sql = String::from("SELECT account.* FROM account WHERE 1 = 1");
    let mut values: Vec<Value> = Vec::new();
    for word in sought(&search.text) {
        // No word that begins with this one lies behind it and the last of all characters.
        values.extend([word.as_str().into(), format!("{word}\u{10ffff}").into()]);
        let (from, to) = (values.len() - 1, values.len());
        // Writing to a string cannot fail.
        let _ = write!(sql, " AND id IN (SELECT account_id FROM account_word WHERE word >= ${from} AND word < ${to})");
    }
    if search.role == Some(Role::Admin) {
        // As the index has it, which holds nobody else.
        sql.push_str(" AND role = 'ADMIN'");
    } else if let Some(role) = search.role {
        values.push(role.into());
        let _ = write!(sql, " AND role = ${}", values.len());
    }
    if let Some(status) = search.status {
        values.push(status.into());
        let _ = write!(sql, " AND status = ${}", values.len());
    }
    for (id, comparison) in [(search.older_than, "<"), (search.newer_than, ">")] {
        if let Some(id) = id {
            values.push(id.into());
            let _ = write!(sql, " AND id {comparison} ${}", values.len());
        }
    }
    let _ = write!(sql, " ORDER BY id {} LIMIT {limit}", if ascending { "ASC" } else { "DESC" });
    (sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_words_of_name_and_address() {
        let account = Stale {
            id: AccountId::from(uuid::Uuid::nil()),
            name: Some("Éloïse d’Arc-Martin".to_owned()),
            email_key: Some("eloise.arc@mairie.example.org".to_owned()),
            claimed_email: None,
            updated_at: Timestamp::from_seconds(0),
        };
        let words: Vec<_> = words_of(&account).into_iter().collect();
        let expected = ["arc", "d", "eloise", "eloise.arc@mairie.example.org", "example", "mairie", "martin", "org"];
        assert_eq!(words, expected);
    }

    #[test]
    fn what_is_typed_is_read_alike() {
        assert_eq!(sought(" Élo  d'ARC "), ["elo", "d", "arc"]);
        assert_eq!(sought("Ada.L@Exam"), ["ada.l@exam"]);
        assert_eq!(sought("example.org"), ["example", "org"]);
        assert_eq!(sought("- … %"), Vec::<String>::new());
        assert_eq!(sought(&"a ".repeat(50)).len(), WORDS);
    }
}
