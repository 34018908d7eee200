//! Programs that do not come with cargo: found, installed where that is ours to do, or named.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::{project, steps};

/// The first of these programs that is on the PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&folders).map(|folder| folder.join(name)).find(|file| runnable(file)))
}

/// Whether this is a file that may be run.
pub(crate) fn runnable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

/// Whether this program runs as root.
pub(crate) fn root() -> bool {
    // Linux tells a process's user by its folder; where there is no such folder, nothing is ever installed by itself.
    fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}

/// Whether Debian's own packages can be installed here without asking anybody.
pub(crate) fn debian_root() -> bool {
    root() && on_path(&["apt-get"]).is_some()
}

/// Whether this is Debian itself: elsewhere its package of a browser may be a stub of another packaging system.
pub(crate) fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Installs Debian packages, showing progress.
///
/// # Errors
/// When this is no Debian-like system or we are not root, with the command to run and what it is `needed_for`;
/// when the installation fails.
pub(crate) fn install(packages: &[&str], needed_for: &str) -> Result<()> {
    let list = packages.join(" ");
    if !debian_root() {
        bail!(
            "{list} is missing, needed for {needed_for}.\n\
             On Debian and Ubuntu run this, then try again:  sudo apt-get install {list}\n\
             (elsewhere, install the same with the system's own package manager)"
        );
    }
    println!("Installing {list}, needed for {needed_for} …");
    steps::stream(apt_get().args(["update", "--quiet"]))?;
    steps::stream(apt_get().args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> std::process::Command {
    let mut command = project::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
