//! `build`: one release binary with the site inside.

use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::browser::Profile;
use crate::site::Manifest;
use crate::steps::{self, Steps};
use crate::{no_arguments, project, site};

/// The most that the browser module may weigh when compressed with gzip, in bytes.
const MOST_COMPRESSED: u64 = 150_000;

const BINARY: &str = "target/release/parloir";

/// Builds the site for shipping and the server with the site inside; prints what came out.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    no_arguments(arguments)?;
    let mut steps = Steps::new(site::STEPS + 2);
    let manifest = site::make(&mut steps, Profile::Release)?;
    let compressed = steps.step("Weighing the browser module", || weigh(&manifest))?;
    let binary = steps.step("Building the server with the site inside", || server(&manifest))?;
    println!();
    println!("{BINARY:<32} {}", size(binary));
    println!("{:<32} {}", "browser module, gzip", size(compressed));
    Ok(())
}

/// Gives the size of the browser module as a browser loads it, in bytes.
///
/// # Errors
/// When it is over the limit.
pub(crate) fn weigh(manifest: &Manifest) -> Result<u64> {
    let module = fs::read(project::path("target/site").join(&manifest.wasm)).context("reading the browser module")?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&module)?;
    let compressed = u64::try_from(encoder.finish()?.len())?;
    if compressed > MOST_COMPRESSED {
        bail!(
            "the browser module is {} compressed; at most {} are allowed on any page",
            size(compressed),
            size(MOST_COMPRESSED)
        );
    }
    Ok(compressed)
}

/// Gives the size of the binary in bytes.
fn server(manifest: &Manifest) -> Result<u64> {
    let compile = || {
        steps::stream(&mut project::cargo([
            "build",
            "--release",
            "--package=parloir",
            "--bin=parloir",
            "--features=ssr",
        ]))
    };
    compile()?;
    let mut binary = fs::read(project::path(BINARY))?;
    if !contains(&binary, manifest.wasm.as_bytes()) {
        // Cargo sees a change in files that were embedded before, not the first ones in a folder that was empty.
        steps::quiet(&mut project::cargo(["clean", "--release", "--package=parloir"]))?;
        compile()?;
        binary = fs::read(project::path(BINARY))?;
    }
    if !contains(&binary, manifest.wasm.as_bytes()) {
        bail!("{BINARY} does not have the site inside: {} is not in it", manifest.wasm);
    }
    Ok(u64::try_from(binary.len())?)
}

fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

/// A size as people read it: `81.4 kB`, `12.3 MB`; a kB is 1000 bytes.
fn size(bytes: u64) -> String {
    let hundreds = bytes.div_ceil(100);
    if bytes < 1_000_000 {
        format!("{}.{} kB", hundreds / 10, hundreds % 10)
    } else {
        let tenths = bytes.div_ceil(100_000);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(81_400), "81.4 kB");
        assert_eq!(size(12_345_678), "12.4 MB");
    }
}
