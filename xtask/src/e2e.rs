//! `e2e`: the tests in a browser.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::browser::Profile;
use crate::steps::{self, Steps};
use crate::{needs, npm, passed_on, project, run, site};

/// How many steps [`browse`] takes.
pub(crate) const STEPS: usize = 3;

const FOLDER: &str = "end2end";
const NEEDED_FOR: &str = "the browser tests";

/// Builds what the tests look at, then runs them. Arguments go to Playwright.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    let mut steps = Steps::new(site::STEPS + 1 + STEPS);
    site::make(&mut steps, Profile::Release)?;
    steps.step("Building the server", || steps::stream(&mut run::server_build()))?;
    browse(&mut steps, passed_on(arguments))
}

/// Runs the browser tests against `target/debug/parloir` and `target/site`.
///
/// # Errors
/// When Node.js or a browser is missing (the message says what to run), or a test fails.
pub(crate) fn browse(steps: &mut Steps, arguments: &[String]) -> Result<()> {
    steps.step("Preparing Playwright and the identity provider", || {
        npm::install(FOLDER, NEEDED_FOR)?;
        npm::install("tests/provider", NEEDED_FOR)
    })?;
    let chromium = steps.step("Looking for Chromium", chromium)?;
    steps.step("Testing in the browser", || {
        let mut playwright = project::command(playwright());
        playwright.arg("test").args(arguments).current_dir(project::path(FOLDER));
        playwright.env("PARLOIR_BIN", project::path("target/debug/parloir"));
        match &chromium {
            Some(file) => playwright.env("PARLOIR_CHROMIUM", file),
            None => playwright.env_remove("PARLOIR_CHROMIUM"),
        };
        steps::stream(&mut playwright)
    })
}

fn playwright() -> PathBuf {
    project::path(FOLDER).join("node_modules/.bin/playwright")
}

/// The Chromium to test in, or nothing when it is Playwright's own.
fn chromium() -> Result<Option<PathBuf>> {
    if let Some(chosen) = std::env::var_os("PARLOIR_CHROMIUM").filter(|value| !value.is_empty()) {
        let file = PathBuf::from(chosen);
        if !needs::runnable(&file) {
            bail!("PARLOIR_CHROMIUM is {}, which is no program", file.display());
        }
        return Ok(Some(file));
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    if let Some(file) = needs::on_path(&names) {
        return Ok(Some(file));
    }
    if needs::is_debian() && needs::debian_root() {
        needs::install(&["chromium"], NEEDED_FOR)?;
        return needs::on_path(&names).context("chromium was installed, but is not on the PATH").map(Some);
    }
    println!("No Chromium on the PATH; Playwright installs its own …");
    let mut install = project::command(playwright());
    install.args(["install", "chromium"]).current_dir(project::path(FOLDER));
    steps::stream(&mut install).context(
        "the browser tests need Chromium: install it, or name it in PARLOIR_CHROMIUM, or run \
         `npx playwright install chromium` in end2end/",
    )?;
    Ok(None)
}
