//! `[http]`, and the same keys of a provider: what is accepted, and how it is read.

use super::given::Given;
use crate::base::ProxyAddress;

pub(super) const PROXY: &str = "http://[USER:PASSWORD@]HOST[:PORT], or \"\" for none";
pub(super) const NO_PROXY: &str = "a list of domains, addresses and networks such as [\"example.org\", \"10.0.0.0/8\"]";
pub(super) const CA_FILES: &str = "a list of files in PEM";

/// The inner `None` is no proxy.
pub(super) fn proxy(given: &Given) -> Option<Option<ProxyAddress>> {
    let text = given.text()?;
    if text.trim().is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// Files, each with a name.
pub(super) fn files(given: &Given) -> Option<Vec<std::path::PathBuf>> {
    let files: Vec<String> = given.parse_list()?;
    files.into_iter().map(|file| (!file.trim().is_empty()).then(|| file.into())).collect()
}
