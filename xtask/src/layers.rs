//! `layers`: the rules of the house that the compiler does not know. This file has the one that gave the task its name:
//! a feature uses only features below it.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::rust_source::{Kind, Token, tokens};
use crate::{no_arguments, project, rules};

/// Features from the lowest layer to the highest.
const LAYERS: &[&[&str]] = &[
    &["config", "base"],
    &["audit", "jose", "ui"],
    &["mail"],
    &["accounts"],
    &["applications", "providers"],
    &["delegation", "entitlements"],
    &["rooms"],
    &["webhooks", "linked"],
    &["access", "sign_in", "lifecycle"],
    &["administration"],
    &["server", "cli"],
];

/// Who may use a neighbour of the same layer: what all stand on reads its settings, `serve` starts the server.
const NEIGHBOURS: &[(&str, &str)] = &[("config", "base"), ("cli", "server")];

/// These stand above all features.
const ABOVE: &[&str] = &["app", "lib", "main"];

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// Relative to the workspace.
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// What is wrong, and what to do about it.
    pub(crate) what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Checks the rules of the house.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    no_arguments(arguments)?;
    check()
}

/// Checks the rules of the house over the whole workspace.
///
/// # Errors
/// Lists every place where one is broken.
pub(crate) fn check() -> Result<()> {
    let mut breaches = rules::check(project::root())?;
    let source = project::path("src");
    for file in project::files(&source, &[])? {
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let code = fs::read_to_string(&file).with_context(|| format!("reading {}", project::shown(&file)))?;
        let module = module_path(file.strip_prefix(&source)?);
        breaches.extend(of_file(&project::shown(&file), &module, &code));
    }
    breaches.sort();
    breaches.dedup();
    if breaches.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = breaches.iter().map(|breach| format!("  {breach}")).collect();
    bail!("{} of the rules of the house broken:\n{}", list.len(), list.join("\n"))
}

/// The module that a file of `src/` holds: `rooms/pages/list.rs` is `rooms::pages::list`.
fn module_path(relative: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Breaches in one file that holds the module `module`.
fn of_file(file: &str, module: &[String], code: &str) -> Vec<Breach> {
    let Some(feature) = module.first() else { return Vec::new() };
    if module.len() == 1 && ABOVE.contains(&feature.as_str()) {
        return Vec::new();
    }
    let breach = |line, what| Breach { file: file.to_owned(), line, what };
    if layer(feature).is_none() {
        return vec![breach(1, format!("`{feature}` has no place in the order of the layers"))];
    }
    references(module, &tokens(code))
        .into_iter()
        .filter_map(|reference| refusal(feature, &reference.name).map(|what| breach(reference.line, what)))
        .collect()
}

/// Why `feature` may not use `used`.
fn refusal(feature: &str, used: &str) -> Option<String> {
    if feature == used || NEIGHBOURS.contains(&(feature, used)) {
        return None;
    }
    if used == "*" {
        return Some("takes in everything at the root of the crate: name what is used".to_owned());
    }
    if ABOVE.contains(&used) {
        return Some(format!("`{feature}` uses `{used}`, which stands above all features"));
    }
    let Some(other) = layer(used) else {
        return Some(format!("`{feature}` uses `crate::{used}`, which has no place in the order of the layers"));
    };
    let own = layer(feature)?;
    match own.cmp(&other) {
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Equal => {
            Some(format!("`{feature}` uses its neighbour `{used}`; features of one layer do not know each other"))
        }
        std::cmp::Ordering::Less => Some(format!("`{feature}` uses `{used}`, which stands above it")),
    }
}

fn layer(feature: &str) -> Option<usize> {
    LAYERS.iter().position(|features| features.contains(&feature))
}

/// A name at the root of the crate, where it is used.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    name: String,
    line: usize,
}

/// Every name at the root of the crate that the code reaches through `crate::` or `super::`.
fn references(file_module: &[String], tokens: &[Token]) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut module = file_module.to_vec();
    // The depth of braces at which each inline module ends.
    let mut inline: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Sign('{') => {
                depth += 1;
                if let Some(name) = opened_module(tokens, at) {
                    module.push(name);
                    inline.push(depth);
                }
            }
            Kind::Sign('}') => {
                if inline.last() == Some(&depth) {
                    inline.pop();
                    module.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Kind::Word(word) => {
                let starts = at == 0 || tokens.get(at - 1).is_none_or(|before| before.kind != Kind::PathSeparator);
                let base = match word.as_str() {
                    "crate" => Some(Vec::new()),
                    "super" => Some(parent(&module)),
                    "self" => Some(module.clone()),
                    _ => None,
                };
                if let (true, Some(base)) = (starts && followed_by_path(tokens, at), base) {
                    tree(tokens, at + 2, base, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

fn followed_by_path(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|token| token.kind == Kind::PathSeparator)
}

/// The name in `mod name {` when the brace at `at` opens it.
fn opened_module(tokens: &[Token], at: usize) -> Option<String> {
    let keyword = tokens.get(at.checked_sub(2)?)?;
    match &tokens.get(at - 1)?.kind {
        Kind::Word(name) if keyword.is_word("mod") => Some(name.clone()),
        _ => None,
    }
}

fn parent(module: &[String]) -> Vec<String> {
    module.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default()
}

/// Reads what follows a path that has led to the module `base`. Gives the place after it.
fn tree(tokens: &[Token], mut at: usize, mut base: Vec<String>, found: &mut Vec<Reference>) -> usize {
    loop {
        let Some(token) = tokens.get(at) else { return at };
        match &token.kind {
            Kind::Word(word) if word == "super" => base = parent(&base),
            Kind::Word(word) if word == "self" => {}
            Kind::Word(word) => {
                // A macro is at the root by its export, wherever it is written: its place says nothing.
                let is_macro = tokens.get(at + 1).is_some_and(|next| next.is_sign('!'));
                if base.is_empty() && !is_macro {
                    found.push(Reference { name: word.clone(), line: token.line });
                }
                // From here the path goes down, never back to the root.
                base.push(word.clone());
            }
            Kind::Sign('*') if base.is_empty() => {
                found.push(Reference { name: "*".to_owned(), line: token.line });
            }
            Kind::Sign('{') => return group(tokens, at + 1, &base, found),
            _ => return at,
        }
        if !followed_by_path(tokens, at) {
            return at + 1;
        }
        at += 2;
    }
}

/// Reads the members of `{a::…, b::…}` from after the brace. Gives the place after the closing one.
fn group(tokens: &[Token], mut at: usize, base: &[String], found: &mut Vec<Reference>) -> usize {
    loop {
        match tokens.get(at) {
            None => return at,
            Some(token) if token.is_sign('}') => return at + 1,
            Some(token) if matches!(token.kind, Kind::Word(_)) || token.is_sign('*') || token.is_sign('{') => {
                at = tree(tokens, at, base.to_vec(), found);
                // `name as other`: the other name is no path.
                if tokens.get(at).is_some_and(|token| token.is_word("as")) {
                    at += 2;
                }
            }
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
