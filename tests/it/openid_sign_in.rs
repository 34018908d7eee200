//! Signing in through the real provider, from the button to the rooms.

use parloir::base::EmailAddress;
use serde_json::{Value, json};

use crate::harness::{Database, Server, on_both};
use crate::provider::{Browser, Provider};

/// A provider with one account, `ada`, whose address it vouches for.
async fn provider(database: &Database) -> Provider {
    let document = json!({
        "keys": ["EC"],
        "accounts": {
            "ada": { "claims": { "email": "ada@example.org", "email_verified": true, "given_name": "Ada", "usual_name": "Lovelace" } },
        },
    });
    Provider::start(&database.clock, document).await
}

/// A server that is a client of `provider`, with `settings` over the least.
async fn server(database: &Database, provider: &Provider, settings: Value) -> Server {
    database.serve_through(provider, settings, json!({})).await
}

async fn me(browser: &Browser, server: &Server) -> Value {
    let page = browser.visit(format!("{}/auth/users/me/", server.public_url())).await;
    serde_json::from_str(page.answer.text()).unwrap()
}

on_both! {
    async fn a_person_signs_in_and_has_rooms(database: Database) {
        let provider = provider(&database).await;
        let scopes = json!({ "scopes": ["openid", "email", "given_name", "usual_name"] });
        let server = server(&database, &provider, scopes).await;
        let browser = Browser::new();
        let page = browser.sign_in(format!("{}/auth/test/login/?next=/rooms", server.public_url()), "ada").await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        let me = me(&browser, &server).await;
        assert_eq!((&me["email"], &me["name"]), (&json!("ada@example.org"), &json!("Ada Lovelace")));
        let email: EmailAddress = "ada@example.org".parse().unwrap();
        let account = server.accounts.find_by_email(&email.key()).await.unwrap().unwrap();
        assert!(account.email_verified && account.password_hash.is_none());
    }
}
