//! How many people who never came an application may make in a day.

use std::time::Duration;

use parloir::accounts::Status;
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::EmailAddress;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Answer, Application, Database, Server, TOKEN, domains, on_both, scopes};

const LIMIT: &str = "delegation.pending_people_per_day";
const MICROSECOND: Duration = Duration::from_micros(1);

/// An application that may make people of example.org, with a number of its own or without.
async fn inviting(server: &Server, per_day: Option<u32>) -> Application {
    let new = NewApplication {
        name: "Calendar".to_owned(),
        scopes: scopes("rooms:list"),
        domains: domains(&["example.org"]),
        allow_user_creation: true,
        user_creation_per_day: per_day,
        ..Default::default()
    };
    server.new_application(new).await
}

async fn accounts(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM account", []).await
}

async fn counted(server: &Server) -> i64 {
    server.database.number("SELECT CAST(COALESCE(SUM(people), 0) AS BIGINT) FROM application_user_creation", []).await
}

/// The application has made its people of today; tomorrow begins in so many seconds.
#[track_caller]
fn assert_limited(answer: Answer, seconds: u64) {
    assert_eq!(answer.header("retry-after"), seconds.to_string(), "{answer}");
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let told = json!({ "detail": format!("Request was throttled. Expected available in {seconds} {unit}.") });
    answer.expect_refusal(429, "user_creation_limit", &told);
}

on_both! {
    async fn as_many_as_the_settings_say(database: Database) {
        let server = database.serve_with(&[(LIMIT, "2")]).await;
        let application = inviting(&server, None).await;
        server.account("ada@example.org").await;
        for person in ["one", "two"] {
            application.ask(&format!("{person}@example.org")).await.expect(200);
        }
        assert_limited(application.ask("three@example.org").await, 43_200);
        // Nothing is left of who was not made, but that it was refused.
        assert_eq!((accounts(&server).await, counted(&server).await), (3, 2));
        let refused = database.events("token.refused").await;
        assert_eq!((refused.len(), refused[0].application_id), (1, Some(application.id.as_uuid())));
        assert_eq!(database.events("account.created").await.len(), 3);
        // Who is there already is not made again.
        for person in ["one", "TWO", "ada"] {
            application.ask(&format!("{person}@example.org")).await.expect(200);
        }
        // What is wrong for another reason is told first, and counts for nothing.
        application.ask("three@example.net").await.expect(403);
        application.ask("no address").await.expect(400);
        // Each application has its own count.
        let other = inviting(&server, None).await;
        other.ask("three@example.org").await.expect(200);
        application.ask("three@example.org").await.expect(200);
        assert_limited(application.ask("four@example.org").await, 43_200);
        assert_eq!(counted(&server).await, 3);
    }

    async fn a_number_of_its_own(database: Database) {
        let server = database.serve_with(&[(LIMIT, "2")]).await;
        for (own, may) in [(Some(1), 1), (Some(3), 3), (Some(0), 0), (None, 2)] {
            let application = inviting(&server, own).await;
            for n in 0..may {
                application.ask(&format!("{own:?}-{n}@example.org").replace(['(', ')'], "")).await.expect(200);
            }
            assert_limited(application.ask("somebody@example.org").await, 43_200);
        }
        assert_eq!(accounts(&server).await, 6);
    }

    async fn none_at_all(database: Database) {
        let server = database.serve_with(&[(LIMIT, "0")]).await;
        let application = inviting(&server, None).await;
        server.account("ada@example.org").await;
        assert_limited(application.ask("somebody@example.org").await, 43_200);
        application.ask("ada@example.org").await.expect(200);
        assert_eq!((accounts(&server).await, counted(&server).await), (1, 0));
        // Its own number stands over the settings.
        inviting(&server, Some(1)).await.ask("somebody@example.org").await.expect(200);
    }

    async fn a_hundred_unless_set(server: Server) {
        let application = inviting(&server, None).await;
        let email = |n: u32| format!("person{n}@example.org").parse::<EmailAddress>().unwrap();
        for n in 0..99 {
            let made = server.accounts.find_or_make_pending(&email(n), application.id, 100).await.unwrap();
            assert_eq!(made.unwrap().status, Status::Pending);
        }
        application.ask("person99@example.org").await.expect(200);
        assert_limited(application.ask("person100@example.org").await, 43_200);
    }

    async fn until_midnight_in_utc(database: Database) {
        let server = database.serve_with(&[(LIMIT, "1")]).await;
        let application = inviting(&server, None).await;
        application.ask("one@example.org").await.expect(200);
        // 12:00 is when it begins.
        server.clock.advance(Duration::from_hours(12).saturating_sub(MICROSECOND));
        assert_limited(application.ask("two@example.org").await, 1);
        parloir::server::clean(&server).await.unwrap();
        assert_limited(application.ask("two@example.org").await, 1);
        server.clock.advance(MICROSECOND);
        application.ask("two@example.org").await.expect(200);
        assert_limited(application.ask("three@example.org").await, 86_400);
        // What was counted yesterday is thrown away, today's is kept.
        assert_eq!(counted(&server).await, 2);
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(counted(&server).await, 1);
        assert_limited(application.ask("three@example.org").await, 86_400);
    }

    async fn requests_at_once_do_not_pass_it_together(database: Database) {
        let server = database.serve_with(&[(LIMIT, "5")]).await;
        let settings = [(LIMIT, "5"), ("server.public_url", server.public_url())];
        let elsewhere = database.serve_with(&settings).await;
        let application = inviting(&server, None).await;
        let mut asking = JoinSet::new();
        for n in 0..24 {
            let client = if n % 2 == 0 { server.anonymous() } else { elsewhere.anonymous() };
            asking.spawn(client.post(TOKEN).json(&application.body(&format!("person{n}@example.org"))).send());
        }
        let (made, refused): (Vec<_>, Vec<_>) = asking.join_all().await.into_iter().partition(|answer| answer.status == 200);
        for answer in refused {
            assert_limited(answer, 43_200);
        }
        assert_eq!((made.len(), accounts(&server).await, counted(&server).await), (5, 5, 5));
        assert_eq!(database.events("account.created").await.len(), 5);
    }

    async fn one_person_asked_for_many_times_counts_once(database: Database) {
        let server = database.serve_with(&[(LIMIT, "1")]).await;
        let application = inviting(&server, None).await;
        let mut asking = JoinSet::new();
        for _ in 0..20 {
            asking.spawn(server.anonymous().post(TOKEN).json(&application.body("one@example.org")).expect(200));
        }
        asking.join_all().await;
        assert_eq!((accounts(&server).await, counted(&server).await), (1, 1));
        // Who came by herself was not made by it.
        let other = inviting(&server, None).await;
        other.ask("one@example.org").await.expect(200);
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        other.ask("two@example.org").await.expect(200);
        assert_eq!(counted(&server).await, 2);
    }
}
