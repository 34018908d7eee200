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

/// Where the secret key comes from.
#[derive(Clone, Debug)]
pub enum SecretKeySource {
    /// `security.secret_key`.
    Settings(Secret),
    /// A generated one in this file, which may not be there yet.
    File(PathBuf),
}

impl SecretKeySource {
    /// The key of the settings, else the one in `data_dir`.
    pub fn of(config: &Config) -> Result<Self, SecretKeyError> {
        match (&config.secret_key, config.database_url()) {
            (Some(key), _) => Ok(Self::Settings(key.clone())),
            (None, Database::Postgres(_)) => Err(SecretKeyError::Missing),
            (None, Database::Sqlite(_)) => Ok(Self::File(config.data_dir.join("secret_key"))),
        }
    }

    /// The key, if there is one already.
    pub fn existing(&self) -> Result<Option<Secret>, SecretKeyError> {
        match self {
            Self::Settings(key) => Ok(Some(key.clone())),
            Self::File(file) if !file.exists() => Ok(None),
            Self::File(file) => {
                read(file).map(Some).map_err(|cause| SecretKeyError::File { file: file.clone(), cause })
            }
        }
    }
}

/// The key of the settings, else the one in `data_dir`, which is made when there is none.
pub(super) fn secret_key(config: &Config, random: &Random) -> Result<Secret, SecretKeyError> {
    match SecretKeySource::of(config)? {
        SecretKeySource::Settings(key) => Ok(key),
        SecretKeySource::File(file) => {
            read_or_make(&file, random).map_err(|cause| SecretKeyError::File { file, cause })
        }
    }
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
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(file),
        Err(error) => Err(error),
    }
}

fn read(file: &Path) -> io::Result<Secret> {
    let key = fs::read_to_string(file)?;
    let key = key.trim();
    if key.len() < 32 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it has fewer than 32 characters"));
    }
    Ok(Secret::new(key))
}
