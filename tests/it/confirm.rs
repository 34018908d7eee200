//! `/sign-in/confirm`: a person who is signed in proves again, by her password, who she is.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, Client, Database, PASSWORD, Server, on_both};

const PAGE: &str = "/sign-in/confirm?next=%2Frooms";
const ACTION: &str = "/actions/sign-in/confirm";
/// A second less than a proof holds.
const ALMOST: Duration = Duration::from_secs(9 * 60 + 59);
const SECOND: Duration = Duration::from_secs(1);

/// Opens the page as a browser does that reads English.
async fn open(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").send().await
}

/// Sends the form as the page does.
async fn send(client: &Client, password: &str, next: &str) -> Answer {
    let form = client.post(ACTION).header("sec-fetch-site", "same-origin").header("accept-language", "en");
    form.form(&[("password", password), ("next", next)]).expect(303).await
}

/// Whether her last proof still holds: then the page has nothing to ask.
async fn is_recent(client: &Client) -> bool {
    let answer = open(client, PAGE).await;
    match answer.status {
        303 => assert_eq!(answer.header("location"), "/rooms"),
        _ => assert_eq!(answer.status, 200, "{answer}"),
    }
    answer.status == 303
}

on_both! {
    async fn a_proof_holds_ten_minutes(server: Server) {
        let ada = server.person("ada@example.org").await;
        assert!(is_recent(&ada).await);
        server.clock.advance(ALMOST);
        assert!(is_recent(&ada).await);
        server.clock.advance(SECOND);
        assert!(!is_recent(&ada).await);
        let page = open(&ada, PAGE).await;
        assert!(page.text().contains("Confirm that it is you") && page.text().contains("ada@example.org"), "{page}");

        let former = ada.cookie().unwrap();
        let answer = send(&ada, PASSWORD, "/rooms?q=x").await;
        assert_eq!(answer.header("location"), "/rooms?q=x");
        // The page that she comes back to says so, once.
        let said = "You can go on now.";
        let page = open(&ada, "/rooms?q=x").await.expect(200);
        assert!(page.text().contains(said), "{page}");
        assert!(!open(&ada, "/rooms").await.expect(200).text().contains(said));
        server.clock.advance(ALMOST);
        assert!(is_recent(&ada).await);
        server.clock.advance(SECOND);
        assert!(!is_recent(&ada).await);
        // It is another session, and the former one is over.
        assert_ne!(ada.cookie().unwrap(), former);
        let before = server.anonymous();
        before.set_cookie(&former);
        before.get("/auth/users/me/").expect(401).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM session", []).await, 1);
    }

    async fn a_wrong_password_proves_nothing(database: Database) {
        let server = database.serve_with(&[("sign_in.failures_per_account", "3")]).await;
        let ada = server.person("ada@example.org").await;
        server.new_account("grace@example.org", false, Some("another long password")).await;
        server.clock.advance(ALMOST + SECOND);
        let cookie = ada.cookie();
        for wrong in ["", "another long password", "correct horse battery staplE"] {
            let answer = send(&ada, wrong, "/rooms").await;
            assert_eq!(answer.header("location"), PAGE, "{wrong}");
            let page = open(&ada, PAGE).await.expect(200);
            assert!(page.text().contains("That is not the password of this account."), "{page}");
            assert!(wrong.is_empty() || !page.text().contains(wrong), "{page}");
        }
        // They count as failures of signing in do: now not even the right one is looked at, there or here.
        send(&ada, PASSWORD, "/rooms").await;
        let page = open(&ada, PAGE).await.expect(200);
        assert!(page.text().contains("Wait a few minutes, then try again."), "{page}");
        let credentials = json!({ "email": "ada@example.org", "password": PASSWORD });
        server.anonymous().post("/auth/login/").json(&credentials).expect(429).await;
        assert!(!is_recent(&ada).await);
        assert_eq!(ada.cookie(), cookie);
        server.clock.advance(Duration::from_mins(5));
        assert_eq!(send(&ada, PASSWORD, "/rooms").await.header("location"), "/rooms");
        assert!(is_recent(&ada).await);
        let events = database.events("session.refused").await;
        assert_eq!(events.len(), 1, "one row counts the refusals of a minute: {events:?}");
    }

    async fn strangers_and_other_sites_are_turned_away(server: Server) {
        let stranger = server.anonymous();
        assert_eq!(open(&stranger, PAGE).await.expect(303).header("location"), "/sign-in?next=%2Frooms");
        let answer = send(&stranger, PASSWORD, "/rooms").await;
        assert_eq!((answer.header("location"), stranger.cookie()), ("/sign-in?next=%2Frooms", None));

        let ada = server.person("ada@example.org").await;
        server.clock.advance(ALMOST + SECOND);
        let refused = json!({ "code": "cross_site_request", "detail": "The request comes from another site." });
        for site in ["cross-site", "same-site", "none"] {
            let call = ada.post(ACTION).header("sec-fetch-site", site).form(&[("password", PASSWORD)]);
            call.send().await.expect_refusal(403, "cross_site_request", &refused);
        }
        assert!(!is_recent(&ada).await);
        // Nobody is led away from here.
        for elsewhere in ["https://evil.example.org/", "//evil.example.org", "/auth/logout/", ""] {
            assert_eq!(send(&ada, PASSWORD, elsewhere).await.header("location"), "/", "{elsewhere}");
            server.clock.advance(ALMOST + SECOND);
        }
        let page = open(&ada, "/sign-in/confirm?next=https%3A%2F%2Fevil.example.org").await.expect(200);
        assert!(!page.text().contains("evil"), "{page}");
    }

    async fn a_disabled_person_proves_nothing(server: Server) {
        let ada = server.person("ada@example.org").await;
        let email = "ada@example.org".parse().unwrap();
        server.accounts.set_enabled(&email, false, parloir::audit::Actor::Operator).await.unwrap();
        assert_eq!(send(&ada, PASSWORD, "/rooms").await.header("location"), "/sign-in?next=%2Frooms");
        ada.get("/auth/users/me/").expect(401).await;
    }
}
