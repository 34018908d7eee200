//! Who and what the ids of events are.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::{Account, Accounts};
use crate::applications::{Applications, Named};
use crate::audit::Record;
use crate::base::{AccountId, ApplicationId, StoreError};

/// The people and applications that some events name, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: BTreeMap<AccountId, Account>,
    applications: BTreeMap<ApplicationId, Named>,
}

impl Names {
    /// Those of these events, in two queries however many they are.
    pub async fn of(records: &[Record], accounts: &Accounts, applications: &Applications) -> Result<Self, StoreError> {
        let people = records.iter().flat_map(|record| [record.on_behalf_of, record.actor.person()]);
        let people: BTreeSet<AccountId> = people.flatten().collect();
        let named: BTreeSet<ApplicationId> = records.iter().filter_map(|record| record.application_id).collect();
        let people: Vec<_> = people.into_iter().collect();
        let found = if people.is_empty() { Vec::new() } else { accounts.find_all(&people).await? };
        Ok(Self {
            people: found.into_iter().map(|account| (account.id, account)).collect(),
            applications: applications.named(&named.into_iter().collect::<Vec<_>>()).await?,
        })
    }

    /// The account, unless it was deleted.
    pub fn person(&self, id: AccountId) -> Option<&Account> {
        self.people.get(&id)
    }

    /// The application, unless it was deleted.
    pub fn application(&self, id: ApplicationId) -> Option<&Named> {
        self.applications.get(&id)
    }
}
