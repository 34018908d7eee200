//! When applications and their secrets were last used: noted in memory, written now and then.

use std::time::Duration;

use parloir::applications::Overlap;
use parloir::audit::Actor;
use parloir::base::Timestamp;
use serde_json::Value;

use crate::harness::{Application, Database, Kind, START, Server, on_both, run};
use crate::process::{Installation, ask_token};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";

async fn ready(server: &Server) -> Application {
    server.account(ADA).await;
    server.application("rooms:list", &["example.org"]).await
}

/// So many seconds after the test began.
fn at(seconds: u64) -> i64 {
    START.after(Duration::from_secs(seconds)).as_micros()
}

/// What the tables say: of the application, and of its secrets, oldest first.
async fn written(server: &Server, application: &Application) -> (Option<i64>, Vec<Option<i64>>) {
    let id = || [application.id.into()];
    let of_application = server.database.rows("SELECT last_used_at FROM application WHERE id = $1", id()).await;
    let sql = "SELECT last_used_at FROM application_secret WHERE application_id = $1 ORDER BY created_at, id";
    let of_secrets = server.database.rows(sql, id()).await;
    let moment = |row: &sea_orm::QueryResult| row.try_get_by_index(0).unwrap();
    (moment(&of_application[0]), of_secrets.iter().map(moment).collect())
}

fn advance(server: &Server, seconds: u64) {
    server.clock.advance(Duration::from_secs(seconds));
}

