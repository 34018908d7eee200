//! Who acts for several organisations is asked about for the one that she chose.

use parloir::audit::Actor;
use parloir::base::{EmailAddress, Secret};
use serde_json::json;

use super::deploy_center::{ACTIVE, DeployCenter, INACTIVE};
use super::stage::EMAIL;
use crate::harness::organisations::{CHOOSE, CHOOSE_ACTION, SWITCH_ACTION, siret};
use crate::harness::{Database, PASSWORD, on_both};
use crate::peer::Scene;

on_both! {
    async fn the_chosen_one_is_asked_about(database: Database) {
        let deploy_center = DeployCenter::start().await;
        let settings = deploy_center.settings();
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let scene = Scene::with(&database, json!({ "kind": "datapass" }), &settings).await;
        for (number, name) in [(ACTIVE, "Active"), (INACTIVE, "Inactive")] {
            scene.server.organisations.add(siret(number), name, Actor::Operator).await.unwrap();
        }
        scene.peer.person(&json!({
            "sub": "xanthippe", "email": EMAIL, "email_verified": true,
            "organizations": [{ "id": 1, "siret": ACTIVE }, { "id": 2, "siret": INACTIVE }],
        }));
        let (browser, page) = scene.sign_in().await;
        assert_eq!((page.url.path(), deploy_center.asked()), (CHOOSE, 0), "{}", page.answer);
        let page = browser.submit_to(&page, CHOOSE_ACTION, &[("organisation", INACTIVE)]).await;
        assert_eq!(page.url.path(), "/no-access", "{}", page.answer);
        let last = || {
            let questions = deploy_center.questions();
            let query = &questions.last().unwrap().query;
            query.iter().find(|(name, _)| name == "siret").map(|(_, value)| value.clone())
        };
        assert_eq!(last().as_deref(), Some(INACTIVE));
        let me = browser.visit(scene.at("/auth/users/me/")).await.answer.expect(200).json();
        assert_eq!((&me["organization_siret"], &me["can_access"]), (&json!(INACTIVE), &json!(false)));
        let fields = [("organisation", ACTIVE), ("next", "/rooms")];
        browser.post_with(&scene.at(SWITCH_ACTION), &fields).await;
        let me = browser.visit(scene.at("/auth/users/me/")).await.answer.expect(200).json();
        assert_eq!((&me["organization_siret"], &me["can_access"]), (&json!(ACTIVE), &json!(true)));
        assert_eq!(last().as_deref(), Some(ACTIVE));
        // With a password she comes for none of them.
        let (email, password) = (EMAIL.parse::<EmailAddress>().unwrap(), Secret::new(PASSWORD));
        scene.server.accounts.set_password(&email, &password, Actor::Operator).await.unwrap();
        scene.server.sign_in(EMAIL).await;
        assert_eq!(last(), None);
    }
}
