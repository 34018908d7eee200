//! Hashing and checking passwords, never more at once than the machine has cores.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, PasswordHash as Phc};
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::PasswordHash;
use crate::base::{Answer, Code, Random, Refusal, Secret};

/// Checks that may wait for a core; more than this and the caller is sent away.
const QUEUE: usize = 64;

/// NIST SP 800-63B §3.1.1.2 asks for at least 8 characters, and to take at least 64.
const SHORTEST: usize = 8;
const LONGEST: usize = 1024;

/// Argon2id (RFC 9106) in a bounded pool. Clones share it.
#[derive(Clone, Debug)]
pub struct Passwords {
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    random: Random,
    /// The hash of a password that nobody knows: what is checked when there is no account.
    dummy: PasswordHash,
}

/// Why a password was not hashed or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many others wait.
    #[error("too many passwords are being checked")]
    Busy,
    /// Too short or too long.
    #[error("a password has between 8 and 1024 characters")]
    Length,
    /// The hash function failed.
    #[error("the password could not be hashed")]
    Failed,
}

impl Refusal for PasswordError {
    fn answer(&self) -> Answer {
        match self {
            Self::Busy => Answer::unavailable().into_own(),
            Self::Length => Answer::own(
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "A password has between 8 and 1024 characters.",
            ),
            Self::Failed => Answer::internal().into_own(),
        }
    }
}

impl Passwords {
    /// A pool as wide as the machine.
    pub async fn new(random: Random) -> Result<Self, PasswordError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let mut pool = Self {
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(cores + QUEUE)),
            random,
            dummy: PasswordHash::new(String::new()),
        };
        let nobody_knows = Secret::new(pool.random.base62(32));
        pool.dummy = pool.hash(&nobody_knows).await?;
        Ok(pool)
    }

    /// Whether somebody may choose this password.
    pub fn check(password: &Secret) -> Result<(), PasswordError> {
        let length = password.expose().chars().count();
        if (SHORTEST..=LONGEST).contains(&length) { Ok(()) } else { Err(PasswordError::Length) }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        Self::check(password)?;
        self.hash_known(password).await
    }

    /// The same for a password that counted elsewhere, whatever its length.
    pub(super) async fn hash_known(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        let (password, salt) = (password.clone(), self.random.bytes::<16>());
        let hash = self
            .run(move || {
                Argon2::default()
                    .hash_password_with_salt(password.expose().as_bytes(), &salt)
                    .map(|hash: Phc| hash.to_string())
            })
            .await?;
        hash.map(PasswordHash::new).map_err(|_| PasswordError::Failed)
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is no after the same work, so that the
    /// time does not tell whether there is an account.
    pub async fn verify(&self, password: &Secret, hash: Option<&PasswordHash>) -> Result<bool, PasswordError> {
        let (password, known) = (password.clone(), hash.is_some());
        let hash = hash.unwrap_or(&self.dummy).clone();
        let matches = self.run(move || hash.matches(password.expose())).await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let _place = self.queue.try_acquire().map_err(|_| PasswordError::Busy)?;
        let wait = tokio::time::timeout(Duration::from_secs(10), Arc::clone(&self.cores).acquire_owned());
        let core = wait.await.map_err(|_| PasswordError::Busy)?.map_err(|_| PasswordError::Busy)?;
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the request has gone away meanwhile.
            let _core = core;
            work()
        });
        task.await.map_err(|_| PasswordError::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_what_it_hashed() {
        let pool = Passwords::new(Random::System).await.unwrap();
        let hash = pool.hash(&Secret::new("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$"));
        assert!(pool.verify(&Secret::new("correct horse"), Some(&hash)).await.unwrap());
        assert!(!pool.verify(&Secret::new("battery staple"), Some(&hash)).await.unwrap());
        assert!(!pool.verify(&Secret::new("correct horse"), None).await.unwrap());
        assert_eq!(pool.hash(&Secret::new("short")).await.unwrap_err(), PasswordError::Length);
    }

    #[tokio::test]
    async fn a_crowd_is_sent_away() {
        let pool = Passwords::new(Random::System).await.unwrap();
        let everybody = pool.queue.available_permits();
        let _taken = pool.queue.acquire_many(u32::try_from(everybody).unwrap()).await.unwrap();
        assert_eq!(pool.verify(&Secret::new("correct horse"), None).await, Err(PasswordError::Busy));
    }
}
