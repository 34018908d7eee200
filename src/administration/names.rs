//! Who and what the ids of events are.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::{Account, Accounts, Gone};
use crate::applications::{Applications, Named};
use crate::audit::Record;
use crate::base::{AccountId, ApplicationId, StoreError};

/// The people and applications that some events name, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: BTreeMap<AccountId, Account>,
    /// Those who had another account before, by that one.
    merged: BTreeMap<AccountId, AccountId>,
    applications: BTreeMap<ApplicationId, Named>,
}

impl Names {
    /// Those of these events, in a few queries however many they are.
    pub async fn of(records: &[Record], accounts: &Accounts, applications: &Applications) -> Result<Self, StoreError> {
        let people = records.iter().flat_map(|record| [record.on_behalf_of, record.actor.person()]);
        let people: BTreeSet<AccountId> = people.flatten().collect();
        let named: BTreeSet<ApplicationId> = records.iter().filter_map(|record| record.application_id).collect();
        let sought: Vec<_> = people.into_iter().collect();
        let found = if sought.is_empty() { Vec::new() } else { accounts.find_all(&sought).await? };
        let mut people: BTreeMap<_, _> = found.into_iter().map(|account| (account.id, account)).collect();
        // Of those who are not there some are part of somebody who is.
        let missing: Vec<_> = sought.into_iter().filter(|id| !people.contains_key(id)).collect();
        let into = |(id, gone)| match gone {
            Gone::MergedInto(into) => Some((id, into)),
            Gone::Deleted(_) => None,
        };
        let merged: BTreeMap<_, _> = accounts.gone(&missing).await?.into_iter().filter_map(into).collect();
        let unknown: BTreeSet<_> = merged.values().copied().filter(|id| !people.contains_key(id)).collect();
        if !unknown.is_empty() {
            let found = accounts.find_all(&unknown.into_iter().collect::<Vec<_>>()).await?;
            people.extend(found.into_iter().map(|account| (account.id, account)));
        }
        Ok(Self { people, merged, applications: applications.named(&named.into_iter().collect::<Vec<_>>()).await? })
    }

    /// The account, or the one that it became part of, unless that was deleted.
    pub fn person(&self, id: AccountId) -> Option<&Account> {
        self.people.get(self.merged.get(&id).unwrap_or(&id))
    }

    /// The application, unless it was deleted.
    pub fn application(&self, id: ApplicationId) -> Option<&Named> {
        self.applications.get(&id)
    }
}
