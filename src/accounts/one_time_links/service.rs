//! Making links.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::entity::{Column, Entity, Model};
use super::{LinkError, LinkPurpose, OneTimeToken};
use crate::accounts::{Account, Accounts, PasswordHash};
use crate::audit::{Action, By, record_in};
use crate::base::{
    AccountId, EmailKey, FailureLimiter, Limit, MasterKey, OneTimeLinkId, Purpose, Secret, StoreError, Timestamp, Tx,
};
use crate::config::PublicUrl;
use crate::mail::{Letter, Mail};

/// Letters about a forgotten password that one address is sent within an hour.
const LETTERS: Limit = Limit { failures: 3, within: Duration::from_hours(1) };

/// Such letters that are asked for from one network address within an hour; many people may share it.
const ASKED: Limit = Limit { failures: 30, within: Duration::from_hours(1) };

/// Links that let people choose a password. Clones share the counts of letters.
#[derive(Clone, Debug)]
pub struct OneTimeLinks {
    pub(super) accounts: Accounts,
    pub(super) mail: Mail,
    pub(super) key: MasterKey,
    public_url: PublicUrl,
    pub(super) limits: Arc<Limits>,
}

#[derive(Debug)]
pub(super) struct Limits {
    pub(super) letters: FailureLimiter<EmailKey>,
    pub(super) asked: FailureLimiter<IpAddr>,
}

/// How a link reaches its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// By mail where mail is sent; else whoever asked gets it.
    Mailed,
    /// Whoever asked gets it in any case, and passes it on.
    Shown,
}

/// A link that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Whose it is.
    pub account: Account,
    /// The whole address, for whoever passes it on; none when it is mailed.
    pub link: Option<Secret>,
    /// Until when it works.
    pub until: Timestamp,
}

impl OneTimeLinks {
    /// Links to `accounts`, digested under `key`, below `public_url`.
    pub fn new(accounts: Accounts, mail: Mail, key: MasterKey, public_url: PublicUrl) -> Self {
        let limits = Limits { letters: FailureLimiter::new(LETTERS), asked: FailureLimiter::new(ASKED) };
        Self { accounts, mail, key, public_url, limits: Arc::new(limits) }
    }

    /// Whether links are mailed.
    pub fn are_mailed(&self) -> bool {
        self.mail.is_on()
    }

    /// Makes a link for `account`, which the transaction holds, in place of the one that may live.
    pub(super) async fn make_in(
        &self,
        tx: &Tx,
        account: Account,
        purpose: LinkPurpose,
        delivery: Delivery,
        by: &By,
    ) -> Result<Made, LinkError> {
        if account.email.is_none() {
            return Err(LinkError::NoAddress);
        }
        let (clock, random) = (&self.accounts.clock, &self.accounts.random);
        let (now, token) = (clock.now(), OneTimeToken::generate(random));
        let until = now.after(purpose.lifetime());
        let former = Entity::delete_many()
            .filter(Column::AccountId.eq(account.id))
            .filter(Column::Purpose.eq(purpose))
            .filter(Column::UsedAt.is_null());
        former.exec(&**tx).await.map_err(StoreError::from)?;
        let row = Model {
            id: OneTimeLinkId::new(random, now),
            account_id: account.id,
            purpose,
            digest: token.digest(&self.key),
            fits: self.fit_of(&account),
            created_at: now,
            until,
            used_at: None,
        };
        let row = row.into_active_model().reset_all();
        Entity::insert(row).exec_without_returning(&**tx).await.map_err(StoreError::from)?;
        let link = Secret::new(self.public_url.at(&format!("{}/{}", purpose.page(), token.expose())));
        let mailed = delivery == Delivery::Mailed && self.mail.is_on();
        if mailed {
            let to = account.recipient(Some(account.id)).ok_or(LinkError::NoAddress)?;
            self.mail.post_in(tx, &to, &letter(purpose, link.clone(), until)).await?;
        }
        let action = match purpose {
            LinkPurpose::Invitation => Action::UserInvited,
            LinkPurpose::PasswordReset => Action::PasswordResetRequested,
        };
        let details = json!({ "mailed": mailed, "until": until });
        let event = by.did(action).on_behalf_of(account.id).details(details);
        record_in(tx, self.accounts.audit.row(event)).await?;
        Ok(Made { account, link: (!mailed).then_some(link), until })
    }

    /// What tells an account from itself with another address or another password.
    pub(super) fn fit_of(&self, account: &Account) -> Vec<u8> {
        let email = account.email_key.as_ref().map_or("", EmailKey::as_str);
        let password = account.password_hash.as_ref().map_or("", PasswordHash::as_str);
        self.key.digest(Purpose::OneTimeLink, format!("{email}\0{password}").as_bytes()).to_vec()
    }
}

/// Ends the links of `account` that were not used.
pub(in crate::accounts) async fn end_links_in(tx: &Tx, account: AccountId) -> Result<(), StoreError> {
    let living = Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::UsedAt.is_null());
    living.exec(&**tx).await?;
    Ok(())
}

fn letter(purpose: LinkPurpose, link: Secret, until: Timestamp) -> Letter {
    match purpose {
        LinkPurpose::Invitation => Letter::Invitation { link, until },
        LinkPurpose::PasswordReset => Letter::PasswordReset { link, until },
    }
}
