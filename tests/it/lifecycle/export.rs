//! The file with all that is held of a person.

use std::collections::BTreeSet;

use parloir::audit::{Action, Actor, Event};
use parloir::base::{AccountId, ClientRequest};
use parloir::lifecycle::{Export, FORMAT, RULES, VERSION};
use serde_json::{Value, json};

use super::fixture::{Whole, letters, room, serve, whole};
use crate::harness::{Client, Database, PASSWORD, Server, on_both};

const DOWNLOAD: &str = "/account/data/download";
const ADA: &str = "ada@example.org";

fn download(client: &Client) -> crate::harness::Call {
    client.post(DOWNLOAD).header("sec-fetch-site", "same-origin").header("accept", "text/html").form(&[("x", "")])
}

on_both! {
    async fn everything_and_no_secret(database: Database) {
        let server = serve(&database).await;
        let Whole { id, client, token, managed, .. } = whole(&server, ADA).await;
        let grace = whole(&server, "grace@example.org").await;
        // What an application does for her, and what somebody else does to her.
        managed.acting_for(ADA).await.get("/external-api/v1.0/rooms/").expect(200).await;
        let elsewhere = ClientRequest { address: "203.0.113.77".parse().unwrap(), ..ClientRequest::local("of-an-administrator") };
        let event = Event::new(Action::AccountEnabled, Actor::Person(grace.id)).on_behalf_of(id).from(&elsewhere);
        server.audit.append(event).await.unwrap();
        let answer = download(&client).expect(200).await;
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"parloir-account-2026-01-15.json\"");
        assert!(answer.header("cache-control").contains("no-store"), "{answer}");
        let document = answer.json();
        assert_eq!((&document["format"], &document["version"]), (&json!(FORMAT), &json!(VERSION)));
        // Every kind of row that the rules name is there.
        let members: BTreeSet<_> = RULES.iter().filter_map(|rule| if let Export::In(member) = rule.export { Some(member) } else { None }).collect();
        for member in members {
            let value = &document[member];
            assert!(!value.is_null() && value != &json!([]) && value != &json!({}), "{member} is empty in {document}");
        }
        assert_eq!(document["account"]["email"], ADA);
        assert_eq!(document["account"]["former_accounts"].as_array().unwrap().len(), 1);
        assert_eq!(document["identities"][0]["subject"], ADA);
        assert_eq!(document["identities"][0]["memberships"][0]["siret"], "13002526500013");
        assert_eq!(document["sessions"][0]["address"], "127.0.0.1");
        assert_eq!(document["personal_tokens"][0]["name"], "Script");
        assert_eq!((&document["rooms"][0]["name"], &document["rooms"][0]["role"]), (&json!("Alone"), &json!("owner")));
        assert_eq!(document["room_defaults"]["access_level"], "restricted");
        assert_eq!(document["applications"][0]["client_id"], json!(managed.client_id));
        assert_eq!(document["entitlement"]["status"], "granted");
        assert_eq!(document["requests"].as_array().unwrap().len(), 2);
        let events = document["events"].as_array().unwrap();
        for action in ["account.exported", "token.issued", "room.created", "session.started", "account.enabled"] {
            assert!(events.iter().any(|event| event["action"] == action), "{action} in {document}");
        }
        // Neither secrets, nor digests, nor ids that open something, nor who and where others are.
        let text = answer.text();
        let cookie = client.cookie().unwrap();
        let session = cookie.split_once('=').unwrap().1;
        for hidden in [PASSWORD, &*token, session, "argon2", "digest", "grace", &*grace.id.to_string(), "203.0.113.77", "of-an-administrator"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        let digest = parloir::accounts::SessionId::of(&session.parse().unwrap()).to_string();
        assert!(!text.contains(&digest));
        assert_eq!(letters(&server).await, ["data_downloaded"]);
        // Whoever takes it compressed gets all of it as well.
        let compressed = download(&client).header("accept-encoding", "gzip").expect(200).await;
        assert_eq!(compressed.header("content-encoding"), "gzip");
    }

    async fn as_long_as_it_is(server: Server) {
        let client = server.person(ADA).await;
        let id: AccountId = client.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        for n in 0..3 {
            room(&server, id, &format!("Room {n}")).await;
        }
        // More than are read at a time, of both.
        let sql = "INSERT INTO room (id, name, name_key, access_level, configuration, created_by, created_at, updated_at) VALUES ($1, $2, $2, 'trusted', '{}', $3, 0, 0)";
        let slug = "INSERT INTO room_slug (slug, room_id, current) VALUES ($1, $2, TRUE)";
        for n in 0..1001_u32 {
            let room = server.random.uuid(server.clock.now());
            server.database.execute(sql, [room.into(), format!("More {n}").into(), id.into()]).await;
            server.database.execute(slug, [format!("more-{n}").into(), room.into()]).await;
        }
        for _ in 0..1100 {
            let event = Event::new(Action::AccountUpdated, Actor::Person(id)).on_behalf_of(id);
            server.audit.append(event).await.unwrap();
        }
        let document: Value = download(&client).expect(200).await.json();
        assert_eq!(document["rooms"].as_array().unwrap().len(), 1004);
        let updated = document["events"].as_array().unwrap().iter().filter(|event| event["action"] == "account.updated");
        assert_eq!(updated.count(), 1100);
    }

    async fn for_herself_alone_who_signed_in_lately(server: Server) {
        let (stranger, ada) = (server.anonymous(), server.person(ADA).await);
        assert_eq!(download(&stranger).expect(303).await.header("location"), "/sign-in?next=%2Faccount%2Fdata");
        let cross = ada.post(DOWNLOAD).header("sec-fetch-site", "cross-site").form(&[("x", "")]).send().await;
        assert_eq!((cross.status, cross.code().as_str()), (403, "cross_site_request"));
        ada.get(DOWNLOAD).expect(405).await;
        server.clock.advance(std::time::Duration::from_mins(10));
        assert_eq!(download(&ada).expect(303).await.header("location"), "/sign-in/confirm?next=%2Faccount%2Fdata");
        assert_eq!(server.database.events("account.exported").await.len(), 0);
        let ada = server.sign_in(ADA).await;
        download(&ada).expect(200).await;
        assert_eq!(server.database.events("account.exported").await.len(), 1);
    }
}
