//! Why a call came to nothing.

use std::error::Error;
use std::io;

use axum::http::StatusCode;

/// Why there is no answer to a call. No text in it has an address, which may hold what is secret or personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// Neither https nor plain http to a loopback address, or with a user's name in it.
    #[error("the address may not be called")]
    Address,
    /// No connection: the name is unknown, nobody listens, or the proxy refuses.
    #[error("no connection: {0}")]
    Connect(String),
    /// The other side could not prove who it is, or speaks no TLS that is safe.
    #[error("no trusted connection: {0}")]
    Tls(String),
    /// The answer did not end in time.
    #[error("no answer in time")]
    Timeout,
    /// The answer is longer than what is read.
    #[error("the answer is too long")]
    TooLarge,
    /// The answer sends us elsewhere.
    #[error("the answer is a redirect ({0})")]
    Redirect(StatusCode),
    /// The connection ended before the answer did, or what came is no HTTP.
    #[error("the answer broke off: {0}")]
    Broken(String),
}

impl From<reqwest::Error> for OutgoingError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = innermost(&error);
        let text = cause.to_string();
        match error {
            _ if cause.is::<rustls::Error>() => Self::Tls(text),
            error if error.is_timeout() => Self::Timeout,
            error if error.is_connect() => Self::Connect(text),
            _ => Self::Broken(text),
        }
    }
}

/// What began it: the texts around it say only where it was noticed.
pub fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut cause = error;
    loop {
        // The source of an I/O error is the source of what it holds, not what it holds.
        let held = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source()) {
            Some(source) => cause = source,
            None => return cause,
        }
    }
}

/// Why a client cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingSetupError {
    /// The file cannot be read.
    #[error("ca_files: cannot read {file}: {cause}")]
    File {
        /// The file.
        file: String,
        /// The system's words.
        cause: String,
    },
    /// There is no certificate in the file, or one that cannot be used.
    #[error("ca_files: {file} does not hold certificates of authorities in PEM")]
    NoCertificate {
        /// The file.
        file: String,
    },
    /// The library refuses.
    #[error("outgoing calls cannot be set up: {0}")]
    Client(String),
}

impl From<reqwest::Error> for OutgoingSetupError {
    fn from(error: reqwest::Error) -> Self {
        Self::Client(innermost(&error.without_url()).to_string())
    }
}
