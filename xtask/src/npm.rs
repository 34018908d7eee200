//! Packages from npm, as a lock file names them.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::{needs, project, steps};

/// Installs the packages that the lock file in `folder` names, when that was not done since it changed.
///
/// # Errors
/// When there is no lock file, when Node.js or npm is missing (the message says what to run, and that it is `needed_for`),
/// when the installation fails.
pub(crate) fn install(folder: &str, needed_for: &str) -> Result<()> {
    let place = project::path(folder);
    let Some(locked) = changed(place.join("package-lock.json")) else {
        bail!("{folder}/package-lock.json is not there: {needed_for} need their exact packages")
    };
    let missing: Vec<_> = [("node", "nodejs"), ("npm", "npm")]
        .into_iter()
        .filter(|(program, _)| needs::on_path(&[program]).is_none())
        .map(|(_, package)| package)
        .collect();
    if !missing.is_empty() {
        needs::install(&missing, needed_for)?;
    }
    // npm writes this file at the end of an installation.
    let installed = changed(place.join("node_modules/.package-lock.json"));
    if installed.is_some_and(|installed| installed >= locked) {
        return Ok(());
    }
    steps::stream(project::command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(place))
}

fn changed(file: PathBuf) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::install;

    #[test]
    fn packages_without_a_lock_file_are_not_installed() {
        let error = install("xtask", "the tests").unwrap_err().to_string();
        assert_eq!(error, "xtask/package-lock.json is not there: the tests need their exact packages");
    }
}
