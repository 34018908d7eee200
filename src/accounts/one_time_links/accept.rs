//! Following a link.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};

use super::entity::{Column, Entity, Model};
use super::{LinkError, LinkPurpose, OneTimeLinks, OneTimeToken};
use crate::accounts::entity as account;
use crate::accounts::who::hold_in;
use crate::accounts::{Account, AccountError, PasswordHash, Status, Who, identity};
use crate::audit::{Action, Actor, record_in};
use crate::base::{AccountId, ClientRequest, Secret, StoreError, Tx};

impl OneTimeLinks {
    /// Whose link it is, while it works. Changes nothing: programs that look into letters follow links, too.
    pub async fn look(&self, token: &str, purpose: LinkPurpose) -> Result<Account, LinkError> {
        let token = OneTimeToken::parse(token).ok_or(LinkError::Over)?;
        let store = &self.accounts.store;
        let link = self.find(store.read(), &token, purpose).await?;
        let account = self.accounts.find(link.account_id).await?.ok_or(LinkError::Over)?;
        self.check(store.read(), &link, &account).await?;
        Ok(account)
    }

    /// Takes the link, once, and gives its person the password that she chose. Whatever refuses it leaves the link as it is.
    pub async fn accept(
        &self,
        token: &str,
        purpose: LinkPurpose,
        password: &Secret,
        request: &ClientRequest,
    ) -> Result<Account, LinkError> {
        // Before the work of hashing: nobody has that done for a link that is none.
        self.look(token, purpose).await?;
        let token = OneTimeToken::parse(token).ok_or(LinkError::Over)?;
        let hash = self.accounts.passwords().hash(password).await?;
        let (links, request) = (self.clone(), request.clone());
        self.accounts
            .store
            .write(async move |tx| {
                let link = links.find(&*tx, &token, purpose).await?;
                // The account before the link, as whoever makes another one does.
                let account = hold_in(&tx, &Who::Id(link.account_id)).await.map_err(gone)?;
                links.take_in(&tx, &token).await?;
                links.check(&*tx, &link, &account).await?;
                match purpose {
                    LinkPurpose::Invitation => links.come_in(&tx, &account, hash, &request).await,
                    LinkPurpose::PasswordReset => {
                        let by = Actor::Person(account.id).through(&request);
                        Ok(links.accounts.change_password_in(&tx, &account, hash, None, &by).await?)
                    }
                }
            })
            .await
    }

    async fn find(
        &self,
        connection: &impl ConnectionTrait,
        token: &OneTimeToken,
        purpose: LinkPurpose,
    ) -> Result<Model, LinkError> {
        let found = Entity::find()
            .filter(Column::Digest.eq(token.digest(&self.key)))
            .filter(Column::Purpose.eq(purpose))
            .one(connection)
            .await
            .map_err(StoreError::from)?;
        found.ok_or(LinkError::Over)
    }

    /// Uses it up: of two at once one finds it used.
    async fn take_in(&self, tx: &Tx, token: &OneTimeToken) -> Result<(), LinkError> {
        let sql = "UPDATE one_time_link SET used_at = $1 WHERE digest = $2 AND used_at IS NULL AND until > $1";
        let values = [self.accounts.clock.now().into(), token.digest(&self.key).into()];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        let rows = tx.execute_raw(statement).await.map_err(StoreError::from)?.rows_affected();
        if rows == 0 { Err(LinkError::Over) } else { Ok(()) }
    }

    /// Whether the link works for the account as it is now.
    async fn check(&self, connection: &impl ConnectionTrait, link: &Model, account: &Account) -> Result<(), LinkError> {
        let works = link.used_at.is_none()
            && self.accounts.clock.now() < link.until
            && account.status == Status::Active
            && link.fits == self.fit_of(account);
        // Whoever came through a provider meanwhile has her way in; an old letter makes no second one.
        if !works || (link.purpose == LinkPurpose::Invitation && has_identity(connection, account.id).await?) {
            return Err(LinkError::Over);
        }
        Ok(())
    }

    /// An invited person has a password, and her address is hers.
    async fn come_in(
        &self,
        tx: &Tx,
        account: &Account,
        hash: PasswordHash,
        request: &ClientRequest,
    ) -> Result<Account, LinkError> {
        let row = account::ActiveModel {
            id: Set(account.id),
            password_hash: Set(Some(hash)),
            email_verified: Set(true),
            updated_at: Set(self.accounts.clock.now()),
            ..Default::default()
        };
        let account = account::Entity::update(row).exec(&**tx).await.map_err(StoreError::from)?;
        let event = Actor::Person(account.id).through(request).did(Action::InvitationAccepted);
        record_in(tx, self.accounts.audit.row(event.on_behalf_of(account.id))).await?;
        Ok(account)
    }
}

async fn has_identity(connection: &impl ConnectionTrait, account: AccountId) -> Result<bool, StoreError> {
    let identities = identity::Entity::find().filter(identity::Column::AccountId.eq(account));
    Ok(identities.count(connection).await? > 0)
}

/// An account that is gone took its links along.
fn gone(error: AccountError) -> LinkError {
    if matches!(error, AccountError::NotFound) { LinkError::Over } else { error.into() }
}
