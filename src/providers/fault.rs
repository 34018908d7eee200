//! Why a provider is no help.

use crate::base::OutgoingError;
use crate::jose::foreign::Defect;

/// What a provider does wrong, or does not do. No text in it has anything of an answer or of an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It cannot be reached, or does not answer in time.
    #[error("the provider does not answer: {0}")]
    Down(#[source] OutgoingError),
    /// It was down a moment ago and is not asked again yet.
    #[error("the provider did not answer a moment ago")]
    StillDown,
    /// Its keys cannot be had, so that no token of it can be verified now.
    #[error("the provider's keys cannot be had: {0}")]
    NoKeys(&'static str),
    /// It answers with something that it should not: the text says what.
    #[error("the provider answers wrongly: {0}")]
    Misbehaves(&'static str),
}

/// Why something that a provider signed is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The provider is no help in verifying it.
    #[error(transparent)]
    Provider(#[from] ProviderFault),
    /// It is not what it must be.
    #[error(transparent)]
    Defect(#[from] Defect),
}
