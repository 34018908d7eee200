//! A letter as mail servers take it (RFC 5322).

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::Message;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0,
};
use lettre::message::{Body, Mailbox};
use serde::{Deserialize, Serialize};

use super::Recipient;
use super::text::{Words, tame};
use crate::base::{LetterId, Timestamp};

/// What is kept of a letter, sealed, until it is sent.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    to: String,
    name: Option<String>,
    subject: String,
    body: String,
}

/// What a letter's head has besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    /// From which its `Message-ID` is made: it is the same however often the letter is sent.
    pub(super) id: LetterId,
    pub(super) written_at: Timestamp,
    pub(super) language: &'a str,
    pub(super) from: &'a Mailbox,
    /// The host of our public address.
    pub(super) host: &'a str,
}

/// The address cannot be written to by mail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unwritable;

impl Content {
    pub(super) fn new(to: &Recipient, words: Words) -> Self {
        let address = to.email.as_str();
        let local = address.rsplit_once('@').map_or("", |(local, _)| local);
        Self {
            // Not every mail server takes other letters than ASCII (SMTPUTF8, RFC 6531). The local part never has any.
            to: format!("{local}@{}", to.email.key().domain().as_str()),
            name: to.name.as_deref().map(tame).filter(|name| !name.is_empty()),
            subject: words.subject,
            body: words.body,
        }
    }

    pub(super) fn message(self, head: Head<'_>) -> Result<Message, Unwritable> {
        let (local, domain) = self.to.rsplit_once('@').ok_or(Unwritable)?;
        let to = Address::new(local, domain).map_err(|_| Unwritable)?;
        let written = u64::try_from(head.written_at.as_seconds()).unwrap_or(0);
        // Each line then has at most 76 characters, all of them ASCII, whatever the letter says.
        let body = Body::new_with_encoding(self.body, ContentTransferEncoding::QuotedPrintable);
        Message::builder()
            .from(head.from.clone())
            .to(Mailbox::new(self.name, to))
            .date(UNIX_EPOCH + Duration::from_secs(written))
            .message_id(Some(format!("<{}@{}>", head.id, head.host)))
            .subject(self.subject)
            .header(AutoSubmitted)
            .header(ContentLanguage(head.language.to_owned()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(body.map_err(|_| Unwritable)?)
            .map_err(|_| Unwritable)
    }
}

/// No person wrote it, so that no absence is answered (RFC 3834 §5).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// In which language it is (RFC 3282 §2).
#[derive(Clone, Debug)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    fn formatted(name: Option<&str>, email: &str, words: Words) -> String {
        let to =
            Recipient { email: email.parse().unwrap(), name: name.map(str::to_owned), language: None, account: None };
        let written_at = Timestamp::from_seconds(1_768_478_400);
        let head = Head {
            id: LetterId::new(&Random::seeded(1), written_at),
            written_at,
            language: "fr",
            from: &"Réunions <no-reply@example.org>".parse().unwrap(),
            host: "meet.example.org",
        };
        String::from_utf8(Content::new(&to, words).message(head).unwrap().formatted()).unwrap()
    }

    fn words() -> Words {
        Words { subject: "Déjà vu".to_owned(), body: "Été\n\n.\nhttps://meet.example.org/\n".to_owned() }
    }

    #[test]
    fn a_letter_as_it_is_sent() {
        insta::assert_snapshot!(formatted(Some("Adélaïde"), "Ada@bücher.example", words()).replace("\r\n", "\n"));
    }

    #[test]
    fn no_name_adds_a_line_to_the_head() {
        let long = "x".repeat(5000);
        for name in
            ["Ada\r\nBcc: mallory@example.org", "Ada\nX: y", "\"Ada\" <mallory@example.org>,", "Ада\r\n\r\nbody", &long]
        {
            let letter = formatted(Some(name), "ada@example.org", words());
            let (head, _) = letter.split_once("\r\n\r\n").unwrap();
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            let expected = [
                "From",
                "To",
                "Date",
                "Message-ID",
                "Subject",
                "Auto-Submitted",
                "Content-Language",
                "Content-Type",
                "MIME-Version",
                "Content-Transfer-Encoding",
            ];
            let sorted = |mut names: Vec<&str>| {
                names.sort_unstable();
                names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(sorted(names), sorted(expected.to_vec()), "{head}");
            assert!(letter.is_ascii() && letter.lines().all(|line| line.len() < 998), "{head}");
        }
    }
}
