//! `[http]`, and the same keys of a provider: what is accepted, and how it is read.

use std::path::PathBuf;

use super::given::Given;
use crate::base::ProxyAddress;

pub(super) const PROXY: &str = "http://[USER:PASSWORD@]HOST[:PORT], or \"\" for none";
pub(super) const NO_PROXY: &str = "a list of domains, addresses and networks such as [\"example.org\", \"10.0.0.0/8\"]";
pub(super) const CA_FILES: &str = "a list of files in PEM";

/// How calls go out.
#[derive(Clone, Debug)]
pub(super) enum Route {
    /// By no proxy.
    Direct,
    /// By this one.
    Through(ProxyAddress),
}

impl Route {
    pub(super) fn proxy(self) -> Option<ProxyAddress> {
        match self {
            Self::Direct => None,
            Self::Through(proxy) => Some(proxy),
        }
    }
}

pub(super) fn route(given: &Given) -> Option<Route> {
    let text = given.text()?;
    if text.trim().is_empty() { Some(Route::Direct) } else { text.parse().ok().map(Route::Through) }
}

/// Files, each with a name.
pub(super) fn files(given: &Given) -> Option<Vec<PathBuf>> {
    let files: Vec<String> = given.parse_list()?;
    files.into_iter().map(|file| (!file.trim().is_empty()).then(|| file.into())).collect()
}
