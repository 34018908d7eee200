//! Rights are read when they are used: what is taken or given back counts for the next call of every instance.

use parloir::audit::Actor;
use parloir::base::{AccountId, TokenId};
use serde_json::json;

use crate::harness::forger::claims;
use crate::harness::{Answer, Application, Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";

async fn ready(server: &Server) -> (Application, AccountId, Client) {
    let account = server.account(ADA).await.id;
    let application = server.application("rooms:list rooms:create", &["example.org"]).await;
    let acting = application.acting_for(ADA).await;
    acting.get(ROOMS).expect(200).await;
    (application, account, acting)
}

async fn set_scopes(server: &Server, application: &Application, scopes: &str) {
    let sql = "UPDATE application SET scopes = $1 WHERE id = $2";
    assert_eq!(server.database.execute(sql, [scopes.into(), application.id.into()]).await, 1);
}

fn refused(answer: Answer, code: &str, text: &str) {
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
    answer.expect_refusal(401, code, &json!({ "detail": text }));
}

on_both! {
    async fn scopes(server: Server) {
        let (application, _, acting) = ready(&server).await;
        set_scopes(&server, &application, "rooms:create rooms:retrieve").await;
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:list" });
        acting.get(ROOMS).send().await.expect_refusal(403, "insufficient_scope", &told);
        acting.post(ROOMS).expect(201).await;
        // What the application got later is not in the token.
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:retrieve" });
        acting.get(&format!("{ROOMS}x/")).send().await.expect_refusal(403, "insufficient_scope", &told);
        set_scopes(&server, &application, "").await;
        let told = json!({ "detail": "Insufficient permissions." });
        acting.post(ROOMS).send().await.expect_refusal(403, "insufficient_scope", &told);
        set_scopes(&server, &application, "rooms:list").await;
        acting.get(ROOMS).expect(200).await;
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:create" });
        acting.post(ROOMS).send().await.expect_refusal(403, "insufficient_scope", &told);
    }

    async fn domains(server: Server) {
        let (application, _, acting) = ready(&server).await;
        let told = json!({ "error": "This application is not authorized for this email domain." });
        let id = application.id;
        server.database.execute("DELETE FROM application_domain WHERE application_id = $1", [id.into()]).await;
        let answer = acting.get(ROOMS).send().await;
        assert_eq!(answer.header("www-authenticate"), "");
        answer.expect_refusal(403, "domain_not_allowed", &told);
        // Before the scope is looked at, and whatever the method.
        acting.call("DELETE", ROOMS).send().await.expect_refusal(403, "domain_not_allowed", &told);
        let add = "INSERT INTO application_domain (application_id, domain) VALUES ($1, $2)";
        server.database.execute(add, [id.into(), "example.net".into()]).await;
        acting.get(ROOMS).expect(403).await;
        server.database.execute(add, [id.into(), "example.org".into()]).await;
        acting.get(ROOMS).expect(200).await;
        server.database.execute("DELETE FROM application_domain WHERE application_id = $1", [id.into()]).await;
        server
            .database
            .execute("UPDATE application SET all_domains = $1 WHERE id = $2", [true.into(), id.into()])
            .await;
        acting.get(ROOMS).expect(200).await;
    }

    async fn the_application(server: Server) {
        let (application, _, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let acting_elsewhere = acting.at(elsewhere.address());
        acting_elsewhere.get(ROOMS).expect(200).await;
        for (active, status) in [(false, 401), (true, 200)] {
            server.applications.set_active(&application.client_id, active, Actor::Operator).await.unwrap();
            acting.get(ROOMS).expect(status).await;
            acting_elsewhere.get(ROOMS).expect(status).await;
        }
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        refused(acting.get(ROOMS).send().await, "application_inactive", "Application is disabled.");
        server.database.execute("DELETE FROM application WHERE id = $1", [application.id.into()]).await;
        refused(acting.get(ROOMS).send().await, "application_not_found", "Application not found.");
        refused(acting_elsewhere.get(ROOMS).send().await, "application_not_found", "Application not found.");
    }

    async fn the_person(server: Server) {
        let (_, account, acting) = ready(&server).await;
        let email = ADA.parse().unwrap();
        server.accounts.set_enabled(&email, false, Actor::Operator).await.unwrap();
        refused(acting.get(ROOMS).send().await, "account_disabled", "User account is disabled.");
        refused(acting.post(ROOMS).send().await, "account_disabled", "User account is disabled.");
        server.accounts.set_enabled(&email, true, Actor::Operator).await.unwrap();
        acting.get(ROOMS).expect(200).await;
        server.database.execute("DELETE FROM account WHERE id = $1", [account.into()]).await;
        refused(acting.get(ROOMS).send().await, "user_not_found", "User not found.");
    }

    async fn one_token(server: Server) {
        let (application, _, acting) = ready(&server).await;
        let token = application.token_for(ADA).await;
        let jti: TokenId = claims(&token)["jti"].as_str().unwrap().parse().unwrap();
        let end = claims(&token)["exp"].as_i64().unwrap() * 1_000_000;
        let revoke = "INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2)";
        server.database.execute(revoke, [jti.into(), end.into()]).await;
        let revoked = server.anonymous().with_token(&token);
        refused(revoked.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        refused(revoked.call("PUT", ROOMS).send().await, "token_revoked", "Token has been revoked.");
        let elsewhere = server.second_instance().await;
        refused(revoked.at(elsewhere.address()).get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        // The others of the same application and person are not touched.
        acting.get(ROOMS).expect(200).await;
    }

    async fn all_tokens(server: Server) {
        let (application, account, acting) = ready(&server).await;
        let grace = server.account("grace@example.org").await.id;
        let (other, for_grace) =
            (server.application("rooms:list", &["*"]).await, application.acting_for("grace@example.org").await);
        let other = other.acting_for(ADA).await;
        // Of a person: for every application. Those issued afterwards work.
        server.database.execute("UPDATE account SET generation = generation + 1 WHERE id = $1", [account.into()]).await;
        refused(acting.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        refused(other.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        for_grace.get(ROOMS).expect(200).await;
        let acting = application.acting_for(ADA).await;
        acting.get(ROOMS).expect(200).await;
        // Of an application: for every person.
        server.database.execute("UPDATE application SET generation = 7 WHERE id = $1", [application.id.into()]).await;
        refused(acting.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        refused(for_grace.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        let token = application.token_for("grace@example.org").await;
        assert_eq!((&claims(&token)["gen"], &claims(&token)["sub"]), (&json!([0, 7, 0]), &json!(grace)));
        server.anonymous().with_token(&token).get(ROOMS).expect(200).await;
        // Revoked comes before the domain.
        server.database.execute("DELETE FROM application_domain", []).await;
        refused(for_grace.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
    }
}
