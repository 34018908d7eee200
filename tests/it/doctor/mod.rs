//! `parloir doctor`: what it finds, what it says about it, and that it leaves everything as it was.

pub(crate) mod findings;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;

use crate::harness::{Database, Kind, on_both, run};
use crate::peer::{Endpoint, Peer};
use crate::process::Installation;
use findings::{examine, files, on_files};

const SCHEMA: &str = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";

on_both! {
    async fn an_installation_in_order(database: Database) {
        let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        parloir.json(&["user", "create", "--email", "ada@example.org"]);
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        for (name, words) in [
            ("settings", "accepted"),
            ("schema", "up to date"),
            ("secret_key", "settings"),
            ("signing_keys", "EdDSA, made 0 days ago, beside 0"),
            ("newest_event", "20"),
            ("clock", "20"),
            ("listen", "127.0.0.1:0"),
            ("trusted_proxies", "none"),
            ("providers", "none"),
        ] {
            findings.expect(name, "ok", words);
        }
        findings.expect("public_url", "warning", "http://localhost:8080");
        match database.kind {
            Kind::Sqlite => {
                findings.expect("database", "ok", "parloir.db").expect("integrity", "ok", "whole");
                findings.expect("durability", "ok", "journal_mode=wal, synchronous=2, foreign_keys=1");
                findings.expect("references", "ok", "nothing refers");
                findings.expect("data_dir", "ok", "/");
                assert!(findings.checks.contains_key("disk_sync") && findings.checks.contains_key("disk_space"));
            }
            Kind::Postgres => {
                findings.expect("database", "ok", "UTF8").expect("database_clock", "ok", "agree");
                // The tests' server may be one that trades safety for speed.
                assert!(findings.checks["durability"].1.contains("fsync="), "{findings:?}");
                findings.expect("connections", "ok", "may open 8").expect("data_dir", "ok", "nothing");
            }
        }
    }

    async fn an_empty_database_stays_empty(database: Database) {
        let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        assert!(!findings.checks.contains_key("signing_keys"));
        match database.kind {
            Kind::Sqlite => {
                findings.expect("database", "warning", "not there yet");
                assert!(files(&database.folder()).is_empty());
            }
            Kind::Postgres => {
                findings.expect("schema", "warning", "the database is empty; it lacks m0001_main_job");
                assert_eq!(database.number(SCHEMA, []).await, 0);
            }
        }
        assert!(files(parloir.folder()).is_empty());
    }

    async fn a_schema_of_another_version(database: Database) {
        let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        parloir.json(&["migrate"]);
        database.execute("DELETE FROM seaql_migrations WHERE version <> 'm0001_main_job'", []).await;
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("schema", "warning", "it lacks m0002");
        assert_eq!(database.number("SELECT count(*) FROM seaql_migrations", []).await, 1);
        database.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)", []).await;
        let findings = examine(&parloir);
        assert_eq!(findings.in_state("error"), ["schema"]);
        findings.expect("schema", "error", "m9999_later");
        // It is right: the server does not start.
        assert_eq!(parloir.run(&["serve"]).status.code(), Some(1));
    }

    async fn keys_that_do_not_fit(database: Database) {
        let url = database.url();
        let parloir = Installation::on(url).and("SERVER__LISTEN", "127.0.0.1:0");
        parloir.json(&["migrate"]);
        let other = Installation::on(url).and("SECURITY__SECRET_KEY", &"x".repeat(32)).and("SERVER__LISTEN", "127.0.0.1:0");
        let findings = examine(&other);
        assert_eq!(findings.in_state("error"), ["secret_key", "signing_keys"]);
        findings.expect("secret_key", "error", "not the one this database was made with");
        assert_eq!(other.run(&["serve"]).status.code(), Some(1));

        let switched = Installation::on(url).and("DELEGATION__SIGNING_ALGORITHM", "ES256").and("SERVER__LISTEN", "127.0.0.1:0");
        examine(&switched).expect("signing_keys", "ok", "one for ES256 will be made");
        assert_eq!(database.number("SELECT count(*) FROM signing_key", []).await, 1);

        database.execute("UPDATE signing_key SET created_at = created_at + 3600000000000", []).await;
        examine(&parloir).expect("signing_keys", "warning", "lies ahead");
        database.execute("UPDATE signing_key SET algorithm = 'ES256'", []).await;
        let findings = examine(&parloir);
        assert_eq!(findings.in_state("error"), ["signing_keys"]);
        findings.expect("signing_keys", "error", "cannot be opened");
        assert_eq!(parloir.run(&["serve"]).status.code(), Some(1));
    }

    async fn a_clock_that_was_set_back(database: Database) {
        let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        parloir.json(&["user", "create", "--email", "ada@example.org"]);
        database.execute("UPDATE audit_event SET at = at + 7200000000", []).await;
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("newest_event", "warning", "the clock was set back");
    }

    async fn beside_a_running_server(database: Database) {
        let parloir = Installation::on(database.url()).and("METRICS__LISTEN", "127.0.0.1:0");
        let running = parloir.serve(&[]);
        let log = parloir.log();
        let metrics = log.lines().find(|line| line.contains("metrics shown")).and_then(|line| line.split("address=").nth(1));
        let beside = Installation::on(database.url())
            .and("SERVER__LISTEN", &running.address.to_string())
            .and("METRICS__LISTEN", metrics.unwrap().trim());
        let findings = examine(&beside);
        assert!(findings.ok, "{findings:?}");
        findings.expect("listen", "ok", "a server of ours runs").expect("metrics_listen", "ok", "a server of ours runs");
        findings.expect("schema", "ok", "up to date").expect("signing_keys", "ok", "EdDSA");
        let live = reqwest::get(running.at("/health/ready")).await.unwrap();
        assert_eq!(live.status(), 200);
        assert!(running.terminate().0.success());
    }

    async fn risky_settings(database: Database) {
        let parloir = Installation::on(database.url())
            .and("SERVER__LISTEN", "0.0.0.0:0")
            .and("SERVER__TRUSTED_PROXIES", "0.0.0.0/0")
            .and("ROOMS__API_ALLOW_PUBLIC", "true");
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("trusted_proxies", "warning", "0.0.0.0/0");
        findings.expect("server.listen", "warning", "without encryption").expect("rooms.api_allow_public", "warning", "link");
        assert!(!findings.checks.contains_key("risks"));
    }
}

