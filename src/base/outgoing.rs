//! Calls that this server makes to others.

mod error;
mod oauth;
mod settings;
mod trust;

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use url::Url;

pub use error::{OutgoingError, OutgoingSetupError, innermost};
pub use settings::{HttpSettings, ProxyAddress, ProxyException, is_loopback};
pub use trust::authorities;

/// What an answer is waited for, unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);
/// What is read of an answer, in octets, unless said otherwise.
const MOST_OCTETS: usize = 512 * 1024;
/// How long a connection is kept that nobody uses. Many servers close theirs after five seconds, and a request that is sent at
/// that moment is lost.
const IDLE: Duration = Duration::from_secs(4);

/// Calls others by HTTP/1.1. Clones share their connections.
///
/// Plain http goes to loopback addresses only, redirects are not followed, certificates are always verified, and neither an
/// answer's time nor its length is up to whoever answers. Environment variables of the system that name proxies count for
/// nothing: `[http]` does.
#[derive(Clone, Debug)]
pub struct OutgoingClient {
    client: reqwest::Client,
    timeout: Duration,
    most_octets: usize,
}

/// An answer, whatever its status, other than a redirect.
#[derive(Clone, Debug)]
pub struct OutgoingAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl OutgoingAnswer {
    /// Its `Content-Type`, with parameters; none when it has none that is text.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }
}

impl OutgoingClient {
    /// Reads the certificate authorities, and makes a client that waits five seconds and reads 512 KiB.
    pub fn new(settings: &HttpSettings) -> Result<Self, OutgoingSetupError> {
        let authorities = trust::authorities(&settings.ca_files)?;
        let authorities: Vec<_> =
            authorities.iter().map(|der| reqwest::Certificate::from_der(der)).collect::<Result<_, _>>()?;
        let builder = || builder(settings);
        let client = match builder()?.tls_certs_merge(authorities.clone()).build() {
            Ok(client) => client,
            // A system without any certificate authority must not keep a server from starting that calls nobody.
            Err(_) if authorities.is_empty() => builder()?.tls_certs_only([]).build()?,
            Err(error) => return Err(error.into()),
        };
        Ok(Self { client, timeout: TIMEOUT, most_octets: MOST_OCTETS })
    }

    /// The same client, waiting at most so long for the end of an answer.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// The same client, reading at most so many octets of a body.
    #[must_use]
    pub fn with_limit(&self, most_octets: usize) -> Self {
        Self { most_octets, ..self.clone() }
    }

    /// Asks for `url`.
    pub async fn get(&self, url: &str, headers: HeaderMap) -> Result<OutgoingAnswer, OutgoingError> {
        self.send(Method::GET, url, headers, Vec::new()).await
    }

    /// Sends a form to `url` (`application/x-www-form-urlencoded`).
    pub async fn post_form(
        &self,
        url: &str,
        mut headers: HeaderMap,
        form: &[(&str, &str)],
    ) -> Result<OutgoingAnswer, OutgoingError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.send(Method::POST, url, headers, body.into_bytes()).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<OutgoingAnswer, OutgoingError> {
        let request = self.client.request(method, callable(url)?).headers(headers).body(body);
        tokio::time::timeout(self.timeout, self.exchange(request)).await.map_err(|_| OutgoingError::Timeout)?
    }

    async fn exchange(&self, request: reqwest::RequestBuilder) -> Result<OutgoingAnswer, OutgoingError> {
        let mut response = request.send().await?;
        let status = response.status();
        if status.is_redirection() {
            return Err(OutgoingError::Redirect(status));
        }
        // Said to be too long, or found to be: what is said may be missing or a lie.
        let too_long = |octets: u64| octets > self.most_octets as u64;
        if response.content_length().is_some_and(too_long) {
            return Err(OutgoingError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if chunk.len() > self.most_octets - body.len() {
                return Err(OutgoingError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(OutgoingAnswer { status, headers: std::mem::take(response.headers_mut()), body })
    }
}

fn builder(settings: &HttpSettings) -> Result<reqwest::ClientBuilder, OutgoingSetupError> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("parloir/", env!("CARGO_PKG_VERSION")));
    let Some(address) = &settings.proxy else { return Ok(builder) };
    // Plain http is for loopback addresses alone: what goes there must not travel to a proxy.
    let mut direct = vec!["localhost", "127.0.0.0/8", "::1"];
    direct.extend(settings.no_proxy.iter().map(ProxyException::as_str));
    let direct = reqwest::NoProxy::from_string(&direct.join(","));
    Ok(builder.proxy(reqwest::Proxy::all(address.full().expose())?.no_proxy(direct)))
}

/// Whatever named the address, a setting or the provider itself: secrets travel only where nobody listens.
fn callable(url: &str) -> Result<Url, OutgoingError> {
    let url = Url::parse(url).map_err(|_| OutgoingError::Address)?;
    let reachable = match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(is_loopback),
        _ => false,
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    if reachable && anonymous { Ok(url) } else { Err(OutgoingError::Address) }
}
