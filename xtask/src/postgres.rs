//! A PostgreSQL of our own for tests: temporary folder, free port, gone when we are.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::steps::Steps;
use crate::{interrupt, needs, passed_on, project, steps};

/// The variable that tells the tests where their PostgreSQL is.
pub(crate) const VARIABLE: &str = "PARLOIR_TEST_POSTGRES";

/// How long a new server may take until it answers.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Runs the server, and ends it and its folder when our end of the pipe closes: also when we are killed.
/// `$1` is the folder, the rest the server's command line.
const KEEPER: &str = r#"
folder=$1
shift
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
read -r _ || :
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// How many servers this process has started, so that each has a folder of its own.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// A running PostgreSQL. Dropping it stops the server and removes its folder.
#[derive(Debug)]
pub(crate) struct Postgres {
    keeper: Child,
    folder: PathBuf,
    port: u16,
}

/// Starts a server and runs the given command with its address, or waits for Ctrl-C.
pub(crate) fn task(arguments: &[String]) -> Result<()> {
    let mut steps = Steps::new(1);
    let postgres = steps.step("Starting PostgreSQL", Postgres::start)?;
    if let [program, rest @ ..] = passed_on(arguments) {
        let mut command = project::command(program);
        return steps::stream(command.args(rest).env(VARIABLE, postgres.url()));
    }
    println!("{VARIABLE}={}", postgres.url());
    println!("Ctrl-C stops it.");
    while interrupt::received().is_none() {
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

impl Postgres {
    /// Makes a new cluster and starts a server on it. Installs PostgreSQL where that is ours to do.
    ///
    /// # Errors
    /// When there is no PostgreSQL (the message says what to run), or it does not start (the message has its log).
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let owner = if needs::root() { Some(Owner::find()?) } else { None };
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("parloir-postgres-{}-{number}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("making {}", folder.display()))?;
        let started = Self::start_in(&programs, owner.as_ref(), &folder);
        if started.is_err() {
            // The error that brought us here says more than one about the folder would.
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(programs: &Path, owner: Option<&Owner>, folder: &Path) -> Result<Self> {
        if let Some(owner) = owner {
            chown(folder, Some(owner.user), Some(owner.group)).context("giving the folder to PostgreSQL's user")?;
        }
        let data = folder.join("data");
        // An ordering by language, so that a query that needs the binary one and does not say so is found out.
        steps::quiet(&mut owned(
            owner,
            &programs.join("initdb"),
            folder,
            &[
                "--pgdata".as_ref(),
                data.as_os_str(),
                "--username=postgres".as_ref(),
                "--auth=trust".as_ref(),
                "--encoding=UTF8".as_ref(),
                "--locale=C.UTF-8".as_ref(),
                "--locale-provider=icu".as_ref(),
                "--icu-locale=und".as_ref(),
                "--no-sync".as_ref(),
            ],
        ))?;

        let port = free_port()?;
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "unix_socket_directories=".to_owned(),
            "max_connections=400".to_owned(),
            // Tests assert that what was answered is on disk.
            "fsync=on".to_owned(),
            "synchronous_commit=on".to_owned(),
            "log_min_messages=warning".to_owned(),
        ];
        let mut arguments = vec!["-D".as_ref(), data.as_os_str()];
        for setting in &settings {
            arguments.push("-c".as_ref());
            arguments.push(setting.as_ref());
        }
        let server = owned(owner, &programs.join("postgres"), folder, &arguments);
        let keeper = keep(&server, folder)?;
        let postgres = Self { keeper, folder: folder.to_owned(), port };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    /// Where the tests find it: `postgres://USER@HOST:PORT/DATABASE`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&self) -> Result<()> {
        let started = Instant::now();
        loop {
            let error = match greet(self.port) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if interrupt::received().is_some() {
                bail!("stopped while PostgreSQL was starting");
            }
            let log = self.log();
            if gave_up(&log) || started.elapsed() > START_LIMIT {
                bail!("PostgreSQL does not answer on port {}: {error:#}\n{log}", self.port);
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        let mut text = String::new();
        if let Ok(mut file) = File::open(self.folder.join("log")) {
            // A log that cannot be read is an empty one in a message about something else.
            let _ = file.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("waiting for PostgreSQL to stop: {error}");
        }
    }
}

/// The user a server runs as when we are root, which it refuses to be.
#[derive(Debug)]
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    fn find() -> Result<Self> {
        let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(name, &users))
            .context("neither a user `postgres` nor `nobody`: PostgreSQL refuses to run as root")
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(name) {
                return None;
            }
            let user = fields.nth(1)?.parse().ok()?;
            let group = fields.next()?.parse().ok()?;
            Some(Self { user, group })
        })
    }
}

/// The folder of PostgreSQL's server programs.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = find_programs() {
        return Ok(folder);
    }
    needs::install(&["postgresql"], "the tests, which run on SQLite and on PostgreSQL")?;
    find_programs().context("PostgreSQL was installed, but its `initdb` is not where it should be")
}

