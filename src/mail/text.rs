//! What letters say.

use crate::base::{Language, Timestamp};
use crate::mail::{Letter, Recipient};
use crate::ui::{Arg, Texts, date_time, key};

/// The longest name that a letter repeats, in characters.
const LONGEST_NAME: usize = 100;

/// What all letters of this service have in common.
#[derive(Clone, Debug)]
pub(super) struct Service {
    /// What it is called.
    pub(super) name: String,
    /// `server.public_url`
    pub(super) url: String,
    /// The zone in which moments are told.
    pub(super) zone: String,
}

/// A letter's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) body: String,
}

/// A name as it may stand in a letter or in its head: one line of no great length. Whoever chose it writes no second line.
pub(super) fn tame(name: &str) -> String {
    // Marks that turn the direction of what follows would let a name rewrite the words around it.
    let plain = |c: char| if c.is_control() || is_format(c) { ' ' } else { c };
    let line: String = name.chars().map(plain).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_NAME {
        return line;
    }
    let cut: String = line.chars().take(LONGEST_NAME - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Line and paragraph separators, and what changes the direction of writing (Unicode bidirectional algorithm, UAX 9 §2).
const fn is_format(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Service {
    /// `letter`, written to `to` at `now`.
    pub(super) fn words(&self, letter: &Letter, to: &Recipient, now: Timestamp) -> Words {
        let language = to.language.unwrap_or_default();
        let (subject, body) = keys(letter);
        let args = self.args(letter, language, now);
        let name = to.name.as_deref().map(tame).filter(|name| !name.is_empty());
        let greeting = match name {
            Some(name) => language.tf("letter-greeting-name", &[("name", name.into())]),
            None => language.t("letter-greeting"),
        };
        let (text, foot) = (language.tf(body, &args), language.t("letter-foot"));
        Words {
            subject: language.tf(subject, &args),
            // The line before the signature is what mail programs know it by (RFC 3676 §4.3).
            body: format!("{greeting}\n\n{text}\n\n-- \n{}\n{}\n{foot}\n", self.name, self.url),
        }
    }

    fn args(&self, letter: &Letter, language: Language, now: Timestamp) -> Vec<(&'static str, Arg)> {
        let moment = |at| {
            let at = date_time(at, &self.zone, language);
            Arg::from(language.tf("letter-moment", &[("at", at.into()), ("zone", self.zone.as_str().into())]))
        };
        let mut args = vec![
            ("service", Arg::from(self.name.as_str())),
            ("url", Arg::from(self.url.as_str())),
            ("at", moment(now)),
        ];
        if let Some(until) = letter.until() {
            args.push(("until", moment(until)));
        }
        match letter {
            Letter::Invitation { link, .. } | Letter::PasswordReset { link, .. } => {
                args.push(("link", link.expose().into()));
            }
            Letter::SignInCode { code, .. } => args.push(("code", code.expose().into())),
            Letter::IdentityLinked { provider } | Letter::IdentityUnlinked { provider } => {
                args.push(("provider", tame(provider).into()));
            }
            Letter::PersonalTokenMade { name } => args.push(("name", tame(name).into())),
            Letter::PasswordChanged
            | Letter::DataDownloaded
            | Letter::AccountDeleted
            | Letter::AccountsMerged
            | Letter::Test => {}
        }
        args
    }
}

/// The messages of subject and body.
const fn keys(letter: &Letter) -> (&'static str, &'static str) {
    match letter {
        Letter::Invitation { .. } => (key("letter-invitation"), key("letter-invitation-body")),
        Letter::PasswordReset { .. } => (key("letter-password-reset"), key("letter-password-reset-body")),
        Letter::SignInCode { .. } => (key("letter-sign-in-code"), key("letter-sign-in-code-body")),
        Letter::PasswordChanged => (key("letter-password-changed"), key("letter-password-changed-body")),
        Letter::IdentityLinked { .. } => (key("letter-identity-linked"), key("letter-identity-linked-body")),
        Letter::IdentityUnlinked { .. } => (key("letter-identity-unlinked"), key("letter-identity-unlinked-body")),
        Letter::PersonalTokenMade { .. } => (key("letter-personal-token"), key("letter-personal-token-body")),
        Letter::DataDownloaded => (key("letter-data-downloaded"), key("letter-data-downloaded-body")),
        Letter::AccountDeleted => (key("letter-account-deleted"), key("letter-account-deleted-body")),
        Letter::AccountsMerged => (key("letter-accounts-merged"), key("letter-accounts-merged-body")),
        Letter::Test => (key("letter-test"), key("letter-test-body")),
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
