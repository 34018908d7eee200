//! Signing in through the real provider, from the button to the rooms.

use serde_json::json;

use crate::harness::through::{beside, person};
use crate::harness::{Database, Through, Way, on_both, on_sqlite};
use crate::provider::{Browser, Provider};

on_both! {
    async fn a_person_signs_in_and_has_rooms(database: Database) {
        // She is asked for consent, and the button is pressed as it stands on the page.
        let through = Through::with(&database, Way { client: json!({ "skip_consent": false }), ..Way::default() }).await;
        let browser = Browser::new();
        let page = browser.visit(through.at("/sign-in?next=%2Frooms")).await;
        assert!(page.answer.text().contains("/auth/test/login/?next=%2Frooms"), "{}", page.answer);
        let page = browser.visit(through.start()).await;
        let page = browser.submit(&page, &[("account", "ada"), ("answer", "login")]).await;
        assert!(page.asks("answer", "allow"), "{}", page.answer);
        let page = browser.submit(&page, &[("answer", "allow")]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        let me = through.me(&browser).await;
        assert_eq!((&me["email"], &me["name"]), (&json!("ada@example.org"), &json!("Ada Lovelace")));
        let account = through.account("ada@example.org").await.unwrap();
        assert!(account.email_verified && account.password_hash.is_none());
        let events = through.server.database.events("account.created").await;
        assert_eq!(events[0].details()["provider"], "test");
    }

    async fn several_providers_stand_side_by_side(database: Database) {
        let document = |subject: &str, claims| json!({ "keys": ["EC"], "accounts": { subject: { "claims": claims } } });
        let one = document("ada", person("ada@example.org", "Ada", "Lovelace"));
        let one = Provider::start(&database.clock, one).await;
        let two = Provider::start(&database.clock, document("eve", person("eve@example.org", "Eve", "Elliot"))).await;
        let entries = [(&one, "one", json!({}), json!({})), (&two, "two", json!({}), json!({}))];
        let server = beside(&database, &entries, &[]).await;
        let page = Browser::new().visit(format!("{}/sign-in", server.public_url())).await;
        for id in ["one", "two"] {
            assert!(page.answer.text().contains(&format!("Provider {id}")), "{}", page.answer);
        }
        // Both are under way in one browser at once, and come back in the other order.
        let browser = Browser::new();
        let start = |id: &str| format!("{}/auth/{id}/login/?next=/rooms", server.public_url());
        let (first, second) = (browser.visit(start("one")).await, browser.visit(start("two")).await);
        for (page, subject, issuer) in [(second, "eve", two.issuer()), (first, "ada", one.issuer())] {
            let page = browser.submit(&page, &[("account", subject), ("answer", "login")]).await;
            assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
            let sql = "SELECT COUNT(*) FROM identity WHERE issuer = $1 AND subject = $2";
            assert_eq!(database.number(sql, [issuer.into(), subject.into()]).await, 1);
        }
    }

    async fn two_clients_of_one_issuer_are_one_identity(database: Database) {
        let document = json!({ "keys": ["EC"], "accounts": { "ada": { "claims": person("ada@example.org", "Ada", "L") } } });
        let provider = Provider::start(&database.clock, document).await;
        let entries = [(&provider, "one", json!({}), json!({})), (&provider, "two", json!({}), json!({}))];
        let server = beside(&database, &entries, &[]).await;
        for id in ["one", "two", "one"] {
            let page = Browser::new().sign_in(format!("{}/auth/{id}/login/?next=/rooms", server.public_url()), "ada").await;
            assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM identity", []).await, 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM account", []).await, 1);
    }
}

#[test]
fn she_comes_out_where_she_wanted_to_go() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        let browser = through.sign_in("ada").await;
        for (next, path) in
            [("/rooms", "/rooms"), ("/rooms?page=2", "/rooms?page=2"), ("/account?a=b%26c", "/account?a=b%26c")]
        {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            let stopped = browser.stopping_at(&through.at(path.split('?').next().unwrap()));
            let page = stopped.visit(through.at(&format!("/auth/test/login/?{query}"))).await;
            assert_eq!(page.next.unwrap().as_str(), through.at(path));
        }
        let foreign = [
            "https://evil.example.org/",
            "//evil.example.org",
            "/\\evil.example.org",
            "evil.example.org",
            "javascript:alert(1)",
        ];
        for next in foreign {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            let page = browser.visit(through.at(&format!("/auth/test/login/?{query}"))).await;
            let host = through.server.address().port();
            assert_eq!(page.url.port(), Some(host), "{next} led to {}", page.url);
            assert!(page.trail.iter().all(|url| url.host_str() == Some("127.0.0.1")), "{:?}", page.trail);
        }
    });
}

#[test]
fn the_request_says_what_it_was_told_to() {
    on_sqlite(async |database| {
        let entry = json!({
            "extra_parameters": { "idp_hint": "an organisation", "ui_locales": "fr" },
            "acr_values": ["eidas2", "eidas3"],
        });
        let document = json!({ "acr_values": ["eidas1", "eidas2", "eidas3"] });
        let through = Through::with(&database, Way { document, entry, ..Way::default() }).await;
        let stopped = Browser::new().stopping_at(through.provider.issuer());
        let page = stopped.visit(through.at("/auth/test/login/?login_hint=ada%40example.org")).await;
        for (name, value) in [
            ("response_type", "code"),
            ("scope", "openid email given_name usual_name"),
            ("client_id", "parloir-test"),
            ("login_hint", "ada@example.org"),
            ("idp_hint", "an organisation"),
            ("ui_locales", "fr"),
            ("code_challenge_method", "S256"),
            ("prompt", ""),
        ] {
            assert_eq!(page.parameter(name), value, "{name}");
        }
        assert_eq!(page.parameter("redirect_uri"), through.at("/auth/test/callback/"));
        assert!(page.parameter("state").len() >= 32 && page.parameter("nonce").len() >= 32);
        let claims: serde_json::Value = serde_json::from_str(&page.parameter("claims")).unwrap();
        assert_eq!(claims["id_token"]["acr"], json!({ "essential": true, "values": ["eidas2", "eidas3"] }));
        let page = Browser::new().visit(through.at("/auth/test/login/?login_hint=ada%40example.org")).await;
        assert!(page.answer.text().contains(r#"value="ada@example.org""#), "{}", page.answer);
        let long = "a".repeat(321);
        let page = stopped.visit(through.at(&format!("/auth/test/login/?login_hint={long}&silent=TRUE"))).await;
        assert_eq!((page.parameter("login_hint").as_str(), &*page.parameter("prompt")), ("", "none"));
    });
}
