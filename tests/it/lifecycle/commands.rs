//! `parloir user export`, `delete` and `merge`.

use parloir::base::Clock;
use serde_json::{Value, json};

use super::fixture::{assert_whole, room};
use crate::command_line::{assert_fails, assert_misused};
use crate::harness::{Database, START, on_both};
use crate::process::Installation;

const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";

on_both! {
    async fn a_whole_person(database: Database) {
        let server = database.serve_with(&[("security.secret_key", &"k".repeat(32))]).await;
        let parloir = Installation::on(database.url());
        // The commands live in the present.
        server.clock.advance(Clock::System.now().since(START));
        let (ada, grace) = (server.account(ADA).await.id, server.account(GRACE).await.id);
        let admin = server.new_account("admin@example.org", true, None).await.id;
        room(&server, ada, "Alone").await;

        let document: Value = serde_json::from_str(&parloir.run(&["user", "export", ADA]).stdout).unwrap();
        assert_eq!((&document["format"], &document["account"]["id"]), (&json!("parloir-account-export"), &json!(ada)));
        let file = parloir.folder().join("ada.json");
        let path = file.display().to_string();
        let written = parloir.json(&["user", "export", ADA, "--output", &path]);
        assert_eq!(written, json!({ "id": ada, "written": path }));
        let again: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(again["rooms"][0]["name"], "Alone");
        // What is there is not written over, and then nothing is told of an export.
        let exports = database.events("account.exported").await.len();
        assert_fails(&parloir, &["user", "export", ADA, "--output", &path], "exists");
        assert_eq!((exports, database.events("account.exported").await.len()), (2, 2));

        assert_misused(&parloir, &["user", "delete", ADA]);
        assert_misused(&parloir, &["user", "delete", ADA, "--yes", "--hand-over-to", GRACE, "--delete-rooms"]);
        assert_fails(&parloir, &["user", "delete", ADA, "--yes"], "1 rooms are this person's alone");
        assert_fails(&parloir, &["user", "delete", ADA, "--yes", "--hand-over-to", "nobody@example.org"], "rooms go to somebody else");
        assert_fails(&parloir, &["user", "delete", "nobody@example.org", "--yes"], "there is no such account");

        let seen = parloir.json(&["user", "merge", ADA, GRACE, "--dry-run"]);
        assert_eq!((&seen["dry_run"], &seen["moved"]["room_access"]), (&json!(true), &json!(1)));
        assert_eq!(seen["consequences"]["address_freed"], true);
        assert!(server.accounts.find(ada).await.unwrap().is_some());
        let words = parloir.run(&["user", "merge", ADA, GRACE, "--dry-run"]).stdout;
        assert!(words.starts_with("Would merge") && words.contains("moves: 1 room access"), "{words}");
        assert_fails(&parloir, &["user", "merge", ADA, ADA], "cannot be merged into itself");
        assert_fails(&parloir, &["user", "merge", "admin@example.org", ADA], "last active administrator");
        assert_fails(&parloir, &["user", "merge", ADA, "nobody@example.org"], "there is no such account");
        let merged = parloir.json(&["user", "merge", ADA, GRACE]);
        assert_eq!((&merged["from"], &merged["into"], &merged["dry_run"]), (&json!(ada), &json!(grace), &json!(false)));
        let trail = parloir.json(&["audit", "--user", GRACE, "--action", "room.created"]);
        assert_eq!(trail[0]["on_behalf_of"], json!(ada), "what the former account did is hers");

        let deleted = parloir.json(&["user", "delete", GRACE, "--yes", "--hand-over-to", "admin@example.org"]);
        assert_eq!(deleted, json!({ "id": grace, "rooms_deleted": 0, "rooms_handed_over": 1 }));
        // By a command even the last administrator goes.
        let deleted = parloir.json(&["user", "delete", &admin.to_string(), "--yes", "--delete-rooms"]);
        assert_eq!(deleted["rooms_deleted"], 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM account", []).await, 0);
        assert_whole(&database).await;
    }
}
