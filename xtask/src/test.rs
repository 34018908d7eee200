//! `test`: everything that must pass before a change lands, in one order, up to the first failure.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::browser::{self, Profile};
use crate::postgres::{self, Postgres};
use crate::steps::{self, Steps};
use crate::{build, e2e, fmt, layers, needs, no_arguments, npm, project, site};

/// The packages that make the server, and what they are built with.
const SERVER: &[&str] = &["--package=parloir", "--package=migration", "--features=ssr"];

/// This program is built where it already is, so that it need not be compiled a second time.
const TOOLS: &[&str] = &["--package=xtask", "--target-dir=target/xtask"];

/// Runs the whole gate.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    no_arguments(arguments)?;
    let documented = documented_code()?;
    let mut steps = Steps::new(12 + site::STEPS + usize::from(documented) + e2e::STEPS);
    steps.step("Checking the format", fmt::check)?;
    steps.step("Checking the rules of the house", layers::check)?;
    steps.step("Linting the server and its tests", || lint(SERVER, true))?;
    steps.step("Linting the browser module", lint_browser)?;
    steps.step("Linting the build tool", || lint(TOOLS, true))?;
    steps.step("Checking licences and sources of dependencies", dependencies)?;
    let manifest = site::make(&mut steps, Profile::Release)?;
    steps.step("Weighing the browser module", || build::weigh(&manifest))?;
    steps.step("Testing the build tool", || steps::stream(&mut run_tests(TOOLS)))?;
    // Compiled before PostgreSQL starts, which need not wait for it.
    steps.step("Building the server and its tests", || steps::stream(&mut compile_tests()))?;
    steps.step("Preparing the identity provider and the mail server", || {
        npm::install("tests/provider", "the tests of the server")?;
        npm::install("tests/mail", "the tests of the server")
    })?;
    let postgres = steps.step("Starting PostgreSQL", Postgres::start)?;
    steps.step("Testing the server", || steps::stream(run_tests(SERVER).env(postgres::VARIABLE, postgres.url())))?;
    if documented {
        steps.step("Testing the examples in the documentation", || {
            let mut command = project::cargo(["test", "--doc"]);
            steps::stream(command.args(SERVER).env(postgres::VARIABLE, postgres.url()))
        })?;
    }
    drop(postgres);
    // The tests of the server built `target/debug/parloir` on their way.
    e2e::browse(&mut steps, &[])?;
    println!("\nEverything passed.");
    Ok(())
}

fn lint(packages: &[&str], all_targets: bool) -> Result<()> {
    let mut command = project::cargo(["clippy"]);
    command.args(packages);
    if all_targets {
        command.arg("--all-targets");
    }
    steps::stream(command.args(["--", "-D", "warnings"]))
}

fn lint_browser() -> Result<()> {
    browser::need_target()?;
    lint(
        &[
            "--package=parloir",
            "--lib",
            "--no-default-features",
            "--features=hydrate",
            "--target=wasm32-unknown-unknown",
        ],
        false,
    )
}

fn has_nextest() -> bool {
    cargo_program("cargo-nextest").is_some()
}

/// A cargo subcommand, on the PATH or where `cargo install` puts it.
fn cargo_program(name: &str) -> Option<PathBuf> {
    let installed = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
        .map(|home| home.join("bin").join(name))
        .filter(|file| needs::runnable(file));
    needs::on_path(&[name]).or(installed)
}

fn run_tests(packages: &[&str]) -> Command {
    let mut command = tests(packages);
    command.arg("--no-fail-fast");
    command
}

fn compile_tests() -> Command {
    let mut command = tests(SERVER);
    command.arg("--no-run");
    command
}

fn tests(packages: &[&str]) -> Command {
    let mut command =
        if has_nextest() { project::cargo(["nextest", "run"]) } else { project::cargo(["test", "--tests"]) };
    command.args(packages);
    command
}

/// Whether a documentation comment has code in it: a step that would find nothing is left out.
fn documented_code() -> Result<bool> {
    for folder in ["src", "migration/src"] {
        for file in project::files(&project::path(folder), &[])? {
            if file.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let code = fs::read_to_string(&file).with_context(|| format!("reading {}", project::shown(&file)))?;
            if has_example(&code) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a block in a documentation comment is Rust to be compiled: it says so, or names no language.
fn has_example(code: &str) -> bool {
    let mut inside = false;
    for line in code.lines().map(str::trim_start) {
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(language) = comment.and_then(|text| text.trim().strip_prefix("```")) else { continue };
        let starts = !inside;
        inside = starts;
        if starts && matches!(language, "" | "rust" | "no_run" | "should_panic" | "compile_fail") {
            return true;
        }
    }
    false
}

/// Licences, bans and sources by `deny.toml`; known faults too, when their list can be had.
fn dependencies() -> Result<()> {
    if cargo_program("cargo-deny").is_none() {
        println!(
            "cargo-deny is not installed, so this was not checked. To install it: cargo install cargo-deny --locked"
        );
        return Ok(());
    }
    steps::stream(&mut project::cargo(["deny", "check", "licenses", "bans", "sources"]))?;
    if let Err(error) = steps::quiet(&mut project::cargo(["deny", "fetch", "db"])) {
        println!("The list of known faults cannot be reached, so they were not checked: {error:#}");
        return Ok(());
    }
    steps::stream(&mut project::cargo(["deny", "check", "--disable-fetch", "advisories"]))
}

#[cfg(test)]
mod tests {
    use super::has_example;

    #[test]
    fn examples_are_told_from_other_blocks() {
        assert!(has_example("/// ```\n/// let a = 1;\n/// ```\n"));
        assert!(has_example("//! ```no_run\n//! ```\n"));
        assert!(!has_example("/// ```text\n/// a\n/// ```\n/// ```json\n/// ```\n"));
        assert!(!has_example("let a = \"```\";"));
    }
}
