//! `/account/sign-in`: the password. Who may change it, and what ends by that.

use std::time::Duration;

use parloir::accounts::SessionId;
use parloir::audit::Actor;
use parloir::base::Secret;
use serde_json::json;

use crate::harness::{Answer, Client, Database, PASSWORD, Server, on_both};
use crate::process::Installation;

const EMAIL: &str = "ada@example.org";
const PAGE: &str = "/account/sign-in";
const CHANGE: &str = "/actions/account/password";
const SET: &str = "/actions/account/first-password";
const REMOVE: &str = "/actions/account/remove-password";
const NEW: &str = "quite another long password";
const TEN_MINUTES: Duration = Duration::from_mins(10);
/// A server that would send letters; nobody looks for them here.
const MAIL: [(&str, &str); 2] = [("mail.smtp_host", "127.0.0.1"), ("mail.from", "Parloir <parloir@example.org>")];

async fn page(client: &Client) -> Answer {
    client.get(PAGE).header("accept", "text/html").header("accept-language", "en").expect(200).await
}

async fn signed_in(client: &Client) -> bool {
    client.get("/auth/users/me/").send().await.status == 200
}

async fn enters(server: &Server, password: &str) -> u16 {
    let credentials = json!({ "email": EMAIL, "password": password });
    server.anonymous().post("/auth/login/").json(&credentials).send().await.status
}

/// A person without password, signed in all the same: she has an identity at a provider.
async fn without_password(server: &Server) -> Client {
    let ada = server.person(EMAIL).await;
    let sql = "INSERT INTO identity (id, account_id, issuer, subject, provider, created_at, last_used_at) \
               SELECT id, id, 'https://agency.example.org', 'ada', 'agency', 0, 0 FROM account WHERE email_key = $1";
    assert_eq!(server.database.execute(sql, [EMAIL.into()]).await, 1);
    assert_eq!(server.database.execute("UPDATE account SET password_hash = NULL", []).await, 1);
    ada
}

async fn letters(database: &Database, kind: &str) -> i64 {
    database.number("SELECT COUNT(*) FROM mail WHERE kind = $1", [kind.into()]).await
}

