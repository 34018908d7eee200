//! Revoked tokens: one, all of an application, all of a person; in force for the next call of every instance.

use std::time::Duration;

use parloir::accounts::AccountError;
use parloir::applications::ApplicationError;
use parloir::audit::Actor;
use parloir::base::{ClientId, Random, TokenId};
use parloir::delegation::RevocationError;
use serde_json::{Value, json};

use crate::harness::forger::claims;
use crate::harness::{Answer, Application, Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";

async fn application(server: &Server) -> Application {
    server.application("rooms:list rooms:create", &["example.org"]).await
}

async fn ready(server: &Server) -> Application {
    server.account(ADA).await;
    server.account(GRACE).await;
    application(server).await
}

fn jti(token: &str) -> TokenId {
    claims(token)["jti"].as_str().unwrap().parse().unwrap()
}

fn assert_revoked(answer: Answer) {
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
    answer.expect_refusal(401, "token_revoked", &json!({ "detail": "Token has been revoked." }));
}

/// Each of them is refused on every instance, whatever it asks for.
async fn assert_all_revoked(instances: [&Server; 2], callers: &[&Client]) {
    for server in instances {
        for caller in callers {
            assert_revoked(caller.at(server.address()).get(ROOMS).send().await);
            assert_revoked(caller.at(server.address()).post(ROOMS).send().await);
        }
    }
}

async fn assert_all_work(instances: [&Server; 2], callers: &[&Client]) {
    for server in instances {
        for caller in callers {
            caller.at(server.address()).get(ROOMS).expect(200).await;
        }
    }
}

on_both! {
    async fn one_token(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let token = application.token_for(ADA).await;
        let (revoked, other) = (server.anonymous().with_token(&token), application.acting_for(ADA).await);
        assert_all_work([&server, &elsewhere], &[&revoked, &other]).await;
        server.clock.advance(Duration::from_mins(10));
        let told = server.delegation.revoke(jti(&token), Actor::Operator).await.unwrap();
        let end = claims(&token)["exp"].as_i64().unwrap();
        assert_eq!((told.expires_at.as_seconds(), told.expired), (end, false));
        assert_all_revoked([&server, &elsewhere], &[&revoked]).await;
        let new = application.acting_for(ADA).await;
        let for_grace = application.acting_for(GRACE).await;
        assert_all_work([&server, &elsewhere], &[&other, &new, &for_grace]).await;
    }

    async fn twice_is_once(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let token = application.token_for(ADA).await;
        let person: Value = claims(&token)["sub"].clone();
        let first = server.delegation.revoke(jti(&token), Actor::Operator).await.unwrap();
        server.clock.advance(Duration::from_mins(10));
        let (second, third) = tokio::join!(
            server.delegation.revoke(jti(&token), Actor::Operator),
            elsewhere.delegation.revoke(jti(&token), Actor::Operator),
        );
        assert_eq!((second.unwrap(), third.unwrap()), (first, first));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM revoked_token", []).await, 1);
        let events = server.database.events("token.revoked").await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.actor_kind.as_str(), event.actor_id), ("operator", None));
        assert_eq!(event.on_behalf_of.map(|id| id.to_string()).as_deref(), person.as_str());
        assert_eq!((event.application_id, event.jti), (Some(application.id.as_uuid()), Some(jti(&token).as_uuid())));
    }

    async fn a_token_that_nobody_issued(server: Server) {
        let application = ready(&server).await;
        let token = application.token_for(ADA).await;
        let room = server.anonymous().with_token(&token).post(ROOMS).expect(201).await.json();
        let now = server.clock.now();
        let unknown = [
            TokenId::new(&Random::System, now),
            TokenId::new(&Random::System, now.after(Duration::from_hours(24))),
            // One digit off.
            {
                let text = jti(&token).to_string();
                let last = if text.ends_with('0') { "1" } else { "0" };
                format!("{}{last}", &text[..text.len() - 1]).parse().unwrap()
            },
            // Ids of something else, and of another version.
            room["id"].as_str().unwrap().parse().unwrap(),
            claims(&token)["sub"].as_str().unwrap().parse().unwrap(),
            "6fa459ea-ee8a-4ca4-894e-db77e160355e".parse().unwrap(),
            "00000000-0000-0000-0000-000000000000".parse().unwrap(),
            "ffffffff-ffff-7fff-bfff-ffffffffffff".parse().unwrap(),
        ];
        for id in unknown {
            let refused = server.delegation.revoke(id, Actor::Operator).await;
            assert!(matches!(refused, Err(RevocationError::Unknown)), "{id}: {refused:?}");
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM revoked_token", []).await, 0);
        assert_eq!(server.database.events("token.revoked").await.len(), 0);
    }

    async fn a_token_that_has_ended_anyway(server: Server) {
        let application = ready(&server).await;
        let (ended, last) = (application.token_for(ADA).await, application.token_for(ADA).await);
        server.clock.advance(Duration::from_micros(3_599_999_999));
        assert!(!server.delegation.revoke(jti(&last), Actor::Operator).await.unwrap().expired);
        server.clock.advance(Duration::from_micros(1));
        assert!(server.delegation.revoke(jti(&ended), Actor::Operator).await.unwrap().expired);
        assert_eq!(server.database.events("token.revoked").await.len(), 1);
        // The list keeps nobody longer than the token would have lived.
        assert_eq!(server.database.number("SELECT COUNT(*) FROM revoked_token", []).await, 1);
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM revoked_token", []).await, 0);
        let answer = server.anonymous().with_token(&last).get(ROOMS).send().await;
        answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Token expired." }));
    }

    async fn a_token_in_the_list_is_kept_until_it_ends(server: Server) {
        let application = ready(&server).await;
        let token = application.token_for(ADA).await;
        server.delegation.revoke(jti(&token), Actor::Operator).await.unwrap();
        server.clock.advance(Duration::from_micros(3_599_999_999));
        parloir::server::clean(&server).await.unwrap();
        assert_revoked(server.anonymous().with_token(&token).get(ROOMS).send().await);
    }

    async fn all_of_an_application(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let other = self::application(&server).await;
        let former = [application.acting_for(ADA).await, application.acting_for(GRACE).await];
        let others = [other.acting_for(ADA).await, other.acting_for(GRACE).await];
        server.applications.revoke_tokens(&application.client_id, Actor::Operator).await.unwrap();
        assert_all_revoked([&server, &elsewhere], &[&former[0], &former[1]]).await;
        let new = application.acting_for(ADA).await;
        assert_all_work([&server, &elsewhere], &[&others[0], &others[1], &new]).await;
        // Again: the new one as well.
        elsewhere.applications.revoke_tokens(&application.client_id, Actor::Operator).await.unwrap();
        assert_all_revoked([&server, &elsewhere], &[&former[0], &new]).await;
        let new = application.acting_for(GRACE).await;
        assert_all_work([&server, &elsewhere], &[&others[0], &new]).await;
        let events = server.database.events("application.tokens_revoked").await;
        assert_eq!(events.len(), 2);
        for event in &events {
            assert_eq!((event.actor_kind.as_str(), event.application_id), ("operator", Some(application.id.as_uuid())));
        }
        let unknown = server.applications.revoke_tokens(&ClientId::from_wire("prl_ci_nobody"), Actor::Operator).await;
        assert!(matches!(unknown, Err(ApplicationError::NotFound)), "{unknown:?}");
    }

    async fn all_of_a_person(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let other = self::application(&server).await;
        let former = [application.acting_for(ADA).await, other.acting_for(ADA).await];
        let others = [application.acting_for(GRACE).await, other.acting_for(GRACE).await];
        let account = server.accounts.revoke_tokens(&"Ada@Example.org".parse().unwrap(), Actor::Operator).await.unwrap();
        assert_all_revoked([&server, &elsewhere], &[&former[0], &former[1]]).await;
        let new = [application.acting_for(ADA).await, other.acting_for(ADA).await];
        assert_all_work([&server, &elsewhere], &[&others[0], &others[1], &new[0], &new[1]]).await;
        let events = server.database.events("account.tokens_revoked").await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.actor_kind.as_str(), event.on_behalf_of), ("operator", Some(account.id.as_uuid())));
        let unknown = server.accounts.revoke_tokens(&"nobody@example.org".parse().unwrap(), Actor::Operator).await;
        assert!(matches!(unknown, Err(AccountError::NotFound)), "{unknown:?}");
    }

    // Her sessions are not tokens: she stays signed in.
    async fn a_person_stays_signed_in(server: Server) {
        let ada = server.person(ADA).await;
        server.accounts.revoke_tokens(&ADA.parse().unwrap(), Actor::Operator).await.unwrap();
        ada.get("/auth/users/me/").expect(200).await;
    }

    async fn many_revocations_at_once_each_count(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let acting = application.acting_for(ADA).await;
        let revoking = (0..8).map(|n| {
            let applications = if n % 2 == 0 { server.applications.clone() } else { elsewhere.applications.clone() };
            let client_id = application.client_id.clone();
            tokio::spawn(async move { applications.revoke_tokens(&client_id, Actor::Operator).await.unwrap() })
        });
        for revoked in revoking.collect::<Vec<_>>() {
            revoked.await.unwrap();
        }
        assert_eq!(server.database.number("SELECT generation FROM application", []).await, 8);
        assert_revoked(acting.get(ROOMS).send().await);
        assert_all_work([&server, &elsewhere], &[&application.acting_for(ADA).await]).await;
    }
}
