//! The rules of accounts.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic,
    IntoActiveModel, Iterable, QueryFilter, QuerySelect, Statement,
};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity};
use super::own_sessions::end_in;
use super::{Account, AccountError, PasswordHash, Passwords, Role, Status};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{
    AccountId, ApplicationId, Clock, EmailAddress, EmailKey, KeptEntitlement, Language, Random, Secret, Store,
    StoreError, Timestamp, Tx,
};

/// People's accounts.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    passwords: Passwords,
}

/// An account that an operator asks for.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its address, which the operator vouches for.
    pub email: EmailAddress,
    /// What the person is called.
    pub name: Option<String>,
    /// Whether she administers the server.
    pub administrator: bool,
    /// Her password, if she is to sign in with one.
    pub password: Option<Secret>,
}

impl Accounts {
    /// Accounts in `store`.
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, passwords: Passwords) -> Self {
        Self { store, clock, random, audit, passwords }
    }

    /// The password pool, for signing in.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The account of that id.
    pub async fn find(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(Entity::find_by_id(id).one(self.store.read()).await?)
    }

    /// The same, with what is kept of the person's entitlement, in one look-up.
    pub async fn find_with_entitlement(&self, id: AccountId) -> Result<Option<(Account, KeptEntitlement)>, StoreError> {
        // By name: while a newer version adds a column, PostgreSQL refuses a prepared `*`.
        let columns: Vec<_> = Column::iter().map(|column| format!("u.{}", column.as_str())).collect();
        let (columns, of_entitlement) = (columns.join(", "), KeptEntitlement::COLUMNS);
        let join = KeptEntitlement::JOIN;
        let sql = format!("SELECT {columns}, {of_entitlement} FROM account u {join} WHERE u.id = $1");
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [id.into()]);
        let row = self.store.read().query_one_raw(statement).await?;
        let both = |row| Ok((Account::from_query_result(&row, "")?, KeptEntitlement::from_query_result(&row, "")?));
        row.map(both).transpose().map_err(|error: DbErr| error.into())
    }

    /// The accounts of these ids.
    pub async fn find_all(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(self.store.read()).await?)
    }

    /// Whether anybody signs in with a password here.
    pub async fn has_passwords(&self) -> Result<bool, StoreError> {
        let one = Entity::find().select_only().column(Column::Id).filter(Column::PasswordHash.is_not_null()).limit(1);
        Ok(one.into_tuple::<AccountId>().one(self.store.read()).await?.is_some())
    }

    /// The account of that address.
    pub async fn find_by_email(&self, email: &EmailKey) -> Result<Option<Account>, StoreError> {
        Ok(Entity::find().filter(Column::EmailKey.eq(email.clone())).one(self.store.read()).await?)
    }

    /// Makes an account. A pending one of that address becomes it, and keeps its id and rooms.
    pub async fn create(&self, new: NewAccount, actor: Actor) -> Result<Account, AccountError> {
        let password = match &new.password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let now = self.clock.now();
        let row = Draft { email: Some(&new.email), status: Status::Active, verified: true, application: None }
            .row(AccountId::new(&self.random, now), now);
        let role = if new.administrator { Role::Admin } else { Role::User };
        let row = ActiveModel { name: Set(new.name), role: Set(role), password_hash: Set(password), ..row };
        let audit = self.audit.clone();
        self.store
            .write(async move |tx| {
                let (found, made) = make_or_find_in(&tx, row.clone(), new.email.key()).await?;
                let (account, action) = match found {
                    account if made => (account, Action::AccountCreated),
                    pending if pending.status == Status::Pending => {
                        let row = ActiveModel {
                            id: Set(pending.id),
                            created_at: Set(pending.created_at),
                            generation: Set(pending.generation),
                            created_by_application: Set(pending.created_by_application),
                            ..row
                        };
                        (Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?, Action::AccountEnabled)
                    }
                    _ => return Err(AccountError::EmailTaken),
                };
                let event =
                    Event::new(action, actor).on_behalf_of(account.id).details(json!({ "role": role.to_string() }));
                record_in(&tx, audit.row(event)).await?;
                Ok(account)
            })
            .await
    }

    /// Switches an account off or on. Off ends its sessions.
    pub async fn set_enabled(
        &self,
        email: &EmailAddress,
        enabled: bool,
        actor: Actor,
    ) -> Result<Account, AccountError> {
        let action = if enabled { Action::AccountEnabled } else { Action::AccountDisabled };
        self.change(email, action, actor, move |account| {
            // A pending person becomes active by coming, not by a switch.
            let back = if account.email_verified { Status::Active } else { Status::Pending };
            Ok(ActiveModel { status: Set(if enabled { back } else { Status::Disabled }), ..Default::default() })
        })
        .await
    }

    /// Grants or takes the administrator's role. Nobody becomes administrator before she came.
    pub async fn set_administrator(
        &self,
        email: &EmailAddress,
        admin: bool,
        actor: Actor,
    ) -> Result<Account, AccountError> {
        let role = if admin { Role::Admin } else { Role::User };
        self.change(email, Action::AccountRoleChanged, actor, move |account| {
            came(account)?;
            Ok(ActiveModel { role: Set(role), ..Default::default() })
        })
        .await
    }

    /// Gives an account a new password, which ends its sessions. A person who never came has none: she is claimed by a
    /// sign-in with her verified address, not by whoever knows a password.
    pub async fn set_password(
        &self,
        email: &EmailAddress,
        password: &Secret,
        actor: Actor,
    ) -> Result<Account, AccountError> {
        let hash = self.passwords.hash(password).await?;
        self.change(email, Action::AccountPasswordSet, actor, move |account| {
            came(account)?;
            Ok(ActiveModel { password_hash: Set(Some(hash)), ..Default::default() })
        })
        .await
    }

    /// Keeps the language that a person chose for herself.
    pub async fn set_language(&self, id: AccountId, language: Language) -> Result<(), AccountError> {
        let now = self.clock.now();
        let event = Event::new(Action::AccountUpdated, Actor::Person(id))
            .on_behalf_of(id)
            .details(json!({ "language": language.as_str() }));
        let event = self.audit.row(event);
        self.store
            .write(async move |tx| {
                let row = ActiveModel {
                    id: Set(id),
                    language: Set(Some(language.as_str().to_owned())),
                    updated_at: Set(now),
                    ..Default::default()
                };
                Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                record_in(&tx, event).await?;
                Ok(())
            })
            .await
    }

    /// Revokes all tokens issued for a person so far, whichever application has them.
    pub async fn revoke_tokens(&self, email: &EmailAddress, actor: Actor) -> Result<Account, AccountError> {
        self.change(email, Action::AccountTokensRevoked, actor, |account| {
            Ok(ActiveModel { generation: Set(account.generation + 1), ..Default::default() })
        })
        .await
    }

    /// One change of one account found by its address, with its event; sessions end when the account is disabled or its
    /// password changes.
    async fn change<F>(
        &self,
        email: &EmailAddress,
        action: Action,
        actor: Actor,
        change: F,
    ) -> Result<Account, AccountError>
    where
        F: FnOnce(&Account) -> Result<ActiveModel, AccountError> + Send + 'static,
    {
        let (key, now, audit) = (email.key(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let account = Entity::find().filter(Column::EmailKey.eq(key)).lock_exclusive();
                let account = account.one(&*tx).await.map_err(StoreError::from)?.ok_or(AccountError::NotFound)?;
                let before = json!({ "role": account.role.to_string(), "status": account.status.to_string() });
                let row = ActiveModel { id: Set(account.id), updated_at: Set(now), ..change(&account)? };
                let account = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let after = json!({ "role": account.role.to_string(), "status": account.status.to_string() });
                if matches!(action, Action::AccountDisabled | Action::AccountPasswordSet) {
                    end_sessions_in(&tx, account.id).await?;
                }
                let event = Event::new(action, actor).on_behalf_of(account.id);
                record_in(&tx, audit.row(event.details(json!({ "before": before, "after": after })))).await?;
                Ok(account)
            })
            .await
    }
}

