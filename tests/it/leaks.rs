//! Secrets, tokens and e-mail addresses: where they are shown once, and that they are nowhere else.

use std::fmt::Write as _;

use parloir::applications::Overlap;
use parloir::audit::Actor;
use serde_json::json;

use crate::harness::{Database, Kind, on_both};
use crate::process::{Installation, Running, ask_token};

/// Written so that no other text of the server holds it.
const EMAIL: &str = "Xanthippe.Quux@example.org";
const PENDING: &str = "zenobia.quux@example.org";
const INVITED: &str = "yolanda.quux@example.org";
const PASSWORD: &str = "an-unmistakable-password";
const CHOSEN: &str = "an-unmistakably-chosen-password";
const WRONG: &str = "an-unmistakably-wrong-password";

const KEY: &str = "an-unmistakable-secret-key-of-enough-characters";

/// What must not be found, by name.
type Secrets = Vec<(&'static str, String)>;

/// The main job, and what goes wrong around it, on a running server. Gives all that must stay hidden.
async fn story(parloir: &Installation, running: &Running) -> Secrets {
    let client =
        reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let create = ["user", "create", "--email", EMAIL, "--name", "Xanthippe", "--password-stdin"];
    parloir.json_with_input(&create, &format!("{PASSWORD}\n"));
    let arguments =
        ["application", "create", "--name", "CRM", "--domain", "example.org", "--all-scopes", "--allow-user-creation"];
    let application = parloir.json(&arguments);
    let rotated = parloir.json(&["application", "rotate-secret", application["client_id"].as_str().unwrap()]);
    let mut secrets: Secrets = vec![("password", PASSWORD.to_owned()), ("wrong password", WRONG.to_owned())];
    for (name, row) in [("secret", &application), ("new secret", &rotated)] {
        secrets.push((name, row["client_secret"].as_str().unwrap().to_owned()));
    }
    for email in [EMAIL, PENDING] {
        let (_, answer) = ask_token(running, &client, &application, email).await;
        let token = answer["access_token"].as_str().unwrap();
        client.post(running.at("/external-api/v1.0/rooms/")).bearer_auth(token).send().await.unwrap();
        client
            .get(running.at("/external-api/v1.0/rooms/?page=x"))
            .bearer_auth(format!("{token}x"))
            .send()
            .await
            .unwrap();
        secrets.push(("token", token.to_owned()));
        secrets.push(("signature", token.rsplit('.').next().unwrap().to_owned()));
    }
    let invited = parloir.json(&["user", "invite", INVITED]);
    let token = invited["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    for password in ["short", CHOSEN, CHOSEN] {
        client.get(running.at(&format!("/invitation/{token}"))).header("accept", "text/html").send().await.unwrap();
        let form = [("token", &*token), ("password", password)];
        let accept = client.post(running.at("/actions/invitation/accept")).header("sec-fetch-site", "same-origin");
        assert_eq!(accept.form(&form).send().await.unwrap().status(), 303);
    }
    secrets.push(("invitation", token["prl_ol_".len()..].to_owned()));
    secrets.push(("chosen password", CHOSEN.to_owned()));
    let reset = parloir.json(&["user", "reset", INVITED]);
    let token = reset["link"].as_str().unwrap().rsplit('/').next().unwrap();
    client.get(running.at(&format!("/reset-password/{token}"))).header("accept", "text/html").send().await.unwrap();
    secrets.push(("link", token["prl_ol_".len()..].to_owned()));
    let unknown = json!({ "client_id": "prl_ci_x", "client_secret": secrets[2].1 });
    for (application, email) in
        [(&application, "nobody@quux.example"), (&application, "quux at example"), (&unknown, EMAIL)]
    {
        ask_token(running, &client, application, email).await;
    }
    for (email, password) in [(EMAIL, WRONG), ("nobody@quux.example", WRONG), (EMAIL, PASSWORD)] {
        let credentials = json!({ "email": email, "password": password });
        let answer = client.post(running.at("/auth/login/")).json(&credentials).send().await.unwrap();
        if let Some(cookie) = answer.headers().get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(['=', ';']).nth(1).unwrap();
            secrets.push(("session", cookie.to_owned()));
        }
    }
    assert!(secrets.iter().any(|(name, _)| *name == "session"));
    // What a careless client puts into addresses and broken bodies.
    for path in [
        "/auth/users/me/",
        "/rooms/Xanthippe.Quux@example.org",
        "/external-api/v1.0/rooms/?email=zenobia.quux@example.org",
    ] {
        client.get(running.at(path)).header("cookie", "parloir=quux").send().await.unwrap();
    }
    for path in ["/auth/login/", "/external-api/v1.0/application/token/"] {
        let broken = format!("{{\"email\": \"{EMAIL}\", \"password\": {PASSWORD}");
        client.post(running.at(path)).header("content-type", "application/json").body(broken).send().await.unwrap();
    }
    secrets
}

