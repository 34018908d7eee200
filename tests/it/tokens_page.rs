//! The page on which people make tokens for themselves, and what it sends.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Client, Database, Server, on_both};
use crate::process::Installation;

const ROOMS: &str = "/external-api/v1.0/rooms/";
const PAGE: &str = "/account/tokens";
const CREATE: &str = "/actions/tokens/create";
const REVOKE: &str = "/actions/tokens/revoke";
const USUAL: [(&str, &str); 3] = [("name", "Backup script"), ("scopes[0]", "rooms:list"), ("days", "30")];

async fn send(client: &Client, action: &str, fields: &[(&str, &str)]) -> String {
    let call = client.post(action).header("sec-fetch-site", "same-origin").form(fields);
    call.expect(303).await.header("location").to_owned()
}

async fn page(client: &Client) -> String {
    client.get(PAGE).header("accept", "text/html").expect(200).await.text().to_owned()
}

/// The token on the page that shows it.
fn shown(page: &str) -> &str {
    let start = page.find("prl_pat_").unwrap_or_else(|| panic!("{page}"));
    let rest = &page[start..];
    &rest[..rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap()]
}

async fn tokens(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM personal_token WHERE revoked_at IS NULL", []).await
}

on_both! {
    async fn shown_once_it_works_until_it_is_revoked(server: Server) {
        let ada = server.person("ada@example.org").await;
        assert_eq!(send(&ada, CREATE, &USUAL).await, PAGE);
        let first = page(&ada).await;
        let token = shown(&first).to_owned();
        assert_eq!(token.len(), 57);
        assert!(first.contains("curl ") && first.contains(&format!("Authorization: Bearer {token}")), "{first}");
        assert!(!page(&ada).await.contains(&token));
        let caller = server.anonymous().with_token(&token);
        caller.get(ROOMS).expect(200).await;
        caller.post(ROOMS).expect(403).await;
        // Nobody else ends it.
        let sql = "SELECT id FROM personal_token";
        let id: sea_orm::entity::prelude::Uuid = server.database.rows(sql, []).await[0].try_get_by_index(0).unwrap();
        let fields = [("token", &*id.to_string())].map(|(name, value)| (name, value.to_owned()));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let grace = server.person("grace@example.org").await;
        assert_eq!(send(&grace, REVOKE, &fields).await, PAGE);
        assert_eq!(send(&server.anonymous(), REVOKE, &fields).await, "/sign-in?next=%2Faccount%2Ftokens");
        ada.post(REVOKE).header("sec-fetch-site", "cross-site").form(&fields).expect(403).await;
        caller.get(ROOMS).expect(200).await;
        assert_eq!(send(&ada, REVOKE, &fields).await, PAGE);
        caller.get(ROOMS).expect(401).await;
        assert!(page(&ada).await.contains("The token is revoked."));
    }

    async fn nobody_but_its_person_makes_one(server: Server) {
        assert_eq!(send(&server.anonymous(), CREATE, &USUAL).await, "/sign-in?next=%2Faccount%2Ftokens");
        let ada = server.person("ada@example.org").await;
        for site in ["cross-site", "same-site", "none"] {
            ada.post(CREATE).header("sec-fetch-site", site).form(&USUAL).expect(403).await;
        }
        // Who signed in a while ago proves again who she is.
        server.clock.advance(Duration::from_mins(10));
        assert_eq!(send(&ada, CREATE, &USUAL).await, "/sign-in/confirm?next=%2Faccount%2Ftokens");
        let page = page(&ada).await;
        assert!(page.contains("/sign-in/confirm?next=%2Faccount%2Ftokens") && !page.contains(CREATE), "{page}");
        assert_eq!(tokens(&server).await, 0);
    }

    async fn what_is_wrong_is_said_and_what_was_typed_stays(server: Server) {
        let ada = server.person("ada@example.org").await;
        for (fields, told) in [
            (vec![("name", " "), ("scopes[0]", "rooms:list"), ("days", "30")], "Give it a name"),
            (vec![("name", "Typed before"), ("days", "30")], "Allow it at least one thing."),
            (vec![("name", "Typed before"), ("scopes[0]", "rooms:fly"), ("days", "30")], "Allow it at least one thing."),
            (vec![("name", "Typed before"), ("scopes[0]", "rooms:list"), ("days", "31")], "Choose how long it works."),
            (vec![("name", "Typed before"), ("scopes[0]", "rooms:list"), ("days", "-1")], "Choose how long it works."),
            (vec![("name", "Typed before"), ("scopes[0]", "rooms:list")], "Choose how long it works."),
        ] {
            assert_eq!(send(&ada, CREATE, &fields).await, PAGE);
            let page = page(&ada).await;
            assert!(page.contains(told), "{fields:?}: no {told} in {page}");
            assert!(fields[0].1.trim().is_empty() || page.contains("Typed before"), "{page}");
        }
        assert_eq!(tokens(&server).await, 0);
    }

    async fn operators_look_after_them(database: Database) {
        let server = database.serve().await;
        let ada = server.person("ada@example.org").await;
        send(&ada, CREATE, &USUAL).await;
        let token = shown(&page(&ada).await).to_owned();
        let settings = [("DATABASE__URL", database.url()), ("SECURITY__SECRET_KEY", crate::harness::SECRET_KEY)];
        let parloir = Installation::with(&settings);
        let listed = parloir.json(&["token", "personal", "list", "ada@example.org"]);
        assert_eq!((listed[0]["name"].as_str(), &listed[0]["scopes"]), (Some("Backup script"), &json!(["rooms:list"])));
        assert!(token.starts_with(listed[0]["prefix"].as_str().unwrap()) && !listed.to_string().contains(&token));
        let id = listed[0]["id"].as_str().unwrap();
        assert_eq!(parloir.json(&["token", "personal", "revoke", id]), json!({ "revoked": true, "id": id }));
        server.anonymous().with_token(&token).get(ROOMS).expect(401).await;
        assert_eq!(parloir.json(&["token", "personal", "list", "ada@example.org"]), json!([]));
        let [event] = database.events("personal_token.revoked").await.try_into().unwrap();
        assert_eq!(event.actor_kind, "operator");
    }
}
