//! The trail, as administrators ask for it over HTTP: as JSON, and in a file.

use std::time::Duration;

use parloir::audit::{Action, Actor, Event};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::audit_search::fill;
use crate::harness::{Client, Database, Server, on_both, on_sqlite};

const AUDIT: &str = "/api/v1/admin/audit";
const EXPORT: &str = "/api/v1/admin/audit/export";

async fn actions(client: &Client, query: &str) -> Vec<String> {
    let listed = client.get(&format!("{AUDIT}{query}")).expect(200).await.json();
    listed["results"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn the_trail_is_asked(server: Server) {
        server.administrator().await;
        let ada = server.account("ada@example.org").await;
        let application = server.application("rooms:create", &["example.org"]).await;
        server.clock.advance(Duration::from_hours(24));
        let token = application.token_for("ada@example.org").await;
        let jti = crate::harness::forger::claims(&token)["jti"].as_str().unwrap().to_owned();
        server.clock.advance(Duration::from_secs(1));
        let room = server.anonymous().with_token(&token).post("/external-api/v1.0/rooms/").expect(201).await.json();
        let room = room["id"].as_str().unwrap();
        let admin = server.sign_in("admin@example.org").await;
        let person = ["room.created", "token.issued", "account.created"];
        for (query, found) in [
            ("?person=ada%40example.org".to_owned(), person.as_slice()),
            (format!("?person={}", ada.id), &person),
            (format!("?person={}&action=token.issued", ada.id), &person[1..2]),
            ("?application=helpdesk".to_owned(), &["room.created", "token.issued", "application.created"]),
            (format!("?application={}", application.client_id), &["room.created", "token.issued", "application.created"]),
            ("?action=room.".to_owned(), &["room.created"]),
            ("?action=room.created,token.issued".to_owned(), &person[..2]),
            ("?action=room.*&action=token.issued".to_owned(), &person[..2]),
            ("?action=key.rotated".to_owned(), &[]),
            (format!("?room={room}"), &["room.created"]),
            (format!("?token={jti}"), &person[..2]),
            (format!("?token={jti}&action=token."), &person[1..2]),
            ("?since=2026-01-16&person=ada%40example.org".to_owned(), &person[..2]),
            ("?until=2026-01-15&person=ada%40example.org".to_owned(), &person[2..]),
            ("?until=2026-01-14".to_owned(), &[]),
            ("?since=2026-01-15T12:00:00Z&until=2026-01-15T12:00:01Z&action=application.".to_owned(), &["application.created"]),
            ("?limit=1&action=account.".to_owned(), &["account.created"]),
        ] {
            assert_eq!(actions(&admin, &query).await, found, "{query}");
        }
        let wrong = "?person=nobody%40example.org&application=none&action=room&since=yesterday&until=x&room=1&token=2";
        let answer = admin.get(&format!("{AUDIT}{wrong}")).send().await;
        answer.expect_refusal(400, "invalid_request", &json!({
            "person": ["There is no such account."],
            "application": ["There is no such application."],
            "action": ["There is no such action. Write one as room.created, or all of an object as room."],
            "since": ["Write a moment as 2026-11-23T14:05:00Z, or a day as 2026-11-23."],
            "until": ["Write a moment as 2026-11-23T14:05:00Z, or a day as 2026-11-23."],
            "room": ["A room is named by its id, a UUID."],
            "token": ["A token is named by its jti, a UUID."],
        }));
        let answer = admin.get(&format!("{AUDIT}?limit=101")).send().await;
        answer.expect_refusal(400, "invalid_request", &json!({ "limit": ["A number from 1 to 100."] }));

        let event = admin.get(&format!("{AUDIT}?action=room.")).expect(200).await.json()["results"][0].clone();
        assert_eq!((&event["room"], &event["jti"], &event["on_behalf_of"]), (&json!(room), &json!(jti), &json!(ada.id)));
        let path = format!("{AUDIT}/{}", event["id"].as_str().unwrap());
        let one = admin.get(&path).expect(200).await;
        assert_eq!((one.header("cache-control"), one.json()), ("no-store", event));
        for nothing in ["x", "01999999-0000-7000-8000-000000000000"] {
            let answer = admin.get(&format!("{AUDIT}/{nothing}")).send().await;
            answer.expect_refusal(404, "not_found", &json!({ "code": "not_found", "detail": "Not found." }));
        }
    }

    async fn portions_stay_while_events_come(server: Server) {
        let admin = server.administrator().await;
        for n in 0..10 {
            server.account(&format!("person{n}@example.org")).await;
        }
        server.clock.advance(Duration::from_secs(1));
        let before = actions(&admin, "").await.len();
        let (mut query, mut seen) = ("?limit=3".to_owned(), Vec::new());
        loop {
            let listed = admin.get(&format!("{AUDIT}{query}")).expect(200).await.json();
            seen.extend(listed["results"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()));
            let Some(next) = listed["next"].as_str() else { break };
            query = format!("?limit=3&cursor={next}");
            server.audit.append(Event::new(Action::AccountUpdated, Actor::Operator)).await.unwrap();
        }
        assert_eq!(seen.len(), before);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }

    // The whole trail comes, however long, and says that somebody took it.
    async fn the_trail_is_taken_away_in_a_file(server: Server) {
        let admin = server.administrator().await;
        fill(&server.database, 20_000, "'room.created', 'operator', NULL, uuid(1, i % 7), NULL, NULL, uuid(3, i)").await;
        server.clock.advance(Duration::from_secs(1));
        let rows = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        let file = admin.get(&format!("{EXPORT}?format=csv")).expect(200).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"parloir-audit-2026-01-15.csv\"");
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.header("content-length"), "", "a file that is known before it is sent was kept somewhere");
        let lines: Vec<_> = file.text().split_terminator("\r\n").collect();
        assert_eq!(i64::try_from(lines.len()).unwrap(), rows + 1);
        assert_eq!(lines[0], "id,at,action,actor_kind,actor_id,on_behalf_of,application,jti,room,address,request_id,count,details");
        let oldest = lines.last().unwrap();
        assert!(oldest.ends_with(",2026-01-15T06:26:40.000000Z,room.created,operator,,01000000-0000-7000-8000-000000000000,,,03000000-0000-7000-8000-000000000000,,,,"), "{oldest}");
        let ids: std::collections::BTreeSet<_> = lines.iter().map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(ids.len(), lines.len());

        server.clock.advance(Duration::from_secs(1));
        let file = admin.get(&format!("{EXPORT}?format=jsonl&action=account.,session.&until=2027-01-01")).expect(200).await;
        assert_eq!((file.header("content-type"), file.header("content-disposition")), ("application/jsonl", "attachment; filename=\"parloir-audit-2026-01-15.jsonl\""));
        let events: Vec<Value> = file.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: std::collections::BTreeSet<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!((events.len(), told), (2, ["account.created", "session.started"].into()));
        let exported = server.database.events("audit.exported").await;
        assert_eq!(exported.len(), 2);
        // Whoever takes it compressed gets all of it as well.
        let file = admin.get(EXPORT).header("accept-encoding", "gzip").expect(200).await;
        assert_eq!(file.header("content-encoding"), "gzip");
        assert_eq!((exported[0].actor_kind.as_str(), exported[0].details()), ("person", json!({ "format": "csv", "filter": {} })));
        let filter = exported[1].details()["filter"].clone();
        assert_eq!(filter["until"], "2027-01-02T00:00:00.000000Z");
        assert!(filter["actions"].as_array().unwrap().contains(&json!("session.started")), "{filter}");
        // What is refused takes nothing away.
        let answer = admin.get(&format!("{EXPORT}?format=xlsx")).send().await;
        answer.expect_refusal(400, "invalid_request", &json!({ "format": ["Write csv or jsonl."] }));
        admin.get(&format!("{EXPORT}?person=nobody%40example.org")).expect(400).await;
        assert_eq!(server.database.events("audit.exported").await.len(), 3);
    }

    async fn what_strangers_write_is_no_formula(server: Server) {
        let admin = server.administrator().await;
        let evil = r#"=HYPERLINK("https://evil.example.org","a, b")"#;
        let sql = "UPDATE audit_event SET request_id = $1, details = $2 WHERE action = 'account.created'";
        server.database.execute(sql, [evil.into(), json!({ "a": "=1" }).to_string().into()]).await;
        server.clock.advance(Duration::from_secs(1));
        let file = admin.get(&format!("{EXPORT}?action=account.created")).expect(200).await;
        let line = file.text().lines().nth(1).unwrap().to_owned();
        assert!(line.contains(r#","'=HYPERLINK(""https://evil.example.org"",""a, b"")","#), "{line}");
        assert!(line.ends_with(r#","{""a"":""=1""}""#), "{line}");
    }
}

// Nobody reads any more: nothing is read for her.
#[test]
fn whoever_goes_away_stops_the_export() {
    on_sqlite(async |database: Database| {
        let server = database.serve().await;
        let admin = server.administrator().await;
        fill(&database, 120_000, "'room.created', 'operator', NULL, uuid(1, i % 7), NULL, NULL, uuid(3, i)").await;
        let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
        let request =
            format!("GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", admin.cookie().unwrap());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut some = vec![0; 10_000];
        stream.read_exact(&mut some).await.unwrap();
        assert!(some.starts_with(b"HTTP/1.1 200"));
        drop(stream);
        let mut asked = server.store.statements();
        loop {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let now = server.store.statements();
            if now == asked {
                break;
            }
            asked = now;
        }
        // All of it would take 240.
        assert!(asked < 200, "{asked}");
    });
}
