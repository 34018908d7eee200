//! The browser module: the crate compiled to WebAssembly, and the script that loads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{project, steps};

const TARGET: &str = "wasm32-unknown-unknown";

/// How the browser module is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quickly, for looking at a change.
    Dev,
    /// Small, for shipping and for measuring.
    Release,
}

impl Profile {
    /// Cargo's name of the profile, and of the folder it writes to.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Dev => ("dev", "debug"),
            Self::Release => ("wasm-release", "wasm-release"),
        }
    }
}

/// The module as it goes to the site, before names are hashed.
#[derive(Debug)]
pub(crate) struct Module {
    /// The script that imports the module.
    pub(crate) script: String,
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// Scripts that dependencies bring along, by their path below `snippets/`.
    pub(crate) snippets: BTreeMap<String, Vec<u8>>,
}

/// Compiles the crate for the browser. Installs the compiler's target when it is missing.
///
/// # Errors
/// When the target cannot be installed (the message says what to run), or the crate does not compile.
pub(crate) fn compile(profile: Profile) -> Result<PathBuf> {
    need_target()?;
    let (name, folder) = profile.names();
    steps::stream(&mut project::cargo([
        "build",
        "--package=parloir",
        "--lib",
        "--no-default-features",
        "--features=hydrate",
        &format!("--target={TARGET}"),
        &format!("--profile={name}"),
    ]))?;
    Ok(project::path("target").join(TARGET).join(folder).join("parloir.wasm"))
}

/// Makes the loadable module out of what the compiler wrote.
///
/// # Errors
/// When the file is not such a module, or was made with another version of wasm-bindgen.
pub(crate) fn bind(compiled: &PathBuf, profile: Profile) -> Result<Module> {
    let folder = project::path("target/site-module");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("removing an earlier module")?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name("parloir").typescript(false).web(true)?;
    // A browser has no use for the tables that a debugger of machine code reads.
    bindgen.keep_debug(false).remove_producers_section(true).remove_name_section(profile == Profile::Release);
    bindgen.generate(&folder)?;

    let mut snippets = BTreeMap::new();
    let snippet_folder = folder.join("snippets");
    for file in project::files(&snippet_folder, &[])? {
        let relative = file.strip_prefix(&snippet_folder).context("a snippet outside its folder")?;
        snippets.insert(relative.to_string_lossy().into_owned(), fs::read(&file)?);
    }
    Ok(Module {
        script: fs::read_to_string(folder.join("parloir.js")).context("reading the module's script")?,
        wasm: fs::read(folder.join("parloir_bg.wasm")).context("reading the module")?,
        snippets,
    })
}

/// Makes sure that the compiler can build for the browser.
pub(crate) fn need_target() -> Result<()> {
    let place = steps::quiet(project::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if PathBuf::from(place.trim()).is_dir() {
        return Ok(());
    }
    println!("Installing the compiler's target {TARGET} …");
    if let Err(error) = steps::stream(project::command("rustup").args(["target", "add", TARGET])) {
        bail!(
            "the browser module needs the compiler's target {TARGET}, and installing it failed ({error:#}).\n\
             Run this, then try again:  rustup target add {TARGET}\n\
             (with a compiler that rustup did not install, take the target from where the compiler came from)"
        );
    }
    Ok(())
}
