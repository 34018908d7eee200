//! The files that browsers fetch: stylesheet, module, images. Their names carry a hash of their content, so that a
//! browser may keep them for ever.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rust_embed::RustEmbed;
use serde::Deserialize;

/// The folder that the build makes: read from disk in debug builds, part of the binary in release builds.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// Where each file of the site is, as the build's manifest says. Paths are relative to the site's root.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assets {
    style: String,
    module: String,
    wasm: String,
    boot: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(skip)]
    served: BTreeSet<String>,
}

/// Why the site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// There is no site.
    #[error("the site is not built: run `cargo xtask site`, or `cargo xtask build` for a binary that holds it")]
    Missing,
    /// The manifest cannot be read.
    #[error("the manifest of the site cannot be read: {0}")]
    Manifest(#[from] serde_json::Error),
    /// The manifest names a file that is not there.
    #[error("the site is not complete, {0} is missing: run `cargo xtask site` again")]
    Incomplete(String),
}

impl Assets {
    /// Reads the manifest, and sees that every file it names is there.
    pub fn load() -> Result<Self, AssetsError> {
        let manifest = Site::get("manifest.json").ok_or(AssetsError::Missing)?;
        let assets = Self::from_manifest(&manifest.data)?;
        match assets.served.iter().find(|path| Site::get(path).is_none()) {
            Some(missing) => Err(AssetsError::Incomplete(missing.clone())),
            None => Ok(assets),
        }
    }

    fn from_manifest(json: &[u8]) -> Result<Self, AssetsError> {
        let mut assets: Self = serde_json::from_slice(json)?;
        let named = [&assets.style, &assets.module, &assets.wasm, &assets.boot];
        assets.served = named.into_iter().chain(assets.files.values()).cloned().collect();
        Ok(assets)
    }

    /// The address of the stylesheet.
    pub fn style(&self) -> String {
        format!("/{}", self.style)
    }

    /// The address of the module's JavaScript.
    pub fn module(&self) -> String {
        format!("/{}", self.module)
    }

    /// The address of the module itself.
    pub fn wasm(&self) -> String {
        format!("/{}", self.wasm)
    }

    /// The address of the script that starts the module.
    pub fn boot(&self) -> String {
        format!("/{}", self.boot)
    }

    /// The address of a file of `public/`, by its name there.
    pub fn file(&self, name: &str) -> String {
        format!("/{}", self.files.get(name).map_or(name, String::as_str))
    }

    /// The file at `path` (without the first slash): as the build compressed it when `gzip` is accepted and it did, else
    /// as it is. `None` for whatever the manifest does not name.
    pub fn get(&self, path: &str, gzip: bool) -> Option<SiteFile> {
        if !self.served.contains(path) {
            return None;
        }
        let compressed = gzip.then(|| Site::get(&format!("{path}.gz"))).flatten();
        let gzip = compressed.is_some();
        let content = compressed.or_else(|| Site::get(path))?.data;
        Some(SiteFile { content, media_type: media_type(path), gzip })
    }
}

/// A file of the site as it is sent. Its name carries a hash of its content: it may be kept for ever.
#[derive(Debug)]
pub struct SiteFile {
    /// The bytes to send.
    pub content: Cow<'static, [u8]>,
    /// The media type of what the bytes stand for.
    pub media_type: &'static str,
    /// Whether the bytes are compressed with gzip.
    pub gzip: bool,
}

/// The media type of the kinds of files that a site has.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{
        "style": "pkg/style.0a.css", "module": "pkg/parloir.0b.js", "wasm": "pkg/parloir.0c.wasm", "boot": "pkg/boot.0d.js",
        "files": {"favicon.svg": "favicon.0e.svg"}
    }"#;

    #[test]
    fn addresses_come_from_the_manifest() {
        let assets = Assets::from_manifest(MANIFEST.as_bytes()).unwrap();
        assert_eq!(assets.style(), "/pkg/style.0a.css");
        assert_eq!(assets.file("favicon.svg"), "/favicon.0e.svg");
        assert_eq!(assets.file("other.png"), "/other.png");
    }

    #[test]
    fn nothing_is_served_that_the_manifest_does_not_name() {
        let assets = Assets::from_manifest(MANIFEST.as_bytes()).unwrap();
        for path in ["manifest.json", "../Cargo.toml", "pkg/", "", "/pkg/style.0a.css", "pkg/style.0a.css.gz"] {
            assert!(assets.get(path, false).is_none() && assets.get(path, true).is_none(), "{path:?}");
        }
    }

    #[test]
    fn a_broken_manifest_says_so() {
        assert!(matches!(Assets::from_manifest(b"{"), Err(AssetsError::Manifest(_))));
    }
}
