//! `fmt`: the format of the Rust code.

use anyhow::Result;

use crate::{flag, project, steps};

/// Formats all members, or with `--check` fails and shows what is not formatted.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    let check = flag(arguments, "--check")?;
    steps::stream(&mut command(check))
}

/// Fails and shows the difference when a file is not formatted.
pub(crate) fn check() -> Result<()> {
    steps::stream(&mut command(true))
}

fn command(check: bool) -> std::process::Command {
    let mut command = project::cargo(["fmt", "--all"]);
    if check {
        command.arg("--check");
    }
    command
}
