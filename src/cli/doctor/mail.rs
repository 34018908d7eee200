//! Whether letters can be sent.

use super::report::Check;
use crate::config::Config;
use crate::mail::{Mail, MailFailureKind, MailTrouble};

/// The mail server is talked to as before a letter, and gets none.
pub(super) async fn check(config: &Config) -> Check {
    let name = "mail";
    match Mail::examine(config).await {
        None => Check::ok(name, "off: links are printed by the command that makes them"),
        Some(Ok(())) => Check::ok(name, "the mail server answers and lets us in"),
        Some(Err(trouble @ MailTrouble::Settings(_))) => {
            Check::error(name, trouble.to_string(), "Correct it: the server does not start.")
        }
        // The server serves all the same, and letters wait.
        Some(Err(MailTrouble::Server(failure))) => {
            Check::warning(name, failure.to_string(), format!("{}; until then letters wait.", advice(failure.kind)))
        }
    }
}

const fn advice(kind: MailFailureKind) -> &'static str {
    match kind {
        MailFailureKind::Unreachable => "See mail.smtp_host and mail.smtp_port, and whether a firewall lets us out",
        MailFailureKind::Timeout => {
            "See mail.smtp_port and whether a firewall lets us out; a port for tls says nothing when mail.security is starttls"
        }
        MailFailureKind::Tls => {
            "See mail.security, and whether mail.smtp_host is the name in its certificate; add the authority of that to mail.ca_files"
        }
        MailFailureKind::Credentials => "Ask its operators for mail.username and mail.password",
        MailFailureKind::Answer => "See whether a mail server listens there, and mail.security",
        _ => "Ask its operators why it does not want us now",
    }
}
