//! What is written to people, and to whom.

use crate::base::{AccountId, EmailAddress, Language, Secret, Timestamp};

/// To whom a letter goes.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Her address.
    pub email: EmailAddress,
    /// What she is called.
    pub name: Option<String>,
    /// The language that she chose.
    pub language: Option<Language>,
    /// Her account, if she has one.
    pub account: Option<AccountId>,
}

/// A letter.
#[derive(Clone, Debug)]
pub enum Letter {
    /// She may come in, and chooses a password.
    Invitation {
        /// The whole address that lets her in, once.
        link: Secret,
        /// Until when it works.
        until: Timestamp,
    },
    /// She may choose another password.
    PasswordReset {
        /// The whole address that lets her do it, once.
        link: Secret,
        /// Until when it works.
        until: Timestamp,
    },
    /// What proves that this address is hers.
    SignInCode {
        /// The code.
        code: Secret,
        /// Until when it works.
        until: Timestamp,
    },
    /// Her password is another one.
    PasswordChanged,
    /// She can sign in by one more way.
    IdentityLinked {
        /// What the provider is called.
        provider: String,
    },
    /// She can no more sign in by one of the ways.
    IdentityUnlinked {
        /// What the provider is called.
        provider: String,
    },
    /// She has a new token.
    PersonalTokenMade {
        /// What she calls it.
        name: String,
    },
    /// All that is held of her was taken away in a file.
    DataDownloaded,
    /// Her account is gone.
    AccountDeleted,
    /// Two accounts of hers are one now.
    AccountsMerged,
    /// Letters from here arrive; an operator asked for it.
    Test,
}

impl Letter {
    /// The word for this kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::SignInCode { .. } => "sign_in_code",
            Self::PasswordChanged => "password_changed",
            Self::IdentityLinked { .. } => "identity_linked",
            Self::IdentityUnlinked { .. } => "identity_unlinked",
            Self::PersonalTokenMade { .. } => "personal_token_made",
            Self::DataDownloaded => "data_downloaded",
            Self::AccountDeleted => "account_deleted",
            Self::AccountsMerged => "accounts_merged",
            Self::Test => "test",
        }
    }

    /// From when on it means nothing any more.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Invitation { until, .. } | Self::PasswordReset { until, .. } | Self::SignInCode { until, .. } => {
                Some(*until)
            }
            _ => None,
        }
    }
}
