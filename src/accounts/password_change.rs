//! Another password, or none: whoever came in with the former one is out.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::entity::{ActiveModel, Entity};
use super::last::{came_in, ways_in};
use super::own_sessions::end_in;
use super::personal_tokens::revoke_all_in;
use super::who::hold_in;
use super::{Account, AccountError, Accounts, PasswordHash, SessionId, Status, Who, sessions};
use crate::audit::{Action, By, record_in};
use crate::base::{AccountId, Secret, StoreError, Tx};
use crate::mail::Letter;

impl Accounts {
    /// Gives `account`, which the transaction holds, a password. Her sessions end but the one to keep, her own tokens, and those that
    /// applications have for her: whoever knew the former password must not go on by what it gave.
    pub async fn change_password_in(
        &self,
        tx: &Tx,
        account: &Account,
        hash: PasswordHash,
        keep: Option<&SessionId>,
        by: &By,
    ) -> Result<Account, StoreError> {
        let action = if account.password_hash.is_some() { Action::PasswordChanged } else { Action::PasswordSet };
        self.replace_password_in(tx, account, Some(hash), keep, by, action).await
    }

    /// Takes the password from `account`, which the transaction holds, and ends the same. Refused when it is the last way in of
    /// somebody who can sign in.
    pub async fn remove_password_in(
        &self,
        tx: &Tx,
        account: &Account,
        keep: Option<&SessionId>,
        by: &By,
    ) -> Result<Account, AccountError> {
        if account.password_hash.is_none() {
            return Err(AccountError::NoPassword);
        }
        if account.status != Status::Disabled && ways_in(tx, account).await? == 1 {
            return Err(AccountError::LastWayIn);
        }
        Ok(self.replace_password_in(tx, account, None, keep, by, Action::PasswordRemoved).await?)
    }

    async fn replace_password_in(
        &self,
        tx: &Tx,
        account: &Account,
        hash: Option<PasswordHash>,
        keep: Option<&SessionId>,
        by: &By,
        action: Action,
    ) -> Result<Account, StoreError> {
        let now = self.clock.now();
        let row = ActiveModel {
            id: Set(account.id),
            password_hash: Set(hash),
            generation: Set(account.generation + 1),
            updated_at: Set(now),
            ..Default::default()
        };
        let changed = Entity::update(row).exec(&**tx).await?;
        revoke_all_in(tx, account.id, now).await?;
        let sessions = end_in(tx, account.id, keep).await?;
        let event = by.did(action).on_behalf_of(account.id).details(json!({ "sessions_ended": sessions }));
        record_in(tx, self.audit.row(event)).await?;
        self.tell_in(tx, account, &Letter::PasswordChanged).await?;
        Ok(changed)
    }

    /// Gives a person who is signed in the password that she asks for, or takes hers away, and keeps the session in which she asks.
    /// `former` is the one that she had when she asked: of two changes at once the second finds another one and is refused, and so is
    /// one whose session has ended meanwhile.
    pub async fn change_own_password(
        &self,
        person: AccountId,
        former: Option<PasswordHash>,
        new: Option<PasswordHash>,
        keep: SessionId,
        by: impl Into<By>,
    ) -> Result<Account, AccountError> {
        let (accounts, by) = (self.clone(), by.into());
        self.store
            .write(async move |tx| {
                let account = hold_in(&tx, &Who::Id(person)).await?;
                if account.status != Status::Active || !is_signed_in(&tx, person, &keep).await? {
                    return Err(AccountError::NoSuchSession);
                }
                if account.password_hash != former {
                    return Err(AccountError::PasswordMoved);
                }
                let Some(hash) = new else { return accounts.remove_password_in(&tx, &account, Some(&keep), &by).await };
                if former.is_none() && !may_have_password(&account) {
                    return Err(AccountError::EmailUnverified);
                }
                Ok(accounts.change_password_in(&tx, &account, hash, Some(&keep), &by).await?)
            })
            .await
    }

    /// Gives an account a new password, as whoever runs the server does: all ends. A person who never came has none: she is claimed
    /// by a sign-in with her verified address, not by whoever knows a password.
    pub async fn set_password(
        &self,
        who: impl Into<Who>,
        password: &Secret,
        by: impl Into<By>,
    ) -> Result<Account, AccountError> {
        let hash = self.passwords().hash(password).await?;
        let (accounts, who, by) = (self.clone(), who.into(), by.into());
        self.store
            .write(async move |tx| {
                let account = hold_in(&tx, &who).await?;
                if !came_in(&tx, &account).await? {
                    return Err(AccountError::Pending);
                }
                Ok(accounts.change_password_in(&tx, &account, hash, None, &by).await?)
            })
            .await
    }

    /// Takes an account's password, as whoever runs the server does: all ends.
    pub async fn remove_password(&self, who: impl Into<Who>, by: impl Into<By>) -> Result<Account, AccountError> {
        let (accounts, who, by) = (self.clone(), who.into(), by.into());
        self.store
            .write(async move |tx| {
                let account = hold_in(&tx, &who).await?;
                accounts.remove_password_in(&tx, &account, None, &by).await
            })
            .await
    }
}

/// Whether a password would let somebody in: it is asked for beside an address, which has to be hers.
pub fn may_have_password(account: &Account) -> bool {
    account.email.is_some() && account.email_verified
}

/// Whether that session is that person's and has not ended.
pub(super) async fn is_signed_in(tx: &Tx, person: AccountId, session: &SessionId) -> Result<bool, StoreError> {
    let found = sessions::Entity::find_by_id(session.clone()).filter(sessions::Column::AccountId.eq(person));
    Ok(found.one(&**tx).await?.is_some())
}
