//! `parloir token …`, `parloir key …`, and people who never came, through the real binary beside a running server.

use serde_json::{Value, json};

use crate::command_line::{assert_fails, assert_misused, keys};
use crate::harness::forger::{claims, header};
use crate::harness::{Database, on_both};
use crate::process::{Installation, Running, ask_token};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const NOBODY: &str = "0190b0de-0000-7000-8000-000000000000";

/// A new token for a person, from the running server.
async fn token(running: &Running, application: &Value, email: &str) -> String {
    let (status, body) = ask_token(running, &reqwest::Client::new(), application, email).await;
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

async fn use_it(running: &Running, token: &str) -> (u16, String) {
    let answer = reqwest::Client::new().get(running.at(ROOMS)).bearer_auth(token).send().await.unwrap();
    let code = answer.headers().get("parloir-error-code").map(|code| code.to_str().unwrap().to_owned());
    (answer.status().as_u16(), code.unwrap_or_default())
}

fn works() -> (u16, String) {
    (200, String::new())
}

fn refused(code: &str) -> (u16, String) {
    (401, code.to_owned())
}

fn application(parloir: &Installation) -> Value {
    parloir.json(&["application", "create", "--name", "CRM", "--domain", "example.org", "--all-scopes"])
}

/// What a command says to a person: one line, which holds `words`.
#[track_caller]
fn assert_says(parloir: &Installation, arguments: &[&str], words: &str) {
    let ended = parloir.run(arguments);
    assert!(ended.status.success() && ended.stdout.contains(words), "{ended:?}");
    assert_eq!((ended.stdout.lines().count(), ended.stderr.as_str()), (1, ""), "{ended:?}");
}

on_both! {
    async fn tokens_are_revoked(database: Database) {
        let parloir = Installation::on(database.url());
        let ada = parloir.json(&["user", "create", "--email", ADA]);
        parloir.json(&["user", "create", "--email", GRACE]);
        let (crm, other) = (application(&parloir), application(&parloir));
        let running = parloir.serve(&[]);
        let (first, second) = (token(&running, &crm, ADA).await, token(&running, &crm, ADA).await);
        let (for_grace, of_other) = (token(&running, &crm, GRACE).await, token(&running, &other, ADA).await);

        let jti = claims(&first)["jti"].as_str().unwrap().to_owned();
        let told = parloir.json(&["token", "revoke", &jti]);
        assert_eq!(keys(&told), ["revoked", "jti", "expires_at"]);
        assert_eq!((&told["revoked"], &told["jti"]), (&json!(true), &json!(jti)));
        assert_eq!(use_it(&running, &first).await, refused("token_revoked"));
        assert_eq!(use_it(&running, &second).await, works());
        assert_eq!(parloir.json(&["token", "revoke", &jti.to_uppercase()]), told);
        assert_says(&parloir, &["token", "revoke", &jti], "The token is revoked.");

        let client_id = crm["client_id"].as_str().unwrap();
        let told = parloir.json(&["token", "revoke", "--application", client_id]);
        assert_eq!(told, json!({ "revoked": true, "application": client_id }));
        assert_eq!(use_it(&running, &second).await, refused("token_revoked"));
        assert_eq!(use_it(&running, &for_grace).await, refused("token_revoked"));
        assert_eq!(use_it(&running, &of_other).await, works());
        assert_says(&parloir, &["token", "revoke", "--application", client_id], "All tokens of CRM are revoked.");

        let for_grace = token(&running, &crm, GRACE).await;
        let told = parloir.json(&["token", "revoke", "--user", "ADA@example.org"]);
        assert_eq!(told, json!({ "revoked": true, "user": ada["id"] }));
        assert_eq!(use_it(&running, &of_other).await, refused("token_revoked"));
        assert_eq!(use_it(&running, &for_grace).await, works());
        assert_says(&parloir, &["token", "revoke", "--user", ADA], "All tokens for ada@example.org are revoked.");
        let new = token(&running, &crm, ADA).await;
        assert_eq!(use_it(&running, &new).await, works());

        let trail = parloir.json(&["audit"]);
        let of = |action: &str| trail.as_array().unwrap().iter().filter(|row| row["action"] == action).count();
        assert_eq!((of("token.revoked"), of("application.tokens_revoked"), of("account.tokens_revoked")), (1, 2, 2));
    }

    async fn a_token_of_long_ago(database: Database) {
        // Its server's clock stands at the time when the tests begin, the command's goes as it does.
        let server = database.serve_with(&[("security.secret_key", &"k".repeat(32))]).await;
        let parloir = Installation::on(database.url());
        server.account(ADA).await;
        let token = server.application("rooms:list", &["example.org"]).await.token_for(ADA).await;
        let jti = claims(&token)["jti"].as_str().unwrap().to_owned();
        let told = parloir.json(&["token", "revoke", &jti]);
        assert_eq!(told, json!({ "revoked": false, "jti": jti, "expires_at": "2026-01-15T13:00:00.000000Z" }));
        assert_says(&parloir, &["token", "revoke", &jti], "has expired by itself");
        assert_eq!(database.number("SELECT COUNT(*) FROM revoked_token", []).await, 0);
    }

    async fn revocations_refused(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["migrate"]);
        assert_fails(&parloir, &["token", "revoke", NOBODY], "no token with this id was issued");
        assert_fails(&parloir, &["token", "revoke", "--application", "prl_ci_0"], "there is no such application");
        assert_fails(&parloir, &["token", "revoke", "--user", "nobody@example.org"], "there is no such account");
        for arguments in [
            ["token"].as_slice(),
            &["token", "revoke"],
            &["token", "revoke", "not-a-uuid"],
            &["token", "revoke", NOBODY, NOBODY],
            &["token", "revoke", NOBODY, "--application", "prl_ci_0"],
            &["token", "revoke", NOBODY, "--user", ADA],
            &["token", "revoke", "--application", "prl_ci_0", "--user", ADA],
            &["token", "revoke", "--user", "no address"],
            &["token", "revoke", "--application"],
            &["token", "revoke", "--all"],
        ] {
            assert_misused(&parloir, arguments);
        }
    }

    async fn keys_are_rotated(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["user", "create", "--email", ADA]);
        let crm = application(&parloir);
        let running = parloir.serve(&[]);
        let first = token(&running, &crm, ADA).await;
        let listed = parloir.json(&["key", "list"]);
        let [only] = listed.as_array().unwrap().as_slice() else { panic!("{listed}") };
        assert_eq!(keys(only), ["kid", "algorithm", "created_at", "ends_at", "signs"]);
        assert_eq!((&only["kid"], &only["algorithm"]), (&header(&first)["kid"], &json!("EdDSA")));
        assert_eq!((&only["ends_at"], &only["signs"]), (&Value::Null, &json!(true)));
        assert_says(&parloir, &["key", "list"], "signs");

        let rotated = parloir.json(&["key", "rotate"]);
        assert_eq!(keys(&rotated), ["kid", "former_keys_end"]);
        let listed = parloir.json(&["key", "list"]);
        let told = |n: usize| (&listed[n]["kid"], &listed[n]["ends_at"], &listed[n]["signs"]);
        assert_eq!(told(0), (&rotated["kid"], &Value::Null, &json!(true)));
        assert_eq!(told(1), (&header(&first)["kid"], &rotated["former_keys_end"], &json!(false)));
        let words = parloir.run(&["key", "list"]).stdout;
        let end = rotated["former_keys_end"].as_str().unwrap();
        assert!(words.lines().count() == 2 && words.ends_with(&format!("verifies until {end}\n")), "{words}");
        // The server that runs beside it was told by nobody.
        let second = token(&running, &crm, ADA).await;
        assert_eq!(header(&second)["kid"], rotated["kid"]);
        assert_eq!((use_it(&running, &first).await, use_it(&running, &second).await), (works(), works()));

        let rotated = parloir.json(&["key", "rotate", "--now"]);
        assert_eq!(rotated["former_keys_end"], Value::Null);
        assert_eq!(parloir.json(&["key", "list"]).as_array().unwrap().len(), 1);
        for token in [&first, &second] {
            assert_eq!(use_it(&running, token).await, refused("invalid_token"));
        }
        let third = token(&running, &crm, ADA).await;
        assert_eq!((&header(&third)["kid"], use_it(&running, &third).await), (&rotated["kid"], works()));
        assert_says(&parloir, &["key", "rotate"], "The former keys verify until ");
        assert_says(&parloir, &["key", "rotate", "--now"], "The former keys have ended, and every token with them.");
        let trail = parloir.json(&["audit"]);
        assert_eq!(trail.as_array().unwrap().iter().filter(|row| row["action"] == "key.rotated").count(), 4);
        for arguments in [["key"].as_slice(), &["key", "rotate", "--later"], &["key", "rotate", "x"], &["key", "show"]] {
            assert_misused(&parloir, arguments);
        }
    }

    async fn keys_of_another_algorithm(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["migrate"]);
        let parloir = parloir.and("DELEGATION__SIGNING_ALGORITHM", "HS256");
        let rotated = parloir.json(&["key", "rotate"]);
        let listed = parloir.json(&["key", "list"]);
        let rows: Vec<_> = listed.as_array().unwrap().iter().map(|key| (&key["algorithm"], &key["signs"])).collect();
        // The one of EdDSA, one of HS256 that the command found missing, and the one that took the place of both.
        assert_eq!(rows[0], (&json!("HS256"), &json!(true)));
        assert_eq!((rows.len(), &listed[0]["kid"]), (3, &rotated["kid"]));
        assert!(rows[1..].iter().all(|(_, signs)| *signs == false), "{listed}");
    }

    async fn people_who_never_came(database: Database) {
        let parloir = Installation::on(database.url());
        let arguments = ["application", "create", "--name", "Calendar", "--domain", "example.org", "--scope", "rooms:list"];
        let own = ["--allow-user-creation", "--user-creation-per-day", "1"];
        let calendar = parloir.json(&[arguments.as_slice(), &own].concat());
        assert_eq!((&calendar["allow_user_creation"], &calendar["user_creation_per_day"]), (&json!(true), &json!(1)));
        let running = parloir.serve(&[]);
        let first = token(&running, &calendar, ADA).await;
        let (status, _) = ask_token(&running, &reqwest::Client::new(), &calendar, GRACE).await;
        assert_eq!(status, 429);
        for change in ["--grant", "--revoke"] {
            assert_fails(&parloir, &["user", "admin", ADA, change], "the person of this account has not come yet");
        }
        // Making her account makes the one that waits hers.
        let ada = parloir.json_with_input(&["user", "create", "--email", ADA, "--password-stdin"], "correct horse battery\n");
        assert_eq!((&ada["id"], &ada["status"]), (&claims(&first)["sub"], &json!("active")));
        assert_eq!(parloir.json(&["user", "admin", ADA, "--grant"])["role"], "ADMIN");
        assert_eq!(use_it(&running, &first).await, works());
        assert_fails(&parloir, &["user", "create", "--email", ADA], "another account has this e-mail address");
        // A number without the right to make anybody means nothing.
        assert_misused(&parloir, &[arguments.as_slice(), &own[1..]].concat());
    }
}
