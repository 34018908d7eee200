//! Organisations as administrators keep them: on their pages and on the command line.

use std::time::Duration;

use parloir::accounts::OrganisationError;
use parloir::audit::Actor;
use serde_json::json;

use crate::harness::organisations::{COMMUNE, ELSEWHERE, POSTE, REGION, siret};
use crate::harness::{Client, Database, Server, on_both};
use crate::process::Installation;

const LIST: &str = "/admin/organisations";

/// What each form sends, and where a form that names nothing else leads.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/actions/organisations/add", &[("siret", ELSEWHERE), ("name", "Elsewhere")]),
    ("/actions/organisations/rename", &[("organisation", COMMUNE), ("name", "Other")]),
    ("/actions/organisations/add-alias", &[("organisation", COMMUNE), ("siret", POSTE)]),
    ("/actions/organisations/remove-alias", &[("organisation", COMMUNE), ("siret", REGION)]),
    ("/actions/organisations/remove", &[("organisation", COMMUNE)]),
    ("/actions/organisations/dismiss", &[("request", "x")]),
];

async fn send(client: &Client, action: &str, fields: &[(&str, &str)]) -> String {
    let call = client.post(action).header("sec-fetch-site", "same-origin").form(fields);
    call.expect(303).await.header("location").to_owned()
}

async fn commune(server: &Server) {
    server.organisations.add(siret(COMMUNE), "Commune", Actor::Operator).await.unwrap();
    server.organisations.add_alias(&siret(COMMUNE), siret(REGION), Actor::Operator).await.unwrap();
}

/// Name and aliases of each, by name.
async fn all(server: &Server) -> Vec<(String, Vec<String>)> {
    let portion = server.organisations.list(None, None).await.unwrap();
    let named = |listed: parloir::accounts::ListedOrganisation| {
        (listed.organisation.name, listed.aliases.iter().map(ToString::to_string).collect())
    };
    portion.organisations.into_iter().map(named).collect()
}

