//! `parloir application …`: all that the pages do, through the real binary.

use image::{DynamicImage, ImageFormat, RgbaImage};
use serde_json::{Value, json};

use crate::command_line::{assert_fails, assert_misused, keys};
use crate::harness::{Database, on_both};
use crate::process::{Installation, ask_token};

fn application(parloir: &Installation) -> (Value, String) {
    let arguments = ["application", "create", "--name", "CRM", "--domain", "example.org", "--scope", "rooms:list"];
    let created = parloir.json(&arguments);
    let client_id = created["client_id"].as_str().unwrap().to_owned();
    (created, client_id)
}

on_both! {
    async fn created_shown_and_changed(database: Database) {
        let parloir = Installation::on(database.url());
        let created = parloir.json(&[
            "application", "create", "--name", "CRM", "--description", "Rooms for customers", "--owner-contact", "Sales",
            "--home-page", "https://crm.example.org", "--scope", "rooms:list", "--scope", "rooms:create",
            "--optional-scope", "rooms:create", "--token-lifetime-minutes", "10", "--network", "192.0.2.0/24",
            "--network", "2001:db8::1",
        ]);
        let client_id = created["client_id"].as_str().unwrap();
        for (field, value) in [
            ("description", json!("Rooms for customers")),
            ("owner_contact", json!("Sales")),
            ("home_page", json!("https://crm.example.org")),
            ("optional_scopes", json!(["rooms:create"])),
            ("token_lifetime_minutes", json!(10)),
            ("networks", json!(["192.0.2.0/24", "2001:db8::1"])),
            ("logo", Value::Null),
            ("version", json!(0)),
        ] {
            assert_eq!(created[field], value, "{field}");
        }
        let mut shown = created.clone();
        shown.as_object_mut().unwrap().remove("client_secret");
        assert_eq!(parloir.json(&["application", "show", client_id]), shown);
        let words = parloir.run(&["application", "show", client_id]).stdout;
        for fact in ["contact: Sales", "tokens work: 10 minutes", "only from: 192.0.2.0/24 2001:db8::1"] {
            assert!(words.contains(fact), "{words}");
        }

        let change = |arguments: &[&str]| parloir.json(&[&["application", "update", client_id], arguments].concat());
        let after = change(&["--name", "Customers", "--description", "", "--all-scopes", "--all-domains", "--version", "0"]);
        assert_eq!((&after["name"], &after["slug"], &after["version"]), (&json!("Customers"), &json!("crm"), &json!(1)));
        assert_eq!((&after["description"], &after["owner_contact"]), (&Value::Null, &json!("Sales")));
        assert_eq!((after["scopes"].as_array().unwrap().len(), &after["all_domains"]), (5, &json!(true)));
        let after = change(&[
            "--domain", "example.org", "--allow-user-creation", "--user-creation-per-day", "7", "--any-network",
            "--default-token-lifetime", "--no-optional-scopes",
        ]);
        assert_eq!((&after["domains"], &after["networks"]), (&json!(["example.org"]), &json!([])));
        assert_eq!((&after["allow_user_creation"], &after["user_creation_per_day"]), (&json!(true), &json!(7)));
        assert_eq!((&after["token_lifetime_minutes"], &after["optional_scopes"]), (&Value::Null, &json!([])));
        let after = change(&["--no-scopes", "--no-domains", "--no-user-creation", "--default-user-creation-per-day"]);
        assert_eq!((&after["scopes"], &after["domains"], &after["version"]), (&json!([]), &json!([]), &json!(3)));
        let update = |arguments: &[&'static str]| [&["application", "update", client_id], arguments].concat();
        assert_fails(&parloir, &update(&["--name", "x", "--version", "0"]), "was changed meanwhile");
        assert_fails(&parloir, &update(&["--home-page", "http://example.org"]), "a home page is an https address");
        assert_fails(&parloir, &update(&["--token-lifetime-minutes", "61"]), "a token works between 1 and 60 minutes");
        assert_fails(&parloir, &update(&[]), "nothing is to be changed");
        assert_fails(&parloir, &["application", "update", "prl_ci_0", "--name", "x"], "there is no such application");
        assert_misused(&parloir, &update(&["--network", "10.0.0.1/8"]));
        assert_misused(&parloir, &update(&["--scope", "rooms:list", "--all-scopes"]));
        assert_misused(&parloir, &update(&["--slug", "x"]));
        let trail = parloir.json(&["audit"]);
        let updates = trail.as_array().unwrap().iter().filter(|row| row["action"] == "application.updated");
        assert_eq!(updates.count(), 3);
    }

    async fn listed_by_words_and_state(database: Database) {
        let parloir = Installation::on(database.url());
        for name in ["Team calendar", "Café", "CRM"] {
            parloir.json(&["application", "create", "--name", name]);
        }
        let list = |arguments: &[&str]| {
            let listed = parloir.json(&[&["application", "list"], arguments].concat());
            listed.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(list(&[]), ["crm", "cafe", "team-calendar"]);
        assert_eq!(list(&["--search", "CAFE"]), ["cafe"]);
        let client_id = parloir.json(&["application", "list", "--search", "calendar"])[0]["client_id"].clone();
        parloir.json(&["application", "disable", client_id.as_str().unwrap()]);
        assert_eq!(list(&["--state", "disabled"]), ["team-calendar"]);
        assert_eq!(list(&["--state", "active", "--search", "c"]), ["crm", "cafe"]);
        assert!(parloir.run(&["application", "list", "--search", "zzz"]).stdout.contains("no such application"));
        assert_misused(&parloir, &["application", "list", "--state", "asleep"]);
    }

    async fn secrets_one_by_one(database: Database) {
        let parloir = Installation::on(database.url());
        let (created, client_id) = application(&parloir);
        let rotate = ["application", "rotate-secret", &client_id, "--reason", "leak", "--overlap-hours", "1"];
        let rotated = parloir.json(&rotate);
        assert_misused(&parloir, &["application", "rotate-secret", &client_id, "--reason", "boredom"]);
        let secrets = parloir.json(&["application", "secret", "list", &client_id]);
        assert_eq!(secrets.as_array().unwrap().len(), 2);
        assert_eq!(keys(&secrets[0]), ["id", "prefix", "created_at", "expires_at", "last_used_at"]);
        let text = secrets.to_string();
        for secret in [&created, &rotated] {
            assert!(!text.contains(secret["client_secret"].as_str().unwrap()), "a secret is shown again");
        }
        let [current, former] = [0, 1].map(|n| secrets[n]["id"].as_str().unwrap().to_owned());
        let ended = parloir.json(&["application", "secret", "end", &client_id, &former]);
        assert_eq!(ended, json!({ "id": former, "ended": true }));
        assert_fails(&parloir, &["application", "secret", "end", &client_id, &former], "there is no such secret");
        let last = ["application", "secret", "end", &client_id, &current];
        assert_fails(&parloir, &last, "it is the application's only secret");
        parloir.json(&[&last[..], &["--even-the-last", "--reason", "lost"]].concat());
        assert_eq!(parloir.json(&["application", "secret", "list", &client_id]), json!([]));
        let trail = parloir.json(&["audit"]);
        let reasons: Vec<_> = trail.as_array().unwrap().iter().filter_map(|row| row["details"]["reason"].as_str()).collect();
        assert_eq!(reasons, ["lost", "routine", "leak"], "newest first");
    }

    async fn managers_and_logo(database: Database) {
        let parloir = Installation::on(database.url());
        let (_, client_id) = application(&parloir);
        let ada = parloir.json(&["user", "create", "--email", "ada@example.org"]);
        let added = parloir.json(&["application", "manager", "add", &client_id, "ADA@example.org"]);
        assert_eq!(added["id"], ada["id"]);
        let listed = parloir.json(&["application", "manager", "list", &client_id]);
        assert_eq!((&listed[0]["email"], listed.as_array().unwrap().len()), (&json!("ada@example.org"), 1));
        parloir.json(&["application", "manager", "remove", &client_id, "ada@example.org"]);
        let remove = ["application", "manager", "remove", &client_id, "ada@example.org"];
        assert_fails(&parloir, &remove, "this person does not manage the application");
        let add = ["application", "manager", "add", &client_id, "nobody@example.org"];
        assert_fails(&parloir, &add, "there is no such account");

        let file = parloir.folder().join("logo.png");
        DynamicImage::from(RgbaImage::new(300, 300)).save_with_format(&file, ImageFormat::Png).unwrap();
        let set = ["application", "logo", "set", &client_id, file.to_str().unwrap()];
        assert!(parloir.json(&set)["logo"].as_str().unwrap().starts_with("/applications/crm/logo?v="));
        assert_eq!(parloir.json(&["application", "logo", "remove", &client_id])["logo"], Value::Null);
        std::fs::write(&file, "<svg/>").unwrap();
        assert_fails(&parloir, &set, "a logo is a PNG, JPEG, WebP or GIF picture");
        std::fs::write(&file, vec![0; 600 * 1024]).unwrap();
        assert_fails(&parloir, &set, "a logo has at most 512 kB");
    }

    async fn activity_and_the_end(database: Database) {
        let parloir = Installation::on(database.url());
        let (created, client_id) = application(&parloir);
        parloir.json(&["user", "create", "--email", "ada@example.org"]);
        let running = parloir.serve(&[]);
        let client = reqwest::Client::new();
        let (status, _) = ask_token(&running, &client, &created, "ada@example.org").await;
        assert_eq!(status, 200);
        assert_eq!(ask_token(&running, &client, &created, "bob@example.org").await.0, 404);
        // What a server counted it writes at the latest when it stops.
        running.terminate();
        let activity = parloir.json(&["application", "activity", &client_id, "--days", "1"]);
        assert_eq!((&activity["days"][0]["issued"], &activity["days"][0]["refused"]), (&json!(1), &json!(1)));
        assert_eq!(activity["refusals"], json!([{ "code": "user_not_found", "count": 1 }]));
        assert!(parloir.run(&["application", "activity", &client_id]).stdout.contains("refused 1 times: user_not_found"));
        assert_misused(&parloir, &["application", "activity", &client_id, "--days", "0"]);

        assert_fails(&parloir, &["application", "delete", &client_id], "say --yes");
        let deleted = parloir.json(&["application", "delete", &client_id, "--yes"]);
        assert_eq!(deleted["deleted"], true);
        for arguments in [
            &["application", "delete", &client_id, "--yes"][..],
            &["application", "show", &client_id],
            &["application", "activity", &client_id],
            &["application", "secret", "list", &client_id],
            &["application", "manager", "list", &client_id],
        ] {
            assert_fails(&parloir, arguments, "there is no such application");
        }
        // Whoever reads the trail finds it still, by the name that it had.
        let trail = parloir.json(&["audit", "--application", &client_id]);
        let actions: Vec<_> = trail.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["application.deleted", "token.refused", "token.issued", "application.created"]);
        assert!(trail.as_array().unwrap().iter().all(|row| row["application"] == json!(client_id)), "{trail}");
    }
}
