//! What applications do, counted by day.

use std::time::Duration;

use parloir::applications::ActivityReport;
use parloir::audit::Actor;
use parloir::server::clean;
use serde_json::json;

use crate::harness::{Application, Server, TOKEN, on_both};

const ADA: &str = "ada@example.org";
const ROOMS: &str = "/external-api/v1.0/rooms/";
const DAY: Duration = Duration::from_hours(24);

async fn ready(server: &Server) -> Application {
    server.account(ADA).await;
    server.application("rooms:list", &["example.org"]).await
}

async fn report(server: &Server, application: &Application, days: u32) -> ActivityReport {
    server.applications.activity(application.id, days).await.unwrap()
}

/// Issued, calls and refused of the last days, oldest first.
fn numbers(report: &ActivityReport) -> Vec<(i64, i64, i64)> {
    report.days.iter().map(|day| (day.issued, day.calls, day.refused)).collect()
}

fn codes(report: &ActivityReport) -> Vec<(&str, i64)> {
    report.refusals.iter().map(|refusal| (refusal.code.as_str(), refusal.count)).collect()
}

on_both! {
    async fn two_instances_add_up_day_by_day(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        for day in 1..=2_u32 {
            let acting = application.acting_for(ADA).await;
            for _ in 0..day {
                acting.get(ROOMS).expect(200).await;
                acting.at(elsewhere.address()).get(ROOMS).expect(200).await;
            }
            // Each writes what it saw itself, some of it in two goes.
            assert_eq!(server.applications.write_activity().await.unwrap(), 1);
            assert_eq!(elsewhere.applications.write_activity().await.unwrap(), 1);
            acting.at(elsewhere.address()).get(ROOMS).expect(200).await;
            assert_eq!(elsewhere.applications.write_activity().await.unwrap(), 1);
            assert_eq!(elsewhere.applications.write_activity().await.unwrap(), 0);
            server.clock.advance(DAY);
        }
        let last_week = report(&server, &application, 7).await;
        assert_eq!(last_week.days.len(), 7);
        assert_eq!(numbers(&last_week)[4..], [(1, 3, 0), (1, 5, 0), (0, 0, 0)]);
        assert_eq!(last_week.days[6].day.to_string(), "2026-01-17T00:00:00.000000Z");
        assert_eq!(numbers(&report(&server, &application, 2).await), [(1, 5, 0), (0, 0, 0)]);
        assert_eq!(report(&server, &application, 0).await.days.len(), 1);
        assert_eq!(report(&server, &application, 10_000).await.days.len(), 366);
    }

    async fn refusals_stand_under_their_codes(server: Server) {
        let application = ready(&server).await;
        let acting = application.acting_for(ADA).await;
        acting.post(ROOMS).expect(403).await;
        acting.get(&format!("{ROOMS}{}/", uuid())).expect(403).await;
        for _ in 0..3 {
            application.ask("ada@example.net").await.expect(403);
        }
        application.ask("nobody@example.org").await.expect(404);
        server.applications.revoke_tokens(&application.client_id, Actor::Operator).await.unwrap();
        acting.get(ROOMS).expect(401).await;
        server.clock.advance(Duration::from_hours(1));
        acting.get(ROOMS).expect(401).await;
        // Nobody who did not prove to be the application, or to hold a token of it, counts.
        let mut wrong = application.clone();
        wrong.client_secret = server.application("", &[]).await.client_secret;
        wrong.ask(ADA).await.expect(401);
        let named = json!({
            "client_id": application.client_id, "client_secret": "x", "grant_type": "client_credentials", "scope": ADA,
        });
        server.anonymous().post(TOKEN).json(&named).expect(401).await;
        server.anonymous().with_token("x").get(ROOMS).expect(401).await;
        server.applications.write_activity().await.unwrap();
        let report = report(&server, &application, 1).await;
        assert_eq!(numbers(&report), [(1, 0, 8)]);
        let expected = [
            ("domain_not_allowed", 3),
            ("insufficient_scope", 2),
            ("invalid_token", 1),
            ("token_revoked", 1),
            ("user_not_found", 1),
        ];
        assert_eq!(codes(&report), expected);
        assert_eq!(server.database.number("SELECT COUNT(DISTINCT application_id) FROM application_refusal", []).await, 1);
    }

    async fn it_costs_a_request_nothing_and_outlives_the_application(server: Server) {
        let application = ready(&server).await;
        let acting = application.acting_for(ADA).await;
        let before = server.store.statements();
        for _ in 0..10 {
            acting.call("OPTIONS", ROOMS).expect(403).await;
        }
        assert_eq!(server.store.statements() - before, 10);
        assert_eq!(server.applications.write_activity().await.unwrap(), 2);
        assert_eq!(server.store.statements() - before, 12, "one row each, however many requests");
        // One that is deleted before its counts are written is no trouble to the others.
        let other = server.application("rooms:list", &["example.org"]).await;
        application.token_for(ADA).await;
        other.token_for(ADA).await;
        server.applications.delete(&application.client_id, Actor::Operator).await.unwrap();
        server.applications.write_activity().await.unwrap();
        assert_eq!(numbers(&report(&server, &other, 1).await), [(1, 0, 0)]);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_activity", []).await, 1);
    }

    async fn they_are_kept_as_long_as_the_trail(server: Server) {
        let application = ready(&server).await;
        application.token_for(ADA).await;
        application.ask("nobody@example.org").await.expect(404);
        server.applications.write_activity().await.unwrap();
        server.clock.advance(server.config.audit_retention);
        clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_activity", []).await, 1);
        server.clock.advance(DAY);
        clean(&server).await.unwrap();
        for table in ["application_activity", "application_refusal"] {
            assert_eq!(server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await, 0, "{table}");
        }
    }
}

fn uuid() -> &'static str {
    "01234567-89ab-7def-8123-456789abcdef"
}
