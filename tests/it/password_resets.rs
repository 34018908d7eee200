//! Forgotten passwords: a link is sent to whoever reads the mail, and nobody else learns anything.

use std::time::Duration;

use parloir::accounts::{AccountError, Delivery, LinkError, LinkPurpose};
use parloir::audit::Actor;
use parloir::base::Secret;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::command_line::{assert_fails, keys};
use crate::harness::{Client, Database, Kind, PASSWORD, Server, on_both};
use crate::invitations::{ADA, MAIL, arrives, assert_over, find, open, path_of, pending, send};
use crate::process::Installation;

const ASK: &str = "/actions/reset-password/ask";
const CHOOSE: &str = "/actions/reset-password/choose";
const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);
const NEW: &str = "quite another password";

async fn link(server: &Server, email: &str) -> (String, String) {
    let id = find(server, email).await.id;
    path_of(server, &server.one_time_links.reset(id, Delivery::Shown, Actor::Operator).await.unwrap())
}

async fn signs_in(server: &Server, email: &str, password: &str) -> bool {
    let credentials = json!({ "email": email, "password": password });
    server.anonymous().post("/auth/login/").json(&credentials).send().await.status == 200
}

/// Waits until so many letters are queued.
async fn letters(server: &Server, expected: i64) {
    for _ in 0..100 {
        if server.database.number("SELECT COUNT(*) FROM mail", []).await >= expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.database.number("SELECT COUNT(*) FROM mail WHERE kind = 'password_reset'", []).await, expected);
}

async fn ask(client: &Client, email: &str) -> String {
    assert_eq!(send(client, ASK, &[("email", email)]).await, "/reset-password", "{email}");
    open(client, "/reset-password").await.expect(200).text().to_owned()
}

