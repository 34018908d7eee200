//! Private keys of ours, out of the files that the operator names.

use std::path::{Path, PathBuf};

use crate::base::{Random, Secret};
use crate::config::EncryptedWith;
use crate::jose::foreign::{Decryption, PrivateKey, PrivateKeyError};

/// Why a key file is no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's words.
        cause: std::io::Error,
    },
    /// There is no usable key in it.
    #[error("{file}: {cause}")]
    Unusable {
        /// The file, or all of them.
        file: String,
        /// What is wrong with it.
        cause: PrivateKeyError,
    },
}

/// The one key in `file`.
pub fn read_private_key(file: &Path) -> Result<PrivateKey, KeyFileError> {
    let shown = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|cause| KeyFileError::Unreadable { file: shown.clone(), cause })?;
    PrivateKey::read(&Secret::new(text)).map_err(|cause| KeyFileError::Unusable { file: shown, cause })
}

/// How tokens are decrypted: with those keys of `files` that go with the algorithm, of which there must be one.
pub fn read_decryption(
    files: &[PathBuf],
    (algorithm, encryption): EncryptedWith,
    random: &Random,
) -> Result<Decryption, KeyFileError> {
    let mut keys = Vec::new();
    for file in files {
        let key = read_private_key(file)?;
        if key.decrypts(algorithm) {
            keys.push(key);
        }
    }
    Decryption::new(algorithm, encryption, keys, random.clone()).map_err(|cause| {
        let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        KeyFileError::Unusable { file: files.join(", "), cause }
    })
}
