//! `parloir serve`

use std::io::IsTerminal;

use clap::Args;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::UtcTime;

use super::output::Output;
use super::{Failure, demo};
use crate::base::{Clock, Random};
use crate::config::{Config, Server};
use crate::server::{self, AppState};
use crate::ui::Pages;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Make a demo application and a demo person, and print how to try them; refused beyond loopback
    #[arg(long)]
    demo: bool,
}

pub(super) async fn run(config: Config, pages: Pages, arguments: &Arguments, output: Output) -> Result<(), Failure> {
    if arguments.demo && !config.server.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "--demo prints secrets and is for this machine alone: server.listen is {}, which others may reach",
            config.server.listen
        )));
    }
    start_log(&config.server)?;
    for risk in config.risks() {
        tracing::warn!(setting = risk.setting, advice = risk.advice, "{}", risk.found);
    }
    if arguments.demo && config.server.public_url.is_https() {
        tracing::warn!(
            "--demo lets whoever sees this output in as an administrator, at an address that others may reach"
        );
    }
    let state = AppState::open(config, Clock::System, Random::System).await?;
    let demo = if arguments.demo { Some(demo::prepare(&state).await?) } else { None };
    let public_url = state.config.server.public_url.clone();
    server::run(state, pages, move |address| {
        let printed = match demo {
            Some(demo) => output.value(&demo.as_json(&public_url), &demo.as_text(&public_url)),
            None if output.is_json() => output.value(&serde_json::json!({ "listening": address.to_string() }), ""),
            None => Ok(()),
        };
        if let Err(error) = printed {
            tracing::warn!(cause = %error, "standard output is closed");
        }
    })
    .await?;
    Ok(())
}

/// Log lines go to standard error; standard output is the command's answer.
fn start_log(settings: &Server) -> Result<(), Failure> {
    // The session library warns of every cookie whose session has ended, which is no news.
    let filter = EnvFilter::try_new(format!("tower_sessions_core=error,{}", settings.log))
        .map_err(|error| Failure::Usage(format!("server.log = {:?} cannot be used: {error}", settings.log)))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_timer(UtcTime::rfc_3339())
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = if settings.log_json { builder.json().flatten_event(true).try_init() } else { builder.try_init() };
    started.map_err(|error| Failure::Usage(format!("the log cannot be started: {error}")))
}
