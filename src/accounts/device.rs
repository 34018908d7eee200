//! What a browser says that it is, in words.
//!
//! `User-Agent` (RFC 9110 §10.1.5) is what the browser wants to be taken for, and good enough for a person to recognise her
//! own: a program and a system, no more. What fits no name here has none.

use crate::ui::{t, tf};

/// The longest one that is kept, in bytes: what comes after names nothing.
const LONGEST: usize = 256;

/// A browser on a system, as it introduced itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The browser.
    pub browser: Option<&'static str>,
    /// The system under it.
    pub system: Option<&'static str>,
}

/// Names by what stands in the header; the first that fits counts. Each browser also claims to be its forebears.
const BROWSERS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    /// What the header says.
    pub fn of(agent: &str) -> Self {
        let find =
            |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
        Self { browser: find(&BROWSERS), system: find(&SYSTEMS) }
    }

    /// "Firefox on Linux", in the language of the page.
    pub fn in_words(self) -> String {
        match (self.browser, self.system) {
            (Some(browser), Some(system)) => {
                tf("sessions-device", &[("browser", browser.into()), ("system", system.into())])
            }
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => t("sessions-device-unknown"),
        }
    }
}

/// The part of the header that is kept.
pub(super) fn kept(agent: &str) -> String {
    let end = (0..=LONGEST.min(agent.len())).rev().find(|end| agent.is_char_boundary(*end)).unwrap_or(0);
    agent[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_recognised() {
        for (agent, browser, system) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36",
                "Chrome",
                "macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) \
                 SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
                "Samsung Internet",
                "Android",
            ),
        ] {
            assert_eq!(Device::of(agent), Device { browser: Some(browser), system: Some(system) }, "{agent}");
        }
        assert_eq!(Device::of("<script>"), Device::default());
    }

    #[test]
    fn a_long_one_is_cut() {
        assert_eq!(kept("é".repeat(200).as_str()).len(), 256);
        assert_eq!(kept(&format!("a{}", "é".repeat(200))).len(), 255);
        assert_eq!(kept("short"), "short");
    }
}
