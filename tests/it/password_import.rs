//! People who come from elsewhere with the passwords that they have there: who is taken, and how a password becomes ours.
//!
//! The hashes of `tests/vectors/django_passwords.json` were made by Django itself.

use std::fmt::Write as _;

use parloir::accounts::{Import, ImportError, Imported};
use parloir::audit::Actor;
use parloir::base::{ClientRequest, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::command_line::{assert_misused, keys};
use crate::harness::{Database, Server, on_both};
use crate::invitations::{ADA, arrives, find, pending};
use crate::process::Installation;

const NEW: &str = "quite another password";

#[derive(Debug, Deserialize)]
struct Vectors {
    hashes: Vec<Vector>,
}

#[derive(Debug, Deserialize)]
struct Vector {
    scheme: String,
    password: String,
    hash: String,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vectors = serde_json::from_str(include_str!("../vectors/django_passwords.json")).unwrap();
    vectors.hashes
}

/// The first of that scheme.
fn vector(scheme: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.scheme == scheme).unwrap()
}

async fn import(server: &Server, file: &str) -> Result<Imported, ImportError> {
    server.accounts.import(Import::read(file.as_bytes()).unwrap(), false, false, Actor::Operator).await
}

async fn signs_in(server: &Server, email: &str, password: &str) -> bool {
    let credentials = json!({ "email": email, "password": password });
    server.anonymous().post("/auth/login/").json(&credentials).send().await.status == 200
}

async fn stored(server: &Server, email: &str) -> String {
    let rows = server.database.rows("SELECT password_hash FROM account WHERE email_key = $1", [email.into()]).await;
    rows[0].try_get::<Option<String>>("", "password_hash").unwrap().unwrap_or_default()
}

async fn accounts(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM account", []).await
}

fn defects(outcome: Result<Imported, ImportError>) -> Value {
    match outcome {
        Err(ImportError::Defects(defects)) => json!(defects),
        outcome => panic!("{outcome:?}"),
    }
}

