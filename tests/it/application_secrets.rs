//! Secrets of an application one by one: why they were replaced, and an end before their time.

use std::time::Duration;

use parloir::applications::{ApplicationError, ListedSecret, Overlap, Reason, Rotation};
use parloir::audit::Actor;
use parloir::base::SecretId;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Application, Server, on_both};

const ADA: &str = "ada@example.org";
const HOUR: Duration = Duration::from_hours(1);

async fn rotate(server: &Server, application: &Application, rotation: impl Into<Rotation>) -> Application {
    // Of the same moment, either could come first.
    server.clock.advance(Duration::from_millis(1));
    let rotated = server.applications.rotate_secret(&application.client_id, rotation, Actor::Operator).await.unwrap();
    let mut renewed = application.clone();
    rotated.expose().clone_into(&mut renewed.client_secret);
    renewed
}

/// Those that work, newest first.
async fn listed(server: &Server, application: &Application) -> Vec<ListedSecret> {
    server.applications.find(&application.client_id).await.unwrap().unwrap().secrets
}

async fn end(
    server: &Server,
    application: &Application,
    secret: SecretId,
    even_the_last: bool,
) -> Result<(), ApplicationError> {
    let applications = &server.applications;
    let ended =
        applications.end_secret(&application.client_id, secret, even_the_last, Reason::Leak, Actor::Operator).await;
    ended.map(|_| ())
}

async fn told(server: &Server, action: &str) -> Vec<Value> {
    server.database.events(action).await.iter().map(crate::harness::Event::details).collect()
}

on_both! {
    async fn the_trail_tells_why(server: Server) {
        let first = server.application("", &["*"]).await;
        let second = rotate(&server, &first, Rotation { overlap: Overlap::For(HOUR), reason: Reason::Departure }).await;
        let third = rotate(&server, &second, Rotation { overlap: Overlap::None, reason: Reason::Leak }).await;
        let event = |secret: &Application, overlap: u64, reason: &str| {
            json!({ "prefix": &secret.client_secret[..12], "overlap_seconds": overlap, "reason": reason })
        };
        let expected = [event(&second, 3600, "departure"), event(&third, 0, "leak")];
        assert_eq!(told(&server, "secret.rotated").await, expected);
    }

    async fn a_former_secret_is_ended_early(server: Server) {
        server.account(ADA).await;
        let former = server.application("", &["*"]).await;
        let current = rotate(&server, &former, Overlap::For(HOUR)).await;
        former.ask(ADA).await.expect(200);
        let secrets = listed(&server, &former).await;
        assert_eq!(secrets.len(), 2);
        assert!(former.client_secret.starts_with(&secrets[1].prefix) && secrets[1].expires_at.is_some(), "{secrets:?}");
        end(&server, &former, secrets[1].id, false).await.unwrap();
        former.ask(ADA).await.expect_refusal(401, "invalid_client", &json!({ "detail": "Invalid credentials" }));
        current.ask(ADA).await.expect(200);
        let details = [json!({ "prefix": secrets[1].prefix, "left": 1, "reason": "leak" })];
        assert_eq!(told(&server, "secret.ended").await, details);
        // There is room for the next one.
        rotate(&server, &current, Overlap::For(HOUR)).await;
    }

    async fn the_only_one_is_ended_only_when_that_is_said(server: Server) {
        server.account(ADA).await;
        let application = server.application("", &["*"]).await;
        let [only] = listed(&server, &application).await.try_into().unwrap();
        let refused = end(&server, &application, only.id, false).await;
        assert!(matches!(refused, Err(ApplicationError::LastSecret)), "{refused:?}");
        application.ask(ADA).await.expect(200);
        assert_eq!(told(&server, "secret.ended").await, [] as [Value; 0]);
        // One of another application is none of its.
        let other = server.application("", &["*"]).await;
        let [of_other] = listed(&server, &other).await.try_into().unwrap();
        let refused = end(&server, &application, of_other.id, true).await;
        assert!(matches!(refused, Err(ApplicationError::SecretNotFound)), "{refused:?}");
        end(&server, &application, only.id, true).await.unwrap();
        application.ask(ADA).await.expect(401);
        let refused = end(&server, &application, only.id, true).await;
        assert!(matches!(refused, Err(ApplicationError::SecretNotFound)), "{refused:?}");
        other.ask(ADA).await.expect(200);
    }

    // The current one is ended and the former lives on until its end: a new rotation does not give it more time.
    async fn an_end_comes_no_later_than_it_was_set(server: Server) {
        let former = server.application("", &["*"]).await;
        rotate(&server, &former, Overlap::For(HOUR)).await;
        let secrets = listed(&server, &former).await;
        end(&server, &former, secrets[0].id, false).await.unwrap();
        rotate(&server, &former, Overlap::For(24 * HOUR)).await;
        let now = listed(&server, &former).await;
        assert_eq!((now.len(), now[1].id, now[1].expires_at), (2, secrets[1].id, secrets[1].expires_at));
        server.clock.advance(HOUR);
        assert_eq!(listed(&server, &former).await.len(), 1);
        let ended = end(&server, &former, secrets[1].id, true).await;
        assert!(matches!(ended, Err(ApplicationError::SecretNotFound)), "{ended:?}");
    }

    // Whoever ends both at once, each believing that the other stays, ends one.
    async fn two_ends_at_once_leave_one(server: Server) {
        let application = server.application("", &["*"]).await;
        rotate(&server, &application, Overlap::For(HOUR)).await;
        let other = server.second_instance().await;
        let mut crowd = JoinSet::new();
        for (n, secret) in listed(&server, &application).await.into_iter().enumerate() {
            let applications = if n == 0 { &server } else { &other }.applications.clone();
            let client_id = application.client_id.clone();
            crowd.spawn(async move {
                applications.end_secret(&client_id, secret.id, false, Reason::Routine, Actor::Operator).await.is_ok()
            });
        }
        let ended = crowd.join_all().await;
        assert_eq!(ended.iter().filter(|ended| **ended).count(), 1, "{ended:?}");
        assert_eq!(listed(&server, &application).await.len(), 1);
    }
}
