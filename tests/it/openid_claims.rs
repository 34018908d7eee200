//! What the provider's claims demand and give.

use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::through::ada;
use crate::harness::{Database, Through, Way, on_both, on_sqlite};
use crate::provider::Browser;

#[test]
fn nobody_comes_in_without_the_claims_that_are_essential() {
    on_sqlite(async |database| {
        let entry = json!({ "essential_claims": ["sub", "email", "siret"], "scopes": ["openid", "email", "siret"] });
        let through = Through::set(&database, entry).await;
        for (claims, code) in [
            (json!({ "siret": "1" }), "email_missing"),
            (json!({ "siret": "1", "email": " ", "email_verified": true }), "email_missing"),
            (json!({ "siret": "1", "email": "a@example.org" }), "email_untrusted"),
            (json!({ "siret": "1", "email": "a@example.org", "email_verified": false }), "email_untrusted"),
            (json!({ "email": "a@example.org", "email_verified": true }), "claim_missing"),
            (json!({ "email": "a@example.org", "email_verified": true, "siret": "" }), "claim_missing"),
            (json!({ "email": "a@example.org", "email_verified": true, "siret": null }), "claim_missing"),
        ] {
            through.provider.set_claims("ada", &claims).await;
            assert_eq!(through.refusal("ada").await, (403, code.to_owned()), "{claims}");
            let page = Browser::new().sign_in(through.start(), "ada").await;
            let reference = page.answer.header("x-request-id");
            assert!(page.answer.status == 403 && page.answer.text().contains(reference), "{}", page.answer);
        }
        assert_eq!(through.count("account").await, 0);
        let claims = json!({ "email": "a@example.org", "email_verified": true, "siret": "1" });
        through.provider.set_claims("ada", &claims).await;
        through.sign_in("ada").await;
    });
}

on_both! {
    async fn a_claim_makes_administrators_and_takes_it_back(database: Database) {
        let entry = json!({
            "scopes": ["openid", "email", "groups"],
            "admin_claim": { "name": "groups", "value": "parloir-admin" },
        });
        let through = Through::set(&database, entry).await;
        let with = |groups: Value| {
            let mut claims = ada();
            claims["groups"] = groups;
            claims
        };
        for (groups, role) in [
            (json!(["staff"]), "USER"),
            (json!(["staff", "parloir-admin"]), "ADMIN"),
            (json!("parloir-admin"), "ADMIN"),
            (json!("parloir-administrator"), "USER"),
        ] {
            through.provider.set_claims("ada", &with(groups.clone())).await;
            let me = through.me(&through.sign_in("ada").await).await;
            assert_eq!(me["role"], role, "{groups}");
        }
        // The first sign-in may make one already.
        through.provider.set_claims("eve", &json!({ "groups": ["parloir-admin"] })).await;
        let browser = through.sign_in("eve").await;
        assert_eq!(through.me(&browser).await["role"], "ADMIN");
        assert_eq!(browser.visit(through.at("/admin/sign-in-requests")).await.answer.status, 200);
    }
}

#[test]
fn without_the_setting_a_claim_makes_nobody_an_administrator() {
    on_sqlite(async |database| {
        let entry = json!({ "scopes": ["openid", "email", "groups"] });
        let through = Through::with(&database, Way { entry, ..Way::default() }).await;
        let mut claims = ada();
        claims["groups"] = json!(["parloir-admin"]);
        through.provider.set_claims("ada", &claims).await;
        assert_eq!(through.me(&through.sign_in("ada").await).await["role"], "USER");
        // And takes it from nobody.
        let email = "ada@example.org".parse().unwrap();
        through.server.accounts.set_administrator(&email, true, Actor::Operator).await.unwrap();
        assert_eq!(through.me(&through.sign_in("ada").await).await["role"], "ADMIN");
    });
}

#[test]
fn a_name_is_made_of_the_claims_that_are_set() {
    on_sqlite(async |database| {
        let entry = json!({ "scopes": ["openid", "profile"], "name_claims": ["family_name", "given_name"] });
        let through = Through::with(&database, Way { entry, ..Way::default() }).await;
        let long = "é".repeat(300);
        for (claims, name) in [
            (json!({ "given_name": " Ada ", "family_name": "Lovelace" }), "Lovelace Ada".to_owned()),
            (json!({ "given_name": "Ada", "family_name": ["x"] }), "Ada".to_owned()),
            (json!({ "given_name": long }), "é".repeat(255)),
        ] {
            through.provider.set_claims("ada", &claims).await;
            assert_eq!(through.me(&through.sign_in("ada").await).await["name"], json!(name), "{claims}");
        }
    });
}
