//! `bench audit`: how long the trail takes to answer when it has a million events.
//!
//! Every question that the page offers is asked of the running server several times, as the page and as JSON. The slowest
//! answer counts: whoever waits does not wait for the median.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::server::Server;
use super::stage::Stage;
use crate::project;
use crate::steps::{self, Steps};

/// Times that each question is asked.
const TIMES: usize = 15;

/// The longest that an answer may take.
const TARGET: Duration = Duration::from_millis(100);

/// The longest that is waited for one.
const PATIENCE: Duration = Duration::from_secs(30);

const EMAIL: &str = "administrator@example.org";
const PASSWORD: &str = "correct horse battery staple";

/// What the page shows as far as the eye can see, and what no event has.
const QUESTIONS: [(&str, &str); 21] = [
    ("the newest", ""),
    ("a person", "person=person7%40example.com"),
    ("a busy person", "person=person0%40example.com"),
    ("a person of no event", "person=administrator%40example.org&action=room."),
    ("an application", "application=application-2"),
    ("a frequent action", "action=token.issued"),
    ("a rare action", "action=application.disabled"),
    ("an action that never occurs", "action=key.rotated"),
    ("all of an object", "action=application."),
    ("a time", "since={early}&until={late}"),
    ("a room", "room=03000000-0000-7000-8000-000000000007"),
    ("a token", "token={token}"),
    ("person, application", "person=person7%40example.com&application=application-4"),
    ("busy person, no application of hers", "person=person0%40example.com&application=application-2"),
    ("busy person, rare action", "person=person0%40example.com&action=application.disabled"),
    ("busy person, action of an object", "person=person0%40example.com&action=room."),
    ("application, rare action", "application=application-0&action=application.disabled"),
    ("application, no such action", "application=application-2&action=session."),
    ("person, time", "person=person7%40example.com&since={early}&until={late}"),
    ("action, time", "action=room.created&since={early}&until={late}"),
    (
        "all at once",
        "person=person0%40example.com&application=application-0&action=room.created&since={early}&until={late}",
    ),
];

/// How long one question took.
struct Measured {
    what: String,
    /// Median and slowest, of the page and of JSON.
    page: [Duration; 2],
    json: [Duration; 2],
}

/// Builds, fills, asks, prints.
///
/// # Errors
/// When anything but 200 is answered; with `--check` also when an answer takes too long.
pub(super) fn task(arguments: &[String]) -> Result<()> {
    let options = Options::read(arguments)?;
    let mut steps = Steps::new(4);
    steps.step("Building the server and what fills its trail", || build(options.dev))?;
    let stage = steps.step(&format!("Writing {} events", options.events), || furnish(&options))?;
    let server = Server::start(&mut stage.parloir(), &stage)?;
    let measured = steps.step("Asking", || ask(&stage))?;
    server.stop()?;
    println!("\n{}", as_text(&measured, &options));
    let json = serde_json::to_string_pretty(&as_json(&measured, &options))?;
    fs::write(&options.json, json + "\n").with_context(|| format!("writing {}", options.json.display()))?;
    let late: Vec<_> = measured.iter().filter(|one| one.slowest() >= TARGET).map(|one| one.what.as_str()).collect();
    if options.check && !late.is_empty() {
        bail!("took {} ms or more: {}", TARGET.as_millis(), late.join(", "));
    }
    Ok(())
}

impl Measured {
    fn slowest(&self) -> Duration {
        self.page[1].max(self.json[1])
    }
}

fn build(dev: bool) -> Result<()> {
    for target in ["--bin=parloir", "--example=long_trail"] {
        let profile = if dev { "dev" } else { "release" };
        steps::stream(&mut project::cargo([
            "build",
            "--profile",
            profile,
            "--package=parloir",
            "--features=ssr",
            target,
        ]))?;
    }
    Ok(())
}

fn furnish(options: &Options) -> Result<Stage> {
    let stage = Stage::empty(if options.dev { "debug" } else { "release" })?;
    let mut create = stage.command("parloir");
    create.args(["user", "create", "--email", EMAIL, "--admin", "--password-stdin"]);
    let mut create = create.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    create.stdin.take().context("a command without input")?.write_all(PASSWORD.as_bytes())?;
    if !create.wait()?.success() {
        bail!("the administrator's account was not made");
    }
    steps::quiet(stage.command("examples/long_trail").arg(options.events.to_string()))?;
    Ok(stage)
}

fn ask(stage: &Stage) -> Result<Vec<Measured>> {
    let mut browser = Browser { address: stage.address(), cookie: String::new() };
    browser.sign_in()?;
    let listed = browser.json("/api/v1/admin/audit?action=token.issued&limit=100")?;
    let token = listed["results"][99]["jti"].as_str().context("there is no token")?.to_owned();
    let (early, late) = (moment(days_ago(20)?)?, moment(days_ago(10)?)?);
    let fill = |text: &str| text.replace("{token}", &token).replace("{early}", &early).replace("{late}", &late);
    let mut measured = Vec::new();
    for (what, question) in QUESTIONS {
        measured.push(browser.measure(what, &fill(question), "")?);
    }
    // To the end of the trail and back, by addresses as the page's own links have them.
    let oldest = first_id(days_ago(29)?);
    measured.push(browser.measure("the last pages", "", &format!("older={oldest}"))?);
    measured.push(browser.measure("towards newer", "", &format!("newer={oldest}"))?);
    let busy = "person=person0%40example.com";
    measured.push(browser.measure("a busy person, the last pages", busy, &format!("older={oldest}"))?);
    Ok(measured)
}

