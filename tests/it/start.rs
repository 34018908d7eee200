//! Starting and stopping the real binary: settings, the demo, and commands beside a server that runs.

use std::os::unix::fs::PermissionsExt;

use parloir::config::{FRONT_END_SETTINGS, PROVIDER_SETTINGS, RESOURCE_SERVER_SETTINGS, SETTINGS, Setting};
use serde_json::{Value, json};

use crate::harness::{Database, on_both};
use crate::process::{Installation, Running, ask_token};

/// Starting fails with that sentence, which names the setting and what is accepted.
#[track_caller]
fn assert_does_not_start(installation: &Installation, sentence: &str) {
    for arguments in [["serve"].as_slice(), &["migrate"], &["application", "list"]] {
        let ended = installation.run(arguments);
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
        assert_eq!(ended.stderr, format!("parloir: {sentence}\n"));
    }
}

async fn sign_in(running: &Running, client: &reqwest::Client, email: &str, password: &str) -> u16 {
    let credentials = json!({ "email": email, "password": password });
    client.post(running.at("/auth/login/")).json(&credentials).send().await.unwrap().status().as_u16()
}

#[test]
fn the_reference_names_every_setting() {
    let parloir = Installation::with(&[]);
    let words = parloir.run(&["config"]).stdout;
    let listed = parloir.json(&["config"]);
    let (ours, of_providers) = listed.as_array().unwrap().split_at(SETTINGS.len());
    for (setting, row) in SETTINGS.iter().zip(ours) {
        let (section, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        assert!(section.is_empty() || words.contains(&format!("\n[{section}]\n")), "{section}");
        assert!(words.contains(&format!("\n# {name} =")), "{name}");
        assert!(words.contains(setting.meaning) && words.contains(setting.accepts), "{name}");
        assert_eq!(row["key"], setting.key);
        assert_eq!((&row["meaning"], &row["accepts"]), (&json!(setting.meaning), &json!(setting.accepts)));
    }
    assert!(words.contains("\n#   [[sign_in.providers]]\n"));
    let (of_providers, others) = of_providers.split_at(PROVIDER_SETTINGS.len());
    assert_eq!(others.len(), FRONT_END_SETTINGS.len() + RESOURCE_SERVER_SETTINGS.len());
    for (setting, row) in PROVIDER_SETTINGS.iter().zip(of_providers) {
        let Setting { key, meaning, accepts, .. } = setting;
        assert!(words.contains(&format!("\n#   # {meaning}\n#   # Accepts: {accepts}.\n#   {key} =")), "{key}");
        assert_eq!(row["key"], format!("sign_in.providers[].{key}"));
    }
    assert!(std::fs::read_dir(parloir.folder()).unwrap().next().is_none(), "the reference left a file");
}

#[test]
fn settings_that_cannot_be_used_stop_the_start() {
    let from = |variable: &str| format!("in the environment as PARLOIR__{variable}");
    for (variable, value, sentence) in [
        ("SERVER__LISTEN", "here", "server.listen = \"here\" (…) cannot be used: accepted is an address and a port"),
        (
            "SERVER__PUBLIC_URL",
            "http://meet.example.org",
            "server.public_url = \"http://meet.example.org\" (…) cannot be used: accepted is an https address without path; http on loopback only",
        ),
        ("SESSION__IDLE_HOURS", "0", "session.idle_hours = \"0\" (…) cannot be used: accepted is 1 to 720"),
        (
            "SECURITY__SECRET_KEY",
            "hush-hush",
            "security.secret_key = *** (…) cannot be used: accepted is a text of at least 32 characters",
        ),
        (
            "DATABASE__URL",
            "mysql://root:hush-hush@localhost/x",
            "database.url = *** (…) cannot be used: accepted is sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
        ),
        (
            "SIGN_IN__PROVIDERS",
            "[{ id = \"acme\", issuer = \"http://id.example.org\", client_secret = \"hush-hush\" }]",
            "sign_in.providers[0] (acme): issuer = \"http://id.example.org\" cannot be used: accepted is an https address without query; http on loopback only (…)",
        ),
        ("SERVER__PORT", "80", "unknown setting server.port (…); `parloir config` lists them all"),
        (
            "SERVER__SECRET_KEY",
            "x",
            "unknown setting server.secret_key (…); did you mean security.secret_key?; `parloir config` lists them all",
        ),
    ] {
        assert_does_not_start(&Installation::with(&[(variable, value)]), &sentence.replace('…', &from(variable)));
    }
}

#[test]
fn a_settings_file_is_read_and_checked() {
    let parloir = Installation::with(&[]);
    let file = parloir.folder().join("mine.toml");
    let with_file = |text: &str| {
        std::fs::write(&file, text).unwrap();
        parloir.run(&["migrate", "--config", "mine.toml"])
    };
    assert!(with_file("data_dir = \"there\"\n[server]\nlog = \"debug\"\n").status.success());
    assert!(parloir.folder().join("there/parloir.db").exists());
    assert_eq!(
        with_file("[server]\nlisten = 8080\n").stderr,
        "parloir: server.listen = 8080 (in mine.toml) cannot be used: accepted is an address and a port\n"
    );
    assert_eq!(with_file("[server\n").status.code(), Some(1));
    let missing = parloir.run(&["migrate", "--config", "none.toml"]);
    assert!(missing.stderr.starts_with("parloir: cannot read none.toml: "), "{missing:?}");

    // The file in the working folder is found by itself.
    std::fs::write(parloir.folder().join("parloir.toml"), "data_dir = \"found\"\n").unwrap();
    assert!(parloir.run(&["migrate"]).status.success());
    assert!(parloir.folder().join("found/parloir.db").exists());
}

#[test]
fn the_secret_key_is_made_once_and_readable_by_its_owner_alone() {
    let parloir = Installation::with(&[]);
    parloir.json(&["migrate"]);
    let file = parloir.folder().join("data/secret_key");
    let key = std::fs::read_to_string(&file).unwrap();
    assert!(key.len() >= 43, "fewer than 256 bits");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    parloir.json(&["migrate"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), key);
    std::fs::remove_file(&file).unwrap();
    let ended = parloir.run(&["serve"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.contains("security.secret_key is not the one this database was made with"), "{ended:?}");
}

#[test]
fn postgres_needs_a_secret_key() {
    let parloir = Installation::with(&[("DATABASE__URL", "postgres://localhost:1/none")]);
    assert_does_not_start(
        &parloir,
        "security.secret_key must be set with PostgreSQL, the same for every instance (at least 32 characters)",
    );
}

#[test]
fn an_unreachable_database_is_named_without_its_password() {
    let parloir = Installation::on("postgres://someone:hush-hush@127.0.0.1:1/none");
    let ended = parloir.run(&["migrate", "--json"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.contains("the database Postgres cannot be used"), "{ended:?}");
    assert!(!format!("{ended:?}").contains("hush-hush"), "a password is shown");
}

#[test]
fn the_demo_is_for_this_machine_alone() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let parloir = Installation::with(&[("SERVER__LISTEN", listen)]);
        let ended = parloir.run(&["serve", "--demo"]);
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
        assert!(ended.stderr.contains("--demo prints secrets and is for this machine alone"), "{ended:?}");
        assert!(!parloir.folder().join("data").exists(), "something was made before the refusal");
    }
}

#[test]
fn risky_settings_are_warned_of_once() {
    let risky = Installation::with(&[("ROOMS__API_ALLOW_PUBLIC", "true"), ("AUDIT__RETENTION_DAYS", "1")]);
    assert!(risky.serve(&[]).terminate().0.success());
    let log = risky.log();
    for setting in ["rooms.api_allow_public", "audit.retention_days"] {
        let warnings = log.lines().filter(|line| line.contains("WARN") && line.contains(setting)).count();
        assert_eq!(warnings, 1, "{setting}: {log}");
    }
    let demo = Installation::with(&[
        ("SERVER__PUBLIC_URL", "https://meet.example.org"),
        ("SERVER__TRUSTED_PROXIES", "127.0.0.1/32"),
    ]);
    assert!(demo.serve(&["--demo"]).terminate().0.success());
    assert_eq!(demo.log().lines().filter(|line| line.contains("WARN") && line.contains("--demo")).count(), 1);
    let usual = Installation::with(&[]);
    assert!(usual.serve(&["--demo"]).terminate().0.success());
    assert!(!usual.log().contains("WARN"), "{}", usual.log());
}

on_both! {
    async fn the_demo_gives_fresh_credentials_at_each_start(database: Database) {
        let parloir = Installation::on(database.url());
        let client = reqwest::Client::new();
        let mut former: Option<Value> = None;
        for _ in 0..2 {
            let running = parloir.serve(&["--demo"]);
            let demo = running.said.clone();
            let (email, password) = (demo["email"].as_str().unwrap(), demo["password"].as_str().unwrap());
            assert_eq!(ask_token(&running, &client, &demo, email).await.0, 200);
            assert_eq!(sign_in(&running, &client, email, password).await, 200);
            if let Some(former) = former {
                assert_eq!(former["client_id"], demo["client_id"], "the demo was made twice");
                assert_eq!(ask_token(&running, &client, &former, email).await.0, 401);
                assert_eq!(sign_in(&running, &client, email, former["password"].as_str().unwrap()).await, 401);
            }
            let log = parloir.log();
            for secret in [password, demo["client_secret"].as_str().unwrap(), email] {
                assert!(!log.contains(secret), "the log holds a secret of the demo or its e-mail");
            }
            former = Some(demo);
            let (status, rest) = running.terminate();
            assert!(status.success() && rest.is_empty(), "{status:?} {rest:?}");
        }
        assert_eq!(parloir.json(&["application", "list"]).as_array().unwrap().len(), 1);
    }

    async fn a_command_is_in_force_for_the_next_request(database: Database) {
        let parloir = Installation::on(database.url());
        let running = parloir.serve(&[]);
        let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
        let email = "ada@example.org";
        let create = ["user", "create", "--email", email, "--password-stdin"];
        parloir.json_with_input(&create, "correct horse battery\n");
        let crm = parloir.json(&["application", "create", "--name", "CRM", "--domain", "example.org", "--scope", "rooms:list"]);
        let client_id = crm["client_id"].as_str().unwrap();
        let (status, token) = ask_token(&running, &client, &crm, email).await;
        assert_eq!(status, 200);
        let token = token["access_token"].as_str().unwrap();
        let list = async || client.get(running.at("/external-api/v1.0/rooms/")).bearer_auth(token).send().await.unwrap().status().as_u16();
        let me = async || client.get(running.at("/auth/users/me/")).send().await.unwrap();
        assert_eq!(list().await, 200);
        assert_eq!(sign_in(&running, &client, email, "correct horse battery").await, 200);

        parloir.json(&["user", "admin", email, "--grant"]);
        assert_eq!(me().await.json::<Value>().await.unwrap()["role"], "ADMIN");
        parloir.json(&["application", "disable", client_id]);
        assert_eq!((list().await, ask_token(&running, &client, &crm, email).await.0), (401, 401));
        parloir.json(&["application", "enable", client_id]);
        assert_eq!((list().await, ask_token(&running, &client, &crm, email).await.0), (200, 200));
        let rotated = parloir.json(&["application", "rotate-secret", client_id, "--now"]);
        assert_eq!(ask_token(&running, &client, &crm, email).await.0, 401);
        assert_eq!(ask_token(&running, &client, &rotated, email).await.0, 200);
        parloir.json(&["user", "disable", email]);
        assert_eq!((list().await, ask_token(&running, &client, &rotated, email).await.0, me().await.status().as_u16()), (401, 404, 401));
        parloir.json(&["user", "enable", email]);
        assert_eq!((list().await, me().await.status().as_u16()), (200, 401), "the session came back");
        assert!(running.terminate().0.success());
    }
}
