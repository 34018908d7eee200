//! `/api/v1/admin/applications`: who is let in, what is refused and in which words, and what is changed.

use serde_json::{Value, json};

use crate::harness::{Application, Client, Server, on_both};

const BASE: &str = "/api/v1/admin/applications";

fn at(application: &Application, rest: &str) -> String {
    format!("{BASE}/{}{rest}", application.client_id)
}

/// A person who manages that application and is no administrator.
async fn manager_of(server: &Server, application: &Application, email: &str) -> Client {
    let person = server.person(email).await;
    let account = server.accounts.find_by_email(&email.parse::<parloir::base::EmailAddress>().unwrap().key()).await;
    let id = account.unwrap().unwrap().id;
    server.applications.add_manager(&application.client_id, id, parloir::audit::Actor::Operator).await.unwrap();
    person
}

fn problem(code: &str, detail: &str) -> Value {
    json!({ "code": code, "detail": detail })
}

/// Every route, with a body that would be taken.
fn routes(application: &Application) -> Vec<(&'static str, String, Value)> {
    let nobody = "01234567-89ab-7def-8123-456789abcdef";
    vec![
        ("GET", at(application, ""), Value::Null),
        ("PATCH", at(application, ""), json!({ "name": "Desk" })),
        ("GET", at(application, "/activity"), Value::Null),
        ("PUT", at(application, "/logo"), json!("no picture")),
        ("DELETE", at(application, "/logo"), Value::Null),
        ("GET", at(application, "/managers"), Value::Null),
        ("POST", at(application, "/managers"), json!({ "email": "ada@example.org" })),
        ("DELETE", at(application, &format!("/managers/{nobody}")), Value::Null),
    ]
}

fn administrators_only(path: &str) -> bool {
    path.contains("/managers")
}

