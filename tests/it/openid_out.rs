//! Out again: from here to the provider, and from the provider to here.

use serde_json::{Value, json};

use crate::harness::through::me_at;
use crate::harness::{Client, Database, Through, Way, on_both, on_sqlite};
use crate::provider::{Browser, Page};

const LOGOUT: &str = "/auth/logout/";
const BACK: &str = "/auth/test/backchannel-logout/";

/// A way on which the provider tells nobody that somebody signed out.
fn untold() -> Way {
    Way { client: json!({ "backchannel_logout_uri": "http://127.0.0.1:9/nobody" }), ..Way::default() }
}

/// Presses the button, and stops before the provider.
async fn leave(through: &Through, browser: &Browser) -> Page {
    let page = browser.visit(through.at("/rooms")).await;
    let page = browser.stopping_at(through.provider.issuer()).submit_to(&page, LOGOUT, &[]).await;
    assert_eq!(page.answer.status, 303, "{}", page.answer);
    page
}

async fn told(client: &Client, token: &str) -> crate::harness::Answer {
    client.post(BACK).form(&[("logout_token", token)]).send().await
}

on_both! {
    async fn signing_out_ends_the_session_here_and_there(database: Database) {
        let through = Through::with(&database, untold()).await;
        let browser = through.sign_in("ada").await;
        let page = leave(&through, &browser).await;
        // Whatever comes of the visit, nobody is signed in here any more.
        assert_eq!((through.me(&browser).await, through.count("session").await), (Value::Null, 0));
        assert_eq!(through.count("session_provider").await, 0);
        assert_eq!(page.parameter("client_id"), "parloir-test");
        assert_eq!(page.parameter("post_logout_redirect_uri"), through.at("/auth/logout/callback/"));
        assert!(page.parameter("state").len() >= 32);
        let claims = crate::harness::forger::claims(&page.parameter("id_token_hint"));
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!("ada"), &json!("parloir-test")));
        let page = browser.visit(page.next.unwrap()).await;
        let page = browser.submit(&page, &[("logout", "yes")]).await;
        assert_eq!((page.url.as_str(), page.answer.status), (&*through.at("/"), 200), "{}", page.answer);
        assert!(browser.visit(through.start()).await.asks("answer", "login"), "she is signed in there");
    }

    async fn the_provider_ends_sessions_on_every_instance(database: Database) {
        let through = Through::plain(&database).await;
        let twin = through.server.twin().await;
        let there = format!("http://{}", twin.address());
        let (browser, elsewhere) = (through.sign_in("ada").await, through.sign_in("ada").await);
        through.provider.set_claims("eve", &json!({})).await;
        let other = through.sign_in("eve").await;
        for browser in [&browser, &elsewhere] {
            assert_eq!(me_at(browser, &there).await["email"], "ada@example.org");
        }
        let heard = through.provider.end_sessions("ada").await;
        assert!(heard.iter().all(|told| told["error"].is_null()) && heard.len() == 2, "{heard:?}");
        for browser in [&browser, &elsewhere] {
            assert_eq!((through.me(browser).await, me_at(browser, &there).await), (Value::Null, Value::Null));
        }
        assert!(!through.me(&other).await.is_null());
        assert_eq!(database.events("session.ended").await.len(), 2);
        let tokens = through.provider.logout_tokens().await;
        for sent in &tokens {
            assert_eq!(sent["status"], 204, "{sent}");
            let token = sent["logout_token"].as_str().unwrap();
            for server in [&through.server, &twin] {
                let answer = told(&server.anonymous(), token).await.expect(400);
                assert_eq!(answer.json()["error"], "invalid_request");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
    }

    async fn one_session_ends_and_the_others_stay(database: Database) {
        let through = Through::plain(&database).await;
        let (browser, elsewhere) = (through.sign_in("ada").await, through.sign_in("ada").await);
        let page = leave(&through, &browser).await;
        let page = browser.visit(page.next.unwrap()).await;
        browser.submit(&page, &[("logout", "yes")]).await;
        assert_eq!(through.provider.logout_tokens().await.len(), 1);
        assert_eq!(through.me(&elsewhere).await["email"], "ada@example.org");
    }
}

#[test]
fn a_logout_token_is_obeyed_once() {
    on_sqlite(async |database| {
        let through = Through::with(&database, untold()).await;
        let browser = through.sign_in("ada").await;
        through.provider.end_sessions("ada").await;
        let tokens = through.provider.logout_tokens().await;
        let token = tokens[0]["logout_token"].as_str().unwrap();
        let client = through.server.anonymous();
        // A token for another client of the same provider is none for us.
        client.post("/auth/other/backchannel-logout/").form(&[("logout_token", token)]).expect(404).await;
        let answer = told(&client, &format!("{token}x")).await.expect(400);
        assert_eq!(answer.json()["error"], "invalid_request");
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
        let answer = told(&client, token).await.expect(204);
        assert!(answer.is_empty() && answer.header("cache-control") == "no-store", "{answer}");
        assert_eq!(through.me(&browser).await, Value::Null);
        assert_eq!(told(&client, token).await.expect(400).json()["error_description"], "Token already processed");
        // Nobody knows this person here: that is no failure.
        through.sign_in("ada").await;
        database.execute("DELETE FROM session", []).await;
        through.provider.end_sessions("ada").await;
        let tokens = through.provider.logout_tokens().await;
        let token = tokens.last().unwrap()["logout_token"].as_str().unwrap();
        told(&client, token).await.expect(204);
    });
}

#[test]
fn staying_there_does_not_bring_her_back_here() {
    on_sqlite(async |database| {
        let through = Through::with(&database, untold()).await;
        let browser = through.sign_in("ada").await;
        let page = leave(&through, &browser).await;
        let page = browser.visit(page.next.unwrap()).await;
        let page = browser.submit(&page, &[]).await;
        assert_eq!(page.url.as_str(), through.at("/"));
        assert_eq!(through.me(&browser).await, Value::Null);
        // Signed in again meanwhile, she goes where she belongs.
        through.sign_in_with(&browser, "ada").await;
        let page = browser.visit(through.at("/auth/logout/callback/?state=anything")).await;
        assert_eq!(page.url.path(), "/rooms");
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
    });
}

#[test]
fn encrypted_id_tokens_are_hinted_at_too() {
    on_sqlite(async |database| {
        let key = crate::peer::Key::rsa("ours");
        let file = database.folder().join("rsa.pem");
        std::fs::write(&file, key.private_pem()).unwrap();
        let ways = json!({
            "id_token_encrypted_response_alg": "RSA-OAEP-256",
            "id_token_encrypted_response_enc": "A256GCM",
        });
        let (mut entry, mut client) = (ways.clone(), ways);
        entry["decryption_key_files"] = json!([file]);
        client["jwks"] = json!({ "keys": [key.public()] });
        let through = Through::with(&database, Way { entry, client, ..Way::default() }).await;
        let browser = through.sign_in("ada").await;
        let page = leave(&through, &browser).await;
        let page = browser.visit(page.next.unwrap()).await;
        let page = browser.submit(&page, &[("logout", "yes")]).await;
        assert_eq!((page.url.as_str(), page.answer.status), (&*through.at("/"), 200), "{}", page.answer);
        // Its logout tokens are encrypted as well (Back-Channel Logout 1.0 §2.4).
        through.sign_in_with(&browser, "ada").await;
        let heard = through.provider.end_sessions("ada").await;
        assert_eq!(heard[0]["error"], Value::Null, "{heard:?}");
        assert_eq!(through.me(&browser).await, Value::Null);
    });
}
