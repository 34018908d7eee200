//! The two queries of delegation: all that a decision needs, in one SELECT each. Requests that come together share one.

use std::sync::Arc;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::accounts::Status;
use crate::applications::Networks;
use crate::base::store::{Gathered, Question};
use crate::base::{
    AccountId, ApplicationId, ClientId, Domain, EmailKey, KeptEntitlement, ScopeList, SecretId, Store, Timestamp,
    TokenId,
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

/// Who asks for a token, and for whom.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) client_id: ClientId,
    /// The keyed digest of its secret.
    pub(super) digest: Vec<u8>,
    /// Without an address, person and domain stay unknown.
    pub(super) email: Option<EmailKey>,
}

const ASKING: [(&str, &str); 4] = [("client_id", "text"), ("digest", "bytea"), ("email", "text"), ("domain", "text")];

const GRANT: &str = "\
    SELECT q.n, a.id AS application, a.active, a.scopes, a.all_domains, a.allow_user_creation, a.user_creation_per_day, \
           a.token_lifetime_minutes, a.networks, \
           a.generation AS application_generation, \
           s.id AS secret, s.expires_at AS secret_expires_at, \
           u.id AS account, u.status, u.generation AS account_generation, d.domain, \
           (SELECT k.kid FROM signing_key k WHERE k.algorithm = {algorithm} AND k.ends_at IS NULL \
            ORDER BY k.created_at DESC, k.kid LIMIT 1) AS kid \
    FROM asked q CROSS JOIN application a \
    LEFT JOIN application_secret s ON s.application_id = a.id AND s.digest = q.digest \
    LEFT JOIN account u ON u.email_key = q.email \
    LEFT JOIN application_domain d ON d.application_id = a.id AND d.domain = q.domain \
    WHERE a.client_id = q.client_id";

/// Looks up client, secret, person, domain and signing key at once.
pub(super) fn grants(store: &Store, algorithm: SigningAlgorithm) -> Gathered<Asking, Option<Grant>> {
    let question = Arc::new(Question {
        columns: &ASKING,
        select: GRANT.replace("{algorithm}", &format!("'{}'", algorithm.as_str())),
        nothing: vec!["".into(), Vec::<u8>::new().into(), "".into(), "".into()],
    });
    let store = store.clone();
    Gathered::start(move |asked: Vec<Asking>| {
        let (store, question) = (store.clone(), Arc::clone(&question));
        async move {
            let questions = asked.into_iter().map(|Asking { client_id, digest, email }| {
                let domain = email.as_ref().map(EmailKey::domain);
                let email = email.as_ref().map_or("", EmailKey::as_str);
                let domain = domain.as_ref().map_or("", Domain::as_str);
                vec![client_id.as_str().into(), digest.into(), email.into(), domain.into()]
            });
            question.ask(store.read(), questions.collect()).await
        }
    })
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

/// A token that is used.
#[derive(Debug)]
pub(super) struct Using {
    pub(super) client_id: ClientId,
    pub(super) account: Option<AccountId>,
    pub(super) token: TokenId,
    pub(super) kid: String,
    pub(super) now: Timestamp,
}

const USING: [(&str, &str); 5] =
    [("client_id", "text"), ("account", "uuid"), ("token", "uuid"), ("kid", "text"), ("moment", "bigint")];

/// Looks up client, person, domain, deny list, signing key and entitlement at once.
pub(super) fn standings(store: &Store) -> Gathered<Using, Option<Standing>> {
    let select = format!(
        "SELECT q.n, a.id AS application, a.active, a.scopes, a.all_domains, a.networks, \
                a.generation AS application_generation, \
                u.id AS account, u.status, u.generation AS account_generation, d.domain, r.jti AS revoked, k.kid, \
                {columns} \
         FROM asked q CROSS JOIN application a \
         LEFT JOIN account u ON u.id = q.account \
         LEFT JOIN application_domain d ON d.application_id = a.id AND d.domain = u.email_domain \
         LEFT JOIN revoked_token r ON r.jti = q.token \
         LEFT JOIN signing_key k ON k.kid = q.kid AND (k.ends_at IS NULL OR k.ends_at > q.moment) \
         {entitlement} \
         WHERE a.client_id = q.client_id",
        columns = KeptEntitlement::COLUMNS,
        entitlement = KeptEntitlement::JOIN,
    );
    let nothing = vec!["".into(), None::<Uuid>.into(), None::<Uuid>.into(), "".into(), 0_i64.into()];
    let question = Arc::new(Question { columns: &USING, select, nothing });
    let store = store.clone();
    Gathered::start(move |used: Vec<Using>| {
        let (store, question) = (store.clone(), Arc::clone(&question));
        async move {
            let questions = used.into_iter().map(|Using { client_id, account, token, kid, now }| {
                let account = account.map(AccountId::as_uuid).into();
                vec![client_id.as_str().into(), account, token.into(), kid.into(), now.into()]
            });
            question.ask(store.read(), questions.collect()).await
        }
    })
}
