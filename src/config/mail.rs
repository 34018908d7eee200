//! `[mail]`: through which server letters go out.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;

use super::http::{CA_FILES, files};
use super::settings::setting;
use super::{ConfigError, Setting};
use crate::base::{EmailAddress, Secret, is_loopback};

/// The mail server, and as whom we write.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `mail.smtp_host`; without one nothing is sent.
    pub smtp_host: Option<String>,
    /// `mail.smtp_port`
    pub smtp_port: Option<u16>,
    /// `mail.security`
    pub security: MailSecurity,
    /// `mail.username`
    pub username: Option<String>,
    /// `mail.password`
    pub password: Option<Secret>,
    /// `mail.from`
    pub from: Option<Mailbox>,
    /// `mail.ca_files`: believed besides the system's and those of `[http]`.
    pub ca_files: Vec<PathBuf>,
    /// How long the mail server may take for a letter.
    pub timeout: Duration,
}

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
    /// TLS after STARTTLS (RFC 3207); a server that does not offer it gets no letter.
    StartTls,
    /// Not at all.
    None,
}

/// A mail server and our account there.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// Name and password, where it wants them.
    pub credentials: Option<(String, Secret)>,
    /// As whom we write.
    pub from: Mailbox,
    /// Certificate authorities that are believed besides the system's.
    pub ca_files: Vec<PathBuf>,
    /// How long it may take for a letter.
    pub timeout: Duration,
}

impl Mail {
    /// What holds before any setting is read.
    pub(super) const fn blank() -> Self {
        Self {
            smtp_host: None,
            smtp_port: None,
            security: MailSecurity::StartTls,
            username: None,
            password: None,
            from: None,
            ca_files: Vec::new(),
            timeout: Duration::from_secs(30),
        }
    }

    /// The server through which letters go out; none when they do not.
    pub fn server(&self) -> Option<SmtpServer> {
        Some(SmtpServer {
            host: self.smtp_host.clone()?,
            port: self.smtp_port.unwrap_or(match self.security {
                MailSecurity::Tls => 465,
                MailSecurity::StartTls => 587,
                MailSecurity::None => 25,
            }),
            security: self.security,
            credentials: self.username.clone().zip(self.password.clone()),
            from: self.from.clone()?,
            ca_files: self.ca_files.clone(),
            timeout: self.timeout,
        })
    }

    /// Whether these settings can be used together.
    pub(super) fn agree(&self) -> Result<(), ConfigError> {
        let missing = |key, because| Err(ConfigError::Missing { key, because });
        match (&self.username, &self.password) {
            (Some(_), None) => return missing("mail.password", "mail.username"),
            (None, Some(_)) => return missing("mail.username", "mail.password"),
            _ => {}
        }
        let Some(host) = &self.smtp_host else { return Ok(()) };
        if self.from.is_none() {
            return missing("mail.from", "mail.smtp_host");
        }
        if self.security == MailSecurity::None && self.password.is_some() && !is_loopback(host) {
            return Err(ConfigError::Contradiction(
                "mail.password would cross the network as plain text: set mail.security to \"tls\" or \"starttls\"",
            ));
        }
        Ok(())
    }
}

/// The settings of this section.
pub(super) const SETTINGS: &[Setting] = &[
    setting!(
        "mail.smtp_host",
        "\"\"",
        "the name or address of a host, or \"\" for none",
        "The mail server through which letters to people go out. Without it none are sent: links are then printed by the \
         command that makes them.",
        |config, given| {
            let text = given.text()?;
            let host = text.trim();
            let named = host.len() <= 253 && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
            let usable = named || host.parse::<IpAddr>().is_ok();
            usable.then(|| config.mail.smtp_host = (!host.is_empty()).then(|| host.to_owned()))
        }
    ),
    setting!(
        "mail.smtp_port",
        "",
        "1 to 65535",
        "Its port. Without it: 465 with tls, 587 with starttls, 25 with none.",
        |config, given| { given.integer(1, 65_535).map(|value| config.mail.smtp_port = u16::try_from(value).ok()) }
    ),
    setting!(
        "mail.security",
        "\"starttls\"",
        "tls, starttls or none",
        "How the way to it is protected: by TLS from the first byte, by TLS after STARTTLS, which it must offer, or not at all. \
         Certificates are always verified.",
        |config, given| {
            given.choice(&["tls", "starttls", "none"]).map(|value| {
                config.mail.security = match value {
                    "tls" => MailSecurity::Tls,
                    "starttls" => MailSecurity::StartTls,
                    _ => MailSecurity::None,
                };
            })
        }
    ),
    setting!("mail.username", "", "a text", "Our name there, where it wants one.", |config, given| {
        let name = given.text().filter(|name| !name.is_empty() && !name.chars().any(char::is_control))?;
        config.mail.username = Some(name);
        Some(())
    }),
    Setting {
        key: "mail.password",
        default: "",
        accepts: "a text",
        meaning: "Our password there.",
        secret: true,
        set: |config, given| {
            let usable = |text: &String| !text.is_empty() && !text.chars().any(char::is_control);
            given.text().filter(usable).map(|text| config.mail.password = Some(Secret::new(text)))
        },
    },
    setting!(
        "mail.from",
        "",
        "an address such as \"Meetings <no-reply@example.org>\"",
        "As whom we write. The name before the address is also what letters call this service.",
        |config, given| {
            config.mail.from = Some(sender(given.text()?.trim())?);
            Some(())
        }
    ),
    setting!(
        "mail.ca_files",
        "[]",
        CA_FILES,
        "Certificate authorities that the mail server's certificate may be from, besides the system's and those of http.ca_files.",
        |config, given| files(given).map(|files| config.mail.ca_files = files)
    ),
    setting!(
        "mail.timeout_seconds",
        "30",
        "1 to 120",
        "How long the mail server may take to accept a letter.",
        |config, given| given.integer(1, 120).map(|value| config.mail.timeout = Duration::from_secs(value))
    ),
];

