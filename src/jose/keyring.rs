//! All keys of the installation: one signs, all verify.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::{Header, Validation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement,
};

use super::claims::DelegatedClaims;
use super::entity::{ActiveModel, Column, Entity, Model};
use super::key::{JoseError, PublicJwk, SigningKey, generate};
use crate::base::{Clock, Random, Sealer, Store, StoreError, Timestamp};
use crate::config::SigningAlgorithm;

/// The media type of our access tokens, as their header `typ` (RFC 9068 §2.1).
const TYPE: &str = "at+jwt";

/// Between two looks into the database for a key that another instance made. A stranger's invented `kid` costs one query
/// in that time, not one each.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// One instance at a time makes a key: an advisory lock on PostgreSQL (any number of ours), on SQLite the write lock itself.
const MAKING_LOCK: &str = "SELECT pg_advisory_xact_lock(8271653095)";

/// Why a token is not accepted, in the order in which the compatible profile looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenDefect {
    /// Not a token that one of our keys signed, or one of another kind.
    #[error("not a token of ours")]
    NotOurs,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// Signed by us, for somebody else.
    #[error("wrong issuer or audience")]
    WrongParty,
}

/// The installation's signing keys. Clones share them.
#[derive(Clone, Debug)]
pub struct Keyring {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    sealer: Sealer,
    clock: Clock,
    algorithm: SigningAlgorithm,
    keys: RwLock<Loaded>,
}

#[derive(Debug, Default)]
struct Loaded {
    keys: Vec<Arc<SigningKey>>,
    at: Option<Timestamp>,
}

impl Keyring {
    /// Loads the keys of `store`, making one for `algorithm` when there is none.
    pub async fn open(
        store: Store,
        sealer: Sealer,
        clock: Clock,
        random: &Random,
        algorithm: SigningAlgorithm,
    ) -> Result<Self, JoseError> {
        let shared = Shared { store, sealer, clock, algorithm, keys: RwLock::default() };
        let keyring = Self { shared: Arc::new(shared) };
        keyring.load().await?;
        if keyring.signing_key().is_none() {
            keyring.make(random).await?;
            keyring.load().await?;
        }
        Ok(keyring)
    }

    /// The public keys, for `jwks.json`; another instance may have made one meanwhile.
    pub async fn public_keys(&self) -> Vec<PublicJwk> {
        if self.may_reload() {
            // What was loaded before is still true.
            let _ = self
                .load()
                .await
                .inspect_err(|error| tracing::error!(cause = %error, "signing keys could not be read"));
        }
        self.keys().iter().map(|key| key.public.clone()).collect()
    }

    /// Signs `claims`.
    pub fn sign(&self, claims: &DelegatedClaims) -> Result<String, JoseError> {
        let key = self.signing_key().ok_or(JoseError::Key)?;
        let mut header = Header::new(key.jwt_algorithm());
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &key.encoding)?)
    }

    /// Verifies a token of ours: signature by the key that `kid` names with that key's algorithm, type, times, issuer and
    /// audience. Nothing that the token says of keys (`jwk`, `jku`, `x5u`) is looked at.
    pub async fn verify(&self, token: &str, issuer: &str, audience: &str) -> Result<DelegatedClaims, TokenDefect> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenDefect::NotOurs)?;
        if !header.typ.as_deref().is_some_and(is_access_token) {
            return Err(TokenDefect::NotOurs);
        }
        // RFC 7515 §4.1.11: we understand no extension, so none may be critical.
        if header.crit.is_some() {
            return Err(TokenDefect::NotOurs);
        }
        let key = self.key(header.kid.as_deref().ok_or(TokenDefect::NotOurs)?).await.ok_or(TokenDefect::NotOurs)?;
        let mut validation = Validation::new(key.jwt_algorithm());
        // Times are checked below, by the server's clock and without the library's leeway.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let claims = jsonwebtoken::decode::<DelegatedClaims>(token, &key.decoding, &validation)
            .map_err(|_| TokenDefect::NotOurs)?
            .claims;
        let now = self.shared.clock.now().as_seconds();
        if claims.iat > now {
            return Err(TokenDefect::NotOurs);
        }
        if claims.exp <= now {
            return Err(TokenDefect::Expired);
        }
        if claims.iss != issuer || claims.aud != audience {
            return Err(TokenDefect::WrongParty);
        }
        Ok(claims)
    }

    /// The newest key of the algorithm in force.
    fn signing_key(&self) -> Option<Arc<SigningKey>> {
        self.keys().into_iter().find(|key| key.algorithm == self.shared.algorithm)
    }

    async fn key(&self, kid: &str) -> Option<Arc<SigningKey>> {
        let find = || self.keys().into_iter().find(|key| key.kid == kid);
        if let Some(key) = find() {
            return Some(key);
        }
        if self.may_reload() {
            self.load()
                .await
                .inspect_err(|error| tracing::error!(cause = %error, "signing keys could not be read"))
                .ok()?;
        }
        find()
    }

    fn may_reload(&self) -> bool {
        let now = self.shared.clock.now();
        let mut loaded = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        let due = loaded.at.is_none_or(|at| now >= at.after(RELOAD_INTERVAL));
        if due {
            loaded.at = Some(now);
        }
        due
    }

    fn keys(&self) -> Vec<Arc<SigningKey>> {
        self.shared.keys.read().unwrap_or_else(PoisonError::into_inner).keys.clone()
    }

    async fn load(&self) -> Result<(), JoseError> {
        let rows = Entity::find()
            .order_by_desc(Column::CreatedAt)
            .order_by_asc(Column::Kid)
            .all(self.shared.store.read())
            .await
            .map_err(StoreError::from)?;
        let keys = rows.iter().map(|row| self.open_row(row).map(Arc::new)).collect::<Result<_, _>>()?;
        let mut loaded = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        *loaded = Loaded { keys, at: Some(self.shared.clock.now()) };
        Ok(())
    }

    fn open_row(&self, row: &Model) -> Result<SigningKey, JoseError> {
        let algorithm = SigningAlgorithm::parse(&row.algorithm).ok_or(JoseError::Key)?;
        let der = self.shared.sealer.open(row.algorithm.as_bytes(), &row.sealed)?;
        SigningKey::from_pkcs8(algorithm, &der)
    }

    async fn make(&self, random: &Random) -> Result<(), JoseError> {
        let algorithm = self.shared.algorithm;
        let der = generate(algorithm)?;
        let row = ActiveModel {
            kid: Set(SigningKey::from_pkcs8(algorithm, &der)?.kid),
            algorithm: Set(algorithm.as_str().to_owned()),
            sealed: Set(self.shared.sealer.seal(random, algorithm.as_str().as_bytes(), &der)?),
            created_at: Set(self.shared.clock.now()),
        };
        // Instances that start at once on an empty database make one key together: the first stays, all publish the same.
        self.shared
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                if tx.get_database_backend() == DbBackend::Postgres {
                    tx.execute_raw(Statement::from_string(DbBackend::Postgres, MAKING_LOCK)).await?;
                }
                let made = Entity::find().filter(Column::Algorithm.eq(algorithm.as_str())).one(&*tx).await?;
                if made.is_none() {
                    Entity::insert(row).exec_without_returning(&*tx).await?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }
}

/// RFC 9068 §4: `at+jwt` or `application/at+jwt`, whatever the case.
fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == TYPE
}
