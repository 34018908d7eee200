//! What a bench needs before it begins: a database with two people, an application and a thousand rooms.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::http::{Connection, Request};
use super::introspection::{self, Introspection};
use crate::{project, steps};

/// Rooms of the person whose list is read.
const ROOMS: usize = 1000;

/// Whose rooms are listed and seen.
const PERSON: &str = "person@example.org";

/// For whom rooms are made under load: the first person's list stays as it is.
const FOUNDER: &str = "founder@example.org";

const TOKEN: &str = "/external-api/v1.0/application/token/";
const ROOMS_PATH: &str = "/external-api/v1.0/rooms/";

/// A folder with the server's data, removed when this value goes.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Where the programs are, below `target/`: `release`, or `debug`.
    programs: &'static str,
    folder: PathBuf,
    port: u16,
    person: String,
    client_id: String,
    client_secret: String,
    introspection: Introspection,
}

/// The requests that are measured.
#[derive(Debug)]
pub(crate) struct Requests {
    /// A token for the person.
    pub(crate) token: Vec<Request>,
    /// A page of her rooms.
    pub(crate) list: Vec<Request>,
    /// The same page, with a token of an identity provider.
    pub(crate) foreign: Vec<Request>,
    /// One of her rooms, each of them in turn.
    pub(crate) retrieve: Vec<Request>,
    /// A new room.
    pub(crate) create: Vec<Request>,
}

impl Stage {
    /// An empty folder for a database, for programs of that profile.
    pub(crate) fn empty(programs: &'static str) -> Result<Self> {
        let folder = project::path("target/bench");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("removing what a former bench left")?;
        }
        fs::create_dir_all(&folder).context("making a folder for the database")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let nobody = String::new;
        let introspection = Introspection::start(PERSON)?;
        Ok(Self {
            programs,
            folder,
            port,
            person: nobody(),
            client_id: nobody(),
            client_secret: nobody(),
            introspection,
        })
    }

    /// Makes the database with both people and the application, by the command line.
    pub(crate) fn prepare() -> Result<Self> {
        let mut stage = Self::empty("release")?;
        stage.ask(&["user", "create", "--email", FOUNDER, "--json"])?;
        let person = stage.ask(&["user", "create", "--email", PERSON, "--json"])?;
        stage.person = text(&person, "id")?;
        let application =
            ["application", "create", "--name", "Bench", "--all-scopes", "--domain", "example.org", "--json"];
        let application = stage.ask(&application)?;
        stage.client_id = text(&application, "client_id")?;
        stage.client_secret = text(&application, "client_secret")?;
        Ok(stage)
    }

    /// Where everything is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the servers listen.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The server to be measured.
    pub(crate) fn parloir(&self) -> Command {
        let mut command = self.command("parloir");
        command.arg("serve");
        command
    }

    /// The server that it is compared with.
    pub(crate) fn bare(&self) -> Command {
        let mut command = self.command("examples/bare_server");
        command.arg(&self.person).arg(&self.folder);
        command
    }

    /// Makes the person's rooms through the API of the running server. Gives what is to be measured.
    pub(crate) fn make_rooms(&self) -> Result<Requests> {
        let mut connection = Connection::open(self.address())?;
        let token = self.token_request(PERSON);
        let bearer = authorization(&mut connection, &token)?;
        let create = creation(&bearer);
        let headers = [("Authorization", bearer.as_str())];
        let mut retrieve = Vec::with_capacity(ROOMS);
        for _ in 0..ROOMS {
            let room = expect(&mut connection, &create, 201)?;
            retrieve.push(Request::get(&format!("{ROOMS_PATH}{}/", text(&room, "id")?), &headers));
        }
        let list = Request::get(ROOMS_PATH, &headers);
        let foreign = Request::get(ROOMS_PATH, &[("Authorization", &format!("Bearer {}", introspection::TOKEN))]);
        for list in [&list, &foreign] {
            let page = expect(&mut connection, list, 200)?;
            if page["count"] != ROOMS || page["results"].as_array().map(Vec::len) != Some(20) {
                bail!("the list is not 20 of {ROOMS} rooms");
            }
        }
        let founder = authorization(&mut connection, &self.token_request(FOUNDER))?;
        Ok(Requests {
            token: vec![token],
            list: vec![list],
            foreign: vec![foreign],
            retrieve,
            create: vec![creation(&founder)],
        })
    }

    fn token_request(&self, email: &str) -> Request {
        // None of these has a character that a form would have to escape but the one at sign.
        let body = format!(
            "client_id={}&client_secret={}&grant_type=client_credentials&scope={}",
            self.client_id,
            self.client_secret,
            email.replace('@', "%40")
        );
        Request::post(TOKEN, &[("Content-Type", "application/x-www-form-urlencoded")], &body)
    }

    /// Runs a command of the server's and reads its answer.
    fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let answer = steps::quiet(self.command("parloir").args(arguments))?;
        serde_json::from_str(&answer).context("reading the command's answer")
    }

    /// A program with the settings of the bench and no others.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = project::command(project::path("target").join(self.programs).join(program));
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("PARLOIR__") {
                command.env_remove(key);
            }
        }
        command
            .current_dir(&self.folder)
            .env("PARLOIR__DATA_DIR", self.folder.join("data"))
            .env("PARLOIR__SERVER__LISTEN", self.address().to_string())
            .env("PARLOIR__SERVER__PUBLIC_URL", format!("http://localhost:{}", self.port))
            .env("PARLOIR__SERVER__LOG", "warn")
            .envs(self.introspection.settings());
        command
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("removing {}: {error}", self.folder.display());
        }
    }
}

/// Gets a token. Gives the header that carries it.
fn authorization(connection: &mut Connection, token: &Request) -> Result<String> {
    let answer = expect(connection, token, 200)?;
    Ok(format!("Bearer {}", text(&answer, "access_token")?))
}

/// The request that makes a room.
fn creation(authorization: &str) -> Request {
    Request::post(ROOMS_PATH, &[("Authorization", authorization), ("Content-Type", "application/json")], "{}")
}

/// Sends a request and reads the JSON of its answer.
fn expect(connection: &mut Connection, request: &Request, status: u16) -> Result<Value> {
    let given = connection.exchange(request)?;
    if given != status {
        bail!("answered with status {given} instead of {status}: {}", String::from_utf8_lossy(connection.body()));
    }
    serde_json::from_slice(connection.body()).context("reading an answer")
}

fn text(value: &Value, key: &str) -> Result<String> {
    Ok(value[key].as_str().with_context(|| format!("an answer has no `{key}`"))?.to_owned())
}
