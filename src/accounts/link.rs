//! Joining an identity at a provider to an account that there is.

use super::identity::{Interrupted, known_in};
use super::password_change::{is_signed_in, may_have_password};
use super::who::hold_in;
use super::{Account, AccountError, Accounts, Arrival, SessionId, Status, Who};
use crate::audit::Actor;
use crate::base::{AccountId, ClientRequest, StoreError, Tx};
use crate::mail::Letter;

/// What became of a person's wish to have one more way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It is one.
    Now,
    /// It was one before.
    Before,
}

impl Accounts {
    /// Joins the identity of somebody who proved, or for whom an administrator decided, that the account is hers. False when
    /// that identity is another account's by now.
    pub async fn link(
        &self,
        account: AccountId,
        arrival: &Arrival,
        actor: Actor,
        request: &ClientRequest,
    ) -> Result<bool, StoreError> {
        let (accounts, arrival, request) = (self.clone(), arrival.clone(), request.clone());
        let linked = self.store.write(async move |tx| {
            let account = match hold_in(&tx, &Who::Id(account)).await {
                Ok(account) => account,
                Err(AccountError::Store(error)) => return Err(Interrupted::Store(error)),
                // It was removed at this moment.
                Err(_) => return Err(Interrupted::Raced),
            };
            accounts.link_and_tell_in(&tx, &account, &arrival, actor, &request).await
        });
        match linked.await {
            Ok(()) => Ok(true),
            Err(Interrupted::Raced) => Ok(false),
            Err(Interrupted::Store(error)) => Err(error),
        }
    }

    /// Joins an identity to the account of a person who asked for it in this session, which has to be hers still. One of another
    /// account is refused, and nothing is told of that.
    pub async fn link_own(
        &self,
        person: AccountId,
        session: &SessionId,
        arrival: &Arrival,
        request: &ClientRequest,
    ) -> Result<Linked, AccountError> {
        let (accounts, session) = (self.clone(), session.clone());
        let (arrival, request) = (arrival.clone(), request.clone());
        self.store
            .write(async move |tx| {
                let account = hold_in(&tx, &Who::Id(person)).await?;
                if account.status != Status::Active || !is_signed_in(&tx, person, &session).await? {
                    return Err(AccountError::NoSuchSession);
                }
                match known_in(&tx, &arrival).await? {
                    Some(identity) if identity.account_id == person => return Ok(Linked::Before),
                    Some(_) => return Err(AccountError::IdentityInUse),
                    None => {}
                }
                let actor = Actor::Person(person);
                match accounts.link_and_tell_in(&tx, &account, &arrival, actor, &request).await {
                    Ok(()) => Ok(Linked::Now),
                    // Somebody else had it at this moment: the unique index decides.
                    Err(Interrupted::Raced) => Err(AccountError::IdentityInUse),
                    Err(Interrupted::Store(error)) => Err(error.into()),
                }
            })
            .await
    }

    /// The account, held until the transaction ends, if an identity may be joined to it by whoever reads its mail. An administrator's
    /// may not: what gives power over all asks for more.
    pub async fn joins_by_code_in(&self, tx: &Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
        let account = match hold_in(tx, &Who::Id(id)).await {
            Ok(account) => account,
            Err(AccountError::Store(error)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let may = account.status == Status::Active && !account.is_administrator() && may_have_password(&account);
        Ok(may.then_some(account))
    }

    /// Joins an identity to the account, which the transaction holds, of the person who has just proved to be its own. False when that
    /// identity is another account's by now.
    pub async fn link_in_person(
        &self,
        tx: &Tx,
        account: &Account,
        arrival: &Arrival,
        request: &ClientRequest,
    ) -> Result<bool, StoreError> {
        match self.link_and_tell_in(tx, account, arrival, Actor::Person(account.id), request).await {
            Ok(()) => Ok(true),
            Err(Interrupted::Raced) => Ok(false),
            Err(Interrupted::Store(error)) => Err(error),
        }
    }

    async fn link_and_tell_in(
        &self,
        tx: &Tx,
        account: &Account,
        arrival: &Arrival,
        actor: Actor,
        request: &ClientRequest,
    ) -> Result<(), Interrupted> {
        self.link_in(tx, account.id, arrival, actor, Some(request)).await?;
        let provider = self.provider_name(&arrival.provider, account);
        Ok(self.tell_in(tx, account, &Letter::IdentityLinked { provider }).await?)
    }
}