on_both! {
    // Whatever level an operator chooses, the log names no person and holds nothing that opens a door.
    async fn the_log_holds_none(database: Database) {
        for (level, format) in [("trace", "json"), ("info", "text")] {
            let parloir = Installation::on(database.url()).and("SERVER__LOG", level).and("SERVER__LOG_FORMAT", format);
            let running = parloir.serve(&[]);
            let secrets = story(&parloir, &running).await;
            let (status, said) = running.terminate();
            assert!(status.success() && said.is_empty(), "{status:?}");
            let log = parloir.log();
            assert!(log.contains("/external-api/v1.0/application/token") && log.contains("answered"), "there is no log");
            for (name, secret) in secrets {
                assert!(!log.contains(&secret), "the log at {level} holds a {name}");
            }
            let named = log.lines().find(|line| line.to_lowercase().contains("quux") || line.contains("@example"));
            assert_eq!(named, None, "the log at {level} names a person");
            // The next level works on the same database, with people and application of its own.
            for table in ["room_access", "room_slug", "room", "session", "account", "application"] {
                database.execute(&format!("DELETE FROM {table}"), []).await;
            }
        }
    }

    // A copy of the database opens no door: passwords, secrets, tokens and session ids are kept as digests alone. People's
    // addresses stand in their accounts and nowhere else, so that a deleted person is gone.
    async fn the_database_holds_none(database: Database) {
        let parloir = Installation::on(database.url());
        let running = parloir.serve(&[]);
        let secrets = story(&parloir, &running).await;
        for table in tables(&database).await {
            let text = dump(&database, &table).await;
            for (name, secret) in &secrets {
                let hidden = !text.contains(secret) && !text.to_lowercase().contains(&hex(secret));
                assert!(hidden, "the table {table} holds a {name}");
            }
            let named = text.to_lowercase().contains("quux") || text.to_lowercase().contains(&hex("quux"));
            assert_eq!(named, table == "account", "{table}: {text}");
        }
        let trail = parloir.run(&["audit", "--json"]).stdout;
        for (name, secret) in &secrets {
            assert!(!trail.contains(secret), "the trail holds a {name}");
        }
        assert!(!trail.contains('@'), "the trail names a person");
        assert!(!parloir.run(&["application", "list"]).stdout.contains(&secrets[2].1));
    }

    // Nothing that holds a secret shows it when it is printed for a developer.
    async fn debug_texts_hold_none(database: Database) {
        let server = database.serve_with(&[("security.secret_key", KEY)]).await;
        let account = server.new_account(EMAIL, false, Some(PASSWORD)).await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let secret = server
            .applications
            .rotate_secret(&application.client_id, Overlap::None, Actor::Operator)
            .await
            .unwrap();
        let hash = account.password_hash.as_ref();
        let text = format!("{:?} {account:?} {secret:?} {hash:?} {:?}", *server, server.config);
        for hidden in [PASSWORD, secret.expose(), "$argon2", KEY, database.url()] {
            let is_address_of_file = database.kind == Kind::Sqlite && hidden == database.url();
            assert!(is_address_of_file || !text.contains(hidden), "a secret is printed: {}", &hidden[..7]);
        }
    }
}

pub(crate) async fn tables(database: &Database) -> Vec<String> {
    let sql = match database.kind {
        Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Kind::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let tables: Vec<String> = database.rows(sql, []).await.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert!(tables.len() > 10, "{tables:?}");
    tables
}

/// All rows of a table as text, bytes in hexadecimal.
pub(crate) async fn dump(database: &Database, table: &str) -> String {
    let sql = match database.kind {
        Kind::Sqlite => {
            let columns = database.rows(&format!("SELECT name FROM pragma_table_info('{table}')"), []).await;
            let quoted: Vec<_> =
                columns.iter().map(|row| format!("quote({})", row.try_get::<String>("", "name").unwrap())).collect();
            format!("SELECT {} AS text FROM {table}", quoted.join(" || ' ' || "))
        }
        Kind::Postgres => format!("SELECT row_to_json(t)::text AS text FROM {table} t"),
    };
    let rows = database.rows(&sql, []).await;
    rows.iter().map(|row| row.try_get::<String>("", "text").unwrap()).collect::<Vec<_>>().join("\n")
}

pub(crate) fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
