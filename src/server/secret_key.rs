//! The secret key: given by the operator, or generated beside an SQLite database.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::base::{Database, Random, Secret};
use crate::config::Config;

/// Why there is no secret key.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    /// On PostgreSQL the key must be given, the same to every instance.
    #[error("security.secret_key must be set with PostgreSQL, the same for every instance (at least 32 characters)")]
    Missing,
    /// The generated key cannot be read or written.
    #[error("the secret key in {file} cannot be used: {cause}")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// The key of the settings, else the one in `data_dir`, which is made when there is none.
pub(super) fn secret_key(config: &Config, database: &Database, random: &Random) -> Result<Secret, SecretKeyError> {
    if let Some(key) = &config.secret_key {
        return Ok(key.clone());
    }
    if matches!(database, Database::Postgres(_)) {
        return Err(SecretKeyError::Missing);
    }
    let file = config.data_dir.join("secret_key");
    read_or_make(&file, random).map_err(|cause| SecretKeyError::File { file, cause })
}

fn read_or_make(file: &Path, random: &Random) -> io::Result<Secret> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Readable by its owner alone from the first moment, and never written over.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut new) => {
            let key = random.base62(64);
            new.write_all(key.as_bytes())?;
            new.sync_all()?;
            Ok(Secret::new(key))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let key = fs::read_to_string(file)?;
            let key = key.trim();
            if key.len() < 32 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it has fewer than 32 characters"));
            }
            Ok(Secret::new(key))
        }
        Err(error) => Err(error),
    }
}
