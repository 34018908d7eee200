//! `run`: from a fresh clone to a server with a demo.

use std::os::unix::process::CommandExt as _;

use anyhow::{Context as _, Result};

use crate::browser::Profile;
use crate::steps::{self, Steps};
use crate::{passed_on, project, site};

/// Builds the site and the server, then becomes the server. Arguments replace `serve --demo`.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    let mut steps = Steps::new(site::STEPS + 1);
    site::make(&mut steps, Profile::Dev)?;
    steps.step("Building the server", || steps::stream(&mut server_build()))?;

    let mut server = project::command(project::path("target/debug/parloir"));
    match passed_on(arguments) {
        [] => server.args(["serve", "--demo"]),
        given => server.args(given),
    };
    // The server takes this program's place: Ctrl-C and the exit code are its own.
    let error = server.exec();
    Err(error).context("starting target/debug/parloir")
}

/// The command that builds the server for development, at `target/debug/parloir`.
pub(crate) fn server_build() -> std::process::Command {
    project::cargo(["build", "--package=parloir", "--bin=parloir", "--features=ssr"])
}
