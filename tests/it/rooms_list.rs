//! `GET /external-api/v1.0/rooms/`.

use parloir::base::{AccountId, Caller, ClientRequest, RoomId, Via};
use parloir::rooms::{AccessLevel, Configuration, NewRoom};
use serde_json::{Value, json};

use crate::harness::{Client, Database, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Makes a room that the person named herself.
async fn named(server: &Server, person: AccountId, name: &str) -> RoomId {
    let caller = Caller { person, application: None, scopes: None, via: Via::Session, entitlement: None };
    let new = NewRoom {
        name: Some(name.to_owned()),
        access_level: AccessLevel::Trusted,
        configuration: Configuration::default(),
        external_id: None,
    };
    let by = server.entitlements.may_create(&caller).await.unwrap();
    server.rooms.create(new, by, &ClientRequest::local(""), None).await.unwrap().id
}

async fn ready(server: &Server) -> (AccountId, Client) {
    let account = server.account("ada@example.org").await.id;
    let application = server.application("rooms:list rooms:create rooms:retrieve", &["example.org"]).await;
    (account, application.acting_for("ada@example.org").await)
}

fn names(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|room| room["name"].as_str().unwrap()).collect()
}

on_both! {
    async fn an_empty_list(server: Server) {
        let (_, acting) = ready(&server).await;
        let empty = json!({ "count": 0, "next": null, "previous": null, "results": [] });
        for query in ["", "?page=1", "?page=last", "?page=", "?page_size=1"] {
            let answer = acting.get(&format!("{ROOMS}{query}")).expect(200).await;
            assert_eq!(answer.json(), empty);
            assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS");
        }
    }

    async fn a_room_in_the_list_is_the_room(server: Server) {
        let (_, acting) = ready(&server).await;
        let configuration = json!({ "can_publish_sources": ["camera"], "everyone_can_mute": false });
        let body = json!({ "access_level": "restricted", "configuration": configuration });
        let made = acting.post(ROOMS).json(&body).expect(201).await.json();
        let page = acting.get(ROOMS).expect(200).await.json();
        assert_eq!(page, json!({ "count": 1, "next": null, "previous": null, "results": [made] }));
        let one = acting.get(&format!("{ROOMS}{}/", made["id"].as_str().unwrap())).expect(200).await.json();
        assert_eq!(one, made);
        let keys: Vec<_> = page["results"][0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["id", "name", "slug", "access_level", "configuration", "url"]);
        // The other slash form.
        assert_eq!(acting.get("/external-api/v1.0/rooms").expect(200).await.json(), page);
    }

    async fn by_name_whatever_case_and_accents(server: Server) {
        let (ada, acting) = ready(&server).await;
        for name in ["Zoo", "éclair", "Eclair b", "apple", "Äpfel", "10", "9", "z", "_under", "École"] {
            named(&server, ada, name).await;
        }
        let page = acting.get(ROOMS).expect(200).await.json();
        let expected = ["10", "9", "_under", "Äpfel", "apple", "éclair", "Eclair b", "École", "z", "Zoo"];
        assert_eq!(names(&page), expected);
    }

    async fn those_of_one_name_stand_in_a_fixed_order(server: Server) {
        let (ada, acting) = ready(&server).await;
        let mut made = Vec::new();
        for _ in 0..25 {
            made.push(named(&server, ada, "Daily").await.to_string());
        }
        let mut listed = Vec::new();
        for page in 1..=4 {
            let page = acting.get(&format!("{ROOMS}?page={page}&page_size=7")).expect(200).await.json();
            listed
                .extend(page["results"].as_array().unwrap().iter().map(|room| room["id"].as_str().unwrap().to_owned()));
        }
        made.sort();
        assert_eq!(listed, made);
    }

    async fn any_role_counts_and_nobody_elses_rooms(server: Server) {
        let (_, acting) = ready(&server).await;
        let grace = server.account("grace@example.org").await.id;
        for (name, role) in [("a", "member"), ("b", "administrator"), ("c", "owner"), ("d", "")] {
            let room = named(&server, grace, name).await;
            if !role.is_empty() {
                let sql = "INSERT INTO room_access (account_id, room_id, role, created_at) \
                           SELECT id, $1, $2, 0 FROM account WHERE email_key = 'ada@example.org'";
                server.database.execute(sql, [room.into(), role.into()]).await;
            }
        }
        let page = acting.get(ROOMS).expect(200).await.json();
        assert_eq!((names(&page), &page["count"]), (vec!["a", "b", "c"], &json!(3)));
    }

    async fn pages(database: Database) {
        // Links are made from the setting, never from the request's own words.
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        let (ada, acting) = ready(&server).await;
        for n in 0..45 {
            named(&server, ada, &format!("Room {n:02}")).await;
        }
        let at = |query: &str| json!(format!("https://meet.example.org/external-api/v1.0/rooms/{query}"));
        let null = Value::Null;
        for (query, first, length, next, previous) in [
            ("", "Room 00", 20, at("?page=2"), null.clone()),
            ("?page=2", "Room 20", 20, at("?page=3"), at("")),
            ("?page=3", "Room 40", 5, null.clone(), at("?page=2")),
            ("?page=last", "Room 40", 5, null.clone(), at("?page=2")),
            ("?page=%202%20", "Room 20", 20, at("?page=3"), at("")),
            ("?page=3&page=1", "Room 00", 20, at("?page=2"), null.clone()),
            ("?page_size=1", "Room 00", 1, at("?page=2&page_size=1"), null.clone()),
            ("?page_size=1&page=45", "Room 44", 1, null.clone(), at("?page=44&page_size=1")),
            ("?page_size=100", "Room 00", 45, null.clone(), null.clone()),
            ("?page_size=1000", "Room 00", 45, null.clone(), null.clone()),
            ("?page_size=0", "Room 00", 20, at("?page=2&page_size=0"), null.clone()),
            ("?page_size=x", "Room 00", 20, at("?page=2&page_size=x"), null.clone()),
            ("?page_size=-5", "Room 00", 20, at("?page=2&page_size=-5"), null.clone()),
            // Other parameters do nothing and are kept, sorted as upstream sorts them.
            ("?z=1&page_size=30&a=%C3%A9%26", "Room 00", 30, at("?a=%C3%A9%26&page=2&page_size=30&z=1"), null.clone()),
            ("?page=2&page_size=30&search=x", "Room 30", 15, null.clone(), at("?page_size=30&search=x")),
        ] {
            let call = acting.get(&format!("{ROOMS}{query}"));
            let call = call.header("x-forwarded-host", "evil.example.net").header("x-forwarded-proto", "ftp");
            let page = call.expect(200).await.json();
            let got = (names(&page)[0], names(&page).len(), &page["next"], &page["previous"], &page["count"]);
            assert_eq!(got, (first, length, &next, &previous, &json!(45)), "{query}");
        }
        let told = json!({ "detail": "Invalid page." });
        for page in ["0", "4", "-1", "x", "1.5", "LAST", "99999999999999999999999", "1%00", "%F0%9F%90%88", "2;1"] {
            acting.get(&format!("{ROOMS}?page={page}")).send().await.expect_refusal(404, "invalid_page", &told);
        }
        let answer = acting.call("HEAD", &format!("{ROOMS}?page=2")).expect(200).await;
        assert_eq!((answer.text(), answer.header("content-type")), ("", "application/json"));
        acting.call("HEAD", &format!("{ROOMS}?page=4")).expect(404).await;
    }

    async fn a_deleted_room_is_gone(server: Server) {
        let (ada, acting) = ready(&server).await;
        let (kept, deleted) = (named(&server, ada, "kept").await, named(&server, ada, "deleted").await);
        let caller = Caller { person: ada, application: None, scopes: None, via: Via::Session, entitlement: None };
        server.rooms.delete(deleted, &caller, &ClientRequest::local("")).await.unwrap();
        let page = acting.get(ROOMS).expect(200).await.json();
        assert_eq!((names(&page), &page["count"]), (vec!["kept"], &json!(1)));
        let told = json!({ "detail": "No Room matches the given query." });
        acting.get(&format!("{ROOMS}{deleted}/")).send().await.expect_refusal(404, "room_not_found", &told);
        acting.get(&format!("{ROOMS}{kept}/")).expect(200).await;
        // Its address stays taken.
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_slug", []).await, 2);
    }
}
