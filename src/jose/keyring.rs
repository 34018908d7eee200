//! All keys of the installation: one signs, all verify.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::{Header, Validation};
use quick_cache::sync::Cache;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement,
};

use super::appearance::looks_like;
use super::claims::DelegatedClaims;
use super::entity::{ActiveModel, Column, Entity, Model};
use super::key::{JoseError, PublicJwk, SigningKey, generate};
use crate::base::{Clock, Random, Sealer, Store, StoreError, Timestamp, Tx};
use crate::config::SigningAlgorithm;

/// The media type of our access tokens, as their header `typ` (RFC 9068 §2.1).
const TYPE: &str = "at+jwt";

/// Between two looks into the database for a key that another instance made. A stranger's invented `kid` costs one query
/// in that time, not one each.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// One instance at a time makes a key: an advisory lock on PostgreSQL (any number of ours), on SQLite the write lock itself.
const MAKING_LOCK: &str = "SELECT pg_advisory_xact_lock(8271653095)";

/// Why a token is not accepted, in the order in which the compatible profile looks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenDefect {
    /// Not a token that one of our keys signed, or one of another kind.
    #[error("not a token of ours")]
    NotOurs,
    /// One of ours whose time is over, with the client that it was issued to.
    #[error("expired")]
    Expired(Option<String>),
    /// Signed by us, for somebody else.
    #[error("wrong issuer or audience")]
    WrongParty,
}

/// A token that one of our keys signed for us, and whose time is now.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub claims: DelegatedClaims,
    /// The key that signed it.
    pub kid: String,
}

/// What may be told of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its id.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it verifies, once another has replaced it.
    pub ends_at: Option<Timestamp>,
    /// Whether new tokens are signed with it.
    pub signs: bool,
}

/// A new key that has not yet taken the place of the others.
#[derive(Debug)]
pub struct Replacement(ActiveModel);

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
    random: Random,
    algorithm: SigningAlgorithm,
    keys: RwLock<Loaded>,
    /// Tokens whose signature was verified: a client uses its token many times, and verifying costs more than all the rest
    /// of a call but its queries. Holds no decision about rights; those are read at each use.
    verified: Cache<TokenDigest, Arc<Verified>>,
}

/// Tokens remembered, about 1 kB each.
const REMEMBERED: usize = 4096;

/// SHA-256 of a token: what is remembered cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct TokenDigest([u8; 32]);