on_both! {
    async fn they_are_for_administrators_alone(server: Server) {
        commune(&server).await;
        let before = all(&server).await;
        let person = server.person("ada@example.org").await;
        let administrator = server.administrator().await;
        for page in [LIST, "/admin/organisations/new", "/admin/organisations/73282932000074"] {
            let answer = server.anonymous().get(page).header("accept", "text/html").expect(303).await;
            assert!(answer.header("location").starts_with("/sign-in?next="), "{answer}");
            person.get(page).header("accept", "text/html").expect(403).await;
            administrator.get(page).header("accept", "text/html").expect(200).await;
        }
        administrator.get("/admin/organisations/13002526500013").header("accept", "text/html").expect(404).await;
        administrator.get("/admin/organisations/x").header("accept", "text/html").expect(404).await;
        for (action, fields) in FORMS {
            let location = send(&server.anonymous(), action, fields).await;
            assert!(location.starts_with("/sign-in?next=%2Fadmin%2Forganisations"), "{action}: {location}");
            assert_eq!(send(&person, action, fields).await, "/", "{action}");
            for site in ["cross-site", "same-site", "none"] {
                administrator.post(action).header("sec-fetch-site", site).form(fields).expect(403).await;
            }
        }
        assert_eq!(all(&server).await, before);
        // What lets people in or throws them out asks for a sign-in of the last ten minutes.
        server.clock.advance(Duration::from_mins(11));
        for (action, fields) in FORMS {
            let location = send(&administrator, action, fields).await;
            let asks = location.starts_with("/sign-in/confirm?next=");
            assert_eq!(asks, !action.ends_with("rename") && !action.ends_with("dismiss"), "{action}: {location}");
        }
        assert_eq!(all(&server).await, [("Other".to_owned(), vec![REGION.to_owned()])]);
    }

    async fn an_administrator_keeps_them(server: Server) {
        let administrator = server.administrator().await;
        let page = administrator.get(LIST).header("accept", "text/html").expect(200).await;
        assert!(page.text().contains("No organisation yet"), "{page}");
        let fields = [("siret", "732 829 320 00074"), ("name", " Commune ")];
        assert_eq!(send(&administrator, FORMS[0].0, &fields).await, format!("{LIST}/{COMMUNE}"));
        let page = administrator.get(&format!("{LIST}/{COMMUNE}")).header("accept", "text/html").expect(200).await;
        assert!(page.text().contains("Commune is let in.") && page.text().contains("732\u{a0}829\u{a0}320\u{a0}00074"), "{page}");
        assert_eq!(send(&administrator, FORMS[1].0, &[("organisation", COMMUNE), ("name", "City")]).await, format!("{LIST}/{COMMUNE}"));
        send(&administrator, FORMS[2].0, &[("organisation", COMMUNE), ("siret", POSTE)]).await;
        assert_eq!(all(&server).await, [("City".to_owned(), vec![POSTE.to_owned()])]);
        send(&administrator, FORMS[3].0, &[("organisation", COMMUNE), ("siret", POSTE)]).await;
        assert_eq!(all(&server).await, [("City".to_owned(), vec![])]);
        assert_eq!(send(&administrator, FORMS[4].0, FORMS[4].1).await, LIST);
        assert_eq!(all(&server).await, []);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM organisation_siret", []).await, 0);
        // By the tests' clock all of it happens in one moment.
        let events = server.database.events("organisation.updated").await;
        let updated: Vec<_> = events.iter().map(crate::harness::Event::details).collect();
        let expected = [
            json!({ "before": "Commune", "after": "City", "organisation": COMMUNE }),
            json!({ "alias_added": POSTE, "organisation": COMMUNE }),
            json!({ "alias_removed": POSTE, "organisation": COMMUNE }),
        ];
        assert!(updated.len() == 3 && expected.iter().all(|one| updated.contains(one)), "{updated:?}");
        assert_eq!(server.database.events("organisation.created").await.len(), 1);
        let [gone] = server.database.events("organisation.deleted").await.try_into().unwrap();
        assert_eq!((gone.actor_kind.as_str(), gone.details()), ("person", json!({ "name": "City", "organisation": COMMUNE })));
    }

    async fn what_is_wrong_stands_beside_its_field(server: Server) {
        commune(&server).await;
        let administrator = server.administrator().await;
        for (number, name, told) in [
            ("7328293200007", "x", "A SIRET has 14 digits."),
            ("73282932000079", "x", "The check digits do not fit"),
            ("11122233344441", "x", "The check digits do not fit"),
            ("00000000000000", "x", "This number is reserved"),
            (COMMUNE, "x", "already leads to an organisation"),
            (REGION, "x", "already leads to an organisation"),
            (ELSEWHERE, " ", "Give it a name"),
            (ELSEWHERE, &"x".repeat(256), "Give it a name"),
        ] {
            let fields = [("siret", number), ("name", name)];
            assert_eq!(send(&administrator, FORMS[0].0, &fields).await, "/admin/organisations/new");
            let page = administrator.get("/admin/organisations/new").header("accept", "text/html").expect(200).await;
            assert!(page.text().contains(told), "{number} {name}: no {told} in {page}");
        }
        let page = format!("{LIST}/{COMMUNE}");
        for (number, told) in [("x", "A SIRET has 14 digits."), (COMMUNE, "already leads"), (REGION, "already leads")] {
            let fields = [("organisation", COMMUNE), ("siret", number)];
            assert_eq!(send(&administrator, FORMS[2].0, &fields).await, page);
            let answer = administrator.get(&page).header("accept", "text/html").expect(200).await;
            assert!(answer.text().contains(told), "{number}: no {told} in {answer}");
        }
        assert_eq!(all(&server).await, [("Commune".to_owned(), vec![REGION.to_owned()])]);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM organisation", []).await, 1);
    }

    async fn a_number_leads_to_one_organisation(server: Server) {
        let organisations = &server.organisations;
        let adding = (0..6).map(|n| {
            let organisations = organisations.clone();
            tokio::spawn(async move { organisations.add(siret(COMMUNE), &format!("Number {n}"), Actor::Operator).await })
        });
        let mut made = 0;
        for outcome in adding.collect::<Vec<_>>() {
            match outcome.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert!(matches!(error, OrganisationError::Taken), "{error}"),
            }
        }
        assert_eq!((made, all(&server).await.len()), (1, 1));
        organisations.add(siret(REGION), "Region", Actor::Operator).await.unwrap();
        for (of, alias) in [(COMMUNE, REGION), (REGION, COMMUNE), (COMMUNE, COMMUNE)] {
            let error = organisations.add_alias(&siret(of), siret(alias), Actor::Operator).await.unwrap_err();
            assert!(matches!(error, OrganisationError::Taken), "{error}");
        }
        organisations.add_alias(&siret(COMMUNE), siret(POSTE), Actor::Operator).await.unwrap();
        let error = organisations.add(siret(POSTE), "Post", Actor::Operator).await.unwrap_err();
        assert!(matches!(error, OrganisationError::Taken), "{error}");
        let error = organisations.remove_alias(&siret(COMMUNE), &siret(COMMUNE), Actor::Operator).await.unwrap_err();
        assert!(matches!(error, OrganisationError::OwnSiret), "{error}");
        let error = organisations.remove_alias(&siret(REGION), &siret(POSTE), Actor::Operator).await.unwrap_err();
        assert!(matches!(error, OrganisationError::NotFound), "{error}");
        for error in [
            organisations.rename(&siret(ELSEWHERE), "x", Actor::Operator).await.unwrap_err(),
            organisations.add_alias(&siret(ELSEWHERE), siret("11002001300097"), Actor::Operator).await.unwrap_err(),
            organisations.remove(&siret(ELSEWHERE), Actor::Operator).await.unwrap_err(),
        ] {
            assert!(matches!(error, OrganisationError::NotFound), "{error}");
        }
    }

    async fn the_list_comes_in_parts_by_name(server: Server) {
        for (number, name) in [(COMMUNE, "b"), (REGION, "A"), (ELSEWHERE, "b"), (POSTE, "É")] {
            server.organisations.add(siret(number), name, Actor::Operator).await.unwrap();
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let portion = server.organisations.list(after.as_ref(), Some(1)).await.unwrap();
            assert!(portion.organisations.len() <= 1);
            seen.extend(portion.organisations.into_iter().map(|listed| listed.organisation.siret.to_string()));
            after = portion.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [REGION, ELSEWHERE, COMMUNE, POSTE]);
    }

    async fn on_the_command_line(database: Database) {
        let parloir = Installation::on(database.url());
        let added = parloir.json(&["organisation", "add", "732 829 320 00074", "--name", "Commune"]);
        assert_eq!((&added["siret"], &added["name"], &added["aliases"]), (&json!(COMMUNE), &json!("Commune"), &json!([])));
        parloir.json(&["organisation", "alias", COMMUNE, POSTE]);
        let renamed = parloir.json(&["organisation", "rename", COMMUNE, "--name", "City"]);
        assert_eq!((&renamed["name"], &renamed["aliases"]), (&json!("City"), &json!([POSTE])));
        assert_eq!(parloir.json(&["organisation", "list"]).as_array().unwrap().len(), 1);
        let words = parloir.run(&["organisation", "list"]).stdout;
        assert_eq!(words, format!("{COMMUNE}  City\n    also {POSTE}\n"));
        assert_eq!(parloir.json(&["organisation", "requests"]), json!([]));
        for (arguments, told) in [
            (vec!["organisation", "add", COMMUNE, "--name", "Again"], "leads to an organisation already"),
            (vec!["organisation", "add", "73282932000079", "--name", "x"], "check digits"),
            (vec!["organisation", "add", "00000000000000", "--name", "x"], "reserved"),
            (vec!["organisation", "alias", COMMUNE, "11122233344441"], "check digits"),
            (vec!["organisation", "remove", REGION], "no such organisation"),
        ] {
            let ended = parloir.run(&arguments);
            assert!(!ended.status.success() && ended.stderr.contains(told), "{arguments:?}: {ended:?}");
        }
        parloir.json(&["organisation", "alias", COMMUNE, POSTE, "--remove"]);
        let removed = json!({ "siret": COMMUNE, "removed": true });
        assert_eq!(parloir.json(&["organisation", "remove", COMMUNE]), removed);
        assert_eq!(parloir.json(&["organisation", "list"]), json!([]));
    }
}
