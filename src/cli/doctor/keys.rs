//! The secret key, and the keys that sign tokens.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::report::Check;
use crate::base::{Clock, Inspection, MasterKey, Purpose, Sentinel, StoreError};
use crate::config::{Config, SigningAlgorithm};
use crate::jose::{StoredKey, stored_keys};
use crate::server::SecretKeySource;

const NAME: &str = "secret_key";

/// The secret key, as far as it can be told without a database.
#[derive(Debug)]
pub(super) struct SecretKey {
    pub(super) check: Check,
    /// The key; none when there is none yet or it cannot be read.
    pub(super) key: Option<MasterKey>,
    /// Whether one will be made.
    absent: bool,
}

impl SecretKey {
    pub(super) fn look(config: &Config) -> Self {
        let found = SecretKeySource::of(config).and_then(|source| Ok((source.existing()?, source)));
        match found {
            Err(error) => {
                let check =
                    Check::error(NAME, error.to_string(), "Give the server the key that its database was made with.");
                Self { check, key: None, absent: false }
            }
            Ok((None, SecretKeySource::File(file))) => {
                let check = Check::ok(NAME, format!("{} will be made; back it up with the database", file.display()));
                Self { check, key: None, absent: true }
            }
            Ok((secret, source)) => {
                Self { check: origin(&source), key: secret.as_ref().map(MasterKey::new), absent: false }
            }
        }
    }

    /// How the database sees it.
    pub(super) async fn compare(self, database: &Inspection) -> Result<Check, StoreError> {
        let advice = "Give back the key that was there before; what the database holds sealed opens with no other.";
        match (Sentinel::of(database.connection()).await?, &self.key) {
            (Some(kept), Some(key)) if kept != Sentinel::made_by(key) => {
                Ok(Check::error(NAME, "it is not the one this database was made with", advice))
            }
            (Some(_), None) if self.absent => {
                Ok(Check::error(NAME, "it is gone, and the database was made with one", advice))
            }
            _ => Ok(self.check),
        }
    }
}

fn origin(source: &SecretKeySource) -> Check {
    let SecretKeySource::File(file) = source else { return Check::ok(NAME, "it stands in the settings") };
    let mode = fs::metadata(file).map_or(0, |facts| facts.permissions().mode() & 0o777);
    if mode & 0o077 != 0 {
        let found = format!("others may read {} (mode {mode:o})", file.display());
        return Check::warning(NAME, found, format!("chmod 600 {}", file.display()));
    }
    Check::ok(NAME, format!("{}, readable by its owner alone", file.display()))
}

/// The signing keys.
pub(super) async fn signing_keys(
    database: &Inspection,
    key: &MasterKey,
    algorithm: SigningAlgorithm,
    clock: &Clock,
) -> Result<Check, StoreError> {
    let name = "signing_keys";
    let keys = stored_keys(database.connection(), &key.sealer(Purpose::SigningKey)).await?;
    if let Some(StoredKey { kid, .. }) = keys.iter().find(|key| !key.usable) {
        let advice = "Restore the table signing_key, or remove that row: tokens that the key signed then end.";
        return Ok(Check::error(name, format!("the key {kid} cannot be opened"), advice));
    }
    let signs = |key: &&StoredKey| key.algorithm == algorithm.as_str() && key.ends_at.is_none();
    let algorithm = algorithm.as_str();
    let Some(newest) = keys.iter().find(signs) else {
        return Ok(Check::ok(name, format!("one for {algorithm} will be made at the next start")));
    };
    let now = clock.now();
    if newest.created_at > now {
        let found = format!("the newest was made at {}, which lies ahead", newest.created_at);
        return Ok(Check::warning(name, found, "Set the machine's clock."));
    }
    let days = now.since(newest.created_at).as_secs() / 86_400;
    let others = keys.len() - 1;
    Ok(Check::ok(name, format!("{algorithm}, made {days} days ago, beside {others} older or of other kinds")))
}
