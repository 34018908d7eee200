//! `parloir mail …`

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::base::{EmailAddress, Language};
use crate::mail::{Letter, Recipient, WaitingLetter};
use crate::server::AppState;

/// How many letters that failed are listed.
const LISTED: u64 = 100;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a letter now, and tell what the mail server says
    Test {
        /// To whom
        email: EmailAddress,
        /// In which language: en or fr
        #[arg(long, default_value = "en", value_parser = language)]
        language: Language,
    },
    /// How many letters wait, since when, and which failed so far
    Queue,
}

fn language(text: &str) -> Result<Language, String> {
    Language::ALL.into_iter().find(|language| language.as_str() == text).ok_or_else(|| "write en or fr".to_owned())
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Test { email, language } => test(state, email, language, output).await,
        Command::Queue => queue(state, output).await,
    }
}

async fn test(state: &AppState, email: EmailAddress, language: Language, output: Output) -> Result<(), Failure> {
    let shown = email.as_str().to_owned();
    let to = Recipient { email, name: None, language: Some(language), account: None };
    match state.mail.try_out(&to, &Letter::Test).await {
        None => Err(Failure::Usage("no letters are sent: mail.smtp_host is not set".to_owned())),
        Some(Err(failure)) => Err(Failure::Mail(failure)),
        Some(Ok(id)) => {
            let words = format!("The mail server took the letter {id} to {shown}.");
            Ok(output.value(&json!({ "sent": true, "id": id }), &words)?)
        }
    }
}

async fn queue(state: &AppState, output: Output) -> Result<(), Failure> {
    let (queue, failing) = (state.mail.queue().await?, state.mail.failing(LISTED).await?);
    let mut words = match queue.oldest {
        None => "No letter waits.".to_owned(),
        Some(oldest) => format!("Letters that wait: {}, the oldest since {oldest}.", queue.waiting),
    };
    if !state.mail.is_on() {
        words.push_str(" None are sent: mail.smtp_host is not set.");
    }
    for letter in &failing {
        let failure = letter.failure.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            words,
            "\n{}  {}  {failure}  {} attempts, next at {}",
            letter.id, letter.kind, letter.attempts, letter.next_attempt_at
        );
    }
    let value = json!({
        "on": state.mail.is_on(),
        "waiting": queue.waiting,
        "oldest": queue.oldest,
        "failing": failing.iter().map(describe).collect::<Vec<_>>(),
    });
    Ok(output.value(&value, &words)?)
}

fn describe(letter: &WaitingLetter) -> Value {
    json!({
        "id": letter.id,
        "account": letter.account_id,
        "kind": letter.kind,
        "attempts": letter.attempts,
        "failure": letter.failure,
        "created_at": letter.created_at,
        "next_attempt_at": letter.next_attempt_at,
        "until": letter.until,
    })
}