#[test]
fn a_new_installation_is_left_as_it_is() {
    let parloir = on_files(&[]);
    let findings = examine(&parloir);
    assert!(findings.ok, "{findings:?}");
    findings.expect("database", "warning", "data/parloir.db is not there yet").expect("data_dir", "ok", "will be made");
    findings.expect("secret_key", "ok", "will be made").expect("risks", "ok", "no other");
    assert!(files(parloir.folder()).is_empty());

    parloir.json(&["migrate"]);
    let before = files(parloir.folder());
    let findings = examine(&parloir);
    assert!(findings.ok, "{findings:?}");
    findings.expect("secret_key", "ok", "readable by its owner alone").expect("data_dir", "ok", "data");
    assert_eq!(files(parloir.folder()), before);
}

#[test]
fn what_a_crash_left_is_left() {
    let parloir = on_files(&[]);
    let running = parloir.serve(&[]);
    parloir.json(&["user", "create", "--email", "ada@example.org"]);
    running.kill();
    let before = files(parloir.folder());
    let log = parloir.folder().join("data/parloir.db-wal").display().to_string();
    assert!(before[&log].0 > 4096, "nothing was left");
    let findings = examine(&parloir);
    assert!(findings.ok, "{findings:?}");
    findings.expect("integrity", "ok", "whole").expect("newest_event", "ok", "20");
    assert_eq!(files(parloir.folder()), before);
}