/// An address alone, or behind a name and in angle brackets.
fn sender(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let (name, address) = match text.strip_suffix('>') {
        Some(named) => named.rsplit_once('<')?,
        None => ("", text),
    };
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let address: EmailAddress = address.parse().ok()?;
    let (local, _) = address.as_str().rsplit_once('@')?;
    let address = Address::new(local, address.key().domain().as_str()).ok()?;
    Some(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn load(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment =
            settings.iter().map(|(key, value)| (format!("PARLOIR__MAIL__{key}"), (*value).to_owned())).collect();
        Config::from_sources(&Sources { file: None, environment })
    }

    const COMPLETE: [(&str, &str); 4] = [
        ("SMTP_HOST", "mail.example.org"),
        ("FROM", "Réunions <no-reply@example.org>"),
        ("USERNAME", "parloir"),
        ("PASSWORD", "swordfish"),
    ];

    fn with(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
        load(&[COMPLETE.as_slice(), more].concat())
    }

    #[test]
    fn without_a_host_there_is_no_mail_server() {
        assert!(load(&[]).unwrap().mail.server().is_none());
        assert!(load(&[("SMTP_HOST", ""), ("FROM", "no-reply@example.org")]).unwrap().mail.server().is_none());
    }

    #[test]
    fn the_port_follows_the_protection() {
        for (security, port) in [("tls", 465), ("starttls", 587)] {
            assert_eq!(with(&[("SECURITY", security)]).unwrap().mail.server().unwrap().port, port);
        }
        let local = load(&[("SMTP_HOST", "localhost"), ("FROM", "a@example.org"), ("SECURITY", "none")]);
        assert_eq!(local.unwrap().mail.server().unwrap().port, 25);
        let server = with(&[("SMTP_PORT", "2525")]).unwrap().mail.server().unwrap();
        assert_eq!((server.port, server.security), (2525, MailSecurity::StartTls));
        assert_eq!(server.from.name.as_deref(), Some("Réunions"));
        let (name, password) = server.credentials.unwrap();
        assert_eq!((name.as_str(), password.expose()), ("parloir", "swordfish"));
    }

    #[test]
    fn the_sender_has_an_address_and_perhaps_a_name() {
        for (text, name, address) in [
            ("no-reply@example.org", None, "no-reply@example.org"),
            (" <no-reply@Bücher.example> ", None, "no-reply@xn--bcher-kva.example"),
            ("Meetings, all <of> them <no-reply@example.org>", Some("Meetings, all <of> them"), "no-reply@example.org"),
            ("\"Réunions\" <no-reply@example.org>", Some("Réunions"), "no-reply@example.org"),
        ] {
            let from = sender(text.trim()).unwrap();
            assert_eq!((from.name.as_deref(), from.email.to_string().as_str()), (name, address));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (missing, said) in [
            (1, "mail.from is missing: mail.smtp_host needs it"),
            (2, "mail.username is missing: mail.password needs it"),
            (3, "mail.password is missing: mail.username needs it"),
        ] {
            let mut settings = COMPLETE.to_vec();
            settings.remove(missing);
            assert_eq!(load(&settings).unwrap_err().to_string(), said);
        }
        let plain = with(&[("SECURITY", "none")]).unwrap_err().to_string();
        assert!(plain.starts_with("mail.password would cross the network as plain text"), "{plain}");
        let nearby = [("SMTP_HOST", "127.0.0.1"), ("SECURITY", "none")];
        assert!(load(&[&COMPLETE[1..], &nearby].concat()).is_ok());
    }

    #[test]
    fn values_that_cannot_be_used_are_refused_and_secrets_not_shown() {
        for (key, value) in [
            ("SMTP_HOST", "smtp://mail.example.org"),
            ("SMTP_HOST", "mail.example.org/x"),
            ("SMTP_HOST", "mail example.org"),
            ("SMTP_HOST", "mail.example.org:587"),
            ("SMTP_PORT", "0"),
            ("SMTP_PORT", "65536"),
            ("SECURITY", "ssl"),
            ("SECURITY", ""),
            ("USERNAME", ""),
            ("USERNAME", "par\nloir"),
            ("PASSWORD", ""),
            ("PASSWORD", "sword\r\nfish"),
            ("FROM", "nobody"),
            ("FROM", "Meetings <no-reply@example.org>\r\nBcc: mallory@example.org"),
            ("FROM", "a@example.org, b@example.org"),
            ("FROM", "Meetings <no-reply>"),
            ("FROM", "no-reply@example.org>"),
            ("TIMEOUT_SECONDS", "0"),
            ("TIMEOUT_SECONDS", "121"),
        ] {
            let error = with(&[(key, value)]).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains("mail.") && !error.contains("fish"), "{key} = {value:?}: {error}");
        }
        let config = with(&[]).unwrap();
        assert!(!format!("{config:?}").contains("swordfish"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "sword fish\n").unwrap();
        let settings = [&COMPLETE[..3], &[("PASSWORD_FILE", file.to_str().unwrap())]].concat();
        assert_eq!(load(&settings).unwrap().mail.password.unwrap().expose(), "sword fish");
    }
}