on_both! {
    async fn another_password_ends_what_the_former_one_gave(server: Server) {
        let ada = server.person(ADA).await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let acting = application.acting_for(ADA).await;
        let (path, token) = link(&server, ADA).await;
        assert!(path.starts_with("/reset-password/prl_ol_"), "{path}");
        let page = open(&server.anonymous(), &path).await.expect(200);
        assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
        assert!(page.text().contains("Choose another password") && page.text().contains(ADA), "{page}");
        // To open it changes nothing, nor does a password that is refused.
        assert_eq!(send(&server.anonymous(), CHOOSE, &[("token", &token), ("password", "short")]).await, path);
        ada.get("/auth/users/me/").expect(200).await;

        let elsewhere = server.anonymous();
        assert_eq!(send(&elsewhere, CHOOSE, &[("token", &token), ("password", NEW)]).await, "/rooms");
        assert_eq!(elsewhere.get("/auth/users/me/").expect(200).await.json()["email"], ADA);
        ada.get("/auth/users/me/").expect(401).await;
        acting.get("/external-api/v1.0/rooms/").expect(401).await;
        assert!(!signs_in(&server, ADA, PASSWORD).await && signs_in(&server, ADA, NEW).await);
        assert_over(&server, LinkPurpose::PasswordReset, &token).await;
        let id = find(&server, ADA).await.id.as_uuid();
        let [asked] = server.database.events("password.reset_requested").await.try_into().unwrap();
        assert_eq!((asked.actor_kind.as_str(), asked.on_behalf_of), ("operator", Some(id)));
        let [changed] = server.database.events("password.changed").await.try_into().unwrap();
        assert_eq!((changed.actor_id, changed.on_behalf_of), (Some(id), Some(id)));
    }

    async fn a_link_of_one_works_for_no_other(server: Server) {
        for email in [ADA, "eve@example.org"] {
            server.new_account(email, false, Some(PASSWORD)).await;
        }
        let (_, hers) = link(&server, "eve@example.org").await;
        let (_, token) = link(&server, ADA).await;
        assert_over(&server, LinkPurpose::Invitation, &token).await;
        assert_eq!(send(&server.anonymous(), CHOOSE, &[("token", &hers), ("password", NEW), ("person", ADA)]).await, "/rooms");
        assert!(signs_in(&server, ADA, PASSWORD).await && signs_in(&server, "eve@example.org", NEW).await);
    }

    async fn of_two_at_once_one_counts(server: Server) {
        server.new_account(ADA, false, Some(PASSWORD)).await;
        let (path, token) = link(&server, ADA).await;
        let tries = [NEW, "and another one again"].map(|password| {
            let (client, token) = (server.anonymous(), token.clone());
            tokio::spawn(async move { send(&client, CHOOSE, &[("token", &token), ("password", password)]).await })
        });
        let mut led = Vec::new();
        for tried in tries {
            led.push(tried.await.unwrap());
        }
        led.sort();
        assert_eq!(led, [path, "/rooms".to_owned()]);
        assert_eq!(server.database.events("password.changed").await.len(), 1);
    }

    async fn it_works_for_an_hour_and_until_the_next_one(server: Server) {
        server.new_account(ADA, false, Some(PASSWORD)).await;
        let (_, first) = link(&server, ADA).await;
        let (path, second) = link(&server, ADA).await;
        assert_over(&server, LinkPurpose::PasswordReset, &first).await;
        server.clock.advance(HOUR.saturating_sub(SECOND));
        open(&server.anonymous(), &path).await.expect(200);
        server.clock.advance(SECOND);
        assert_over(&server, LinkPurpose::PasswordReset, &second).await;
        assert!(signs_in(&server, ADA, PASSWORD).await);
    }

    async fn it_fits_the_account_as_it_was(server: Server) {
        let made = async |name: &str| {
            let email = format!("{name}@example.org");
            let id = server.new_account(&email, false, Some(PASSWORD)).await.id;
            (id, link(&server, &email).await.1)
        };
        let (id, by_password) = made("a").await;
        server.accounts.set_password(id, &Secret::new(NEW), Actor::Operator).await.unwrap();
        let (id, by_switch) = made("b").await;
        server.accounts.set_enabled(id, false, Actor::Operator).await.unwrap();
        let (id, by_address) = made("c").await;
        let sql = "UPDATE account SET email = 'd@example.org', email_key = 'd@example.org' WHERE id = $1";
        server.database.execute(sql, [id.as_uuid().into()]).await;
        let (id, without) = made("e").await;
        server.database.execute("UPDATE account SET password_hash = NULL WHERE id = $1", [id.as_uuid().into()]).await;
        for token in [&by_password, &by_switch, &by_address, &without] {
            assert_over(&server, LinkPurpose::PasswordReset, token).await;
        }
        // Switched on again, she has her old password and not that of whoever had the link.
        let id = find(&server, "b@example.org").await.id;
        server.accounts.set_enabled(id, true, Actor::Operator).await.unwrap();
        assert_over(&server, LinkPurpose::PasswordReset, &by_switch).await;
        assert!(signs_in(&server, "b@example.org", PASSWORD).await);
    }

    async fn who_gets_none(server: Server) {
        arrives(&server, "through.provider@example.org").await;
        server.account("without@example.org").await;
        let disabled = server.new_account("disabled@example.org", false, Some(PASSWORD)).await;
        server.accounts.set_enabled(disabled.id, false, Actor::Operator).await.unwrap();
        pending(&server, "pending@example.org").await;
        let mut told = Vec::new();
        for email in ["through.provider", "without", "disabled", "pending"] {
            let who = find(&server, &format!("{email}@example.org")).await.id;
            told.push(server.one_time_links.reset(who, Delivery::Shown, Actor::Operator).await.unwrap_err());
        }
        let expected = [
            matches!(told[0], LinkError::Account(AccountError::NoPassword)),
            matches!(told[1], LinkError::Account(AccountError::NoPassword)),
            matches!(told[2], LinkError::Disabled),
            matches!(told[3], LinkError::Account(AccountError::Pending)),
        ];
        assert_eq!(expected, [true; 4], "{told:?}");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM one_time_link", []).await, 0);
    }

    // One answer, whoever asks for whom; letters go to those alone who have a password to forget.
    async fn nobody_learns_who_has_an_account(database: Database) {
        let server = database.serve_with(&MAIL).await;
        server.new_account(ADA, false, Some(PASSWORD)).await;
        server.account("without@example.org").await;
        arrives(&server, "through.provider@example.org").await;
        pending(&server, "pending@example.org").await;
        let disabled = server.new_account("disabled@example.org", false, Some(PASSWORD)).await;
        server.accounts.set_enabled(disabled.id, false, Actor::Operator).await.unwrap();
        let mut answers = Vec::new();
        for email in ["nobody", "without", "through.provider", "pending", "disabled", "ada"] {
            let client = server.anonymous();
            let call = client.post(ASK).header("sec-fetch-site", "same-origin").header("accept-language", "en");
            let answer = call.form(&[("email", format!("{email}@example.org"))]).expect(303).await;
            let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            headers.sort();
            let cookie = answer.header("set-cookie").len();
            let said = open(&client, "/reset-password").await.expect(200);
            let start = said.text().find("If there is an account").unwrap_or_else(|| panic!("{said}"));
            let said = said.text()[start..start + 120].to_owned();
            answers.push((answer.header("location").to_owned(), headers, cookie, answer.bytes().to_vec(), said));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        letters(&server, 1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        letters(&server, 1).await;
        let [asked] = database.events("password.reset_requested").await.try_into().unwrap();
        assert_eq!((asked.actor_kind.as_str(), asked.details()["mailed"].clone()), ("anonymous", json!(true)));
    }

    // The answer waits neither for a look at the account nor for what is written for it: its time tells nothing.
    async fn the_answer_waits_for_no_account(database: Database) {
        let server = database.serve_with(&MAIL).await;
        server.new_account(ADA, false, Some(PASSWORD)).await;
        let lock = match database.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN; LOCK TABLE account, one_time_link IN ACCESS EXCLUSIVE MODE",
        };
        let connection = database.connection().await;
        connection.execute_unprepared(lock).await.unwrap();
        for email in [ADA, "nobody@example.org"] {
            let client = server.anonymous();
            let asked = tokio::time::timeout(Duration::from_secs(3), send(&client, ASK, &[("email", email)])).await;
            assert_eq!(asked.unwrap_or_else(|_| panic!("{email} waits")), "/reset-password");
        }
        connection.execute_unprepared("ROLLBACK").await.unwrap();
        letters(&server, 1).await;
    }

    async fn it_is_asked_for_so_often(database: Database) {
        let server = database.serve_with(&MAIL).await;
        server.new_account(ADA, false, Some(PASSWORD)).await;
        let said = "Wait a few minutes, then try again.";
        for email in [ADA, "nobody@example.org"] {
            for _ in 0..3 {
                assert!(ask(&server.anonymous(), email).await.contains("a letter is on its way"));
            }
            assert!(ask(&server.anonymous(), email).await.contains(said), "{email}");
        }
        letters(&server, 3).await;
        // From one place for whomever.
        for n in 0..22 {
            assert!(ask(&server.anonymous(), &format!("person{n}@example.org")).await.contains("is on its way"), "{n}");
        }
        assert!(ask(&server.anonymous(), "one.more@example.org").await.contains(said));
        server.clock.advance(HOUR);
        assert!(ask(&server.anonymous(), ADA).await.contains("a letter is on its way"));
        letters(&server, 4).await;
        let page = ask(&server.anonymous(), "ada at home").await;
        assert!(page.contains("Write an e-mail address") && page.contains("ada at home"), "{page}");
    }

    async fn without_mail_there_is_nothing_to_ask(database: Database) {
        let server = database.serve().await;
        server.new_account(ADA, false, Some(PASSWORD)).await;
        open(&server.anonymous(), "/reset-password").await.expect(404);
        assert_eq!(send(&server.anonymous(), ASK, &[("email", ADA)]).await, "/sign-in");
        assert!(!open(&server.anonymous(), "/sign-in").await.text().contains("Forgot your password?"));
        let token = link(&server, ADA).await.1;
        link(&server, ADA).await;
        let over = open(&server.anonymous(), &format!("/reset-password/{token}")).await.expect(410);
        assert!(!over.text().contains("href=\"/reset-password\""), "{over}");
        let mailing = database.serve_with(&MAIL).await;
        assert!(open(&mailing.anonymous(), "/sign-in").await.text().contains("href=\"/reset-password\""));
        let over = open(&mailing.anonymous(), &format!("/reset-password/{token}")).await.expect(410);
        assert!(over.text().contains("href=\"/reset-password\""), "{over}");
        let cross = mailing.anonymous().post(ASK).header("sec-fetch-site", "cross-site");
        cross.form(&[("email", ADA)]).expect(403).await;
        assert_eq!(database.number("SELECT COUNT(*) FROM mail", []).await, 0);
    }

    async fn by_command(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json_with_input(&["user", "create", "--email", ADA, "--password-stdin"], "a long password\n");
        let made = parloir.json(&["user", "reset", ADA]);
        assert_eq!(keys(&made), ["id", "email", "name", "role", "status", "link", "until", "mailed"]);
        assert!(made["link"].as_str().unwrap().contains("/reset-password/prl_ol_"), "{made}");
        let id = made["id"].as_str().unwrap();
        let mailing = Installation::on(database.url())
            .and("MAIL__SMTP_HOST", "127.0.0.1")
            .and("MAIL__SECURITY", "none")
            .and("MAIL__FROM", "parloir@example.org");
        let mailed = mailing.json(&["user", "reset", id]);
        assert_eq!((&mailed["link"], &mailed["mailed"]), (&Value::Null, &json!(true)));
        assert!(mailing.json(&["user", "reset", ADA, "--print"])["link"].is_string());
        parloir.json(&["user", "create", "--email", "grace@example.org"]);
        assert_fails(&parloir, &["user", "reset", "grace@example.org"], "the account has no password");
        assert_fails(&parloir, &["user", "reset", "nobody@example.org"], "there is no such account");
        parloir.json(&["user", "disable", ADA]);
        assert_fails(&parloir, &["user", "reset", ADA], "this account is disabled");
    }
}
