//! Client secrets: rotation with an overlap, ends by the clock, and how little of them is ever shown.

use std::time::Duration;

use parloir::applications::{ApplicationError, Overlap};
use parloir::audit::{Actor, Filter};
use parloir::base::Timestamp;
use serde_json::json;

use crate::harness::{Application, Kind, START, Server, TOKEN, on_both};

const EMAIL: &str = "ada@example.org";
const HOUR: Duration = Duration::from_hours(1);

/// An application with a person whom it may act for.
async fn application(server: &Server) -> Application {
    server.account(EMAIL).await;
    server.application("rooms:list", &["example.org"]).await
}

/// The same application with a new secret.
async fn rotate(server: &Server, application: &Application, overlap: Overlap) -> Result<Application, ApplicationError> {
    let secret = server.applications.rotate_secret(&application.client_id, overlap, Actor::Operator).await?;
    let mut rotated = application.clone();
    secret.expose().clone_into(&mut rotated.client_secret);
    Ok(rotated)
}

/// Whether the application's secret works.
async fn works(application: &Application) -> bool {
    let answer = application.ask(EMAIL).await;
    if answer.status == 200 {
        return true;
    }
    answer.expect_refusal(401, "invalid_client", &json!({ "detail": "Invalid credentials" }));
    false
}

on_both! {
    async fn both_secrets_work_until_the_overlap_ends(server: Server) {
        let former = application(&server).await;
        let token = former.acting_for(EMAIL).await;
        let new = rotate(&server, &former, Overlap::For(HOUR)).await.unwrap();
        assert_eq!((works(&former).await, works(&new).await), (true, true));
        server.clock.advance(HOUR.saturating_sub(Duration::from_micros(1)));
        assert_eq!((works(&former).await, works(&new).await), (true, true));
        // A token is the person's and the application's, not the secret's: it lives on.
        token.get("/external-api/v1.0/rooms/").expect(200).await;
        server.clock.advance(Duration::from_micros(1));
        assert_eq!((works(&former).await, works(&new).await), (false, true));
        // A secret that ended makes room for the next one.
        let next = rotate(&server, &new, Overlap::For(HOUR)).await.unwrap();
        assert_eq!((works(&former).await, works(&new).await, works(&next).await), (false, true, true));
        let rows = server.database.number("SELECT COUNT(*) FROM application_secret", []).await;
        assert_eq!(rows, 2, "the secret that ended is still kept");
    }

    async fn a_rotation_without_overlap_ends_all_others_at_once(server: Server) {
        let first = application(&server).await;
        let second = rotate(&server, &first, Overlap::For(HOUR)).await.unwrap();
        let third = rotate(&server, &second, Overlap::None).await.unwrap();
        assert_eq!((works(&first).await, works(&second).await, works(&third).await), (false, false, true));
    }

    async fn a_third_secret_is_refused(server: Server) {
        let first = application(&server).await;
        let second = rotate(&server, &first, Overlap::For(HOUR)).await.unwrap();
        let refused = rotate(&server, &second, Overlap::For(2 * HOUR)).await;
        let Err(ApplicationError::TwoSecrets(end)) = refused else { panic!("{refused:?}") };
        assert_eq!(end, START.after(HOUR), "the end that was promised was moved");
        assert_eq!((works(&first).await, works(&second).await), (true, true));
        server.clock.advance(HOUR);
        assert_eq!((works(&first).await, works(&second).await), (false, true));
    }

    // Whatever runs at once, two secrets live at most, and the loser of the race is told.
    async fn rotations_at_once_leave_two_secrets(server: Server) {
        let application = application(&server).await;
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let (applications, client_id) = (server.applications.clone(), application.client_id.clone());
            crowd.spawn(async move { applications.rotate_secret(&client_id, Overlap::For(HOUR), Actor::Operator).await });
        }
        let outcomes = crowd.join_all().await;
        let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(ApplicationError::TwoSecrets(_)))).count();
        assert_eq!((made, refused), (1, 11), "{outcomes:?}");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_secret", []).await, 2);
    }

    async fn every_instance_sees_a_rotation_with_the_next_request(server: Server) {
        let other = server.second_instance().await;
        let first = application(&server).await;
        let ask = async |application: &Application| other.anonymous().post(TOKEN).json(&application.body(EMAIL)).send().await.status;
        assert_eq!(ask(&first).await, 200);
        let second = rotate(&server, &first, Overlap::For(HOUR)).await.unwrap();
        assert_eq!((ask(&first).await, ask(&second).await), (200, 200));
        let third = rotate(&server, &second, Overlap::None).await.unwrap();
        assert_eq!((ask(&first).await, ask(&second).await, ask(&third).await), (401, 401, 200));
    }

    // Who still uses the former secret is to be found in the trail before it ends.
    async fn the_use_of_a_former_secret_is_told(server: Server) {
        let former = application(&server).await;
        let new = rotate(&server, &former, Overlap::For(HOUR)).await.unwrap();
        let end = server.clock.now().after(HOUR);
        let trail = async |application: &Application| {
            let before = server.audit.search(&Filter::default()).await.unwrap().records.len();
            server.clock.advance(Duration::from_secs(1));
            application.ask(EMAIL).await.expect(200);
            let rows = server.audit.search(&Filter::default()).await.unwrap().records;
            assert_eq!(rows.len(), before + 1);
            rows[0].details.clone()
        };
        assert_eq!(trail(&new).await, None);
        let told = trail(&former).await.unwrap()["secret_expires_at"].clone();
        assert_eq!(told, json!(end));
        assert_eq!(told.as_str().and_then(Timestamp::parse), Some(end));
    }

    async fn a_list_shows_the_beginning_of_a_secret_alone(server: Server) {
        let first = application(&server).await;
        server.clock.advance(HOUR);
        let second = rotate(&server, &first, Overlap::For(HOUR)).await.unwrap();
        let overview = server.applications.find(&first.client_id).await.unwrap().unwrap();
        let listed: Vec<_> = overview.secrets.iter().map(|secret| (secret.prefix.as_str(), secret.expires_at)).collect();
        assert_eq!(listed, [(&second.client_secret[..12], None), (&first.client_secret[..12], Some(START.after(2 * HOUR)))]);
        // What is stored is a digest: the secret is in no column.
        for secret in [&first.client_secret, &second.client_secret] {
            let sql = match server.database.kind {
                Kind::Sqlite => "SELECT COUNT(*) FROM application_secret WHERE instr(digest, $1) > 0 OR instr(prefix, $1) > 0",
                Kind::Postgres => {
                    "SELECT COUNT(*) FROM application_secret WHERE position(convert_to($1, 'UTF8') IN digest) > 0 OR position($1 IN prefix) > 0"
                }
            };
            assert_eq!(server.database.number(sql, [secret.as_str().into()]).await, 0);
        }
    }
}