on_both! {
    async fn a_new_password_ends_all_else(database: Database) {
        let server = database.serve_with(&MAIL).await;
        let ada = server.person(EMAIL).await;
        let (elsewhere, ben) = (server.sign_in(EMAIL).await, server.person("ben@example.org").await);
        let fields = [("name", "script"), ("scopes[]", "rooms:list"), ("days", "30")];
        ada.submit("/actions/tokens/create", &fields).await;
        let generation = "SELECT generation FROM account WHERE email_key = $1";
        assert_eq!(database.number(generation, [EMAIL.into()]).await, 0);
        let shown = page(&ada).await;
        for text in ["every other browser", "Current password", "New password"] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        // The only way in stays.
        assert!(!shown.text().contains(REMOVE), "{shown}");

        // Her last proof is old by now; the password is one.
        server.clock.advance(TEN_MINUTES);
        let former = ada.cookie().unwrap();
        let answer = ada.submit(CHANGE, &[("current", PASSWORD), ("new_password", NEW)]).await;
        assert_eq!(answer.header("location"), PAGE);
        assert_ne!(ada.cookie().unwrap(), former, "the session has a new id");
        let shown = page(&ada).await;
        assert!(shown.text().contains("Your password is changed."), "{shown}");
        assert!(!shown.text().contains(NEW) && !shown.text().contains(PASSWORD), "{shown}");
        assert_eq!((signed_in(&ada).await, signed_in(&elsewhere).await, signed_in(&ben).await), (true, false, true));
        let stolen = server.anonymous();
        stolen.set_cookie(&former);
        assert!(!signed_in(&stolen).await);
        assert_eq!((enters(&server, PASSWORD).await, enters(&server, NEW).await), (401, 200));
        let tokens = "SELECT COUNT(*) FROM personal_token WHERE revoked_at IS NULL";
        assert_eq!((database.number(tokens, []).await, database.number(generation, [EMAIL.into()]).await), (0, 1));
        let [event] = database.events("password.changed").await.try_into().unwrap();
        assert_eq!((event.actor_kind.as_str(), event.actor_id), ("person", event.on_behalf_of));
        assert_eq!(event.details()["sessions_ended"], json!(1));
        assert_eq!(letters(&database, "password_changed").await, 1);
    }

    async fn a_wrong_password_changes_nothing(database: Database) {
        let server = database.serve_with(&[("sign_in.failures_per_account", "3")]).await;
        let ada = server.person(EMAIL).await;
        // What cannot be a password costs no guess.
        for wrong in ["", "short", &*"x".repeat(1025)] {
            ada.submit(CHANGE, &[("current", "nonsense"), ("new_password", wrong)]).await;
            let shown = page(&ada).await;
            assert!(shown.text().contains("A password has between 8 and 1024 characters."), "{shown}");
            assert!(wrong.is_empty() || !shown.text().contains(wrong), "{shown}");
        }
        for wrong in ["", "nonsense", NEW] {
            ada.submit(CHANGE, &[("current", wrong), ("new_password", NEW)]).await;
            let shown = page(&ada).await;
            assert!(shown.text().contains("That is not the password of this account."), "{shown}");
        }
        ada.submit(CHANGE, &[("current", PASSWORD), ("new_password", NEW)]).await;
        assert!(page(&ada).await.text().contains("Wait a few minutes"));
        assert_eq!(enters(&server, PASSWORD).await, 429);
        server.clock.advance(Duration::from_mins(5));
        assert_eq!((enters(&server, NEW).await, enters(&server, PASSWORD).await), (401, 200));
        assert!(database.events("password.changed").await.is_empty());
    }

    async fn strangers_other_sites_and_the_disabled_change_nothing(server: Server) {
        let fields = [("current", PASSWORD), ("new_password", NEW)];
        let stranger = server.anonymous();
        for action in [CHANGE, SET, REMOVE] {
            let answer = stranger.submit(action, &fields).await;
            assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount%2Fsign-in", "{action}");
        }
        let answer = stranger.get(PAGE).header("accept", "text/html").expect(303).await;
        assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount%2Fsign-in");
        let ada = server.person(EMAIL).await;
        let refused = json!({ "code": "cross_site_request", "detail": "The request comes from another site." });
        for action in [CHANGE, SET, REMOVE, "/actions/account/link", "/actions/account/unlink"] {
            for site in ["cross-site", "same-site", "none"] {
                let call = ada.post(action).header("sec-fetch-site", site).form(&fields);
                call.send().await.expect_refusal(403, "cross_site_request", &refused);
            }
        }
        server.accounts.set_enabled(&EMAIL.parse::<parloir::base::EmailAddress>().unwrap(), false, Actor::Operator).await.unwrap();
        let answer = ada.submit(CHANGE, &fields).await;
        assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount%2Fsign-in");
        assert!(server.database.events("password.changed").await.is_empty());
    }

    async fn a_first_password_needs_a_recent_proof_and_an_address(database: Database) {
        let server = database.serve_with(&MAIL).await;
        let ada = without_password(&server).await;
        let elsewhere = ada.clone().at(server.address());
        let former = ada.cookie().unwrap();
        server.clock.advance(TEN_MINUTES);
        let confirm = "/sign-in/confirm?next=%2Faccount%2Fsign-in";
        for action in [SET, REMOVE, "/actions/account/link", "/actions/account/unlink"] {
            let answer = ada.submit(action, &[("new_password", NEW)]).await;
            assert_eq!(answer.header("location"), confirm, "{action}");
        }
        let shown = page(&ada).await;
        assert!(!shown.text().contains(SET) && shown.text().contains("Confirm that it is you"), "{shown}");
        // As though she had just proved it.
        let sql = "UPDATE session SET data = REPLACE(data, $1, $2)";
        let at = |micros: i64| format!("\"at\":{micros}");
        let now = server.clock.now().as_micros();
        let values = [at(crate::harness::START.as_micros()).into(), at(now).into()];
        assert_eq!(database.execute(sql, values).await, 1);

        assert_eq!(database.execute("UPDATE account SET email_verified = FALSE", []).await, 1);
        assert!(!page(&ada).await.text().contains(SET));
        ada.submit(SET, &[("new_password", NEW)]).await;
        assert!(database.events("password.set").await.is_empty());
        assert_eq!(database.execute("UPDATE account SET email_verified = TRUE", []).await, 1);
        ada.submit(SET, &[("new_password", "short")]).await;
        assert!(page(&ada).await.text().contains("A password has between 8 and 1024 characters."));
        ada.submit(SET, &[("new_password", NEW)]).await;
        assert!(page(&ada).await.text().contains("You have a password now."));
        assert_ne!(ada.cookie().unwrap(), former);
        assert!(signed_in(&ada).await && !signed_in(&elsewhere).await);
        assert_eq!(enters(&server, NEW).await, 200);
        assert_eq!((database.events("password.set").await.len(), letters(&database, "password_changed").await), (1, 1));
        // It is no proof: what she proved is as old as before.
        let session = SessionId::of(&ada.cookie().unwrap().split_once('=').unwrap().1.parse().unwrap());
        let data = database.number("SELECT COUNT(*) FROM session WHERE id = $1 AND data LIKE $2", [session.as_bytes().to_vec().into(), format!("%{}%", at(now)).into()]).await;
        assert_eq!(data, 1);
        // A second first one is none.
        ada.submit(SET, &[("new_password", PASSWORD)]).await;
        assert_eq!((enters(&server, PASSWORD).await, enters(&server, NEW).await), (401, 200));
    }

    async fn a_password_goes_where_there_is_another_way_in(server: Server) {
        let ada = without_password(&server).await;
        ada.submit(SET, &[("new_password", NEW)]).await;
        let shown = page(&ada).await;
        assert!(shown.text().contains(REMOVE), "{shown}");
        let elsewhere = ada.at(server.address());
        ada.submit(REMOVE, &[]).await;
        assert!(page(&ada).await.text().contains("Your password is removed."));
        assert!(!signed_in(&elsewhere).await);
        assert_eq!(enters(&server, NEW).await, 401);
        assert_eq!(server.database.events("password.removed").await.len(), 1);
        // Nothing is left to remove.
        ada.submit(REMOVE, &[]).await;
        assert_eq!(server.database.events("password.removed").await.len(), 1);

        let ben = server.person("ben@example.org").await;
        ben.submit(REMOVE, &[]).await;
        assert!(page(&ben).await.text().contains("It is your only way in."));
        server.sign_in("ben@example.org").await;
    }

    // Of two changes at once, by two who know the former password, one holds, and the other is out.
    async fn two_changes_at_once(server: Server) {
        let (one, two) = (server.person(EMAIL).await, server.sign_in(EMAIL).await);
        let twin = server.twin().await;
        let two = two.at(twin.address());
        let (first, second) = ("the first long password", "the second long password");
        let fields = [first, second].map(|new| [("current", PASSWORD), ("new_password", new)]);
        tokio::join!(one.submit(CHANGE, &fields[0]), two.submit(CHANGE, &fields[1]));
        let mut outcomes = [
            (enters(&server, first).await, signed_in(&one).await),
            (enters(&server, second).await, signed_in(&two).await),
        ];
        outcomes.sort_unstable();
        assert_eq!(outcomes, [(200, true), (401, false)]);
        assert_eq!(server.database.events("password.changed").await.len(), 1);
    }

    // Whoever proves the former password while it changes does not stay.
    async fn a_sign_in_during_the_change_is_over(server: Server) {
        let ada = server.person(EMAIL).await;
        let thief = server.anonymous();
        let credentials = json!({ "email": EMAIL, "password": PASSWORD });
        let fields = [("current", PASSWORD), ("new_password", NEW)];
        let (_, _) = tokio::join!(ada.submit(CHANGE, &fields), thief.post("/auth/login/").json(&credentials).send());
        assert!(signed_in(&ada).await && !signed_in(&thief).await);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM session", []).await, 1);
    }

    async fn an_operator_sets_and_removes_it(database: Database) {
        let server = database.serve().await;
        let ada = server.person(EMAIL).await;
        let settings = [("DATABASE__URL", database.url()), ("SECURITY__SECRET_KEY", crate::harness::SECRET_KEY)];
        let parloir = Installation::with(&settings);
        let last = parloir.run(&["user", "password", EMAIL, "--remove"]);
        assert!(!last.status.success() && last.stderr.contains("last way in"), "{last:?}");
        let changed = parloir.run_with_input(&["user", "password", EMAIL, "--password-stdin"], &format!("{NEW}\n"));
        assert!(changed.status.success() && !changed.stdout.contains(NEW), "{changed:?}");
        assert!(!signed_in(&ada).await);
        assert_eq!((enters(&server, PASSWORD).await, enters(&server, NEW).await), (401, 200));
        let short = parloir.run_with_input(&["user", "password", EMAIL, "--password-stdin"], "short\n");
        assert!(!short.status.success() && short.stderr.contains("between 8 and 1024"), "{short:?}");
        assert_eq!(parloir.run(&["user", "password", EMAIL]).status.code(), Some(2));
        let sql = "INSERT INTO identity (id, account_id, issuer, subject, provider, created_at, last_used_at) \
                   SELECT id, id, 'https://agency.example.org', 'ada', 'agency', 0, 0 FROM account";
        assert_eq!(database.execute(sql, []).await, 1);
        assert_eq!(parloir.json(&["user", "password", EMAIL, "--remove"])["email"], EMAIL);
        assert_eq!(enters(&server, NEW).await, 401);
        let none = parloir.run(&["user", "password", EMAIL, "--remove"]);
        assert!(!none.status.success() && none.stderr.contains("no password"), "{none:?}");
        assert_eq!(database.events("password.removed").await[0].actor_kind, "operator");
    }
}

// The rule is one, whoever asks.
#[test]
fn what_may_be_a_password() {
    use parloir::accounts::Passwords;
    for (password, may) in [("1234567", false), ("12345678", true), ("éééééééé", true), ("é é é é", false)]
    {
        assert_eq!(Passwords::check(&Secret::new(password)).is_ok(), may, "{password}");
    }
}
