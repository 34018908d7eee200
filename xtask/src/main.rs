//! Parloir's build tool: `cargo xtask TASK`.
//!
//! Each task stands in a file of its own; [`TASKS`] is the list of them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks on its standard streams")]

mod bench;
mod browser;
mod build;
mod e2e;
mod fmt;
mod interrupt;
mod layers;
mod needs;
mod npm;
mod postgres;
mod project;
mod rules;
mod run;
mod rust_source;
mod site;
mod steps;
mod test;

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};

/// One `cargo xtask NAME`.
struct Task {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    /// Does the task. Takes what the person typed after the name.
    work: fn(&[String]) -> Result<()>,
}

const TASKS: &[Task] = &[
    Task {
        name: "run",
        arguments: "[-- ARGUMENT…]",
        about: "build everything and start the server with a demo; arguments replace `serve --demo`",
        work: run::task,
    },
    Task { name: "test", arguments: "", about: "everything that must pass before a change lands", work: test::task },
    Task {
        name: "build",
        arguments: "",
        about: "one self-contained release binary at target/release/parloir",
        work: build::task,
    },
    Task { name: "site", arguments: "[--release]", about: "what the browser loads, in target/site", work: site::task },
    Task {
        name: "e2e",
        arguments: "[-- ARGUMENT…]",
        about: "the browser tests; arguments go to Playwright",
        work: e2e::task,
    },
    Task {
        name: "bench",
        arguments: "[audit] [--connections N,…] [--seconds N] [--soak SECONDS] [--json FILE] [--check]",
        about: "how fast and how big the release binary is; --check fails when a target is missed; `bench audit` asks a \
                trail of a million events",
        work: bench::task,
    },
    Task {
        name: "fmt",
        arguments: "[--check]",
        about: "format the Rust code, or say what is not formatted",
        work: fmt::task,
    },
    Task {
        name: "layers",
        arguments: "",
        about: "check the rules of the house: layers, file length, view code",
        work: layers::task,
    },
    Task {
        name: "postgres",
        arguments: "[-- COMMAND…]",
        about: "a throw-away PostgreSQL for COMMAND, or until Ctrl-C; its address is in PARLOIR_TEST_POSTGRES",
        work: postgres::task,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = interrupt::watch().and_then(|()| dispatch(&arguments));
    if let Some(signal) = interrupt::received() {
        eprintln!("Stopped.");
        return ExitCode::from(interrupt::exit_code(signal));
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nFAILED: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", usage());
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") {
        print!("{}", usage());
        return Ok(());
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        bail!("there is no task `{name}`\n\n{}", usage());
    };
    if rest.first().is_some_and(|first| first == "-h" || first == "--help") {
        println!("cargo xtask {} {}\n\n{}", task.name, task.arguments, task.about);
        return Ok(());
    }
    (task.work)(rest)
}

fn usage() -> String {
    let mut text = String::from("cargo xtask TASK\n\n");
    for task in TASKS {
        let call = format!("{} {}", task.name, task.arguments);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {call:<24} {}", task.about);
    }
    text
}

/// Whether the task's only permitted word was given.
///
/// # Errors
/// Names the first argument that is something else.
fn flag(arguments: &[String], flag: &str) -> Result<bool> {
    for argument in arguments {
        if argument != flag {
            bail!("`{argument}` is not known here; what is accepted: {flag}");
        }
    }
    Ok(!arguments.is_empty())
}

/// Refuses every argument.
fn no_arguments(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(argument) => bail!("`{argument}` is not known here: this task takes no arguments"),
        None => Ok(()),
    }
}

/// What another program is to get: the arguments without a leading `--`.
fn passed_on(arguments: &[String]) -> &[String] {
    match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    }
}
