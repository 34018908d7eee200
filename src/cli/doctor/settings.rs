//! The settings themselves.

use super::report::Check;
use crate::config::{Config, Risk};

/// Those that are always worth a look.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    let url = &config.server.public_url;
    let public_url = if url.is_https() {
        Check::ok("public_url", url.to_string())
    } else {
        let found = format!("{url} is known on this machine alone, and its cookies are not Secure");
        Check::warning("public_url", found, "For other people, set server.public_url to an https address.")
    };
    let proxies: Vec<_> = config.server.trusted_proxies.iter().map(ToString::to_string).collect();
    let trusted = if proxies.is_empty() { "none".to_owned() } else { proxies.join(", ") };
    let about_proxies = |risk: &Risk| risk.setting == PROXIES;
    let mut checks = vec![Check::ok("settings", "all of them are accepted"), public_url];
    match config.risks().into_iter().find(about_proxies) {
        Some(risk) => checks.push(Check::warning("trusted_proxies", risk.found, risk.advice)),
        None => checks.push(Check::ok("trusted_proxies", trusted)),
    }
    checks
}

const PROXIES: &str = "server.trusted_proxies";

/// What is risky about the others.
pub(super) fn risks(config: &Config) -> Vec<Check> {
    let others = config.risks().into_iter().filter(|risk| risk.setting != PROXIES);
    let checks: Vec<_> = others.map(|risk| Check::warning(risk.setting, risk.found, risk.advice)).collect();
    if checks.is_empty() { vec![Check::ok("risks", "no other setting is risky")] } else { checks }
}
