//! What a command prints: words for people, or one JSON value for programs.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

/// Where a command's answer goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    pub(super) const fn is_json(self) -> bool {
        self.json
    }

    /// Prints `value` as JSON, or `words`.
    pub(super) fn value(self, value: &impl Serialize, words: &str) -> io::Result<()> {
        if self.json { self.text(&(serde_json::to_string(value)? + "\n")) } else { self.text(&format!("{words}\n")) }
    }

    /// Prints `text` as it is.
    #[expect(clippy::unused_self, reason = "all that a command prints goes through its output")]
    pub(super) fn text(self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Says why the command failed: on standard error, and for programs as a JSON value as well.
    pub(super) fn fail(self, error: &dyn std::error::Error) -> ExitCode {
        self.fail_with(&error.to_string(), error, None)
    }

    /// The same in more words, and for programs with the lines of a file that are the reason.
    pub(super) fn fail_with(self, words: &str, error: &dyn std::error::Error, lines: Option<Value>) -> ExitCode {
        // Nothing can be said any more when the stream is closed.
        let _ = writeln!(io::stderr(), "parloir: {words}");
        if self.json {
            let mut value = json!({ "error": error.to_string() });
            if let Some(lines) = lines {
                value["lines"] = lines;
            }
            let _ = self.text(&(value.to_string() + "\n"));
        }
        ExitCode::FAILURE
    }
}
