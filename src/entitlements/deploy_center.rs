//! DeployCenter on the wire.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::fmt::rfc2822::DateTimeParser;

use super::answer::Answer;
use crate::base::{Clock, EmailAddress, HttpSettings, OutgoingClient, OutgoingError, OutgoingSetupError, Timestamp};
use crate::config;

/// Where the key stands; not in `Authorization`.
const SERVICE_AUTH: HeaderName = HeaderName::from_static("x-service-auth");

/// The longest answer that is read, in octets.
const MOST_OCTETS: usize = 64 * 1024;

/// Why there is no answer. They differ in whose fault it is, and so in what an operator has to do; to a person all mean that
/// nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    /// It cannot be reached.
    #[error("it cannot be reached: {0}")]
    Unreachable(OutgoingError),
    /// It does not answer in time.
    #[error("it does not answer in time")]
    Timeout,
    /// It fails.
    #[error("it fails with status {0}")]
    Upstream(StatusCode, Option<Duration>),
    /// It has been asked too often.
    #[error("it has been asked too often")]
    RateLimited(Option<Duration>),
    /// Our key or our number is wrong.
    #[error("it does not accept entitlements.api_key for entitlements.service_id (status {0})")]
    Unauthorized(StatusCode),
    /// What we ask is wrong: a claim is missing, or has a form that it does not accept.
    #[error("it does not accept what is sent about the person: see entitlements.claims and the scopes of her provider")]
    BadRequest,
    /// Its answer cannot be understood.
    #[error("its answer cannot be understood")]
    Malformed,
}

impl FetchError {
    /// The kind, as logs and metrics name it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::Upstream(..) => "upstream",
            Self::RateLimited(_) => "rate_limited",
            Self::Unauthorized(_) => "unauthorized",
            Self::BadRequest => "bad_request",
            Self::Malformed => "malformed",
        }
    }

    /// Whether the next question about anybody would fare the same.
    pub(super) const fn concerns_everybody(&self) -> bool {
        !matches!(self, Self::BadRequest | Self::Malformed)
    }

    /// Whether an operator of ours has to do something.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(self, Self::Unauthorized(_) | Self::BadRequest)
    }

    /// How long it wants to be left alone (`Retry-After`, RFC 9110 §10.2.3).
    pub(super) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Upstream(_, wait) | Self::RateLimited(wait) => *wait,
            _ => None,
        }
    }
}

impl From<OutgoingError> for FetchError {
    fn from(error: OutgoingError) -> Self {
        match error {
            OutgoingError::Timeout => Self::Timeout,
            OutgoingError::TooLarge => Self::Malformed,
            OutgoingError::Redirect(status) => Self::Upstream(status, None),
            error => Self::Unreachable(error),
        }
    }
}

/// The DeployCenter of the settings.
#[derive(Clone, Debug)]
pub(super) struct DeployCenter {
    http: OutgoingClient,
    clock: Clock,
    settings: config::DeployCenter,
    key: HeaderValue,
}

impl DeployCenter {
    /// Calls it as `http` says, waiting so long.
    pub(super) fn new(
        settings: config::DeployCenter,
        http: &HttpSettings,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, OutgoingSetupError> {
        let http = OutgoingClient::new(http)?.with_timeout(timeout).with_limit(MOST_OCTETS);
        let wrong = |_| OutgoingSetupError::Client("entitlements.api_key cannot be sent".to_owned());
        let mut key = HeaderValue::try_from(format!("Bearer {}", settings.api_key.expose())).map_err(wrong)?;
        key.set_sensitive(true);
        Ok(Self { http, clock, settings, key })
    }

    /// Whose answers these are.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.settings.url, self.settings.service_id)
    }

    /// Asks about a person.
    pub(super) async fn fetch(&self, email: &EmailAddress, claims: &[(&str, &str)]) -> Result<Answer, FetchError> {
        let pairs = [("account_email", email.as_str())];
        let answer = self.ask(pairs.iter().chain(claims).copied()).await?;
        Answer::parse(&answer).ok_or(FetchError::Malformed)
    }

    /// Asks about nobody, which it must refuse as incomplete once it has accepted our key.
    pub(super) async fn examine(&self) -> Result<(), FetchError> {
        match self.ask(std::iter::empty()).await {
            Err(FetchError::BadRequest) => Ok(()),
            Ok(_) => Err(FetchError::Malformed),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, about: impl Iterator<Item = (&str, &str)>) -> Result<Vec<u8>, FetchError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("service_id", &self.settings.service_id.to_string())
            .append_pair("account_type", "user")
            .extend_pairs(about)
            .finish();
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(SERVICE_AUTH, self.key.clone()), (header::ACCEPT, json)]);
        let answer = self.http.get(&format!("{}?{query}", self.settings.url), headers).await?;
        let wait = || retry_after(&answer.headers, self.clock.now());
        match answer.status {
            status if status.is_success() => Ok(answer.body),
            StatusCode::BAD_REQUEST => Err(FetchError::BadRequest),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => Err(FetchError::Unauthorized(status)),
            StatusCode::TOO_MANY_REQUESTS => Err(FetchError::RateLimited(wait())),
            status => Err(FetchError::Upstream(status, wait())),
        }
    }
}

/// Seconds, or a moment (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp::from_micros(moment.as_microsecond()).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_wants_to_be_left_alone() {
        let now = Timestamp::parse("1994-11-06T08:49:30Z").unwrap();
        let wait =
            |text| retry_after(&HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(text))]), now);
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "1.5"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }
}
