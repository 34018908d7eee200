//! `site`: everything the browser loads, under names that change with the content.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::browser::{self, Module, Profile};
use crate::steps::Steps;
use crate::{flag, project};

/// How many steps [`make`] takes.
pub(crate) const STEPS: usize = 2;

/// What the server reads to know the hashed names. Paths are relative to the site's root.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest {
    style: String,
    module: String,
    /// The browser module.
    pub(crate) wasm: String,
    boot: String,
    /// Files of `public/`, by their path there.
    files: BTreeMap<String, String>,
}

/// Makes the site for development, or with `--release` for shipping.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    let profile = if flag(arguments, "--release")? { Profile::Release } else { Profile::Dev };
    make(&mut Steps::new(STEPS), profile)?;
    Ok(())
}

/// Makes `target/site`.
///
/// # Errors
/// When the crate does not compile for the browser, or the stylesheet or another source is missing or wrong.
pub(crate) fn make(steps: &mut Steps, profile: Profile) -> Result<Manifest> {
    let how = match profile {
        Profile::Dev => "for development",
        Profile::Release => "small",
    };
    let compiled = steps.step(&format!("Compiling the browser module ({how})"), || browser::compile(profile))?;
    steps.step("Writing the site to target/site", || {
        let module = browser::bind(&compiled, profile)?;
        let style = stylesheet(&project::path("style/main.css"))?;
        let boot_file = project::path("src/ui/boot.js");
        let boot = fs::read_to_string(&boot_file).with_context(|| format!("reading {}", project::shown(&boot_file)))?;
        let mut site = Site::assemble(&style, &boot, module, &project::path("public"))?;
        // Compressing takes longer than all the rest, and on the same machine nobody waits for the network.
        if profile == Profile::Release {
            site.compress()?;
        }
        site.write(&project::path("target/site"))?;
        Ok(site.manifest)
    })
}

/// The stylesheet with everything it imports, minified. Nothing is rewritten for older browsers.
fn stylesheet(main: &Path) -> Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|error| anyhow!("{}: {error}", project::shown(main)))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{}: {error}", project::shown(main)))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })?;
    Ok(printed.code)
}

/// The site in memory: what is written, and the manifest that names it.
struct Site {
    files: BTreeMap<String, Vec<u8>>,
    manifest: Manifest,
}

impl Site {
    fn assemble(style: &str, boot: &str, module: Module, public: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut add = |path: &str, content: Vec<u8>| {
            let name = hashed(path, &content);
            files.insert(name.clone(), content);
            name
        };
        let wasm = add("pkg/parloir.wasm", module.wasm);
        let wasm_file = wasm.strip_prefix("pkg/").unwrap_or(&wasm);
        let snippet_folder = snippet_folder(&module.snippets);
        let script =
            module.script.replace("parloir_bg.wasm", wasm_file).replace("./snippets/", &format!("./{snippet_folder}/"));
        let module_name = add("pkg/parloir.js", script.into_bytes());
        let boot = boot.replace("__MODULE__", &format!("/{module_name}")).replace("__WASM__", &format!("/{wasm}"));
        let boot = add("pkg/boot.js", boot.into_bytes());
        let style = add("pkg/style.css", style.as_bytes().to_vec());
        let mut public_files = BTreeMap::new();
        for file in project::files(public, &[])? {
            let relative = file.strip_prefix(public).context("a file outside its folder")?;
            let relative = relative.to_string_lossy().replace('\\', "/");
            let content = fs::read(&file).with_context(|| format!("reading {}", project::shown(&file)))?;
            let name = add(&relative, content);
            public_files.insert(relative, name);
        }
        for (path, content) in module.snippets {
            files.insert(format!("pkg/{snippet_folder}/{path}"), content);
        }
        let manifest = Manifest { style, module: module_name, wasm, boot, files: public_files };
        Ok(Self { files, manifest })
    }

    /// Puts beside each file what gzip makes of it (RFC 1952), if that is less to send.
    fn compress(&mut self) -> Result<()> {
        let mut compressed = BTreeMap::new();
        for (name, content) in &self.files {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(content)?;
            let smaller = encoder.finish()?;
            if smaller.len() < content.len() {
                compressed.insert(format!("{name}.gz"), smaller);
            }
        }
        self.files.append(&mut compressed);
        Ok(())
    }

    /// Writes what changed, then the manifest, then removes what no manifest names any more.
    fn write(&self, folder: &Path) -> Result<()> {
        for (name, content) in &self.files {
            write_if_changed(&folder.join(name), content)?;
        }
        let mut manifest = serde_json::to_vec_pretty(&self.manifest)?;
        manifest.push(b'\n');
        write_if_changed(&folder.join("manifest.json"), &manifest)?;

        let mut kept: BTreeSet<&str> = self.files.keys().map(String::as_str).collect();
        kept.insert("manifest.json");
        remove_others(folder, folder, &kept)
    }
}

/// `folder/name.ext` as `folder/name.<hash>.ext`: eight hexadecimal digits of the content's SHA-256.
fn hashed(path: &str, content: &[u8]) -> String {
    let hash = hash8(content);
    let name_start = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_start..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, extension) = path.split_at(name_start + dot);
            format!("{stem}.{hash}{extension}")
        }
        _ => format!("{path}.{hash}"),
    }
}

fn hash8(content: &[u8]) -> String {
    let [a, b, c, d, ..] = Sha256::digest(content).0;
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// Scripts that import each other by relative paths keep their names; their common folder carries the hash.
fn snippet_folder(snippets: &BTreeMap<String, Vec<u8>>) -> String {
    let mut all = Vec::new();
    for (path, content) in snippets {
        all.extend_from_slice(path.as_bytes());
        all.push(0);
        all.extend_from_slice(&content.len().to_le_bytes());
        all.extend_from_slice(content);
    }
    format!("snippets.{}", hash8(&all))
}

/// Leaves a file alone that already has this content; else replaces it in one move, so that no reader sees a part of it.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let folder = path.parent().context("a file without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let part = path.with_added_extension("part");
    fs::write(&part, content).with_context(|| format!("writing {}", part.display()))?;
    fs::rename(&part, path).with_context(|| format!("writing {}", path.display()))
}

/// Removes from `folder` what is not in `kept` (paths relative to `root`), and folders left empty.
fn remove_others(root: &Path, folder: &Path, kept: &BTreeSet<&str>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(root, &path, kept)?;
            if fs::read_dir(&path)?.next().is_none() {
                fs::remove_dir(&path)?;
            }
            continue;
        }
        let relative = path.strip_prefix(root).context("a file outside its folder")?;
        let relative = relative.to_string_lossy().replace('\\', "/");
        if !kept.contains(relative.as_str()) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
