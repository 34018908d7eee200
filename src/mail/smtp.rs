//! The mail server: how it is reached, and what becomes of a letter there.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::base::{OutgoingSetupError, authorities, innermost};
use crate::config::{Config, MailSecurity, SmtpServer};

/// How long a parting mail server is waited for: it has the letter.
const PARTING: Duration = Duration::from_secs(2);

/// A mail server, and how it is talked to.
pub(super) struct Smtp {
    pub(super) server: SmtpServer,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Why a letter was not sent, as its word tells: in the queue, in the trail, in metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFailureKind {
    /// Nobody answers at the host and port.
    Unreachable,
    /// It did not answer in time.
    Timeout,
    /// It offers no TLS, or its certificate cannot be believed.
    Tls,
    /// It wants other credentials.
    Credentials,
    /// What it says is not SMTP, or breaks off.
    Answer,
    /// Not now (4yz, RFC 5321 §4.2.1).
    Deferred,
    /// Never (5yz).
    Refused,
    /// The address cannot be written to.
    Address,
    /// The letter cannot be read any more: it was sealed under another secret key.
    Unreadable,
    /// Its time is over.
    Expired,
}

impl MailFailureKind {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::Credentials => "credentials",
            Self::Answer => "answer",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Address => "address",
            Self::Unreadable => "unreadable",
            Self::Expired => "expired",
        }
    }

    /// Whether another attempt would come to the same.
    pub(super) const fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::Address | Self::Unreadable | Self::Expired)
    }

    /// Whether it is about the mail server, so that other letters would fare alike.
    pub(super) const fn concerns_all(self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout | Self::Tls | Self::Credentials | Self::Answer)
    }
}

/// Why a letter was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", self.code())]
pub struct MailFailure {
    /// What kind of failure.
    pub kind: MailFailureKind,
    /// The reply code of the mail server, where it gave one.
    pub reply: Option<u16>,
    /// The words of whoever noticed it. They may hold addresses: they are for whoever typed a command, and for no log.
    pub cause: String,
}

impl MailFailure {
    pub(super) fn new(kind: MailFailureKind, cause: impl Into<String>) -> Self {
        Self { kind, reply: None, cause: cause.into() }
    }

    /// The word with the reply code: `refused_550`.
    pub fn code(&self) -> String {
        match self.reply {
            Some(reply) => format!("{}_{reply}", self.kind.as_str()),
            None => self.kind.as_str().to_owned(),
        }
    }

    fn timeout() -> Self {
        Self::new(MailFailureKind::Timeout, "no answer in time")
    }

    /// `else_` is what it means where the error itself says no more.
    fn of(error: &Error, else_: MailFailureKind) -> Self {
        let (reply, cause) = (error.status().map(u16::from), innermost(error));
        let kind = match reply {
            // Authentication required, too weak, refused, or to be encrypted (RFC 4954 §6).
            Some(530 | 534 | 535 | 538) => MailFailureKind::Credentials,
            Some(_) if error.is_permanent() => MailFailureKind::Refused,
            Some(_) => MailFailureKind::Deferred,
            None if error.is_tls() || cause.is::<rustls::Error>() => MailFailureKind::Tls,
            None if error.is_timeout() => MailFailureKind::Timeout,
            None if error.is_response() => MailFailureKind::Answer,
            None => else_,
        };
        Self { kind, reply, cause: cause.to_string() }
    }
}

impl Smtp {
    /// The mail server of the settings; none without one. Reads the certificate authorities.
    pub(super) fn open(config: &Config) -> Result<Option<Self>, OutgoingSetupError> {
        let Some(server) = config.mail.server() else { return Ok(None) };
        let tls = match server.security {
            MailSecurity::None => None,
            MailSecurity::Tls | MailSecurity::StartTls => Some(tls(&server, config)?),
        };
        Ok(Some(Self { server, tls, hello: hello(host_of(config.server.public_url.as_str())) }))
    }

