//! Inviting people.

use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Delivery, LinkError, LinkPurpose, Made, OneTimeLinks};
use crate::accounts::entity::{ActiveModel, Entity};
use crate::accounts::last::ways_in;
use crate::accounts::profile::Profile;
use crate::accounts::service::{Draft, claim_in, make_or_find_in};
use crate::accounts::who::hold_in;
use crate::accounts::{Account, Role, Status, Who};
use crate::audit::{Action, By, record_in};
use crate::base::{AccountId, EmailAddress, StoreError, Tx};

/// Somebody who is to come in.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Her address, which whoever invites vouches for.
    pub email: EmailAddress,
    /// What she is called.
    pub name: Option<String>,
    /// Whether she is to administer the server.
    pub administrator: bool,
}

impl OneTimeLinks {
    /// Makes an account for somebody, with a link by which she chooses her password. An account without any way in, and that of a
    /// person who never came, becomes hers; whoever has a way in is not invited.
    pub async fn invite(&self, new: Invitation, delivery: Delivery, by: impl Into<By>) -> Result<Made, LinkError> {
        let name = Profile::parse(new.name.as_deref().unwrap_or_default(), "", "").map_err(|_| LinkError::Name)?.name;
        let (links, by, new) = (self.clone(), by.into(), Invitation { name, ..new });
        self.accounts
            .store
            .write(async move |tx| {
                let account = links.account_in(&tx, new, &by).await?;
                links.make_in(&tx, account, LinkPurpose::Invitation, delivery, &by).await
            })
            .await
    }

    /// Makes another link for somebody who did not follow the first one.
    pub async fn invite_again(
        &self,
        account: AccountId,
        delivery: Delivery,
        by: impl Into<By>,
    ) -> Result<Made, LinkError> {
        let (links, by) = (self.clone(), by.into());
        self.accounts
            .store
            .write(async move |tx| {
                let account = hold_in(&tx, &Who::Id(account)).await?;
                if account.status == Status::Pending {
                    // Her address is nobody's word but an application's.
                    return Err(crate::accounts::AccountError::Pending.into());
                }
                may_be_invited_in(&tx, &account).await?;
                links.make_in(&tx, account, LinkPurpose::Invitation, delivery, &by).await
            })
            .await
    }

    /// The account that is invited, kept from others until the transaction ends.
    async fn account_in(&self, tx: &Tx, new: Invitation, by: &By) -> Result<Account, LinkError> {
        let accounts = &self.accounts;
        let now = accounts.clock.now();
        let row = Draft { email: Some(&new.email), status: Status::Active, verified: true, application: None }
            .row(AccountId::new(&accounts.random, now), now);
        let role = if new.administrator { Role::Admin } else { Role::User };
        let row = ActiveModel { name: Set(new.name.clone()), role: Set(role), ..row };
        let (found, made) = make_or_find_in(tx, row.clone(), new.email.key()).await?;
        let (account, action) = if made {
            (found, Action::AccountCreated)
        } else if found.status == Status::Pending {
            (claim_in(tx, &found, row).await?, Action::AccountEnabled)
        } else {
            may_be_invited_in(tx, &found).await?;
            return self.adapt_in(tx, found, new, by).await;
        };
        let event = by.did(action).on_behalf_of(account.id).details(json!({ "role": role.to_string() }));
        record_in(tx, accounts.audit.row(event)).await?;
        Ok(account)
    }

    /// An account that was there gets the name and the role that are given, and loses none.
    async fn adapt_in(&self, tx: &Tx, found: Account, new: Invitation, by: &By) -> Result<Account, LinkError> {
        let raised = new.administrator && !found.is_administrator();
        if !raised && new.name.is_none() {
            return Ok(found);
        }
        let row = ActiveModel {
            id: Set(found.id),
            name: Set(new.name.or_else(|| found.name.clone())),
            role: Set(if raised { Role::Admin } else { found.role }),
            updated_at: Set(self.accounts.clock.now()),
            ..Default::default()
        };
        let account = Entity::update(row).exec(&**tx).await.map_err(StoreError::from)?;
        if raised {
            let told =
                |account: &Account| json!({ "role": account.role.to_string(), "status": account.status.to_string() });
            let details = json!({ "before": told(&found), "after": told(&account) });
            let event = by.did(Action::AccountRoleChanged).on_behalf_of(account.id).details(details);
            record_in(tx, self.accounts.audit.row(event)).await?;
        }
        Ok(account)
    }
}

async fn may_be_invited_in(tx: &Tx, account: &Account) -> Result<(), LinkError> {
    if account.status == Status::Disabled {
        return Err(LinkError::Disabled);
    }
    if ways_in(tx, account).await? > 0 { Err(LinkError::HasWayIn) } else { Ok(()) }
}
