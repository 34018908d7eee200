//! Client secrets.

use crate::base::{Credential, CredentialKind, Purpose};

/// The kind of [`ClientSecret`].
#[derive(Debug)]
pub enum OfClient {}

impl CredentialKind for OfClient {
    const PREFIX: &'static str = "prl_cs_";
    const PURPOSE: Purpose = Purpose::ClientSecret;
    const NAME: &'static str = "ClientSecret";
}

/// What proves which application calls.
pub type ClientSecret = Credential<OfClient>;