#[test]
fn a_generated_key_that_is_gone_or_open() {
    let parloir = on_files(&[]);
    parloir.json(&["migrate"]);
    let file = parloir.folder().join("data/secret_key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    examine(&parloir).expect("secret_key", "warning", "others may read data/secret_key (mode 644)");
    std::fs::write(&file, "short").unwrap();
    examine(&parloir).expect("secret_key", "error", "fewer than 32 characters");
    std::fs::remove_file(&file).unwrap();
    let findings = examine(&parloir);
    assert_eq!(findings.in_state("error"), ["secret_key"]);
    findings.expect("secret_key", "error", "it is gone");
    assert!(!file.exists());
}

#[test]
fn a_file_that_is_no_database() {
    let parloir = on_files(&[]);
    std::fs::create_dir(parloir.folder().join("data")).unwrap();
    let file = parloir.folder().join("data/parloir.db");
    std::fs::write(&file, "no database at all, but long enough to be looked at as one".repeat(100)).unwrap();
    let before = files(parloir.folder());
    let findings = examine(&parloir);
    findings.expect("database", "error", "file is not a database");
    assert_eq!(files(parloir.folder()), before);
}

/// An SQLite database in one file, its installation and the file.
async fn in_one_file(database: &Database) -> (Installation, PathBuf) {
    let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
    parloir.json(&["migrate"]);
    database.execute("PRAGMA journal_mode = DELETE", []).await;
    (parloir, database.folder().join("parloir.db"))
}

#[test]
fn a_damaged_database() {
    // Any page that is read only by whoever reads all.
    const INDEX: &str = "SELECT rootpage FROM sqlite_master WHERE name = 'audit_event_application'";
    run(Kind::Sqlite, async |database: Database| {
        let (parloir, file) = in_one_file(&database).await;
        let page = usize::try_from(database.number(INDEX, []).await).unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[(page - 1) * 4096..page * 4096].fill(0x5a);
        std::fs::write(&file, bytes).unwrap();
        let findings = examine(&parloir);
        assert!(!findings.ok, "{findings:?}");
        findings.expect("integrity", "error", "damaged");
    });
}

#[test]
fn rows_that_refer_to_what_is_not_there() {
    run(Kind::Sqlite, async |database: Database| {
        let (parloir, file) = in_one_file(&database).await;
        // As a program does that does not ask for foreign keys.
        let other = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
        let sql = "PRAGMA foreign_keys = OFF; \
                   INSERT INTO room_default (account_id, access_level) VALUES (x'00000000000000000000000000000000', 'trusted')";
        sea_orm::ConnectionTrait::execute_unprepared(&other, sql).await.unwrap();
        other.close().await.unwrap();
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("references", "warning", "rows of room_default refer to what is not there");
    });
}

#[test]
fn a_journal_of_another_kind() {
    run(Kind::Sqlite, async |database: Database| {
        let (parloir, _) = in_one_file(&database).await;
        let before = files(&database.folder());
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("durability", "warning", "journal_mode=delete");
        assert_eq!(files(&database.folder()), before);
    });
}

#[test]
fn folders_that_cannot_be_used() {
    let parloir = on_files(&[("DATA_DIR", "taken")]);
    std::fs::write(parloir.folder().join("taken"), "a file").unwrap();
    let findings = examine(&parloir);
    assert!(!findings.ok);
    findings.expect("data_dir", "error", "taken is not a folder");
    let parloir = on_files(&[("DATA_DIR", "/proc/self")]);
    let findings = examine(&parloir);
    findings.expect("disk_sync", "error", "nothing can be written");
}

#[test]
fn an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    // It answers, but not as a server of ours.
    let address = taken.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in taken.incoming() {
            use std::io::{Read, Write};
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi");
        }
    });
    for setting in ["SERVER__LISTEN", "METRICS__LISTEN"] {
        let parloir = on_files(&[]).and(setting, &address.to_string());
        let findings = examine(&parloir);
        let name = if setting == "SERVER__LISTEN" { "listen" } else { "metrics_listen" };
        assert_eq!(findings.in_state("error"), [name]);
        findings.expect(name, "error", &format!("another program has {address}"));
    }
    let parloir = on_files(&[]).and("SERVER__LISTEN", "192.0.2.1:8080");
    examine(&parloir).expect("listen", "error", "192.0.2.1:8080 cannot be listened on");
}

