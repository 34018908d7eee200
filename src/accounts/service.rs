//! The rules of accounts.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic,
    IntoActiveModel, Iterable, QueryFilter, QuerySelect, Statement,
};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity};
use super::last::{Administrators, came_in};
use super::letters::ProviderNames;
use super::one_time_links::end_links_in;
use super::own_sessions::end_in;
use super::personal_tokens::revoke_all_in;
use super::who::hold_in;
use super::{Account, AccountError, PasswordHash, Passwords, Role, Status, Who};
use crate::audit::{Action, Actor, Audit, By, Event, record_in};
use crate::base::{
    AccountId, ApplicationId, Clock, EmailAddress, EmailKey, KeptEntitlement, Language, Random, Secret, Store,
    StoreError, Timestamp, Tx,
};
use crate::mail::Mail;

/// People's accounts.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) mail: Mail,
    pub(super) provider_names: ProviderNames,
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
    pub fn new(store: Store, clock: Clock, random: Random, audit: Audit, mail: Mail, passwords: Passwords) -> Self {
        Self { store, clock, random, audit, mail, provider_names: ProviderNames::default(), passwords }
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
                        (claim_in(&tx, &pending, row).await?, Action::AccountEnabled)
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

    /// Switches an account off or on. Off ends its sessions and its own tokens; nobody does it to herself, or to the last administrator.
    pub async fn set_enabled(
        &self,
        who: impl Into<Who>,
        enabled: bool,
        by: impl Into<By>,
    ) -> Result<Account, AccountError> {
        let action = if enabled { Action::AccountEnabled } else { Action::AccountDisabled };
        self.change(who, action, by, move |account, came| {
            // A pending person becomes active by coming, not by a switch.
            let back = if came { Status::Active } else { Status::Pending };
            let status = match (enabled, account.status) {
                (false, _) => Status::Disabled,
                (true, Status::Disabled) => back,
                (true, status) => status,
            };
            Ok(ActiveModel { status: Set(status), ..Default::default() })
        })
        .await
    }

    /// Grants or takes the administrator's role. Nobody becomes administrator before she came, and the last one stays.
    pub async fn set_administrator(
        &self,
        who: impl Into<Who>,
        admin: bool,
        by: impl Into<By>,
    ) -> Result<Account, AccountError> {
        let role = if admin { Role::Admin } else { Role::User };
        self.change(who, Action::AccountRoleChanged, by, move |_, came| {
            if !came {
                return Err(AccountError::Pending);
            }
            Ok(ActiveModel { role: Set(role), ..Default::default() })
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
    pub async fn revoke_tokens(&self, who: impl Into<Who>, by: impl Into<By>) -> Result<Account, AccountError> {
        self.change(who, Action::AccountTokensRevoked, by, |account, _| {
            Ok(ActiveModel { generation: Set(account.generation + 1), ..Default::default() })
        })
        .await
    }

    /// One change of one account, with its event; sessions and own tokens end when the account is disabled.
    /// Nothing is written, and nothing told, when it is so already. The change is given the account, and whether its person ever
    /// came.
    async fn change<F>(
        &self,
        who: impl Into<Who>,
        action: Action,
        by: impl Into<By>,
        change: F,
    ) -> Result<Account, AccountError>
    where
        F: FnOnce(&Account, bool) -> Result<ActiveModel, AccountError> + Send + 'static,
    {
        let (who, by, now, audit) = (who.into(), by.into(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                // Whoever may run commands on the server can always make another one.
                let takes = by.actor() != Actor::Operator
                    && matches!(action, Action::AccountDisabled | Action::AccountRoleChanged);
                let administrators = if takes { Some(Administrators::hold_in(&tx).await?) } else { None };
                let former = hold_in(&tx, &who).await?;
                let came = came_in(&tx, &former).await?;
                let row = change(&former, came)?;
                if is_so_already(&former, &row) {
                    return Ok(former);
                }
                let row = ActiveModel { id: Set(former.id), updated_at: Set(now), ..row };
                let account = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                if let Some(administrators) = administrators.filter(|_| !may_administer(&account)) {
                    administrators.would_miss(account.id)?;
                }
                if action == Action::AccountDisabled {
                    if by.actor() == Actor::Person(account.id) {
                        return Err(AccountError::OwnAccount);
                    }
                    end_access_in(&tx, account.id, now).await?;
                }
                let details = json!({ "before": standing(&former), "after": standing(&account) });
                record_in(&tx, audit.row(by.did(action).on_behalf_of(account.id).details(details))).await?;
                Ok(account)
            })
            .await
    }
}

/// What changes of an account tell of it, before and after.
fn standing(account: &Account) -> serde_json::Value {
    json!({ "role": account.role.to_string(), "status": account.status.to_string() })
}

/// Whether a change of role or status, and of nothing else, changes nothing.
fn is_so_already(account: &Account, row: &ActiveModel) -> bool {
    row.role.try_as_ref().is_none_or(|role| *role == account.role)
        && row.status.try_as_ref().is_none_or(|status| *status == account.status)
        && row.generation.is_not_set()
}

fn may_administer(account: &Account) -> bool {
    account.is_administrator() && account.status == Status::Active
}

/// The account of `key`, made from `row` when there is none, and whether it was made; kept from others until the transaction
/// ends. The unique key decides, not a look before: an application may make the pending one at this moment. One that is removed
/// between the two statements, because its person never came, leaves the address free: then they are tried again.
pub(super) async fn make_or_find_in(tx: &Tx, row: ActiveModel, key: EmailKey) -> Result<(Account, bool), AccountError> {
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

/// Makes of a pending account what `row` says; it keeps its id and its rooms.
pub(super) async fn claim_in(tx: &Tx, pending: &Account, row: ActiveModel) -> Result<Account, StoreError> {
    let row = ActiveModel {
        id: Set(pending.id),
        created_at: Set(pending.created_at),
        generation: Set(pending.generation),
        created_by_application: Set(pending.created_by_application),
        ..row
    };
    Ok(Entity::update(row).exec(&**tx).await?)
}

/// Ends every session of `account`, every token that she made for herself, and every link by which she could choose a password.
async fn end_access_in(tx: &Tx, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    revoke_all_in(tx, account, now).await?;
    end_links_in(tx, account).await?;
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
