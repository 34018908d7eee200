//! Requests of one `Idempotency-Key` at the same time, on one instance and on several.

use std::collections::BTreeSet;

use parloir::base::wire::Fields;
use parloir::base::{
    Begun, Caller, ClientRequest, IdempotencyError, IdempotencyKey, NamedRequest, Running, StoreError, Via,
};
use parloir::rooms::{AccessLevel, Configuration, NewRoom, Repeatable, RoomError};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::harness::{Answer, Client, Kind, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";

async fn ready(server: &Server) -> Client {
    server.account(ADA).await;
    server.application("rooms:create", &["example.org"]).await.acting_for(ADA).await
}

/// Sends the same request at once to each of `callers`.
fn send(callers: impl IntoIterator<Item = Client>, body: &Value) -> JoinSet<Answer> {
    let mut sent = JoinSet::new();
    for caller in callers {
        sent.spawn(caller.post(ROOMS).header("idempotency-key", "key").json(body).send());
    }
    sent
}

#[track_caller]
fn assert_in_progress(answer: Answer) {
    assert_eq!(answer.header("retry-after"), "1", "{answer}");
    let told = json!({ "detail": "A request with this Idempotency-Key is still being processed." });
    answer.expect_refusal(409, "idempotency_in_progress", &told);
}

/// One room was made; everybody was told of it, or to come again.
async fn assert_made_once(server: &Server, answers: Vec<Answer>) -> Answer {
    let (made, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    let first: Vec<_> = made.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).collect();
    assert_eq!(first.len(), 1, "{} said that they made the room", first.len());
    assert_eq!(made.iter().map(Answer::text).collect::<BTreeSet<_>>().len(), 1);
    let first = first[0].clone();
    others.into_iter().for_each(assert_in_progress);
    for table in ["room", "room_slug", "room_access", "idempotency"] {
        assert_eq!(server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await, 1, "{table}");
    }
    assert_eq!(server.database.events("room.created").await.len(), 1);
    first
}

/// Keeps rooms from being made: on SQLite by the one writer, on PostgreSQL by the rows of their owners. Until released.
async fn hold(server: &Server) -> (oneshot::Sender<()>, JoinHandle<Result<(), StoreError>>) {
    let ((held, holding), (release, released)) = (oneshot::channel(), oneshot::channel());
    let store = server.store.clone();
    let job = tokio::spawn(async move {
        let work = async move |tx: parloir::base::Tx| {
            let backend = tx.get_database_backend();
            let lock = if backend == DbBackend::Postgres { "FOR UPDATE" } else { "" };
            tx.query_all_raw(Statement::from_string(backend, format!("SELECT id FROM account {lock}"))).await?;
            held.send(()).unwrap();
            released.await.unwrap();
            Ok(())
        };
        store.write(work).await
    });
    holding.await.unwrap();
    (release, job)
}

fn new_room() -> NewRoom {
    NewRoom {
        name: None,
        access_level: AccessLevel::Trusted,
        configuration: Configuration::default(),
        external_id: Some("event-1".to_owned()),
    }
}

/// Begins a request of the key `key`, which nobody else may have begun on this instance.
async fn begin(server: &Server, caller: &Caller) -> Running {
    let headers = [("idempotency-key".parse().unwrap(), "key".parse().unwrap())].into_iter().collect();
    let key = IdempotencyKey::of(&headers).unwrap().unwrap();
    let named = NamedRequest::new(&key, caller, "POST", ROOMS, &Fields::default());
    match server.rooms.idempotency().begin(named).await.unwrap() {
        Begun::First(running) => running,
        Begun::Again(answer) => panic!("answered before: {answer}"),
    }
}

on_both! {
    async fn twenty_at_once_on_one_instance(server: Server) {
        let acting = ready(&server).await;
        let body = json!({ "external_id": "event-1" });
        let answers = send((0..20).map(|_| acting.clone()), &body).join_all().await;
        let first = assert_made_once(&server, answers).await;
        let again = send([acting], &body).join_all().await.remove(0).expect(201);
        assert_eq!((again.text(), again.header("idempotency-replayed")), (first.text(), "true"));
    }

    async fn twenty_at_once_on_two_instances(server: Server) {
        let acting = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let body = json!({ "external_id": "event-1" });
        let addresses = [server.address(), elsewhere.address()];
        let answers = send((0..20).map(|n| acting.at(addresses[n % 2])), &body).join_all().await;
        let first = assert_made_once(&server, answers).await;
        for again in send(addresses.map(|address| acting.at(address)), &body).join_all().await {
            assert_eq!((again.text(), again.header("idempotency-replayed")), (first.text(), "true"));
        }
    }

    // On SQLite only one instance can be asked: the other would wait for the file's one writer.
    async fn while_the_first_is_still_at_it(server: Server) {
        let acting = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let other = if server.database.kind == Kind::Postgres { elsewhere.address() } else { server.address() };
        let (release, job) = hold(&server).await;
        let body = json!({ "external_id": "event-1" });
        let mut sent = send([acting.clone(), acting.at(other), acting.at(other)], &body);
        assert_in_progress(sent.join_next().await.unwrap().unwrap());
        assert_in_progress(sent.join_next().await.unwrap().unwrap());
        // Another body as well: what the first comes to is not known yet.
        let mut different = send([acting.clone(), acting.at(other)], &json!({}));
        assert_in_progress(different.join_next().await.unwrap().unwrap());
        assert_in_progress(different.join_next().await.unwrap().unwrap());
        release.send(()).unwrap();
        job.await.unwrap().unwrap();
        let first = sent.join_next().await.unwrap().unwrap();
        assert_made_once(&server, vec![first]).await;
        let refused = send([acting], &json!({})).join_all().await.remove(0).expect(422);
        assert_eq!(refused.code(), "idempotency_key_reused");
    }

    // Both began before either was done: the later one is told of the key, not of the external id that is its own.
    async fn whoever_comes_second_is_told_to_come_again(server: Server) {
        let account = server.account(ADA).await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let elsewhere = server.second_instance().await;
        let caller = Caller { person: account.id, application: Some(application.id), scopes: None, via: Via::Session, entitlement: None };
        let (one, two) = (begin(&server, &caller).await, begin(&elsewhere, &caller).await);
        let request = ClientRequest::local("");
        let made = Repeatable { running: one, answer: |room, _| room.slug.clone() };
        let by = server.entitlements.may_create(&caller).await.unwrap();
        let room = server.rooms.create(new_room(), by, &request, Some(made)).await.unwrap();
        let late = Repeatable { running: two, answer: |room, _| room.slug.clone() };
        let by = server.entitlements.may_create(&caller).await.unwrap();
        let refused = elsewhere.rooms.create(new_room(), by, &request, Some(late)).await;
        assert!(matches!(refused, Err(RoomError::Repeated(IdempotencyError::JustAnswered))), "{refused:?}");
        let answers = server.database.rows("SELECT answer FROM idempotency", []).await;
        let answers: Vec<String> = answers.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(answers, [room.slug]);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room", []).await, 1);
    }

    // A request that ends without a room, and be it by a panic or because its client went away, can be sent again.
    async fn what_was_given_up_can_be_begun_again(server: Server) {
        let account = server.account(ADA).await;
        let caller = Caller { person: account.id, application: None, scopes: None, via: Via::Session, entitlement: None };
        drop(begin(&server, &caller).await);
        let broken = Repeatable { running: begin(&server, &caller).await, answer: |_, _| panic!("the test wants it so") };
        let by = server.entitlements.may_create(&caller).await.unwrap();
        let outcome = server.rooms.create(new_room(), by, &ClientRequest::local(""), Some(broken)).await;
        assert!(matches!(outcome, Err(RoomError::Store(StoreError::Panicked))), "{outcome:?}");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM idempotency", []).await, 0);
        begin(&server, &caller).await;
    }
}
