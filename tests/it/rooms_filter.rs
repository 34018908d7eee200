//! `GET /external-api/v1.0/rooms/?slug=…&external_id=…`.

use serde_json::{Value, json};

use crate::harness::{Application, Client, Database, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const SCOPES: &str = "rooms:list rooms:create rooms:update rooms:delete";

async fn ready(server: &Server) -> (Application, Client) {
    server.account(ADA).await;
    server.account(GRACE).await;
    let application = server.application(SCOPES, &["example.org"]).await;
    let acting = application.acting_for(ADA).await;
    (application, acting)
}

async fn make(acting: &Client, external_id: &str) -> Value {
    acting.post(ROOMS).json(&json!({ "external_id": external_id })).expect(201).await.json()
}

/// Adds a former address.
async fn former(server: &Server, room: &Value, slug: &str) {
    let id: uuid::Uuid = room["id"].as_str().unwrap().parse().unwrap();
    let sql = "INSERT INTO room_slug (slug, room_id, current) VALUES ($1, $2, $3)";
    server.database.execute(sql, [slug.into(), id.into(), false.into()]).await;
}

async fn list(acting: &Client, query: &str) -> Value {
    acting.get(&format!("{ROOMS}?{query}")).expect(200).await.json()
}

/// The page that has this room alone, or none.
fn page(room: Option<&Value>) -> Value {
    let results: Vec<_> = room.into_iter().collect();
    json!({ "count": results.len(), "next": null, "previous": null, "results": results })
}

fn slug(room: &Value) -> &str {
    room["slug"].as_str().unwrap()
}

on_both! {
    async fn by_address_now_and_before(server: Server) {
        let (_, acting) = ready(&server).await;
        let (one, two) = (make(&acting, "1").await, make(&acting, "2").await);
        former(&server, &one, "old-name").await;
        former(&server, &one, "vieux-café").await;
        for query in [slug(&one), "old-name", "vieux-caf%C3%A9", "%20old-name+", &format!("x&slug={}", slug(&one))] {
            assert_eq!(list(&acting, &format!("slug={query}")).await, page(Some(&one)), "{query}");
        }
        assert_eq!(list(&acting, &format!("slug={}", slug(&two))).await, page(Some(&two)));
        // The whole address as it is written, and nothing of a pattern.
        let part = &slug(&one)[..8];
        for query in ["abc-defg-hij", part, "OLD-NAME", "%25", "old_name", "old-name'", "*", "%FF", "1"] {
            assert_eq!(list(&acting, &format!("slug={query}")).await, page(None), "{query}");
        }
    }

    async fn by_the_applications_own_key(server: Server) {
        let (application, acting) = ready(&server).await;
        let (one, two) = (make(&acting, "event-1").await, make(&acting, "déjà vu/2").await);
        assert_eq!(list(&acting, "external_id=event-1").await, page(Some(&one)));
        assert_eq!(list(&acting, "external_id=%20d%C3%A9j%C3%A0+vu%2F2").await, page(Some(&two)));
        for query in ["event", "Event-1", "%25", "event-1%27", "event-3"] {
            assert_eq!(list(&acting, &format!("external_id={query}")).await, page(None), "{query}");
        }
        // Another application's keys find nothing, and its own find its own.
        let other = server.application(SCOPES, &["example.org"]).await.acting_for(ADA).await;
        assert_eq!(list(&other, "external_id=event-1").await, page(None));
        let third = make(&other, "event-1").await;
        assert_eq!(list(&other, "external_id=event-1").await, page(Some(&third)));
        assert_eq!(list(&acting, "external_id=event-1").await, page(Some(&one)));
        // Another token of the same application finds it as well.
        assert_eq!(list(&application.acting_for(ADA).await, "external_id=event-1").await, page(Some(&one)));
        // Once another key has taken its place, the former one finds nothing.
        let path = format!("{ROOMS}{}/", one["id"].as_str().unwrap());
        let one = acting.call("PATCH", &path).json(&json!({ "external_id": "event-9" })).expect(200).await.json();
        assert_eq!(list(&acting, "external_id=event-1").await, page(None));
        assert_eq!(list(&acting, "external_id=event-9").await, page(Some(&one)));
    }

    async fn both_must_hold(server: Server) {
        let (_, acting) = ready(&server).await;
        let (one, two) = (make(&acting, "event-1").await, make(&acting, "event-2").await);
        let both = |slug_of: &Value, external_id: &str| format!("slug={}&external_id={external_id}", slug(slug_of));
        assert_eq!(list(&acting, &both(&one, "event-1")).await, page(Some(&one)));
        assert_eq!(list(&acting, &both(&two, "event-1")).await, page(None));
        assert_eq!(list(&acting, &both(&one, "event-3")).await, page(None));
    }

    async fn nothing_to_filter_by_filters_nothing(server: Server) {
        let (_, acting) = ready(&server).await;
        for n in 0..3 {
            make(&acting, &n.to_string()).await;
        }
        for query in ["slug=", "slug", "external_id=", "external_id=+%20", "slug=&external_id=", "Slug=x", "slug[]=x", "slug=x&slug="] {
            assert_eq!(list(&acting, query).await["count"], 3, "{query}");
        }
        // A character that no text of ours has finds nothing, and does no harm.
        for query in ["slug=%00", "external_id=%00", "slug=a%00b&external_id=%00"] {
            assert_eq!(list(&acting, query).await, page(None), "{query}");
        }
        let long = "x".repeat(6000);
        assert_eq!(list(&acting, &format!("slug={long}&external_id={long}")).await, page(None));
    }

    async fn only_rooms_in_which_she_has_a_role(server: Server) {
        let (application, acting) = ready(&server).await;
        let room = make(&acting, "event-1").await;
        former(&server, &room, "old-name").await;
        let grace = application.acting_for(GRACE).await;
        let queries = [format!("slug={}", slug(&room)), "slug=old-name".to_owned(), "external_id=event-1".to_owned()];
        for query in &queries {
            assert_eq!(list(&grace, query).await, page(None), "{query}");
        }
        server.give_role(GRACE, room["id"].as_str().unwrap(), "member").await;
        for query in &queries {
            assert_eq!(list(&grace, query).await, page(Some(&room)), "{query}");
        }
        acting.call("DELETE", &format!("{ROOMS}{}/", room["id"].as_str().unwrap())).expect(204).await;
        for query in &queries {
            assert_eq!(list(&acting, query).await, page(None), "{query}");
        }
    }

    async fn pages_of_what_was_found(database: Database) {
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        let (_, acting) = ready(&server).await;
        let room = make(&acting, "event-1").await;
        for n in 0..2 {
            make(&acting, &n.to_string()).await;
        }
        let found = list(&acting, "external_id=event-1&page=1&page_size=1").await;
        assert_eq!(found, page(Some(&room)));
        assert_eq!(list(&acting, "external_id=event-1&page=last").await, page(Some(&room)));
        assert_eq!(list(&acting, "slug=nothing&page=1").await, page(None));
        let told = json!({ "detail": "Invalid page." });
        for query in ["external_id=event-1&page=2", "slug=nothing&page=2"] {
            acting.get(&format!("{ROOMS}?{query}")).send().await.expect_refusal(404, "invalid_page", &told);
        }
        // A filter stays in the links, also one that filters nothing.
        let first = list(&acting, "slug=&page_size=2").await;
        let at = |query: &str| json!(format!("https://meet.example.org/external-api/v1.0/rooms/{query}"));
        assert_eq!((&first["count"], &first["next"]), (&json!(3), &at("?page=2&page_size=2&slug=")));
        let last = list(&acting, "slug=&page_size=2&page=2").await;
        assert_eq!((&last["next"], &last["previous"]), (&Value::Null, &at("?page_size=2&slug=")));
    }
}
