//! Importing people: all of a file, or nobody.

use std::collections::HashMap;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::json;

use super::file::Person;
use super::{Fault, Import, ImportDefect, ImportError};
use crate::accounts::entity::{ActiveModel, Column, Entity};
use crate::accounts::service::{Draft, claim_in};
use crate::accounts::{Account, Accounts, PasswordHash, Role, Status};
use crate::audit::{Action, By, EventRow, record_all_in};
use crate::base::{AccountId, EmailKey, StoreError, Tx};

/// Rows in one statement: SQLite takes 32,766 parameters, an account has 17.
const PORTION: usize = 500;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Accounts that were made.
    pub created: usize,
    /// Accounts that applications had made for somebody's address, which are hers now.
    pub claimed: usize,
    /// Lines that were left out, because their people have accounts.
    pub skipped: usize,
}

impl Accounts {
    /// Makes the accounts of a file, in one transaction. With `skip_existing` people who have accounts are left out; otherwise they are
    /// as wrong as a hash that is not taken. With `rehearsal` nothing is kept.
    pub async fn import(
        &self,
        import: Import,
        skip_existing: bool,
        rehearsal: bool,
        by: impl Into<By>,
    ) -> Result<Imported, ImportError> {
        let (accounts, by) = (self.clone(), by.into());
        let outcome = self.store.write(async move |tx| {
            let imported = accounts.import_in(&tx, import, skip_existing, &by).await?;
            if rehearsal { Err(ImportError::Rehearsed(imported)) } else { Ok(imported) }
        });
        match outcome.await {
            Err(ImportError::Rehearsed(imported)) => Ok(imported),
            outcome => outcome,
        }
    }

    async fn import_in(&self, tx: &Tx, import: Import, skip_existing: bool, by: &By) -> Result<Imported, ImportError> {
        let Import { people, mut defects } = import;
        let mut known = known_in(tx, &people).await?;
        let (mut imported, mut rows, mut events) = (Imported::default(), Vec::new(), Vec::new());
        for person in people {
            match known.remove(&person.email.key()) {
                None => {
                    let (row, event) = self.drafted(&person, None, by);
                    rows.push(row);
                    events.push(event);
                    imported.created += 1;
                }
                Some(pending) if pending.status == Status::Pending => {
                    let (row, event) = self.drafted(&person, Some(pending.id), by);
                    claim_in(tx, &pending, row).await?;
                    events.push(event);
                    imported.claimed += 1;
                }
                Some(_) if skip_existing => imported.skipped += 1,
                Some(_) => {
                    let (line, code) = (person.line, Fault::EmailTaken);
                    defects.push(ImportDefect { line, column: Some("email"), code });
                }
            }
        }
        if !defects.is_empty() {
            defects.sort_by_key(|defect| defect.line);
            return Err(ImportError::Defects(defects));
        }
        for portion in rows.chunks(PORTION) {
            Entity::insert_many(portion.to_vec()).exec_without_returning(&**tx).await.map_err(StoreError::from)?;
        }
        record_all_in(tx, events).await?;
        Ok(imported)
    }

    /// The account of a line, and the event of its making; or of its becoming hers, who has that id.
    fn drafted(&self, person: &Person, pending: Option<AccountId>, by: &By) -> (ActiveModel, EventRow) {
        let now = self.clock.now();
        let id = pending.unwrap_or_else(|| AccountId::new(&self.random, now));
        let role = if person.administrator { Role::Admin } else { Role::User };
        let row = Draft { email: Some(&person.email), status: Status::Active, verified: true, application: None };
        let row = ActiveModel {
            name: Set(person.name.clone()),
            role: Set(role),
            language: Set(person.language.map(|language| language.as_str().to_owned())),
            password_hash: Set(person.hash.clone()),
            ..row.row(id, now)
        };
        let action = if pending.is_some() { Action::AccountEnabled } else { Action::AccountCreated };
        let scheme = person.hash.as_ref().map(PasswordHash::scheme);
        let details = json!({ "role": role.to_string(), "imported": true, "password": scheme });
        (row, self.audit.row(by.did(action).on_behalf_of(id).details(details)))
    }
}

/// The accounts that these people have, kept from others until the transaction ends.
async fn known_in(tx: &Tx, people: &[Person]) -> Result<HashMap<EmailKey, Account>, StoreError> {
    let mut known = HashMap::new();
    for portion in people.chunks(PORTION) {
        let found = Entity::find()
            .filter(Column::EmailKey.is_in(portion.iter().map(|person| person.email.key())))
            .order_by_asc(Column::Id)
            .lock_exclusive();
        for account in found.all(&**tx).await? {
            if let Some(key) = account.email_key.clone() {
                known.insert(key, account);
            }
        }
    }
    Ok(known)
}