    /// Hands the letter over. It is sent when the mail server has said so, and may have been sent when it fell silent.
    pub(super) async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        let mut connection = self.connect().await?;
        let (envelope, text) = (message.envelope(), message.formatted());
        let sent = tokio::time::timeout(self.server.timeout, connection.send(envelope, &text)).await;
        sent.map_err(|_| MailFailure::timeout())?.map_err(|error| MailFailure::of(&error, MailFailureKind::Answer))?;
        let _ = tokio::time::timeout(PARTING, connection.quit()).await;
        Ok(())
    }

    /// Goes as far as it goes without a letter.
    pub(super) async fn greet(&self) -> Result<(), MailFailure> {
        let mut connection = self.connect().await?;
        let alive = tokio::time::timeout(self.server.timeout, connection.test_connected()).await;
        if !alive.map_err(|_| MailFailure::timeout())? {
            return Err(MailFailure::new(MailFailureKind::Answer, "it does not answer NOOP as it should"));
        }
        let _ = tokio::time::timeout(PARTING, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailFailure> {
        // A failure in here is not the letter's: other credentials or another hour help.
        let connected = tokio::time::timeout(self.server.timeout, self.shake_hands()).await;
        connected.map_err(|_| MailFailure::timeout())?.map_err(|failure| match failure.kind {
            MailFailureKind::Refused => MailFailure { kind: MailFailureKind::Deferred, ..failure },
            _ => failure,
        })
    }

    async fn shake_hands(&self) -> Result<AsyncSmtpConnection, MailFailure> {
        let SmtpServer { host, port, security, credentials, timeout, .. } = &self.server;
        let at_once = self.tls.clone().filter(|_| *security == MailSecurity::Tls);
        let address = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(*timeout), &self.hello, at_once, None)
            .await
            .map_err(|error| MailFailure::of(&error, MailFailureKind::Unreachable))?;
        if let Some(tls) = self.tls.clone().filter(|_| *security == MailSecurity::StartTls) {
            if !connection.can_starttls() {
                return Err(MailFailure::new(MailFailureKind::Tls, "it does not offer STARTTLS"));
            }
            let started = connection.starttls(tls, &self.hello).await;
            started.map_err(|error| MailFailure::of(&error, MailFailureKind::Tls))?;
        }
        if let Some((name, password)) = credentials {
            let credentials = Credentials::new(name.clone(), password.expose().to_owned());
            let accepted = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
            // The library's own words are that no way to prove ourselves is offered.
            let fault = |error: &Error| {
                if error.is_client() { MailFailureKind::Credentials } else { MailFailureKind::Answer }
            };
            accepted.map_err(|error| MailFailure::of(&error, fault(&error)))?;
        }
        Ok(connection)
    }
}

fn tls(server: &SmtpServer, config: &Config) -> Result<TlsParameters, OutgoingSetupError> {
    let refused = |error: Error| OutgoingSetupError::Client(innermost(&error).to_string());
    let files: Vec<_> = config.http.ca_files.iter().chain(&server.ca_files).cloned().collect();
    let mut parameters = TlsParameters::builder(server.host.clone());
    for certificate in authorities(&files)? {
        parameters = parameters.add_root_certificate(Certificate::from_der(certificate).map_err(refused)?);
    }
    parameters.build().map_err(refused)
}

/// The host in our public address, which has neither path nor user.
pub(super) fn host_of(public_url: &str) -> &str {
    let authority = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    match authority.rsplit_once(':') {
        // In brackets there are colons too.
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// How we name ourselves (RFC 5321 §4.1.1.1).
fn hello(host: &str) -> ClientId {
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_public_addresses() {
        for (url, host, said) in [
            ("https://meet.example.org", "meet.example.org", "meet.example.org"),
            ("https://meet.example.org:8443", "meet.example.org", "meet.example.org"),
            ("http://127.0.0.1:8080", "127.0.0.1", "[127.0.0.1]"),
            ("http://[::1]:8080", "[::1]", "[IPv6:::1]"),
            ("http://[::1]", "[::1]", "[IPv6:::1]"),
        ] {
            assert_eq!(host_of(url), host);
            assert_eq!(hello(host).to_string(), said);
        }
    }

    #[test]
    fn codes_are_words_of_ours() {
        let failure = MailFailure { kind: MailFailureKind::Refused, reply: Some(550), cause: "x".to_owned() };
        assert_eq!((failure.code(), failure.to_string()), ("refused_550".to_owned(), "refused_550: x".to_owned()));
        assert_eq!(MailFailure::timeout().code(), "timeout");
    }
}
