//! The command line: one file a command.

mod application;
mod audit;
mod demo;
mod doctor;
mod import;
mod invite;
mod key;
mod mail;
mod organisation;
mod output;
mod people;
mod serve;
mod token;
mod user;
mod whole_person;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::{Value, json};

use crate::base::{Clock, Random};
use crate::config::{
    Config, ConfigError, FRONT_END_SETTINGS, PROVIDER_SETTINGS, RESOURCE_SERVER_SETTINGS, SETTINGS, Setting, reference,
};
use crate::server::{AppState, RunError, StartError};
use crate::ui::Pages;
use output::Output;

/// Rooms for people, and for applications that act for them.
#[derive(Debug, Parser)]
#[command(name = "parloir", version, arg_required_else_help = true)]
pub struct Arguments {
    /// The file with the settings; without it, parloir.toml in the working folder if there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON value on standard output, and nothing else
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Arguments),
    /// Bring the database up to date
    Migrate,
    /// See whether the server can serve here, and what to do where it cannot; changes nothing
    Doctor,
    /// Print every setting with its default and meaning
    Config,
    /// Manage people's accounts
    #[command(subcommand)]
    User(user::Command),
    /// Manage applications
    #[command(subcommand)]
    Application(application::Command),
    /// Manage the organisations whose people may come in
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// List and revoke tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Manage the keys that sign tokens
    #[command(subcommand)]
    Key(key::Command),
    /// See how it stands with letters to people
    #[command(subcommand)]
    Mail(mail::Command),
    /// Print the audit trail, newest first
    Audit(audit::Arguments),
}

/// Why a command failed; the text is for whoever typed it.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Account(#[from] crate::accounts::AccountError),
    #[error(transparent)]
    Link(#[from] crate::accounts::LinkError),
    #[error(transparent)]
    Import(#[from] crate::accounts::ImportError),
    #[error(transparent)]
    Application(#[from] crate::applications::ApplicationError),
    #[error(transparent)]
    Organisation(#[from] crate::accounts::OrganisationError),
    #[error(transparent)]
    PersonalToken(#[from] crate::accounts::PersonalTokenError),
    #[error(transparent)]
    Lifecycle(#[from] crate::lifecycle::LifecycleError),
    #[error(transparent)]
    Revocation(#[from] crate::delegation::RevocationError),
    #[error(transparent)]
    Store(#[from] crate::base::StoreError),
    #[error("the letter was not sent: {0}")]
    Mail(crate::mail::MailFailure),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Usage(String),
}

/// Runs the command that the process was started with; `serve` shows `pages`.
pub fn main(pages: Pages) -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&error),
    };
    match runtime.block_on(dispatch(arguments, pages, output)) {
        Ok(code) => code,
        Err(Failure::Import(error)) => output.fail_with(&import::words(&error), &error, import::lines(&error)),
        Err(error) => output.fail(&error),
    }
}

/// Runs the command. It has an exit code of its own where it answers a question.
async fn dispatch(arguments: Arguments, pages: Pages, output: Output) -> Result<ExitCode, Failure> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Config => print_settings(output)?,
        Command::Doctor => return doctor::run(file, output).await,
        command => act(command, Config::load(file)?, pages, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_settings(output: Output) -> Result<(), Failure> {
    let of_all = SETTINGS.iter().map(|setting| row("", setting));
    let of_each_provider = PROVIDER_SETTINGS.iter().map(|setting| row("sign_in.providers[].", setting));
    let of_each_front_end = FRONT_END_SETTINGS.iter().map(|setting| row("sign_in.front_ends[].", setting));
    let of_resource_server = RESOURCE_SERVER_SETTINGS.iter().map(|setting| row("", setting));
    let settings: Vec<_> = of_all.chain(of_each_provider).chain(of_each_front_end).chain(of_resource_server).collect();
    Ok(output.value(&settings, reference().trim_end())?)
}

/// Runs a command that needs the settings.
async fn act(command: Command, config: Config, pages: Pages, output: Output) -> Result<(), Failure> {
    match command {
        Command::Config | Command::Doctor => Ok(()),
        Command::Serve(arguments) => serve::run(config, pages, &arguments, output).await,
        Command::Migrate => {
            open(config).await?;
            Ok(output.value(&json!({ "migrated": true }), "The database is up to date.")?)
        }
        Command::User(command) => user::run(&open(config).await?, command, output).await,
        Command::Application(command) => application::run(&open(config).await?, command, output).await,
        Command::Organisation(command) => organisation::run(&open(config).await?, command, output).await,
        Command::Token(command) => token::run(&open(config).await?, command, output).await,
        Command::Key(command) => key::run(&open(config).await?, command, output).await,
        Command::Mail(command) => mail::run(&open(config).await?, command, output).await,
        Command::Audit(arguments) => audit::run(&open(config).await?, arguments, output).await,
    }
}

/// A setting for programs; `list` stands before its key.
fn row<T>(list: &str, setting: &Setting<T>) -> Value {
    let Setting { key, default, accepts, meaning, secret, .. } = setting;
    json!({ "key": format!("{list}{key}"), "default": default, "accepts": accepts, "meaning": meaning, "secret": secret })
}

/// Opens the database as the server does; what a command changes is in force for the server's next request.
async fn open(config: Config) -> Result<AppState, Failure> {
    Ok(AppState::open(config, Clock::System, Random::System).await?)
}