/// On the PATH, else the newest of those that Debian keeps off it.
fn find_programs() -> Option<PathBuf> {
    if let Some(initdb) = needs::on_path(&["initdb"]) {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            needs::runnable(&folder.join("initdb")).then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

/// A command run as the owner, who may not be able to read the folder we are in.
fn owned(owner: Option<&Owner>, program: &Path, folder: &Path, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = match owner {
        Some(owner) => {
            let mut command = project::command("setpriv");
            command
                .arg(format!("--reuid={}", owner.user))
                .arg(format!("--regid={}", owner.group))
                .args(["--clear-groups", "--pdeathsig=QUIT"])
                .arg(program);
            command
        }
        None => project::command(program),
    };
    command.args(arguments).current_dir(folder).env("LC_ALL", "C");
    command
}

/// Starts the server under its keeper, out of reach of the terminal's Ctrl-C: it must outlive the tests that use it.
fn keep(server: &Command, folder: &Path) -> Result<Child> {
    let mut keeper = project::command("sh");
    keeper
        .args(["-c", KEEPER, "keeper"])
        .arg(folder)
        .arg(server.get_program())
        .args(server.get_args())
        .current_dir("/")
        .env("LC_ALL", "C")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    keeper.spawn().context("starting PostgreSQL")
}

/// Whether the server's log says that it will not start. It also logs whom it turned away while starting.
fn gave_up(log: &str) -> bool {
    log.lines().any(|line| line.contains("FATAL:") && !line.contains("the database system is"))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Opens a session as a client would, up to the server's "ready for query".
///
/// The messages are those of PostgreSQL's protocol 3.0 ("Start-up" and "Message Formats" in its manual).
fn greet(port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let wait = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, wait)?;
    stream.set_read_timeout(Some(wait))?;
    let mut body = 196_608_u32.to_be_bytes().to_vec();
    body.extend_from_slice(b"user\0postgres\0database\0postgres\0\0");
    let length = u32::try_from(body.len() + 4)?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(&body)?;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length).saturating_sub(4);
        let mut message = vec![0; usize::try_from(length)?];
        stream.read_exact(&mut message)?;
        match kind {
            b'Z' => return Ok(()),
            b'E' => bail!("{}", String::from_utf8_lossy(&message).replace('\0', " ")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_answers_stops_and_leaves_nothing() {
        let postgres = Postgres::start().unwrap();
        greet(postgres.port).unwrap();
        assert!(postgres.url().ends_with(&format!(":{}/postgres", postgres.port)));
        let (folder, port) = (postgres.folder.clone(), postgres.port);
        assert!(folder.is_dir());
        drop(postgres);
        assert!(!folder.exists());
        assert!(greet(port).is_err());
    }

    #[test]
    fn only_a_fatal_error_of_its_own_ends_the_wait() {
        assert!(!gave_up("FATAL:  the database system is starting up\n"));
        assert!(gave_up("LOG:  no\nFATAL:  could not create any TCP/IP sockets\n"));
    }

    #[test]
    fn the_owner_is_read_from_the_list_of_users() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres:x:105:109::/var:/bin/sh\n";
        let owner = Owner::named("postgres", users).unwrap();
        assert_eq!((owner.user, owner.group), (105, 109));
        assert!(Owner::named("nobody", users).is_none());
    }
}
