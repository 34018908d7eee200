//! `parloir doctor`: whether the server can serve with these settings on this machine, and what to do where it cannot.
//!
//! It looks and changes nothing: no schema, no key, no file that stays. Every check has a name that does not change, so that
//! programs can wait for one.

mod database;
mod files;
mod keys;
mod mail;
mod network;
mod postgres;
mod report;
mod settings;
mod sqlite;
mod system;

use std::path::Path;
use std::process::ExitCode;

use super::Failure;
use super::output::Output;
use crate::access::foreign::{ForeignTokens, Trouble};
use crate::base::{Clock, Random};
use crate::config::Config;
use crate::entitlements::{Entitlements, EntitlementsTrouble};
use crate::sign_in::openid::{OpenId, ProviderTrouble};
use report::{Check, Report};

/// Examines and prints what was found. The exit code is 0 when the server can serve; warnings do not change it.
pub(super) async fn run(file: Option<&Path>, output: Output) -> Result<ExitCode, Failure> {
    let checks = match Config::load(file) {
        Ok(config) => examine(&config, &Clock::System).await,
        Err(error) => {
            vec![Check::error("settings", error.to_string(), "Correct it; `parloir config` explains every setting.")]
        }
    };
    let report = Report::new(checks);
    output.value(&report, &report.to_string())?;
    Ok(if report.ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn examine(config: &Config, clock: &Clock) -> Vec<Check> {
    let mut checks = settings::checks(config);
    checks.extend(files::checks(config).await);
    checks.extend(database::checks(config, clock).await);
    checks.push(system::clock_runs(clock).await);
    checks.push(system::open_files());
    checks.extend(network::checks(config).await);
    checks.extend(providers(config, clock).await);
    checks.extend(resource_server(config, clock).await);
    checks.push(entitlements(config, clock).await);
    checks.push(mail::check(config).await);
    checks.extend(settings::risks(config));
    checks
}

/// Whoever says who may use the service: it is asked about nobody.
async fn entitlements(config: &Config, clock: &Clock) -> Check {
    let name = "entitlements";
    match Entitlements::examine(config, clock).await {
        None => Check::ok(name, "everybody may use the service"),
        Some(Ok(())) => Check::ok(name, "the provider answers and accepts our key"),
        Some(Err(EntitlementsTrouble::Settings(error))) => {
            Check::error(name, error.to_string(), "Correct it: the server does not start.")
        }
        Some(Err(trouble @ EntitlementsTrouble::Credentials(_))) => {
            let advice =
                "Ask its operators for the key and the number of this service; until then nobody new may make rooms.";
            Check::error(name, trouble.to_string(), advice)
        }
        Some(Err(trouble @ EntitlementsTrouble::Answer(_))) => {
            let advice = "Ask its operators, or see entitlements.url and [http]; until then the last answers count.";
            Check::warning(name, trouble.to_string(), advice)
        }
    }
}

/// Whoever the server asks for something: each is to be reached and to say what it should.
async fn providers(config: &Config, clock: &Clock) -> Vec<Check> {
    let found = OpenId::examine(config, clock, &Random::System).await;
    if found.is_empty() {
        return vec![Check::ok("providers", "none: people sign in with passwords")];
    }
    let judge = |(id, outcome): (String, Result<(), ProviderTrouble>)| {
        let name = format!("providers.{id}");
        match outcome {
            Ok(()) => Check::ok(name, "its description and its keys can be used"),
            Err(ProviderTrouble::Settings(error)) => {
                Check::error(name, error.to_string(), "Correct it: the server does not start.")
            }
            Err(ProviderTrouble::Answer(error)) => {
                let advice =
                    "Ask its operators, or see issuer, endpoints and [http]; until then nobody signs in with it.";
                Check::warning(name, error.to_string(), advice)
            }
        }
    };
    found.into_iter().map(judge).collect()
}

/// Whether the provider whose tokens are taken tells us what they are worth.
async fn resource_server(config: &Config, clock: &Clock) -> Option<Check> {
    let name = "resource_server";
    let outcome = ForeignTokens::examine(config, clock, &Random::System).await?;
    Some(match outcome {
        Ok(()) => Check::ok(name, "the provider accepts our credentials and answers in the form that is set"),
        Err(error @ (Trouble::Settings(_) | Trouble::Provider(_))) => {
            Check::error(name, error.to_string(), "Correct it: the server does not start.")
        }
        Err(error) => Check::warning(name, error.to_string(), error.advice()),
    })
}
