//! SIGKILL under load: what was answered is there after the restart, with its audit row.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness::{Database, on_both};
use crate::process::{Installation, Running, ask_token};

const EMAIL: &str = "ada@example.org";

/// Clients that hammer the server at once, half of them for tokens, half for rooms.
const CLIENTS: usize = 12;

/// What the server had answered when it died.
#[derive(Debug, Default)]
struct Answered {
    tokens: BTreeSet<String>,
    rooms: BTreeSet<(String, String)>,
}

impl Answered {
    fn merge(&mut self, other: Self) {
        self.tokens.extend(other.tokens);
        self.rooms.extend(other.rooms);
    }
}

/// The `jti` of a token.
fn jti(token: &str) -> String {
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(token).unwrap().claims;
    claims["jti"].as_str().unwrap().to_owned()
}

/// Asks for tokens, or makes rooms, until the server is gone; counts the answers as they come.
async fn hammer(address: Arc<str>, application: Arc<Value>, for_rooms: bool, count: Arc<AtomicUsize>) -> Answered {
    let client = reqwest::Client::new();
    let mut answered = Answered::default();
    let form = ["client_id", "client_secret"].map(|key| (key, application[key].as_str().unwrap()));
    let form = [form.as_slice(), &[("grant_type", "client_credentials"), ("scope", EMAIL)]].concat();
    let mut bearer = None;
    loop {
        let request = match bearer.as_deref().filter(|_| for_rooms) {
            Some(bearer) => client.post(format!("{address}/external-api/v1.0/rooms/")).bearer_auth(bearer),
            None => client.post(format!("{address}/external-api/v1.0/application/token/")).form(&form),
        };
        // Whatever did not arrive whole was not answered.
        let Ok(answer) = request.send().await else { return answered };
        let status = answer.status().as_u16();
        let Ok(body) = answer.json::<Value>().await else { return answered };
        match (status, body["access_token"].as_str()) {
            (200, Some(token)) => {
                answered.tokens.insert(jti(token));
                bearer = Some(token.to_owned());
            }
            (201, _) => {
                let text = |key: &str| body[key].as_str().unwrap().to_owned();
                answered.rooms.insert((text("id"), text("slug")));
            }
            _ => panic!("{status} {body}"),
        }
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lets all clients loose and kills the server in full swing: once it has answered so often, however fast the machine is.
async fn kill_under_load(running: Running, application: &Arc<Value>, answers: usize) -> Answered {
    let address: Arc<str> = running.at("").into();
    let (mut clients, count) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
    for n in 0..CLIENTS {
        clients.spawn(hammer(Arc::clone(&address), Arc::clone(application), n % 2 == 0, Arc::clone(&count)));
    }
    let enough = async {
        while count.load(Ordering::Relaxed) < answers {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), enough).await.expect("the server answers no more");
    running.kill();
    let mut all = Answered::default();
    while let Some(answered) = clients.join_next().await {
        all.merge(answered.unwrap());
    }
    all
}

async fn texts(database: &Database, sql: &str) -> Vec<String> {
    database.rows(sql, []).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

on_both! {
    async fn what_was_answered_survives_a_kill(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["user", "create", "--email", EMAIL]);
        let application = parloir.json(&["application", "create", "--name", "CRM", "--domain", "example.org", "--all-scopes"]);
        let application = Arc::new(application);
        let mut answered = Answered::default();
        for answers in [50, 170, 400] {
            let running = parloir.serve(&[]);
            answered.merge(kill_under_load(running, &application, answers).await);
        }
        assert!(answered.tokens.len() > 50 && answered.rooms.len() > 50, "too little load to say anything");

        let trail = parloir.json(&["audit"]);
        let of = |action: &str, key: &str| -> Vec<String> {
            let rows = trail.as_array().unwrap().iter().filter(|row| row["action"] == action);
            rows.map(|row| row[key].as_str().unwrap().to_owned()).collect()
        };
        let (issued, created) = (of("token.issued", "jti"), of("room.created", "room"));
        for (kind, ids) in [("token", &issued), ("room", &created)] {
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "a {kind} was told twice");
        }
        let issued: BTreeSet<_> = issued.into_iter().collect();
        let lost: Vec<_> = answered.tokens.difference(&issued).collect();
        assert!(lost.is_empty(), "answered tokens without audit row: {lost:?}");
        let lost: Vec<_> = answered.rooms.iter().filter(|(id, _)| !created.contains(id)).collect();
        assert!(lost.is_empty(), "answered rooms without audit row: {lost:?}");

        // Every room, answered or not, is whole: with its address, its owner and its event.
        let slugs: BTreeSet<_> = texts(&database, "SELECT slug FROM room_slug WHERE current").await.into_iter().collect();
        let lost: Vec<_> = answered.rooms.iter().filter(|(_, slug)| !slugs.contains(slug)).collect();
        assert!(lost.is_empty(), "answered rooms without address: {lost:?}");
        let whole = "SELECT r.name FROM room r \
            JOIN room_slug s ON s.room_id = r.id AND s.current AND s.slug = r.name \
            JOIN room_access m ON m.room_id = r.id AND m.account_id = r.created_by AND m.role = 'owner' \
            JOIN audit_event e ON e.room_id = r.id AND e.action = 'room.created'";
        let rooms = texts(&database, "SELECT name FROM room").await.len();
        assert_eq!((texts(&database, whole).await.len(), slugs.len(), created.len()), (rooms, rooms, rooms));

        let running = parloir.serve(&[]);
        let client = reqwest::Client::new();
        let (_, token) = ask_token(&running, &client, &application, EMAIL).await;
        let call = client.get(running.at("/external-api/v1.0/rooms/")).bearer_auth(token["access_token"].as_str().unwrap());
        let mine: Value = call.send().await.unwrap().json().await.unwrap();
        assert_eq!(mine["count"], rooms);
    }
}