on_both! {
    async fn written_when_it_is_time(server: Server) {
        let application = ready(&server).await;
        let idle = server.application("rooms:list", &["example.org"]).await;
        assert_eq!(server.applications.write_usage().await.unwrap(), 0);
        advance(&server, 1);
        let acting = application.acting_for(ADA).await;
        assert_eq!(written(&server, &application).await, (None, vec![None]), "written with the request");
        assert_eq!(server.applications.write_usage().await.unwrap(), 2);
        assert_eq!(written(&server, &application).await, (Some(at(1)), vec![Some(at(1))]));
        // A token in use is its application's, whichever secret it was asked with.
        advance(&server, 4);
        acting.get(ROOMS).expect(200).await;
        advance(&server, 5);
        acting.post(ROOMS).expect(403).await;
        assert_eq!(server.applications.write_usage().await.unwrap(), 1);
        assert_eq!(written(&server, &application).await, (Some(at(10)), vec![Some(at(1))]));
        assert_eq!(server.applications.write_usage().await.unwrap(), 0);
        assert_eq!(written(&server, &idle).await, (None, vec![None]));
    }

    async fn what_is_refused_is_no_use(server: Server) {
        let application = ready(&server).await;
        let acting = application.acting_for(ADA).await;
        server.applications.write_usage().await.unwrap();
        advance(&server, 60);
        let mut wrong = application.clone();
        wrong.client_secret = server.application("", &[]).await.client_secret;
        wrong.ask(ADA).await.expect(401);
        application.ask("nobody@example.org").await.expect(404);
        application.ask("ada@example.net").await.expect(403);
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        application.ask(ADA).await.expect(401);
        acting.get(ROOMS).expect(401).await;
        assert_eq!(server.applications.write_usage().await.unwrap(), 0);
        assert_eq!(written(&server, &application).await, (Some(at(0)), vec![Some(at(0))]));
    }

    async fn the_later_moment_wins(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let acting = application.acting_for(ADA).await;
        advance(&server, 10);
        acting.at(elsewhere.address()).get(ROOMS).expect(200).await;
        assert_eq!(elsewhere.applications.write_usage().await.unwrap(), 1);
        // What the first saw ten seconds before is no news.
        assert_eq!(server.applications.write_usage().await.unwrap(), 1, "the secret alone");
        assert_eq!(written(&server, &application).await, (Some(at(10)), vec![Some(at(0))]));
        // Within one instance as well, and a clock that went back takes nothing away.
        let (earlier, later) = (START.after(Duration::from_secs(20)), START.after(Duration::from_secs(30)));
        for moment in [later, earlier, Timestamp::from_seconds(0)] {
            server.applications.note_use(application.id, None, moment);
        }
        assert_eq!(server.applications.write_usage().await.unwrap(), 1);
        assert_eq!(written(&server, &application).await, (Some(at(30)), vec![Some(at(0))]));
    }

    async fn each_secret_for_itself(server: Server) {
        let application = ready(&server).await;
        application.token_for(ADA).await;
        advance(&server, 10);
        let overlap = Overlap::For(Duration::from_hours(1));
        let secret = server.applications.rotate_secret(&application.client_id, overlap, Actor::Operator).await.unwrap();
        let mut renewed = application.clone();
        renewed.client_secret = secret.expose().to_owned();
        renewed.token_for(ADA).await;
        advance(&server, 10);
        application.token_for(ADA).await;
        assert_eq!(server.applications.write_usage().await.unwrap(), 3);
        assert_eq!(written(&server, &application).await, (Some(at(20)), vec![Some(at(20)), Some(at(10))]));
        // One that was removed before it could be written: the rest is written all the same.
        renewed.token_for(ADA).await;
        application.token_for(ADA).await;
        server.applications.rotate_secret(&application.client_id, Overlap::None, Actor::Operator).await.unwrap();
        advance(&server, 10);
        server.applications.write_usage().await.unwrap();
        assert_eq!(written(&server, &application).await, (Some(at(20)), vec![None]));
    }

    // Nothing of it is written on the way of a request: one SELECT and the event for a token, one SELECT for its use.
    async fn it_costs_a_request_nothing(server: Server) {
        let application = ready(&server).await;
        let acting = application.acting_for(ADA).await;
        for _ in 0..3 {
            advance(&server, 1);
            let before = server.store.statements();
            application.ask(ADA).await.expect(200);
            assert_eq!(server.store.statements() - before, 2);
            acting.call("OPTIONS", ROOMS).expect(403).await;
            assert_eq!(server.store.statements() - before, 3);
        }
        let before = server.store.statements();
        server.applications.write_usage().await.unwrap();
        assert_eq!(server.store.statements() - before, 2, "one row each, however many requests");
        server.applications.write_usage().await.unwrap();
        assert_eq!(server.store.statements() - before, 2, "asked for nothing");
    }

    async fn the_list_shows_it(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["user", "create", "--email", ADA]);
        let idle = parloir.json(&["application", "create", "--name", "Idle", "--all-domains"]);
        assert_eq!((&idle["last_used_at"], &idle["secrets"][0]["last_used_at"]), (&Value::Null, &Value::Null));
        let created = parloir.json(&["application", "create", "--name", "CRM", "--domain", "example.org"]);
        let running = parloir.serve(&[]);
        let (status, _) = ask_token(&running, &reqwest::Client::new(), &created, ADA).await;
        assert_eq!(status, 200);
        // A server that stops in order writes before it goes.
        running.terminate();
        let listed = parloir.json(&["application", "list"]);
        let (crm, idle) = (&listed[0], &listed[1]);
        let used = crm["last_used_at"].as_str().unwrap();
        assert!(used > crm["created_at"].as_str().unwrap(), "{crm}");
        assert_eq!(crm["secrets"][0]["last_used_at"], used);
        assert_eq!((&idle["name"], &idle["last_used_at"]), (&Value::from("Idle"), &Value::Null));
        let words = parloir.run(&["application", "list"]).stdout;
        assert_eq!(words.matches(&format!("last used {used}")).count(), 2, "{words}");
        assert_eq!(words.matches("never used").count(), 2, "{words}");
    }
}

// What cannot be written is not lost.
#[test]
fn kept_while_the_database_is_away() {
    run(Kind::Postgres, async |server: Server| {
        let application = ready(&server).await;
        application.token_for(ADA).await;
        server.database.cut_off().await;
        server.applications.write_usage().await.unwrap_err();
        advance(&server, 5);
        server.applications.note_use(application.id, None, server.clock.now());
        server.applications.write_usage().await.unwrap_err();
        server.database.let_in().await;
        // Each connection of the pool that died may say so once more.
        let mut rows = server.applications.write_usage().await;
        for _ in 0..8 {
            if rows.is_ok() {
                break;
            }
            rows = server.applications.write_usage().await;
        }
        assert_eq!(rows.unwrap(), 2);
        assert_eq!(written(&server, &application).await, (Some(at(5)), vec![Some(at(0))]));
    });
}
