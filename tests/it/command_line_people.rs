//! `parloir user list`, `show`, `sessions`, `identities`, and what the trail can be asked on the command line.

use std::collections::BTreeMap;

use parloir::accounts::{Arrival, Reception};
use parloir::base::{AccountId, ClientRequest, Clock};
use serde_json::{Value, json};

use crate::command_line::{assert_fails, assert_misused};
use crate::harness::{Database, START, Server, on_both};
use crate::process::Installation;

/// Somebody comes through a provider that vouches for no address of hers.
async fn arrives(server: &Server, subject: &str) -> AccountId {
    let arrival = Arrival {
        issuer: "https://id.example.org".to_owned(),
        subject: subject.to_owned(),
        provider: "agency".to_owned(),
        email: None,
        email_trusted: false,
        name: Some("Grace Hopper".to_owned()),
        administrator: None,
        may_be_made: true,
        memberships: None,
        organisation: None,
        claims: BTreeMap::new(),
    };
    match server.accounts.receive(&arrival, &ClientRequest::local("")).await.unwrap() {
        Reception::Welcome(account) => account.id,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn people_are_looked_after(database: Database) {
        let server = database.serve_with(&[("security.secret_key", &"k".repeat(32))]).await;
        let parloir = Installation::on(database.url());
        // The commands live in the present.
        server.clock.advance(Clock::System.now().since(START));
        let ada = server.person("ada@example.org").await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let grace = arrives(&server, "g").await.to_string();
        let emails = |arguments: &[&str]| {
            let listed = parloir.json(&[&["user", "list"], arguments].concat());
            listed.as_array().unwrap().iter().map(|person| person["email"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(emails(&[]), [Value::Null, json!("ada@example.org")]);
        assert_eq!(emails(&["--search", "HOPP"]), [Value::Null]);
        assert_eq!(emails(&["--limit", "1"]), [Value::Null]);
        assert_eq!(emails(&["--admin"]), Vec::<Value>::new());
        assert_eq!(emails(&["--status", "active", "--search", "ada@"]), [json!("ada@example.org")]);
        let words = parloir.run(&["user", "list"]).stdout;
        assert!(words.lines().count() == 2 && words.contains("ada@example.org") && words.contains("Grace Hopper"), "{words}");

        // By address or by id.
        let shown = parloir.json(&["user", "show", "ada@example.org"]);
        assert_eq!((&shown["has_password"], &shown["sessions"].as_array().unwrap().len()), (&json!(true), &1));
        assert_eq!(parloir.json(&["user", "show", &grace])["identities"][0]["subject"], "g");
        assert_eq!(parloir.json(&["user", "disable", &grace])["status"], "disabled");
        assert_eq!(parloir.json(&["user", "enable", &grace])["status"], "active");
        assert_eq!(parloir.json(&["user", "admin", &grace, "--grant"])["role"], "ADMIN");
        // On the pages she could not: here another one can always be made.
        assert_eq!(parloir.json(&["user", "admin", &grace, "--revoke"])["role"], "USER");
        assert_eq!(parloir.json(&["user", "admin", &grace, "--grant"])["role"], "ADMIN");

        let sessions = parloir.json(&["user", "sessions", "ada@example.org"]);
        let [session] = sessions.as_array().unwrap().as_slice() else { panic!("{sessions}") };
        let id = session["id"].as_str().unwrap();
        assert_eq!(parloir.json(&["user", "sessions", "ada@example.org", "--end", id]), json!({ "ended": 1 }));
        ada.get("/auth/users/me/").expect(401).await;
        assert_fails(&parloir, &["user", "sessions", "ada@example.org", "--end", id], "the account has no such session");
        server.sign_in("ada@example.org").await;
        assert_eq!(parloir.json(&["user", "sessions", "ada@example.org", "--end-all"]), json!({ "ended": 1 }));

        let identities = parloir.json(&["user", "identities", &grace]);
        let id = identities[0]["id"].as_str().unwrap();
        assert_eq!((&identities[0]["provider"], &identities[0]["issuer"]), (&json!("agency"), &json!("https://id.example.org")));
        assert_fails(&parloir, &["user", "identities", &grace, "--unlink", id], "last way in");
        assert_fails(&parloir, &["user", "identities", "ada@example.org", "--unlink", id], "the account has no such identity");

        for nobody in [["user", "show", "nobody@example.org"], ["user", "sessions", "nobody@example.org"]] {
            assert_fails(&parloir, &nobody, "there is no such account");
        }
        for wrong in [
            ["user", "show", "ada"].as_slice(),
            &["user", "list", "--status", "asleep"],
            &["user", "sessions", "ada@example.org", "--end", "x"],
            &["user", "sessions", "ada@example.org", "--end-all", "--end", &"0".repeat(64)],
            &["user", "identities", "ada@example.org", "--unlink", "x"],
            &["audit", "--action", "room"],
            &["audit", "--until", "tomorrow"],
            &["audit", "--room", "x"],
            &["audit", "--token", "x"],
        ] {
            assert_misused(&parloir, wrong);
        }

        let trail = |arguments: &[&str]| {
            let rows = parloir.json(&[&["audit"], arguments].concat());
            rows.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(trail(&["--action", "account.role_changed"]), ["account.role_changed"; 3]);
        assert_eq!(trail(&["--user", &grace, "--action", "identity."]), ["identity.linked"]);
        assert_eq!(trail(&["--action", "session.ended", "--action", "account.role_changed"]).len(), 5);
        assert_eq!(trail(&["--until", "2026-01-14"]), Vec::<String>::new());
        assert_fails(&parloir, &["audit", "--application", "none"], "there is no such application");
    }
}