/// The account of `key`, made from `row` when there is none, and whether it was made; kept from others until the transaction
/// ends. The unique key decides, not a look before: an application may make the pending one at this moment. One that is removed
/// between the two statements, because its person never came, leaves the address free: then they are tried again.
async fn make_or_find_in(tx: &Tx, row: ActiveModel, key: EmailKey) -> Result<(Account, bool), AccountError> {
    const TRIES: u32 = 3;
    for _ in 0..TRIES {
        let inserted = Entity::insert(row.clone())
            .on_conflict(OnConflict::column(Column::EmailKey).do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(StoreError::from)?;
        let found = Entity::find().filter(Column::EmailKey.eq(key.clone())).lock_exclusive();
        if let Some(account) = found.one(&**tx).await.map_err(StoreError::from)? {
            return Ok((account, inserted > 0));
        }
    }
    Err(AccountError::EmailTaken)
}

/// Refuses what only a person who came once may have.
fn came(account: &Account) -> Result<(), AccountError> {
    if account.email_verified { Ok(()) } else { Err(AccountError::Pending) }
}

/// Ends every session of `account`.
async fn end_sessions_in(tx: &Tx, account: AccountId) -> Result<(), StoreError> {
    end_in(tx, account, None).await?;
    Ok(())
}

/// What the two ways to a new account have in common.
pub(super) struct Draft<'a> {
    /// None of somebody whose address nobody vouches for.
    pub(super) email: Option<&'a EmailAddress>,
    pub(super) status: Status,
    pub(super) verified: bool,
    pub(super) application: Option<ApplicationId>,
}

impl Draft<'_> {
    pub(super) fn row(&self, id: AccountId, now: Timestamp) -> ActiveModel {
        let key = self.email.map(EmailAddress::key);
        Account {
            id,
            email: self.email.cloned(),
            email_domain: key.as_ref().map(EmailKey::domain),
            email_key: key,
            email_verified: self.verified,
            claimed_email: None,
            name: None,
            name_chosen: false,
            role: Role::User,
            status: self.status,
            language: None,
            time_zone: None,
            password_hash: None::<PasswordHash>,
            generation: 0,
            created_by_application: self.application,
            created_at: now,
            updated_at: now,
        }
        .into_active_model()
        .reset_all()
    }
}
