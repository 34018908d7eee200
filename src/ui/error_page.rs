//! What a page says when it could not be shown: what happened, what to do, a reference to quote.

use leptos::prelude::*;

use super::button::{ButtonLink, Look};
use super::i18n::{key, t};
use super::icon::{IconDisc, Symbol};

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
        })
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::Forbidden | Self::CrossSite => Symbol::Lock,
            Self::NotFound | Self::Method => Symbol::Door,
            Self::TooMany | Self::Unavailable => Symbol::Clock,
            Self::BadRequest | Self::TooLarge => Symbol::Info,
            Self::Internal => Symbol::Warning,
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
    view! {
        <div class="error-page">
            <IconDisc of=kind.symbol() />
            <h1>{kind.title()}</h1>
            <p>{kind.text()}</p>
            <ButtonLink href="/" look=Look::Primary>
                {t("error-home")}
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
