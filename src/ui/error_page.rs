//! What a page says when it could not be shown: what happened, what to do, a reference to quote.

use leptos::prelude::*;

use super::button::{ButtonLink, Look};
use super::i18n::{key, t};
use super::icon::{IconDisc, Symbol};
use crate::base::Code;

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400: the request makes no sense.
    BadRequest,
    /// 403: not hers to see or do.
    Forbidden,
    /// 403: the form was sent from elsewhere.
    CrossSite,
    /// 404: nothing at that address.
    NotFound,
    /// 405: not with that method.
    Method,
    /// 413: more than is taken.
    TooLarge,
    /// 429: too often.
    TooMany,
    /// 500: our fault.
    Internal,
    /// 503: not now.
    Unavailable,
    /// 400: a sign-in that is not known any more.
    SignInExpired,
    /// 403: the sign-in was cancelled.
    SignInDenied,
    /// 503: the identity provider does not answer.
    ProviderUnavailable,
    /// 502: the identity provider answers what cannot be accepted.
    ProviderError,
    /// 403: not authenticated strongly enough.
    AuthenticationTooWeak,
    /// 403: not all that is needed is said of the person.
    ClaimMissing,
    /// 403: no e-mail address.
    EmailMissing,
    /// 403: an e-mail address that nobody vouches for.
    EmailUntrusted,
    /// 403: the account is disabled.
    AccountDisabled,
    /// 403: there is no account.
    NoAccount,
}

impl ErrorKind {
    /// The kind that goes with an HTTP status; whatever has no words of its own reads as its class does.
    pub const fn of_status(status: u16) -> Self {
        match status {
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            405 => Self::Method,
            413 => Self::TooLarge,
            429 => Self::TooMany,
            503 | 504 => Self::Unavailable,
            400..=499 => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    /// The kind that goes with a refusal: by its stable code where that has a page of its own, else by its status.
    pub fn of_refusal(code: &str, status: u16) -> Self {
        let kinds = [
            (Code::CrossSiteRequest, Self::CrossSite),
            (Code::SignInExpired, Self::SignInExpired),
            (Code::SignInDenied, Self::SignInDenied),
            (Code::ProviderUnavailable, Self::ProviderUnavailable),
            (Code::ProviderError, Self::ProviderError),
            (Code::AuthenticationTooWeak, Self::AuthenticationTooWeak),
            (Code::ClaimMissing, Self::ClaimMissing),
            (Code::EmailMissing, Self::EmailMissing),
            (Code::EmailUntrusted, Self::EmailUntrusted),
            (Code::AccountDisabled, Self::AccountDisabled),
            (Code::UserNotFound, Self::NoAccount),
        ];
        let known = kinds.into_iter().find(|(known, _)| known.as_str() == code);
        known.map_or_else(|| Self::of_status(status), |(_, kind)| kind)
    }

    /// Whether she tried to sign in, and may try again.
    const fn is_of_signing_in(self) -> bool {
        matches!(
            self,
            Self::SignInExpired
                | Self::SignInDenied
                | Self::ProviderUnavailable
                | Self::ProviderError
                | Self::AuthenticationTooWeak
                | Self::ClaimMissing
                | Self::EmailMissing
                | Self::EmailUntrusted
                | Self::AccountDisabled
                | Self::NoAccount
        )
    }

    /// What happened, in the language of the page.
    pub fn title(self) -> String {
        t(match self {
            Self::BadRequest => key("error-bad-request-title"),
            Self::Forbidden => key("error-forbidden-title"),
            Self::CrossSite => key("error-cross-site-title"),
            Self::NotFound => key("error-not-found-title"),
            Self::Method => key("error-method-title"),
            Self::TooLarge => key("error-too-large-title"),
            Self::TooMany => key("error-too-many-title"),
            Self::Internal => key("error-internal-title"),
            Self::Unavailable => key("error-unavailable-title"),
            Self::SignInExpired => key("error-sign-in-expired-title"),
            Self::SignInDenied => key("error-sign-in-denied-title"),
            Self::ProviderUnavailable => key("error-provider-unavailable-title"),
            Self::ProviderError => key("error-provider-title"),
            Self::AuthenticationTooWeak => key("error-too-weak-title"),
            Self::ClaimMissing => key("error-claim-missing-title"),
            Self::EmailMissing => key("error-email-missing-title"),
            Self::EmailUntrusted => key("error-email-untrusted-title"),
            Self::AccountDisabled => key("error-account-disabled-title"),
            Self::NoAccount => key("error-no-account-title"),
        })
    }

    /// What she can do about it, in the language of the page.
    pub fn text(self) -> String {
        t(match self {
            Self::BadRequest => key("error-bad-request-text"),
            Self::Forbidden => key("error-forbidden-text"),
            Self::CrossSite => key("error-cross-site-text"),
            Self::NotFound => key("error-not-found-text"),
            Self::Method => key("error-method-text"),
            Self::TooLarge => key("error-too-large-text"),
            Self::TooMany => key("error-too-many-text"),
            Self::Internal => key("error-internal-text"),
            Self::Unavailable => key("error-unavailable-text"),
            Self::SignInExpired => key("error-sign-in-expired-text"),
            Self::SignInDenied => key("error-sign-in-denied-text"),
            Self::ProviderUnavailable => key("error-provider-unavailable-text"),
            Self::ProviderError => key("error-provider-text"),
            Self::AuthenticationTooWeak => key("error-too-weak-text"),
            Self::ClaimMissing => key("error-claim-missing-text"),
            Self::EmailMissing => key("error-email-missing-text"),
            Self::EmailUntrusted => key("error-email-untrusted-text"),
            Self::AccountDisabled => key("error-account-disabled-advice"),
            Self::NoAccount => key("error-no-account-text"),
        })
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::NotFound | Self::Method => Symbol::Door,
            Self::TooMany | Self::Unavailable | Self::SignInExpired | Self::ProviderUnavailable => Symbol::Clock,
            Self::BadRequest | Self::TooLarge | Self::SignInDenied => Symbol::Info,
            Self::Internal | Self::ProviderError => Symbol::Warning,
            _ => Symbol::Lock,
        }
    }
}

/// The body of such a page.
#[component]
pub fn ErrorBody(
    /// Why there is no page.
    kind: ErrorKind,
    /// The id of the request, to quote.
    #[prop(optional, into)]
    reference: Option<String>,
) -> impl IntoView {
    let (href, deed) =
        if kind.is_of_signing_in() { ("/sign-in", key("error-sign-in")) } else { ("/", key("error-home")) };
    view! {
        <div class="error-page">
            <IconDisc of=kind.symbol() />
            <h1>{kind.title()}</h1>
            <p>{kind.text()}</p>
            <ButtonLink href=href look=Look::Primary>
                {t(deed)}
            </ButtonLink>
            {reference
                .map(|reference| {
                    view! {
                        <p class="reference-line">
                            {t("error-reference")} " " <code>{reference}</code>
                        </p>
                    }
                })}
        </div>
    }
}
