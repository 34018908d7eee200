//! The two queries of delegation: all that a decision needs, in one SELECT each.

use std::sync::LazyLock;

use sea_orm::{FromQueryResult, Statement};
use uuid::Uuid;

use crate::accounts::Status;
use crate::applications::Networks;
use crate::base::{
    AccountId, ApplicationId, ClientId, Domain, EmailKey, KeptEntitlement, ScopeList, SecretId, Store, StoreError,
    Timestamp, TokenId,
};
use crate::config::SigningAlgorithm;

/// What there is to know when an application asks for a token.
#[derive(Debug, FromQueryResult)]
pub(super) struct Grant {
    pub(super) application: ApplicationId,
    pub(super) active: bool,
    pub(super) scopes: ScopeList,
    pub(super) all_domains: bool,
    pub(super) allow_user_creation: bool,
    /// Its own number of pending people in a day; none: as the settings say.
    pub(super) user_creation_per_day: Option<i64>,
    /// How long its tokens work, in minutes; none: as the settings say.
    pub(super) token_lifetime_minutes: Option<i64>,
    /// From where it may ask.
    pub(super) networks: Networks,
    pub(super) application_generation: i64,
    /// The application's secret of that digest, if it has one.
    pub(super) secret: Option<SecretId>,
    pub(super) secret_expires_at: Option<Timestamp>,
    /// The person of that address, if there is one.
    pub(super) account: Option<AccountId>,
    pub(super) status: Option<Status>,
    pub(super) account_generation: Option<i64>,
    /// The domain, if it is allowed.
    pub(super) domain: Option<String>,
    /// The key with which new tokens are signed.
    pub(super) kid: Option<String>,
}

const GRANT: &str = "\
    SELECT a.id AS application, a.active, a.scopes, a.all_domains, a.allow_user_creation, a.user_creation_per_day, \
           a.token_lifetime_minutes, a.networks, \
           a.generation AS application_generation, \
           s.id AS secret, s.expires_at AS secret_expires_at, \
           u.id AS account, u.status, u.generation AS account_generation, d.domain, \
           (SELECT k.kid FROM signing_key k WHERE k.algorithm = $5 AND k.ends_at IS NULL \
            ORDER BY k.created_at DESC, k.kid LIMIT 1) AS kid \
    FROM application a \
    LEFT JOIN application_secret s ON s.application_id = a.id AND s.digest = $2 \
    LEFT JOIN account u ON u.email_key = $3 \
    LEFT JOIN application_domain d ON d.application_id = a.id AND d.domain = $4 \
    WHERE a.client_id = $1";

/// Looks up client, secret, person, domain and signing key at once. Without an address, person and domain stay unknown.
pub(super) async fn grant(
    store: &Store,
    client_id: &ClientId,
    digest: Vec<u8>,
    email: Option<&EmailKey>,
    algorithm: SigningAlgorithm,
) -> Result<Option<Grant>, StoreError> {
    let domain = email.map(EmailKey::domain);
    let values = [
        client_id.as_str().into(),
        digest.into(),
        email.map_or("", EmailKey::as_str).into(),
        domain.as_ref().map_or("", Domain::as_str).into(),
        algorithm.as_str().into(),
    ];
    let statement = Statement::from_sql_and_values(store.backend(), GRANT, values);
    Ok(Grant::find_by_statement(statement).one(store.read()).await?)
}

/// What there is to know when a token is used.
#[derive(Debug, FromQueryResult)]
pub(super) struct Standing {
    pub(super) application: ApplicationId,
    pub(super) active: bool,
    pub(super) scopes: ScopeList,
    pub(super) all_domains: bool,
    /// From where its tokens may be used.
    pub(super) networks: Networks,
    pub(super) application_generation: i64,
    pub(super) account: Option<AccountId>,
    pub(super) status: Option<Status>,
    pub(super) account_generation: Option<i64>,
    /// The person's domain, if it is allowed.
    pub(super) domain: Option<String>,
    /// The token's id, if it stands in the deny list.
    pub(super) revoked: Option<Uuid>,
    /// The key that signed the token, if it still counts.
    pub(super) kid: Option<String>,
    /// What is kept of the person's entitlement.
    #[sea_orm(nested)]
    pub(super) entitlement: KeptEntitlement,
}

static STANDING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT a.id AS application, a.active, a.scopes, a.all_domains, a.networks, \
                a.generation AS application_generation, \
                u.id AS account, u.status, u.generation AS account_generation, d.domain, r.jti AS revoked, k.kid, \
                {columns} \
         FROM application a \
         LEFT JOIN account u ON u.id = $2 \
         LEFT JOIN application_domain d ON d.application_id = a.id AND d.domain = u.email_domain \
         LEFT JOIN revoked_token r ON r.jti = $3 \
         LEFT JOIN signing_key k ON k.kid = $4 AND (k.ends_at IS NULL OR k.ends_at > $5) \
         {entitlement} \
         WHERE a.client_id = $1",
        columns = KeptEntitlement::COLUMNS,
        entitlement = KeptEntitlement::JOIN,
    )
});

/// Looks up client, person, domain, deny list, signing key and entitlement at once.
pub(super) async fn standing(
    store: &Store,
    client_id: &ClientId,
    account: Option<AccountId>,
    token: TokenId,
    kid: &str,
    now: Timestamp,
) -> Result<Option<Standing>, StoreError> {
    let values =
        [client_id.as_str().into(), account.map(AccountId::as_uuid).into(), token.into(), kid.into(), now.into()];
    let statement = Statement::from_sql_and_values(store.backend(), STANDING.as_str(), values);
    Ok(Standing::find_by_statement(statement).one(store.read()).await?)
}
