//! `parloir application logo …`

use std::io::Read as _;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::super::Failure;
use super::super::output::Output;
use crate::applications::LARGEST_FILE;
use crate::audit::Actor;
use crate::base::ClientId;
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Give an application the picture in a file as its logo: PNG, JPEG, WebP or GIF
    Set {
        /// The application's client id
        client_id: String,
        /// The file
        file: PathBuf,
    },
    /// Take its logo away
    Remove {
        /// The application's client id
        client_id: String,
    },
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    let (application, done) = match command {
        Command::Set { client_id, file } => {
            // One byte more than is taken tells that it is too much.
            let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
            let mut picture = Vec::new();
            std::fs::File::open(&file)?.take(most).read_to_end(&mut picture)?;
            let client_id = ClientId::from_wire(&client_id);
            (state.applications.set_logo(&client_id, picture, Actor::Operator).await?, "has the logo")
        }
        Command::Remove { client_id } => {
            let client_id = ClientId::from_wire(&client_id);
            (state.applications.remove_logo(&client_id, Actor::Operator).await?, "has no logo")
        }
    };
    let value = json!({ "client_id": application.client_id, "logo": application.logo_path() });
    Ok(output.value(&value, &format!("{} {done}.", application.name))?)
}