/// Seconds since 1970, so many days ago.
fn days_ago(days: u64) -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() - days * 86_400)
}

/// A moment in RFC 3339.
fn moment(seconds: u64) -> Result<String> {
    let mut date = Command::new("date");
    date.args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]);
    Ok(steps::quiet(&mut date)?.trim().to_owned())
}

/// The least id of version 7 of a moment.
fn first_id(seconds: u64) -> String {
    let millis = seconds * 1000;
    format!("{:08x}-{:04x}-7000-8000-000000000000", millis >> 16, millis & 0xffff)
}

/// The administrator's browser, a connection for each request: pages come without a length.
struct Browser {
    address: SocketAddr,
    cookie: String,
}

impl Browser {
    fn sign_in(&mut self) -> Result<()> {
        let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
        let answer = self.exchange(&format!(
            "POST /auth/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))?;
        let lines = answer.lines().take_while(|line| !line.is_empty());
        let cookie =
            lines.filter_map(|line| line.split_once(": ")).find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let (_, cookie) = cookie.with_context(|| format!("nobody is signed in: {answer}"))?;
        cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        Ok(())
    }

    fn get(&self, path: &str, accept: &str) -> Result<String> {
        let answer = self.exchange(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: {accept}\r\nCookie: {}\r\n\r\n",
            self.cookie
        ))?;
        if !answer.starts_with("HTTP/1.1 200 ") {
            bail!("{path} was answered with {}", answer.lines().next().unwrap_or("nothing"));
        }
        Ok(answer)
    }

    fn json(&self, path: &str) -> Result<Value> {
        let answer = self.get(path, "application/json")?;
        let (_, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
        serde_json::from_str(body).context("reading an answer")
    }

    fn exchange(&self, request: &str) -> Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn measure(&self, what: &str, question: &str, beside: &str) -> Result<Measured> {
        let query = |parts: [&str; 2]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
        let page = format!("/admin/audit?{}", query([question, beside]));
        // JSON goes in one direction.
        let cursor = beside.strip_prefix("older=").map_or_else(String::new, |id| format!("cursor={id}"));
        let json = format!("/api/v1/admin/audit?{}", query([question, &cursor]));
        Ok(Measured {
            what: what.to_owned(),
            page: times(|| self.get(&page, "text/html").map(drop))?,
            json: times(|| self.get(&json, "application/json").map(drop))?,
        })
    }
}

/// The median and the slowest of several times, after one that does not count.
fn times(mut work: impl FnMut() -> Result<()>) -> Result<[Duration; 2]> {
    work()?;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        work()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok([times[TIMES / 2], times[TIMES - 1]])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn as_text(measured: &[Measured], options: &Options) -> String {
    let head = ["page p50", "slowest", "JSON p50", "slowest"].map(|head| format!("{head:>10}")).concat();
    let mut text = format!("{:<38}{head}  ms\n", "asked");
    for one in measured {
        let figures =
            [one.page[0], one.page[1], one.json[0], one.json[1]].map(|time| format!("{:>10.1}", millis(time)));
        let mark = if one.slowest() < TARGET { "met" } else { "MISSED" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<38}{}  {mark}", one.what, figures.concat());
    }
    let program = if options.dev { "the unoptimised server" } else { "the release binary" };
    let _ = writeln!(
        text,
        "\n{} events on SQLite, {program}; each question {TIMES} times, one after the other; target: every answer under {} ms",
        options.events,
        TARGET.as_millis()
    );
    text
}

fn as_json(measured: &[Measured], options: &Options) -> Value {
    let rounded = |time: Duration| (millis(time) * 1000.0).round() / 1000.0;
    let measurements: Vec<_> = measured
        .iter()
        .map(|one| {
            json!({
                "asked": one.what,
                "page_p50_ms": rounded(one.page[0]),
                "page_slowest_ms": rounded(one.page[1]),
                "json_p50_ms": rounded(one.json[0]),
                "json_slowest_ms": rounded(one.json[1]),
                "met": one.slowest() < TARGET,
            })
        })
        .collect();
    json!({ "events": options.events, "optimised": !options.dev, "target_ms": millis(TARGET), "measurements": measurements })
}

/// What the person asked for.
#[derive(Debug, PartialEq)]
struct Options {
    events: u64,
    json: PathBuf,
    check: bool,
    dev: bool,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let json = project::path("target/bench-audit.json");
        let mut options = Self { events: 1_000_000, json, check: false, dev: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--events" => options.events = value()?.parse().context("--events: what is accepted: a number")?,
                "--json" => options.json = std::path::absolute(value()?)?,
                "--check" => options.check = true,
                "--dev" => options.dev = true,
                _ => bail!("`{argument}` is not known here; what is accepted: --events N  --json FILE  --check  --dev"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_stand_in_ids() {
        assert_eq!(first_id(86_400), "00000526-5c00-7000-8000-000000000000");
        assert_eq!(moment(1_795_439_109).unwrap(), "2026-11-23T13:05:09Z");
    }

    #[test]
    fn options_are_read() {
        let read = |line: &str| Options::read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(read("").unwrap().events, 1_000_000);
        assert!(read("--check --dev --events 5").unwrap().dev);
        assert!(read("--fast").is_err() && read("--events x").is_err());
    }
}