on_both! {
    async fn each_hash_works_and_becomes_ours(server: Server) {
        let vectors = vectors();
        let mut file = "email,password_hash\n".to_owned();
        for (n, Vector { hash, .. }) in vectors.iter().enumerate() {
            let _ = writeln!(file, "person{n}@example.org,\"{hash}\"");
        }
        let imported = import(&server, &file).await.unwrap();
        assert_eq!(imported, Imported { created: vectors.len(), claimed: 0, skipped: 0 });
        for (n, Vector { scheme, password, .. }) in vectors.iter().enumerate() {
            let email = format!("person{n}@example.org");
            let before = stored(&server, &email).await;
            assert!(!signs_in(&server, &email, &format!("{password}x")).await, "{scheme} {password:?}");
            assert!(!signs_in(&server, &email, "").await || password.is_empty(), "{scheme}");
            assert_eq!(stored(&server, &email).await, before, "{scheme}");
            assert!(signs_in(&server, &email, password).await, "{scheme} {password:?}");
            let after = stored(&server, &email).await;
            assert!(after.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && after != before, "{scheme}");
            // Once.
            assert!(signs_in(&server, &email, password).await, "{scheme} {password:?}");
            assert_eq!(stored(&server, &email).await, after);
        }
        let events = server.database.events("password.upgraded").await;
        // They came at the same moment.
        let mut told: Vec<_> = events.iter().map(|event| event.details()["before"]["scheme"].to_string()).collect();
        let mut expected: Vec<_> = vectors.iter().map(|vector| json!(vector.scheme).to_string()).collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
        assert!(events.iter().all(|event| event.actor_kind == "person" && event.actor_id == event.on_behalf_of));
        let made = server.database.events("account.created").await;
        assert!(made.iter().all(|event| event.actor_kind == "operator" && event.details()["imported"] == json!(true)));
    }

    async fn whoever_changed_the_password_meanwhile_has_the_last_word(server: Server) {
        let Vector { password, hash, .. } = vector("pbkdf2_sha256");
        import(&server, &format!("email,password_hash\n{ADA},{hash}\n")).await.unwrap();
        let before = find(&server, ADA).await;
        server.accounts.set_password(before.id, &Secret::new(NEW), Actor::Operator).await.unwrap();
        let changed = stored(&server, ADA).await;
        let here = ClientRequest::local("");
        server.accounts.upgrade_password(before, &Secret::new(&password), &here).await;
        assert_eq!(stored(&server, ADA).await, changed);
        assert!(signs_in(&server, ADA, NEW).await && !signs_in(&server, ADA, &password).await);
        assert_eq!(server.database.events("password.upgraded").await.len(), 0);
    }

    async fn many_sign_ins_at_once_make_one_of_it(server: Server) {
        let Vector { password, hash, .. } = vector("bcrypt");
        import(&server, &format!("email,password_hash\n{ADA},{hash}\n")).await.unwrap();
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (client, credentials) = (server.anonymous(), json!({ "email": ADA, "password": password }));
                tokio::spawn(async move { client.post("/auth/login/").json(&credentials).send().await.status })
            })
            .collect();
        for tried in tries {
            assert_eq!(tried.await.unwrap(), 200);
        }
        assert_eq!(server.database.events("password.upgraded").await.len(), 1);
        assert!(signs_in(&server, ADA, &password).await);
    }

    // A disabled person proves her password and gets neither in nor a new hash.
    async fn who_is_kept_out_keeps_the_hash(server: Server) {
        let Vector { password, hash, .. } = vector("pbkdf2_sha1");
        import(&server, &format!("email,password_hash\n{ADA},{hash}\n")).await.unwrap();
        server.accounts.set_enabled(find(&server, ADA).await.id, false, Actor::Operator).await.unwrap();
        assert!(!signs_in(&server, ADA, &password).await);
        assert_eq!(stored(&server, ADA).await, hash);
    }

    async fn all_of_a_file_or_nobody(server: Server) {
        server.account("taken@example.org").await;
        arrives(&server, "through.provider@example.org").await;
        let expected = pending(&server, "pending@example.org").await;
        let before = accounts(&server).await;
        let file = "email,name,password_hash,administrator,language\n\
                    new@example.org,New,,,\n\
                    Taken@Example.org,,,,\n\
                    bad@example.org,,$1$abc$def,,\n\
                    pending@example.org,Pen Ding,,yes,fr\n\
                    through.provider@example.org,,,,\n";
        let told = defects(import(&server, file).await);
        assert_eq!(told, json!([
            { "line": 3, "column": "email", "code": "email_taken" },
            { "line": 4, "column": "password_hash", "code": "hash_unknown" },
            { "line": 6, "column": "email", "code": "email_taken" },
        ]));
        assert_eq!(accounts(&server).await, before);
        assert_eq!(find(&server, "pending@example.org").await, expected);

        let good = file.replace("$1$abc$def", "");
        let read = || Import::read(good.as_bytes()).unwrap();
        let expected_outcome = Imported { created: 2, claimed: 1, skipped: 2 };
        // To try it changes nothing.
        let tried = server.accounts.import(read(), true, true, Actor::Operator).await.unwrap();
        assert_eq!((tried, accounts(&server).await), (expected_outcome, before));
        assert_eq!(find(&server, "pending@example.org").await, expected);
        let imported = server.accounts.import(read(), true, false, Actor::Operator).await.unwrap();
        assert_eq!((imported, accounts(&server).await), (expected_outcome, before + 2));
        let claimed = find(&server, "pending@example.org").await;
        assert_eq!((claimed.id, claimed.status), (expected.id, parloir::accounts::Status::Active));
        assert!(claimed.is_administrator() && claimed.email_verified && claimed.language.as_deref() == Some("fr"));
        let new = find(&server, "new@example.org").await;
        assert_eq!((new.name.as_deref(), new.is_administrator(), &new.password_hash), (Some("New"), false, &None));
        // Those who were there are as they were.
        assert_eq!(find(&server, "taken@example.org").await.name, None);
    }

    async fn of_two_imports_at_once_one_counts(server: Server) {
        let mut file = "email,password_hash\n".to_owned();
        for n in 0..1200 {
            let _ = writeln!(file, "person{n}@example.org,");
        }
        let twin = server.twin().await;
        let tries = [server.accounts.clone(), twin.accounts.clone()].map(|accounts| {
            let import = Import::read(file.as_bytes()).unwrap();
            tokio::spawn(async move { accounts.import(import, false, false, Actor::Operator).await })
        });
        let mut imported = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Ok(outcome) => imported += outcome.created,
                Err(ImportError::Raced) => {}
                Err(ImportError::Defects(defects)) => assert_eq!(defects.len(), 1200),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!((imported, accounts(&server).await), (1200, 1200));
        assert_eq!(server.database.events("account.created").await.len(), 1200);
    }

    async fn by_command(database: Database) {
        let parloir = Installation::on(database.url());
        let Vector { password, hash, .. } = vector("argon2");
        let write = |name: &str, text: &str| {
            std::fs::write(parloir.folder().join(name), text).unwrap();
        };
        write("good.csv", &format!("email,password_hash,name\r\n{ADA},\"{hash}\",\"Lovelace, Ada\"\r\ngrace@example.org,!,\r\n"));
        let tried = parloir.json(&["user", "import", "good.csv", "--dry-run"]);
        assert_eq!(tried, json!({ "created": 2, "claimed": 0, "skipped": 0, "dry_run": true }));
        let imported = parloir.json(&["user", "import", "good.csv"]);
        assert_eq!(imported, json!({ "created": 2, "claimed": 0, "skipped": 0, "dry_run": false }));
        assert_eq!(parloir.json(&["user", "show", ADA])["name"], "Lovelace, Ada");
        let again = parloir.json(&["user", "import", "good.csv", "--skip-existing"]);
        assert_eq!(again["skipped"], 2);

        write("bad.csv", &format!("email,password_hash\n{ADA},\nx@example.org,\"{}\"\n", hash.replace("argon2$", "")));
        let refused = parloir.run(&["user", "import", "bad.csv", "--json"]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let told: Value = serde_json::from_str(&refused.stdout).unwrap();
        assert_eq!(keys(&told), ["error", "lines"]);
        assert_eq!(told["lines"], json!([
            { "line": 2, "column": "email", "code": "email_taken" },
            { "line": 3, "column": "password_hash", "code": "hash_unknown" },
        ]));
        let words = parloir.run(&["user", "import", "bad.csv"]).stderr;
        assert!(words.contains("2 lines of the file cannot be imported") && words.contains("line 3, password_hash"), "{words}");
        // Neither hashes nor people.
        assert!(!words.contains("argon2id") && !words.contains('@'), "{words}");
        for (name, file, said) in [
            ("header.csv", "mail,password\n", "cannot be imported"),
            ("none.csv", "", "cannot be imported"),
        ] {
            write(name, file);
            let refused = parloir.run(&["user", "import", name]);
            assert!(refused.status.code() == Some(1) && refused.stderr.contains(said), "{refused:?}");
        }
        assert_eq!(parloir.run(&["user", "import", "missing.csv"]).status.code(), Some(1));
        assert_misused(&parloir, &["user", "import"]);
        let server = database.serve_with(&[("security.secret_key", &"k".repeat(32))]).await;
        assert!(signs_in(&server, ADA, &password).await);
        let trail = parloir.run(&["audit", "--json"]).stdout;
        assert!(!trail.contains("argon2id") && !trail.contains('@'), "{trail}");
    }
}
