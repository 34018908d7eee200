//! The messages and the source are read side by side: every key used exists in every language, with the same
//! variables, and no message is left that nothing uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;

use super::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folder` whose name ends in `ending`.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Key to variables, over all message files of a language.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for path in files(&root().join("locales").join(language.as_str()), ".ftl") {
        let source = fs::read_to_string(&path).unwrap();
        let resource = FluentResource::try_new(source.clone())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
        let mut blocks: Vec<(String, String)> = Vec::new();
        for line in resource.source().lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(" =") {
                Some((key, rest)) if !line.starts_with([' ', '}']) => blocks.push((key.to_owned(), rest.to_owned())),
                _ => {
                    if let Some((_, block)) = blocks.last_mut() {
                        block.push_str(line);
                    }
                }
            }
        }
        assert_eq!(blocks.len(), resource.entries().filter(is_message).count(), "{}", path.display());
        for (key, block) in blocks {
            let earlier = all.insert(key.clone(), variables(&block));
            assert!(earlier.is_none(), "{key} stands twice in {}", language.as_str());
        }
    }
    all
}

fn is_message(entry: &impl std::fmt::Debug) -> bool {
    format!("{entry:?}").starts_with("Message")
}

/// The names after `$`.
fn variables(block: &str) -> BTreeSet<String> {
    let name = |part: &str| part.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    block.split('$').skip(1).map(name).collect()
}

/// The text of every Rust file, without what only tests compile.
fn sources() -> Vec<(PathBuf, String)> {
    files(&root().join("src"), ".rs")
        .into_iter()
        .filter(|path| !path.to_string_lossy().ends_with("tests.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            (path, text[..end].to_owned())
        })
        .collect()
}

/// The first literal after each call of `name(`, when the argument at `position` is a literal.
fn literals(text: &str, name: &str, position: usize) -> Vec<String> {
    let pattern = format!("{name}(");
    let mut found = Vec::new();
    for (at, _) in text.match_indices(&pattern) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut rest = text[at + pattern.len()..].trim_start();
        for _ in 0..position {
            rest = rest.split_once(',').map_or("", |(_, rest)| rest).trim_start();
        }
        if let Some(literal) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            found.push(literal.0.to_owned());
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_and_variables() {
    let (english, french) = (messages(Language::En), messages(Language::Fr));
    let difference: Vec<_> = english.keys().filter(|key| !french.contains_key(*key)).collect();
    assert!(difference.is_empty(), "only in English: {difference:?}");
    let difference: Vec<_> = french.keys().filter(|key| !english.contains_key(*key)).collect();
    assert!(difference.is_empty(), "only in French: {difference:?}");
    let references = ["date-day", "date-time"];
    for (key, variables) in english {
        if !references.contains(&key.as_str()) {
            assert_eq!(variables, french[&key], "{key}");
        }
    }
}

#[test]
fn every_message_file_is_compiled_in() {
    for language in Language::ALL {
        for key in messages(language).keys() {
            let args = [("count", Arg::Number(2)), ("month", Arg::Number(3))];
            assert_ne!(language.tf(key, &args), *key, "{key} of {}: its file is not in `messages!`", language.as_str());
        }
    }
}

#[test]
fn every_key_used_exists() {
    let known = messages(Language::En);
    let calls = [("t", 0), ("tf", 0), ("key", 0), ("with_error", 1), ("with_error_args", 1)];
    for (path, text) in sources() {
        for (name, position) in calls {
            for key in literals(&text, name, position) {
                assert!(known.contains_key(&key), "{} uses {key:?}, which no message file has", path.display());
            }
        }
    }
}

#[test]
fn no_message_is_left_unused() {
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    let referenced: String =
        files(&root().join("locales/en"), ".ftl").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let unused: Vec<String> = messages(Language::En)
        .into_keys()
        .filter(|key| !all.contains(&format!("\"{key}\"")) && !referenced.contains(&format!("{{ {key} }}")))
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn french_has_its_spaces() {
    for path in files(&root().join("locales/fr"), ".ftl") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let text =
                if line.starts_with([' ', '}']) { line } else { line.split_once(" = ").map_or("", |(_, text)| text) };
            let characters: Vec<char> = text.chars().collect();
            for pair in characters.windows(2) {
                let wrong = match (pair[0], pair[1]) {
                    ('«', next) => next != '\u{a0}',
                    (before, '»') => before != '\u{a0}',
                    (before, ';' | '!' | '?') => before != '\u{202f}',
                    (before, ':') => before != '\u{a0}' && !text.contains("://"),
                    (_, '\'' | '"') => true,
                    _ => false,
                };
                assert!(!wrong, "{}: {text:?} at {pair:?}", path.display());
            }
        }
    }
}

#[test]
fn a_missing_key_shows_itself() {
    let missing = ["no", "such", "key"].join("-");
    assert_eq!(Language::Fr.t(&missing), "no-such-key");
    assert_eq!(Language::En.tf(&missing, &[("count", 1.into())]), "no-such-key");
}

#[test]
fn plurals_and_figures_follow_the_language() {
    let summary = |language: Language, count: i64| language.tf("ui-error-summary", &[("count", count.into())]);
    assert_eq!(summary(Language::En, 1), "One thing needs your attention");
    assert_eq!(summary(Language::En, 1_234), "1,234 things need your attention");
    assert_eq!(summary(Language::Fr, 1), "Un point demande votre attention");
    assert_eq!(summary(Language::Fr, 1_234_567), "1\u{202f}234\u{202f}567 points demandent votre attention");
}

#[test]
fn what_a_person_typed_is_put_in_as_it_is() {
    let name = "{ $x } <b>&amp;";
    assert_eq!(Language::En.tf("ui-copy-thing", &[("thing", name.into())]), format!("Copy: {name}"));
}
