//! What `doctor` said, in both its forms.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use serde_json::Value;

use crate::process::Installation;

/// What was found, by name.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) ok: bool,
    pub(crate) checks: BTreeMap<String, (String, String, Option<String>)>,
}

impl Findings {
    /// The check of that name has this state, these words among what was found, and advice unless all is well.
    #[track_caller]
    pub(crate) fn expect(&self, name: &str, state: &str, words: &str) -> &Self {
        let (found_state, found, advice) = self.checks.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"));
        assert_eq!(found_state, state, "{name}: {found}");
        assert!(found.contains(words), "{name}: {found:?}");
        assert_eq!(advice.is_none(), state == "ok", "{name}: {advice:?}");
        self
    }

    /// The names of all checks in that state.
    pub(crate) fn in_state(&self, state: &str) -> Vec<&str> {
        self.checks.iter().filter(|(_, check)| check.0 == state).map(|(name, _)| name.as_str()).collect()
    }
}

/// Runs `doctor` in both forms, which agree with each other and with the exit code.
#[track_caller]
pub(crate) fn examine(installation: &Installation) -> Findings {
    let ended = installation.run(&["doctor", "--json"]);
    assert_eq!(ended.stderr, "");
    let value: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error} in {ended:?}"));
    let keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["ok", "checks"]);
    let mut checks = BTreeMap::new();
    for check in value["checks"].as_array().unwrap() {
        let keys: Vec<_> = check.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["name", "state", "found", "advice"]);
        let text = |key: &str| check[key].as_str().map(ToOwned::to_owned);
        let found = (text("state").unwrap(), text("found").unwrap(), text("advice"));
        assert!(checks.insert(text("name").unwrap(), found).is_none(), "{check} twice");
    }
    let findings = Findings { ok: value["ok"].as_bool().unwrap(), checks };
    assert_eq!(findings.ok, findings.in_state("error").is_empty());
    assert_eq!(ended.status.code(), Some(i32::from(!findings.ok)));

    let words = installation.run(&["doctor"]);
    assert_eq!((words.status.code(), words.stderr.as_str()), (ended.status.code(), ""));
    let verdict = if findings.ok { "The server can serve: 0 errors, " } else { "The server cannot serve: " };
    assert!(words.stdout.contains(verdict), "{words:?}");
    for (name, (state, ..)) in &findings.checks {
        let state = if state == "error" { "ERROR" } else { state };
        let line = words.stdout.lines().find(|line| line.split_whitespace().next() == Some(name));
        assert!(line.is_some_and(|line| line.split_whitespace().nth(1) == Some(state)), "{name} in {words:?}");
    }
    findings
}

/// An installation on its own files, listening where it can.
pub(crate) fn on_files(settings: &[(&str, &str)]) -> Installation {
    Installation::with(settings).and("SERVER__LISTEN", "127.0.0.1:0")
}

/// Every file below a folder with its length and a digest of its content, but for the index of SQLite's log: that is made
/// anew by whoever looks, out of the log itself.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, (usize, u64)> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.to_string_lossy().ends_with("-shm") {
            let content = std::fs::read(&path).unwrap();
            let mut digest = DefaultHasher::new();
            content.hash(&mut digest);
            found.insert(path.display().to_string(), (content.len(), digest.finish()));
        }
    }
    found
}