#[test]
fn settings_that_cannot_be_used() {
    let findings = examine(&Installation::with(&[("SERVER__LISTN", "x"), ("SECURITY__SECRET_KEY", "hush")]));
    assert_eq!(findings.checks.len(), 1);
    findings.expect("settings", "error", "");
    assert!(!format!("{findings:?}").contains("hush"));
    let missing = Installation::with(&[]).run(&["doctor", "--config", "none.toml", "--json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.stdout.contains("cannot read none.toml"), "{missing:?}");
}

#[test]
fn a_database_server_that_cannot_be_reached() {
    let parloir =
        Installation::on("postgres://someone:hush-hush@127.0.0.1:1/none").and("SERVER__LISTEN", "127.0.0.1:0");
    let findings = examine(&parloir);
    assert_eq!(findings.in_state("error"), ["database"]);
    findings.expect("database", "error", "Postgres cannot be opened").expect("database", "error", "Connection refused");
    assert!(!format!("{findings:?}").contains("hush"));
    let keyless = on_files(&[("DATABASE__URL", "postgres://127.0.0.1:1/none")]);
    examine(&keyless).expect("secret_key", "error", "must be set with PostgreSQL");
}

/// Settings with these providers, each an id, an issuer and what else there is to say.
fn with_providers(parloir: &Installation, providers: &[(&str, &str, &str)]) {
    let sections = providers.iter().map(|(id, issuer, more)| {
        format!("[[sign_in.providers]]\nid = \"{id}\"\nissuer = \"{issuer}\"\nclient_id = \"parloir\"\n{more}\n")
    });
    std::fs::write(parloir.folder().join("parloir.toml"), sections.collect::<String>()).unwrap();
}

#[test]
fn providers_are_asked() {
    const SECRET: &str = "client_secret = \"a client secret of enough characters\"\npkce = \"off\"";
    const KEY: &str = "token_endpoint_auth_method = \"private_key_jwt\"\nclient_key_file = \"none.pem\"";
    run(Kind::Sqlite, async |database: Database| {
        let peer = Peer::start(&database.clock).await;
        let parloir = on_files(&[]);
        with_providers(&parloir, &[("good", peer.issuer(), SECRET), ("gone", "http://127.0.0.1:1", SECRET)]);
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("providers.good", "ok", "can be used").expect("providers.gone", "warning", "does not answer");
        findings.expect("sign_in.providers", "warning", "no PKCE with good, gone");

        peer.reply(Endpoint::Jwks, |reply| reply.fail(500, &json!({})));
        with_providers(&parloir, &[("good", peer.issuer(), SECRET), ("keyless", peer.issuer(), KEY)]);
        let findings = examine(&parloir);
        assert_eq!(findings.in_state("error"), ["providers.keyless"]);
        findings.expect("providers.good", "warning", "cannot be had").expect("providers.keyless", "error", "none.pem");
        assert_eq!(parloir.run(&["migrate"]).status.code(), Some(1));
    });
}

#[test]
fn more_connections_than_there_are() {
    run(Kind::Postgres, async |database: Database| {
        let parloir =
            Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0").and("DATABASE__CONNECTIONS", "100");
        database
            .execute(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 50', current_database()); END $$",
                [],
            )
            .await;
        let findings = examine(&parloir);
        database
            .execute(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database()); END $$",
                [],
            )
            .await;
        assert!(findings.ok, "{findings:?}");
        findings.expect("connections", "warning", "a server may open 200, PostgreSQL takes 50");
    });
}