impl TokenDigest {
    fn of(token: &str) -> Self {
        let mut digest = [0; 32];
        digest.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes()).as_ref());
        Self(digest)
    }
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
        random: Random,
        algorithm: SigningAlgorithm,
    ) -> Result<Self, JoseError> {
        let shared = Shared {
            store,
            sealer,
            clock,
            random,
            algorithm,
            keys: RwLock::default(),
            verified: Cache::new(REMEMBERED),
        };
        let keyring = Self { shared: Arc::new(shared) };
        keyring.load().await?;
        if keyring.signing_key().is_none() {
            keyring.make().await?;
            keyring.load().await?;
        }
        Ok(keyring)
    }

    /// The algorithm with which new tokens are signed.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.shared.algorithm
    }

    /// The public keys, for `jwks.json`; another instance may have made one meanwhile. Symmetric keys are not among them.
    pub async fn public_keys(&self) -> Vec<PublicJwk> {
        if self.may_reload() {
            // What was loaded before is still true.
            let _ = self
                .load()
                .await
                .inspect_err(|error| tracing::error!(cause = %error, "signing keys could not be read"));
        }
        let now = self.shared.clock.now();
        self.keys().iter().filter(|key| key.lives(now)).filter_map(|key| key.public.clone()).collect()
    }

    /// Signs `claims` with the key `newest`, the one that the database names in force: a rotation by any instance or command
    /// counts from the next token on.
    pub async fn sign(&self, claims: &DelegatedClaims, newest: Option<&str>) -> Result<String, JoseError> {
        let key = match newest.and_then(|kid| self.loaded(kid)) {
            Some(key) => key,
            None => self.fresh_signing_key(newest.is_some()).await?,
        };
        let mut header = Header::new(key.jwt_algorithm());
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &key.encoding)?)
    }

    /// The signing key, after a look into the database; made there when there is none.
    async fn fresh_signing_key(&self, exists: bool) -> Result<Arc<SigningKey>, JoseError> {
        if !exists {
            self.make().await?;
        }
        self.load().await?;
        self.signing_key().ok_or(JoseError::Key)
    }

    /// Verifies a token of ours: signature by the key that `kid` names with that key's algorithm, type, times, issuer and
    /// audience. Nothing that the token says of keys (`jwk`, `jku`, `x5u`) is looked at. Whether that key still counts, the
    /// caller asks the database.
    pub async fn verify(&self, token: &str, issuer: &str, audience: &str) -> Result<Arc<Verified>, TokenDefect> {
        let digest = TokenDigest::of(token);
        let known = self.shared.verified.get(&digest);
        let fresh = known.is_none();
        let verified = match known {
            Some(verified) => verified,
            None => Arc::new(self.verify_signature(token).await?),
        };
        let (claims, now) = (&verified.claims, self.shared.clock.now());
        if claims.iat > now.as_seconds() {
            return Err(TokenDefect::NotOurs);
        }
        if claims.exp <= now.as_seconds() {
            return Err(TokenDefect::Expired(claims.client_id.clone()));
        }
        if claims.iss != issuer || claims.aud != audience {
            return Err(TokenDefect::WrongParty);
        }
        if fresh {
            self.shared.verified.insert(digest, Arc::clone(&verified));
        }
        Ok(verified)
    }

    /// What depends on the token and its key alone, and so never changes: its form, type and signature.
    async fn verify_signature(&self, token: &str) -> Result<Verified, TokenDefect> {
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
        // Times are checked by the server's clock and without the library's leeway.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let claims = jsonwebtoken::decode::<DelegatedClaims>(token, &key.decoding, &validation)
            .map_err(|_| TokenDefect::NotOurs)?
            .claims;
        Ok(Verified { claims, kid: key.kid.clone() })
    }

    /// Whether a text looks like a token of `issuer`, this server: also an expired, a forged or a damaged one. Says nothing of its
    /// worth.
    pub fn recognises(&self, token: &str, issuer: &str) -> bool {
        looks_like(token, issuer, |kid| self.loaded(kid).is_some())
    }

    /// All keys, newest first.
    pub fn list(&self) -> Vec<KeyFacts> {
        let signing = self.signing_key().map(|key| key.kid.clone());
        let facts = |key: Arc<SigningKey>| KeyFacts {
            signs: signing.as_ref() == Some(&key.kid),
            kid: key.kid.clone(),
            algorithm: key.algorithm,
            created_at: key.created_at,
            ends_at: key.ends_at,
        };
        self.keys().into_iter().map(facts).collect()
    }

    /// A new key that is to replace all others; made before the transaction, because an RSA key takes a while.
    pub fn replacement(&self) -> Result<Replacement, JoseError> {
        self.row().map(Replacement)
    }

    /// The newest key of the algorithm in force.
    fn signing_key(&self) -> Option<Arc<SigningKey>> {
        self.keys().into_iter().find(|key| key.algorithm == self.shared.algorithm && key.ends_at.is_none())
    }

    fn loaded(&self, kid: &str) -> Option<Arc<SigningKey>> {
        let loaded = self.shared.keys.read().unwrap_or_else(PoisonError::into_inner);
        loaded.keys.iter().find(|key| key.kid == kid).cloned()
    }

    async fn key(&self, kid: &str) -> Option<Arc<SigningKey>> {
        let find = || self.loaded(kid);
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

    /// Reads the keys of the database anew.
    pub async fn load(&self) -> Result<(), JoseError> {
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
        let material = self.shared.sealer.open(row.algorithm.as_bytes(), &row.sealed)?;
        SigningKey::read(row.kid.clone(), algorithm, &material, row.created_at, row.ends_at)
    }

    /// The row of a new key.
    fn row(&self) -> Result<ActiveModel, JoseError> {
        let (algorithm, random) = (self.shared.algorithm, &self.shared.random);
        let (kid, material) = generate(algorithm, random)?;
        Ok(ActiveModel {
            kid: Set(kid),
            algorithm: Set(algorithm.as_str().to_owned()),
            sealed: Set(self.shared.sealer.seal(random, algorithm.as_str().as_bytes(), &material)?),
            created_at: Set(self.shared.clock.now()),
            ends_at: Set(None),
        })
    }

    async fn make(&self) -> Result<(), JoseError> {
        let (algorithm, row) = (self.shared.algorithm, self.row()?);
        // Instances that start at once on an empty database make one key together: the first stays, all publish the same.
        self.shared
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                take_turns(&tx).await?;
                let made = Entity::find().filter(Column::Algorithm.eq(algorithm.as_str()));
                if made.filter(Column::EndsAt.is_null()).one(&*tx).await?.is_none() {
                    Entity::insert(row).exec_without_returning(&*tx).await?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }
}

impl Replacement {
    /// The new key's id.
    pub fn kid(&self) -> String {
        self.0.kid.clone().take().unwrap_or_default()
    }

    /// Puts the new key in place of all others: they verify until `former_end`, or with none not any more.
    pub async fn install_in(self, tx: &Tx, former_end: Option<Timestamp>) -> Result<(), StoreError> {
        take_turns(tx).await?;
        if let Some(end) = former_end {
            let ended = ActiveModel { ends_at: Set(Some(end)), ..Default::default() };
            Entity::update_many().set(ended).filter(Column::EndsAt.is_null()).exec(&**tx).await?;
        } else {
            Entity::delete_many().exec(&**tx).await?;
        }
        Entity::insert(self.0).exec_without_returning(&**tx).await?;
        Ok(())
    }
}

/// Removes keys that nothing can be verified with any more.
pub async fn forget_ended_keys_in(tx: &Tx, now: Timestamp) -> Result<u64, StoreError> {
    Ok(Entity::delete_many().filter(Column::EndsAt.lte(now)).exec(&**tx).await?.rows_affected)
}

async fn take_turns(tx: &Tx) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(Statement::from_string(DbBackend::Postgres, MAKING_LOCK)).await?;
    }
    Ok(())
}

/// RFC 9068 §4: `at+jwt` or `application/at+jwt`, whatever the case.
fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == TYPE
}
