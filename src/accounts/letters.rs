//! What a person is told by mail of her account.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Account, Accounts};
use crate::base::{AccountId, Language, StoreError, Tx};
use crate::config::{Label, Provider};
use crate::mail::{Letter, Mail, Recipient};

/// What the providers of the settings are called, by their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct ProviderNames(Arc<BTreeMap<String, Label>>);

impl Accounts {
    /// The same, which names these providers in letters.
    #[must_use]
    pub fn naming(mut self, providers: &[Provider]) -> Self {
        let names = providers.iter().map(|provider| (provider.id.to_string(), provider.label.clone()));
        self.provider_names = ProviderNames(Arc::new(names.collect()));
        self
    }

    /// What a provider is called in a letter to that person; its id when it is not in the settings any more.
    pub(super) fn provider_name(&self, id: &str, account: &Account) -> String {
        let language: Language = account.chosen_language().unwrap_or_default();
        let name = self.provider_names.0.get(id).map(|label| label.text(language));
        name.unwrap_or(id).to_owned()
    }

    /// Letters to people.
    pub fn mail(&self) -> &Mail {
        &self.mail
    }

    /// Queues a letter to the person, if an address of hers is known.
    pub async fn tell_in(&self, tx: &Tx, account: &Account, letter: &Letter) -> Result<(), StoreError> {
        match account.recipient(Some(account.id)) {
            Some(recipient) => self.mail.post_in(tx, &recipient, letter).await,
            None => Ok(()),
        }
    }
}

impl Account {
    /// To whom letters to the person go, if somebody vouches for an address of hers. The end of `concerns` takes back a letter that
    /// was not sent yet.
    pub fn recipient(&self, concerns: Option<AccountId>) -> Option<Recipient> {
        let email = self.email.clone().filter(|_| self.email_verified)?;
        Some(Recipient { email, name: self.name.clone(), language: self.chosen_language(), account: concerns })
    }
}
