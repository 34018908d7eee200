//! Changing an application: what may stand in it, what the trail tells, and that no change is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use parloir::applications::{ApplicationError, ApplicationPatch, Domains, Flaw, NewApplication};
use parloir::audit::Actor;
use parloir::base::wire::Nullable;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Application, Server, domains, on_both, scopes};

const OPERATOR: Actor = Actor::Operator;

fn text(text: &str) -> Nullable<String> {
    Nullable::Value(text.to_owned())
}

async fn update(
    server: &Server,
    application: &Application,
    patch: ApplicationPatch,
    version: Option<i64>,
) -> Result<parloir::applications::Application, ApplicationError> {
    // Of the same moment, either could come first.
    server.clock.advance(Duration::from_millis(1));
    server.applications.update(&application.client_id, patch, version, OPERATOR).await
}

async fn told(server: &Server, action: &str) -> Vec<Value> {
    server.database.events(action).await.iter().map(crate::harness::Event::details).collect()
}

on_both! {
    async fn before_and_after_of_what_changed_stand_in_the_trail(server: Server) {
        let application = server.application("rooms:list rooms:create", &["example.org"]).await;
        let patch = ApplicationPatch {
            name: Some("  Service desk ".to_owned()),
            description: text("Rooms for tickets.\nAsk desk@example.org."),
            owner_contact: text("Grace Hopper, 2nd floor"),
            home_page: text("https://desk.example.org/"),
            scopes: Some(scopes("rooms:create rooms:list rooms:update")),
            optional_scopes: Some(scopes("rooms:update rooms:create")),
            domains: Some(domains(&["Example.com", "example.org", "EXAMPLE.com"])),
            allow_user_creation: Some(true),
            user_creation_per_day: Nullable::Value(5),
            token_lifetime_minutes: Nullable::Value(10),
            networks: Some("10.0.0.0/8 192.0.2.7".parse().unwrap()),
            active: None,
        };
        let after = update(&server, &application, patch.clone(), Some(0)).await.unwrap();
        assert_eq!((after.version, after.slug.as_str()), (1, "helpdesk"));
        assert_eq!(after.optional_scopes.to_string(), "rooms:create rooms:update", "in the order of the scopes");
        let found = server.applications.find(&application.client_id).await.unwrap().unwrap();
        assert_eq!((&found.application, &found.domains), (&after, &domains(&["example.com", "example.org"])));
        let expected = json!({
            "before": {
                "name": "Helpdesk", "description": null, "owner_contact": null, "home_page": null,
                "scopes": "rooms:list rooms:create", "optional_scopes": "", "domains": { "only": ["example.org"] },
                "allow_user_creation": false, "user_creation_per_day": null, "token_lifetime_minutes": null,
                "networks": [],
            },
            "after": {
                // Somebody's own words are not repeated, nor a text with an address in it.
                "name": "Service desk", "description": "…", "owner_contact": "…",
                "home_page": "https://desk.example.org/", "scopes": "rooms:create rooms:list rooms:update",
                "optional_scopes": "rooms:create rooms:update",
                "domains": { "only": ["example.com", "example.org"] }, "allow_user_creation": true,
                "user_creation_per_day": 5, "token_lifetime_minutes": 10, "networks": ["10.0.0.0/8", "192.0.2.7"],
            },
        });
        assert_eq!(told(&server, "application.updated").await, std::slice::from_ref(&expected));
        // The same once more changes nothing and leaves no trace.
        assert_eq!(update(&server, &application, patch, Some(1)).await.unwrap(), after);
        // Only what changed is told; null takes away, and so does a blank text.
        let patch = ApplicationPatch {
            owner_contact: Nullable::Null,
            home_page: text("  "),
            token_lifetime_minutes: Nullable::Null,
            domains: Some(Domains::All),
            // An optional scope goes with the scope.
            scopes: Some(scopes("rooms:create")),
            ..Default::default()
        };
        update(&server, &application, patch, None).await.unwrap();
        let last = told(&server, "application.updated").await.pop().unwrap();
        assert_eq!(last["after"], json!({
            "owner_contact": null, "home_page": null, "scopes": "rooms:create", "optional_scopes": "rooms:create",
            "domains": "all", "token_lifetime_minutes": null,
        }));
        assert_eq!(last["before"]["owner_contact"], "…");
        let rows = "SELECT COUNT(*) FROM application_domain";
        assert_eq!(server.database.number(rows, []).await, 0);
        let event = &server.database.events("application.updated").await[0];
        assert_eq!((event.actor_kind.as_str(), event.application_id), ("operator", Some(application.id.as_uuid())));
    }

    async fn the_switch_alone_has_a_word_of_its_own(server: Server) {
        let application = server.application("", &[]).await;
        let switch = |active| ApplicationPatch { active: Some(active), ..Default::default() };
        update(&server, &application, switch(false), None).await.unwrap();
        update(&server, &application, switch(true), None).await.unwrap();
        let details = [json!({ "before": { "active": true }, "after": { "active": false } })];
        assert_eq!(told(&server, "application.disabled").await, details);
        assert_eq!(told(&server, "application.enabled").await.len(), 1);
        let both = ApplicationPatch { active: Some(false), name: Some("Desk".to_owned()), ..Default::default() };
        update(&server, &application, both, None).await.unwrap();
        let details = [json!({
            "before": { "name": "Helpdesk", "active": true }, "after": { "name": "Desk", "active": false },
        })];
        assert_eq!(told(&server, "application.updated").await, details);
    }

    async fn what_cannot_be_is_refused_whole(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let some = |count: usize| "x".repeat(count);
        let networks = (0..101).map(|n| format!("10.0.{n}.0/24")).collect::<Vec<_>>().join(" ");
        let cases: Vec<(ApplicationPatch, Flaw)> = vec![
            (ApplicationPatch { name: Some(" ".to_owned()), ..Default::default() }, Flaw::Name),
            (ApplicationPatch { name: Some(some(256)), ..Default::default() }, Flaw::Name),
            (ApplicationPatch { name: Some("a\nb".to_owned()), ..Default::default() }, Flaw::Name),
            (ApplicationPatch { description: Nullable::Value(some(2001)), ..Default::default() }, Flaw::Description),
            (ApplicationPatch { description: text("a\0b"), ..Default::default() }, Flaw::Description),
            (ApplicationPatch { owner_contact: Nullable::Value(some(321)), ..Default::default() }, Flaw::OwnerContact),
            (ApplicationPatch { home_page: text("http://desk.example.org"), ..Default::default() }, Flaw::HomePage),
            (ApplicationPatch { home_page: text("javascript:alert(1)"), ..Default::default() }, Flaw::HomePage),
            (
                ApplicationPatch { token_lifetime_minutes: Nullable::Value(0), ..Default::default() },
                Flaw::TokenLifetime,
            ),
            (
                ApplicationPatch { token_lifetime_minutes: Nullable::Value(61), ..Default::default() },
                Flaw::TokenLifetime,
            ),
            (ApplicationPatch { networks: Some(networks.parse().unwrap()), ..Default::default() }, Flaw::Networks),
            (
                ApplicationPatch { optional_scopes: Some(scopes("rooms:create")), ..Default::default() },
                Flaw::OptionalScopes,
            ),
        ];
        for (patch, flaw) in cases {
            // What else is in the change is not kept either.
            let patch = ApplicationPatch { allow_user_creation: Some(true), ..patch };
            let refused = update(&server, &application, patch, None).await;
            assert!(matches!(&refused, Err(ApplicationError::Invalid(flaws)) if *flaws == [flaw]), "{refused:?}");
        }
        let longest = ApplicationPatch {
            name: Some("é".repeat(255)),
            description: Nullable::Value("é".repeat(2000)),
            owner_contact: Nullable::Value("é".repeat(320)),
            token_lifetime_minutes: Nullable::Value(60),
            ..Default::default()
        };
        assert_eq!(update(&server, &application, longest, Some(0)).await.unwrap().version, 1);
        assert_eq!(told(&server, "application.updated").await.len(), 1);
        // The same rules hold for a new one.
        let new = NewApplication {
            name: "x".to_owned(),
            home_page: Some("ftp://example.org".to_owned()),
            optional_scopes: scopes("rooms:list"),
            ..Default::default()
        };
        let refused = server.applications.create(new, OPERATOR).await;
        let flaws = [Flaw::HomePage, Flaw::OptionalScopes];
        assert!(matches!(&refused, Err(ApplicationError::Invalid(found)) if *found == flaws), "{refused:?}");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application", []).await, 1);
    }

    // Two administrators have the form open: whoever is second is told, and nothing of the first is undone.
    async fn a_change_of_somebody_else_is_not_undone(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let rename = |name: &str| ApplicationPatch { name: Some(name.to_owned()), ..Default::default() };
        update(&server, &application, rename("First"), Some(0)).await.unwrap();
        let refused = update(&server, &application, rename("Second"), Some(0)).await;
        assert!(matches!(refused, Err(ApplicationError::Changed)), "{refused:?}");
        server.applications.set_active(&application.client_id, false, OPERATOR).await.unwrap();
        let refused = update(&server, &application, rename("Second"), Some(1)).await;
        assert!(matches!(refused, Err(ApplicationError::Changed)), "{refused:?}");
        update(&server, &application, rename("Second"), Some(2)).await.unwrap();
        let unknown = "prl_ci_0000000000000000000000";
        let unknown = parloir::base::ClientId::from_wire(unknown);
        let refused = server.applications.update(&unknown, rename("x"), None, OPERATOR).await;
        assert!(matches!(refused, Err(ApplicationError::NotFound)), "{refused:?}");
        assert_eq!(told(&server, "application.updated").await.len(), 2);
    }

    async fn of_many_at_once_over_two_instances_one_wins(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let other = server.second_instance().await;
        let mut crowd = JoinSet::new();
        for n in 0..20 {
            let applications = if n % 2 == 0 { &server } else { &other }.applications.clone();
            let client_id = application.client_id.clone();
            crowd.spawn(async move {
                let patch = ApplicationPatch {
                    name: Some(format!("Name {n}")),
                    domains: Some(domains(&["example.com", &format!("d{n}.example")])),
                    ..Default::default()
                };
                applications.update(&client_id, patch, Some(0), OPERATOR).await.map(|application| application.name)
            });
        }
        let outcomes = crowd.join_all().await;
        let won: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        let lost = outcomes.iter().filter(|outcome| matches!(outcome, Err(ApplicationError::Changed))).count();
        assert_eq!((won.len(), lost), (1, 19), "{outcomes:?}");
        let found = server.applications.find(&application.client_id).await.unwrap().unwrap();
        assert_eq!(&found.application.name, won[0]);
        let Domains::Only(names) = &found.domains else { panic!("all domains") };
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 2, "{names:?}");
    }

    async fn a_long_list_is_searched_in_three_queries(server: Server) {
        use parloir::applications::ListFilter;
        for name in ["Réunions d’équipe", "Calendar", "Calendar", "100% rooms"] {
            let new = NewApplication { name: name.to_owned(), domains: domains(&["example.org"]), ..Default::default() };
            server.new_application(new).await;
            server.clock.advance(Duration::from_millis(1));
        }
        let find = async |search: &str| {
            let filter = ListFilter { search: Some(search.to_owned()), ..ListFilter::default() };
            let found = server.applications.list_some(&filter).await.unwrap();
            found.into_iter().map(|row| row.application.slug).collect::<Vec<_>>()
        };
        assert_eq!(find("reunion").await, ["reunions-d-equipe"]);
        assert_eq!(find(" ÉQUIPE ").await, ["reunions-d-equipe"]);
        assert_eq!(find("calend").await, ["calendar-2", "calendar"]);
        assert_eq!(find("calendar-").await, ["calendar-2"]);
        assert_eq!(find("%").await, ["100-rooms"]);
        assert!(find("_").await.is_empty());
        assert_eq!(find("").await.len(), 4);
        let all = server.applications.list().await.unwrap();
        let client_id = all[2].application.client_id.as_str();
        assert_eq!(find(&client_id[..20]).await, ["calendar"]);
        // One that an older server made has no key, and is found all the same.
        server.database.execute("UPDATE application SET name_key = NULL", []).await;
        assert_eq!(find("calend").await, ["calendar-2", "calendar"]);
        server.applications.set_active(&all[2].application.client_id, false, OPERATOR).await.unwrap();
        let before = server.store.statements();
        let filter = ListFilter { active: Some(true), limit: Some(2), ..ListFilter::default() };
        let first = server.applications.list_some(&filter).await.unwrap();
        assert_eq!(server.store.statements() - before, 3);
        assert_eq!(first.iter().map(|row| &row.domains).collect::<Vec<_>>(), [&domains(&["example.org"]); 2]);
        let filter = ListFilter { before: Some(first[1].application.id), ..filter };
        let rest = server.applications.list_some(&filter).await.unwrap();
        assert_eq!(rest.iter().map(|row| row.application.slug.as_str()).collect::<Vec<_>>(), ["reunions-d-equipe"]);
    }
}