on_both! {
    async fn nobody_else_is_let_in(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let other = server.application("rooms:list", &["example.org"]).await;
        let person = server.person("ada@example.org").await;
        let other_manager = manager_of(&server, &other, "grace@example.org").await;
        let acting = application.acting_for("ada@example.org").await;
        let unknown = json!({ "code": "not_found", "detail": "Not found." });
        let forbidden = problem("permission_denied", "You do not have permission to perform this action.");
        let stranger = problem("not_authenticated", "Authentication credentials were not provided.");
        let mut all = routes(&application);
        all.push(("GET", BASE.to_owned(), Value::Null));
        for (method, path, body) in all {
            // A token of the application itself opens nothing here.
            for client in [&server.anonymous(), &acting] {
                let answer = client.call(method, &path).json(&body).send().await;
                assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
                answer.expect_refusal(401, "not_authenticated", &stranger);
            }
            let crossed = person.call(method, &path).json(&body).header("sec-fetch-site", "cross-site").send().await;
            if method != "GET" {
                assert_eq!(crossed.expect(403).code(), "cross_site_request");
            }
            for (client, manages) in [(&person, false), (&other_manager, true)] {
                let answer = client.call(method, &path).json(&body).send().await;
                if path == BASE && manages {
                    answer.expect(200);
                } else if path == BASE || administrators_only(&path) {
                    answer.expect_refusal(403, "permission_denied", &forbidden);
                } else {
                    answer.expect_refusal(404, "not_found", &unknown);
                }
            }
        }
        let administrator = server.administrator().await;
        let mut missing = application.clone();
        missing.client_id = parloir::base::ClientId::from_wire("prl_ci_0000000000000000000000");
        for (method, path, body) in routes(&missing) {
            let answer = administrator.call(method, &path).json(&body).send().await;
            answer.expect_refusal(404, "not_found", &unknown);
        }
        for action in ["application.updated", "application.manager_removed"] {
            assert_eq!(server.database.events(action).await, [], "{action}");
        }
    }

    async fn an_administrator_changes_all(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let before = administrator.get(&at(&application, "")).expect(200).await.json();
        assert_eq!(
            before.as_object().unwrap().keys().collect::<Vec<_>>(),
            [
                "id", "client_id", "slug", "name", "description", "owner_contact", "home_page", "logo", "active", "scopes",
                "optional_scopes", "all_domains", "domains", "allow_user_creation", "user_creation_per_day",
                "token_lifetime_minutes", "networks", "version", "created_at", "updated_at", "last_used_at",
            ]
        );
        let change = json!({
            "name": "Desk", "description": "Rooms for tickets", "owner_contact": "desk@example.org",
            "home_page": "https://desk.example.org", "active": false, "scopes": ["rooms:create", "rooms:list"],
            "optional_scopes": ["rooms:list"], "domains": ["Example.com"], "allow_user_creation": true,
            "user_creation_per_day": 3, "token_lifetime_minutes": 15, "networks": ["192.0.2.0/24", "::1"],
        });
        let mut with_version = change.clone();
        with_version["version"] = json!(0);
        let after = administrator.call("PATCH", &at(&application, "/")).json(&with_version).expect(200).await.json();
        for (field, value) in change.as_object().unwrap() {
            let value = if field == "domains" { &json!(["example.com"]) } else { value };
            let value = if field == "networks" { &json!(["192.0.2.0/24", "::1"]) } else { value };
            assert_eq!(&after[field], value, "{field}");
        }
        assert_eq!(after["version"], 1);
        assert_eq!(administrator.get(&at(&application, "")).expect(200).await.json(), after);
        let event = server.database.events("application.updated").await.pop().unwrap();
        assert_eq!(event.actor_kind, "person");
        assert!(event.actor_id.is_some());
        let refused = administrator.call("PATCH", &at(&application, "")).json(&with_version).send().await;
        let text = "The application was changed meanwhile; read it again.";
        refused.expect_refusal(409, "conflict", &problem("conflict", text));
        let back = json!({ "all_domains": false, "home_page": null, "token_lifetime_minutes": null, "networks": [] });
        let after = administrator.call("PATCH", &at(&application, "")).json(&back).expect(200).await.json();
        assert_eq!((&after["all_domains"], &after["domains"]), (&json!(false), &json!([])));
        assert_eq!((&after["home_page"], &after["token_lifetime_minutes"]), (&Value::Null, &Value::Null));
        let everybody = json!({ "all_domains": true });
        let after = administrator.call("PATCH", &at(&application, "")).json(&everybody).expect(200).await.json();
        assert_eq!((&after["all_domains"], &after["domains"]), (&json!(true), &json!([])));
    }

    async fn wrong_fields_are_told_at_once(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let patch = async |body: Value| administrator.call("PATCH", &at(&application, "")).json(&body).send().await;
        let answer = patch(json!({
            "name": "", "active": "yes", "scopes": ["rooms:fly"], "optional_scopes": "rooms:list", "domains": ["*"],
            "allow_user_creation": null, "user_creation_per_day": -1, "token_lifetime_minutes": "5",
            "networks": ["10.0.0.1/8"], "version": "0",
        }))
        .await;
        let known = "known are rooms:list, rooms:retrieve, rooms:create, rooms:update and rooms:delete";
        let number = "Not a whole number from 0 to 4294967295.";
        answer.expect_refusal(400, "invalid_request", &json!({
            "name": ["This field may not be blank."],
            "active": ["Must be true or false."],
            "scopes": [format!("unknown scope \"rooms:fly\"; {known}")],
            "optional_scopes": ["Must be a list of texts."],
            "domains": ["\"*\" is not a domain name such as example.org"],
            "allow_user_creation": ["Must be true or false."],
            "user_creation_per_day": [number],
            "token_lifetime_minutes": [number],
            "networks": ["10.0.0.1/8 lies inside a network; write 10.0.0.0/8 or a single address"],
            "version": ["Not a whole number."],
        }));
        let answer = patch(json!({
            "name": "x".repeat(256), "home_page": "http://example.org", "token_lifetime_minutes": 61,
            "optional_scopes": ["rooms:create"],
        }))
        .await;
        answer.expect_refusal(400, "invalid_request", &json!({
            "name": ["A name has between 1 and 255 characters."],
            "home_page": ["A home page is an https address; http is for loopback only."],
            "token_lifetime_minutes": ["A token works between 1 and 60 minutes."],
            "optional_scopes": ["Only a scope that is granted can be optional."],
        }));
        let both = patch(json!({ "all_domains": true, "domains": [] })).await;
        both.expect_refusal(400, "invalid_request", &json!({ "domains": ["Not together with all_domains."] }));
        let form = administrator.call("PATCH", &at(&application, "")).header("sec-fetch-site", "same-origin");
        let answer = form.form(&[("name", "x")]).send().await;
        let text = "Unsupported media type \"application/x-www-form-urlencoded\" in request.";
        answer.expect_refusal(415, "unsupported_media_type", &problem("unsupported_media_type", text));
        let answer = administrator.call("PUT", &at(&application, "")).json(&json!({})).send().await.expect(405);
        assert_eq!(answer.code(), "method_not_allowed");
        assert_eq!(server.database.events("application.updated").await, []);
    }

    async fn a_manager_does_what_concerns_her_application_alone(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let other = server.application("", &[]).await;
        let manager = manager_of(&server, &application, "grace@example.org").await;
        let listed = manager.get(BASE).expect(200).await.json();
        assert_eq!(listed["results"].as_array().unwrap().len(), 1);
        assert_eq!(listed["results"][0]["client_id"], json!(application.client_id));
        manager.get(&at(&application, "")).expect(200).await;
        manager.get(&at(&application, "/activity")).expect(200).await;
        let general = json!({ "name": "Desk", "description": "x", "owner_contact": "y", "home_page": "https://z.example" });
        manager.call("PATCH", &at(&application, "")).json(&general).expect(200).await;
        let refusal = problem("permission_denied", "Only administrators may change this.");
        for field in [
            json!({ "active": false }),
            json!({ "scopes": [] }),
            json!({ "optional_scopes": ["rooms:list"] }),
            json!({ "all_domains": true }),
            json!({ "domains": [] }),
            json!({ "allow_user_creation": true }),
            json!({ "user_creation_per_day": null }),
            json!({ "token_lifetime_minutes": 60 }),
            json!({ "networks": [] }),
        ] {
            let mut change = json!({ "name": "Never" });
            change.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
            let answer = manager.call("PATCH", &at(&application, "")).json(&change).send().await;
            answer.expect_refusal(403, "permission_denied", &refusal);
        }
        let found = server.applications.find(&application.client_id).await.unwrap().unwrap();
        assert_eq!((found.application.name.as_str(), found.application.version), ("Desk", 1));
        assert_eq!(manager.get(&at(&application, "/managers")).expect(403).await.code(), "permission_denied");
        assert_eq!(manager.get(&at(&other, "")).expect(404).await.code(), "not_found");
        // No longer manager, no longer let in; a disabled person neither.
        let id: parloir::base::AccountId = manager.get("/auth/users/me/").expect(200).await.json()["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let operator = parloir::audit::Actor::Operator;
        server.applications.remove_manager(&application.client_id, id, operator).await.unwrap();
        manager.get(&at(&application, "")).expect(404).await;
        manager.get(BASE).expect(403).await;
    }

    async fn managers_are_named_by_their_address(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("", &[]).await;
        let grace = server.account("grace@example.org").await;
        let path = at(&application, "/managers");
        let add = async |email: &str| administrator.post(&path).json(&json!({ "email": email })).send().await;
        let added = add(" Grace@Example.org ").await.expect(201).json();
        assert_eq!((&added["id"], &added["email"], &added["status"]), (&json!(grace.id), &json!("grace@example.org"), &json!("active")));
        // Once more changes nothing.
        assert_eq!(add("grace@example.org").await.expect(201).json(), added);
        assert_eq!(administrator.get(&path).expect(200).await.json(), json!({ "results": [added], "next": null }));
        let unknown = add("nobody@example.org").await;
        unknown.expect_refusal(404, "user_not_found", &problem("user_not_found", "User not found."));
        let wrong = add("no address").await;
        wrong.expect_refusal(400, "invalid_request", &json!({ "email": ["Enter a valid email address."] }));
        let one = format!("{path}/{}", grace.id);
        administrator.call("DELETE", &one).json(&json!({})).expect(204).await;
        let refusal = problem("not_found", "This person does not manage the application.");
        for path in [one, format!("{path}/x")] {
            let answer = administrator.call("DELETE", &path).json(&json!({})).send().await;
            answer.expect_refusal(404, "not_found", &refusal);
        }
        for action in ["application.manager_added", "application.manager_removed"] {
            let events = server.database.events(action).await;
            assert_eq!(events.len(), 1, "{action}");
            assert_eq!(events[0].on_behalf_of, Some(grace.id.as_uuid()));
            assert_eq!(events[0].application_id, Some(application.id.as_uuid()));
            assert_eq!(events[0].details(), Value::Null, "the trail names nobody");
        }
    }

    async fn the_list_goes_on_from_its_cursor(server: Server) {
        let administrator = server.administrator().await;
        for _ in 0..5 {
            server.application("rooms:list", &["example.org"]).await;
            server.clock.advance(std::time::Duration::from_millis(1));
        }
        let mut slugs = Vec::new();
        let mut path = format!("{BASE}?limit=2&q=help&active=true");
        loop {
            let before = server.store.statements();
            let portion = administrator.get(&path).expect(200).await.json();
            assert_eq!(server.store.statements() - before, 6, "session, account, flash, applications, domains, secrets");
            slugs.extend(portion["results"].as_array().unwrap().iter().map(|row| row["slug"].clone()));
            let Some(next) = portion["next"].as_str() else { break };
            path = format!("{BASE}?limit=2&q=help&active=true&cursor={next}");
        }
        assert_eq!(slugs, ["helpdesk-5", "helpdesk-4", "helpdesk-3", "helpdesk-2", "helpdesk"]);
        let none = json!({ "results": [], "next": null });
        assert_eq!(administrator.get(&format!("{BASE}/?active=false")).expect(200).await.json(), none);
        let answer = administrator.get(&format!("{BASE}?active=maybe")).send().await;
        answer.expect_refusal(400, "invalid_request", &json!({ "active": ["Must be true or false."] }));
        let answer = administrator.get(&format!("{BASE}?limit=0&cursor=x")).expect(400).await.json();
        assert!(answer["limit"].is_array() && answer["cursor"].is_array(), "{answer}");
    }

    async fn activity_by_day(server: Server) {
        let administrator = server.administrator().await;
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        application.acting_for("ada@example.org").await.get("/external-api/v1.0/rooms/").expect(200).await;
        application.ask("nobody@example.org").await.expect(404);
        server.applications.write_activity().await.unwrap();
        let expected = json!({
            "days": [
                { "day": "2026-01-14", "issued": 0, "calls": 0, "refused": 0 },
                { "day": "2026-01-15", "issued": 1, "calls": 1, "refused": 1 },
            ],
            "refusals": [{ "code": "user_not_found", "count": 1 }],
        });
        assert_eq!(administrator.get(&at(&application, "/activity?days=2")).expect(200).await.json(), expected);
        let month = administrator.get(&at(&application, "/activity/")).expect(200).await.json();
        assert_eq!(month["days"].as_array().unwrap().len(), 30);
        for days in ["0", "367", "x", ""] {
            let answer = administrator.get(&at(&application, &format!("/activity?days={days}"))).send().await;
            answer.expect_refusal(400, "invalid_request", &json!({ "days": ["A number from 1 to 366."] }));
        }
    }

    // Whatever is asked, no secret comes back.
    async fn no_secret_comes_back(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let secret = &application.client_secret;
        let change = json!({ "name": "Desk" });
        let answers = [
            administrator.get(BASE).expect(200).await,
            administrator.get(&at(&application, "")).expect(200).await,
            administrator.call("PATCH", &at(&application, "")).json(&change).expect(200).await,
            administrator.get(&at(&application, "/managers")).expect(200).await,
            administrator.get(&at(&application, "/activity")).expect(200).await,
        ];
        for answer in answers {
            assert!(!answer.text().contains(&secret[..12]) && !answer.text().contains("prl_cs_"), "{answer}");
        }
        let trail = server.audit.search(&parloir::audit::Filter::default()).await.unwrap();
        assert!(!serde_json::to_string(&trail.records).unwrap().contains(secret), "the trail holds a secret");
    }
}
