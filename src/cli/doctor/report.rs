//! What was found, as words and as JSON.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Ok,
    /// The server serves; something should be different.
    Warning,
    /// The server does not start, or fails at what it is there for.
    Error,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    name: Cow<'static, str>,
    state: State,
    found: String,
    /// What to do; nothing when all is well.
    advice: Option<String>,
}

impl Check {
    /// Whether all is well.
    pub(super) const fn is_ok(&self) -> bool {
        matches!(self.state, State::Ok)
    }

    pub(super) fn ok(name: impl Into<Cow<'static, str>>, found: impl Into<String>) -> Self {
        Self { name: name.into(), state: State::Ok, found: found.into(), advice: None }
    }

    pub(super) fn warning(
        name: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), state: State::Warning, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn error(
        name: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), state: State::Error, found: found.into(), advice: Some(advice.into()) }
    }
}

/// All that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    ok: bool,
    checks: Vec<Check>,
}

impl Report {
    pub(super) fn new(checks: Vec<Check>) -> Self {
        Self { ok: checks.iter().all(|check| check.state != State::Error), checks }
    }

    /// Whether the server can serve.
    pub(super) const fn ok(&self) -> bool {
        self.ok
    }

    fn count(&self, state: State) -> usize {
        self.checks.iter().filter(|check| check.state == state).count()
    }
}

/// One line a check: its name, its state, what was found; below it what to do.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
        for Check { name, state, found, advice } in &self.checks {
            let state = match state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Error => "ERROR",
            };
            writeln!(f, "{name:width$}  {state:7}  {found}")?;
            if let Some(advice) = advice {
                writeln!(f, "{:width$}           {advice}", "")?;
            }
        }
        let (errors, warnings) = (self.count(State::Error), self.count(State::Warning));
        let verdict = if self.ok { "The server can serve" } else { "The server cannot serve" };
        write!(f, "\n{verdict}: {}, {}.", number(errors, "error"), number(warnings, "warning"))
    }
}

fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_json() {
        let report = Report::new(vec![
            Check::ok("data_dir", "data"),
            Check::warning("disk", "it is slow", "Buy another."),
            Check::error("database", "it is gone", "Look for it."),
        ]);
        assert_eq!(
            report.to_string(),
            "data_dir  ok       data\n\
             disk      warning  it is slow\n\
             \x20                  Buy another.\n\
             database  ERROR    it is gone\n\
             \x20                  Look for it.\n\n\
             The server cannot serve: 1 error, 1 warning."
        );
        let checks = json!([
            { "name": "data_dir", "state": "ok", "found": "data", "advice": null },
            { "name": "disk", "state": "warning", "found": "it is slow", "advice": "Buy another." },
            { "name": "database", "state": "error", "found": "it is gone", "advice": "Look for it." },
        ]);
        assert_eq!(serde_json::to_value(&report).unwrap(), json!({ "ok": false, "checks": checks }));
        assert!(Report::new(vec![Check::warning("disk", "it is slow", "Buy another.")]).ok());
    }
}
