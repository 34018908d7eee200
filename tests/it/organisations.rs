//! For which organisation people come: none of theirs is let in, one is, several are; and what nobody can make of it.

use std::time::Duration;

use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::organisations::{
    ASK_ACTION, CHOOSE, CHOOSE_ACTION, COMMUNE, ELSEWHERE, POSTE, REGION, SWITCH_ACTION, ada_of, ada_with, siret,
};
use crate::harness::{Database, PASSWORD, Through, on_both};
use crate::provider::{Browser, Page};

async fn choose(browser: &Browser, page: &Page, organisation: &str) -> Page {
    browser.submit_to(page, CHOOSE_ACTION, &[("organisation", organisation)]).await
}

on_both! {
    async fn one_that_is_let_in_is_the_one(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.comes(&[ELSEWHERE, COMMUNE]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        assert_eq!(through.acts_for(&browser).await, COMMUNE);
        // All that the provider named is kept, and read again each time.
        let sql = "SELECT COUNT(*) FROM membership WHERE siret = $1 AND is_external = $2";
        assert_eq!(database.number(sql, [ELSEWHERE.into(), false.into()]).await, 1);
        let claims = ada_with(&json!({ "organizations": [
            { "id": 7, "siret": "732 829 320 00074", "is_external": "true", "label": "Commune de Test" },
        ] }));
        through.provider.set_claims("ada", &claims).await;
        through.sign_in("ada").await;
        let sql = "SELECT COUNT(*) FROM membership WHERE siret = $1 AND is_external AND label = 'Commune de Test'";
        assert_eq!(database.number(sql, [COMMUNE.into()]).await, 1);
        assert_eq!(through.count("membership").await, 1);
        let events = database.events("session.started").await;
        assert_eq!(events[0].details(), json!({ "organisation": COMMUNE }));
        assert_eq!((through.count("account").await, through.count("pending_sign_in").await), (1, 0));
    }

    async fn every_shape_leads_in(database: Database) {
        let through = Through::organised(&database).await;
        for claims in [
            json!({ "updated_at": 1, "organizations": [{ "id": 1, "siret": COMMUNE, "is_external": "false" }] }),
            json!({ "organizations": [{ "id": 1, "siret": COMMUNE, "is_external": "true", "label": null }] }),
            json!({ "organizations": [{ "id": 1, "siret": COMMUNE, "is_external": true, "label": "x",
                "is_collectivite_territoriale": true, "is_service_public": false }] }),
            json!({ "siret": COMMUNE, "label": "x", "is_collectivite_territoriale": true, "is_external": false }),
            json!({ "siret": "732.829.320.00074" }),
        ] {
            through.provider.set_claims("ada", &ada_with(&claims)).await;
            let browser = through.sign_in("ada").await;
            assert_eq!(through.acts_for(&browser).await, COMMUNE, "{claims}");
        }
        assert_eq!(through.count("account").await, 1);
    }

    async fn several_are_hers_to_choose(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.has_to_choose().await;
        assert_eq!(page.url.query(), None, "{}", page.url);
        for word in ["Commune", "Region", "732\u{a0}829\u{a0}320\u{a0}00074", "Provider test"] {
            assert!(page.answer.text().contains(word), "no {word} in {}", page.answer);
        }
        // Until she has chosen there is nothing of her.
        assert_eq!(through.me(&browser).await, Value::Null);
        assert_eq!((through.count("account").await, through.count("session").await), (0, 0));
        let none = browser.submit_to(&page, CHOOSE_ACTION, &[]).await;
        assert_eq!((none.url.path(), none.answer.text().contains("Choose one of them.")), (CHOOSE, true), "{}", none.answer);
        let page = choose(&browser, &page, REGION).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        assert_eq!(through.acts_for(&browser).await, REGION);
        assert_eq!(through.count("pending_sign_in").await, 0);
        // Next time she is asked again, with what she chose before her.
        let (_, page) = through.has_to_choose().await;
        let checked = page.answer.text().split("<input").find(|input| input.contains(" checked")).unwrap().to_owned();
        assert!(checked.contains(REGION), "{checked}");
    }

    async fn she_switches_among_her_own(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.has_to_choose().await;
        let page = choose(&browser, &page, REGION).await;
        // The bar offers the other one.
        let page = browser.submit_to(&page, SWITCH_ACTION, &[("organisation", COMMUNE)]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        assert!(page.answer.text().contains("You now act for Commune."), "{}", page.answer);
        assert_eq!(through.acts_for(&browser).await, COMMUNE);
        let [event] = database.events("organisation.chosen").await.try_into().unwrap();
        assert_eq!(event.details(), json!({ "organisation": COMMUNE }));
        // So does her own page.
        let page = browser.visit(through.at("/account/organisations")).await;
        assert_eq!(page.answer.status, 200, "{}", page.answer);
        let switch = |text: &str| text.matches(SWITCH_ACTION).count();
        assert_eq!(switch(page.answer.text()), 2, "{}", page.answer);
        // What is none of hers stays so, whoever posts it.
        through.server.organisations.add(siret(ELSEWHERE), "Elsewhere", Actor::Operator).await.unwrap();
        for organisation in [ELSEWHERE, POSTE, "00000000000000", "", "x"] {
            let form = [("organisation", organisation), ("next", "/rooms")];
            let client = through.server.anonymous();
            client.set_cookie(&format!("parloir={}", browser.cookie(through.server.public_url(), "parloir").unwrap()));
            let post = |site: &'static str| client.post(SWITCH_ACTION).header("sec-fetch-site", site).form(&form);
            assert_eq!(post("same-origin").expect(303).await.header("location"), "/rooms");
            post("cross-site").send().await.expect(403);
            assert_eq!(through.acts_for(&browser).await, COMMUNE, "{organisation}");
        }
        let stranger = through.server.anonymous().post(SWITCH_ACTION).header("sec-fetch-site", "same-origin");
        let answer = stranger.form(&[("organisation", COMMUNE), ("next", "/rooms")]).expect(303).await;
        assert_eq!(answer.header("location"), "/sign-in?next=%2Frooms");
    }

    async fn none_makes_no_account(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.comes(&[ELSEWHERE, POSTE]).await;
        assert_eq!((page.url.path(), page.answer.status, page.url.query()), (CHOOSE, 200, None), "{}", page.answer);
        for word in ["442\u{a0}293\u{a0}775\u{a0}00031", "356\u{a0}000\u{a0}000\u{a0}09075", "No account was made"] {
            assert!(page.answer.text().contains(word), "no {word} in {}", page.answer);
        }
        assert_eq!(through.me(&browser).await, Value::Null);
        for table in ["account", "identity", "session", "membership"] {
            assert_eq!(through.count(table).await, 0, "{table}");
        }
        let refused = "SELECT COUNT(*) FROM audit_event WHERE action = 'session.refused'";
        assert_eq!(database.number(refused, []).await, 1);
        // She asks, twice: one request.
        let page = browser.submit_to(&page, ASK_ACTION, &[]).await;
        assert!(page.answer.text().contains("You asked the administrators"), "{}", page.answer);
        browser.post(&through.at(ASK_ACTION)).await;
        let waiting = through.server.organisations.requests().await.unwrap();
        assert_eq!((waiting.len(), waiting[0].requester.email.as_deref()), (1, Some("ada@example.org")));
        let [event] = database.events("organisation.requested").await.try_into().unwrap();
        assert_eq!(event.details(), json!({ "provider": "test", "sirets": [ELSEWHERE, POSTE] }));
        assert!(!event.details().to_string().contains("ada@"));
        // Nobody asks who did not come.
        Browser::new().post(&through.at(ASK_ACTION)).await;
        assert_eq!(through.count("organisation_request").await, 1);
        // Once it is let in, the same page goes on, and nobody waits any more.
        through.server.organisations.add(siret(POSTE), "Post", Actor::Operator).await.unwrap();
        assert_eq!(through.count("organisation_request").await, 0);
        assert_eq!(through.count("organisation_request_siret").await, 0);
        let page = browser.visit(through.at(CHOOSE)).await;
        let page = choose(&browser, &page, POSTE).await;
        assert_eq!((page.url.path(), through.acts_for(&browser).await), ("/rooms", json!(POSTE)), "{}", page.answer);
    }

    async fn what_says_nothing_is_none(database: Database) {
        let through = Through::organised(&database).await;
        for claims in [
            json!({}),
            json!({ "organizations": null }),
            json!({ "organizations": [] }),
            json!({ "organizations": [{ "siret": "00000000000000" }, { "siret": "٧٣٢٨٢٩٣٢٠٠٠٠٧٤" }, {}, null] }),
        ] {
            through.provider.set_claims("ada", &ada_with(&claims)).await;
            let page = Browser::new().sign_in(through.start(), "ada").await;
            assert_eq!((page.url.path(), page.answer.status), (CHOOSE, 200), "{claims} {}", page.answer);
            assert!(!page.answer.text().contains(ASK_ACTION), "{claims}");
        }
        for claims in [json!({ "organizations": "Commune" }), json!({ "organizations": 3 })] {
            through.provider.set_claims("ada", &ada_with(&claims)).await;
            assert_eq!(through.refusal("ada").await, (502, "provider_error".to_owned()), "{claims}");
        }
        assert_eq!(through.count("account").await, 0);
    }

    async fn an_alias_leads_to_its_organisation(database: Database) {
        let through = Through::organised(&database).await;
        through.server.organisations.add_alias(&siret(COMMUNE), siret(ELSEWHERE), Actor::Operator).await.unwrap();
        let (browser, page) = through.comes(&[ELSEWHERE]).await;
        assert_eq!((page.url.path(), through.acts_for(&browser).await), ("/rooms", json!(COMMUNE)), "{}", page.answer);
        // Both of its numbers are one organisation.
        let (_, page) = through.comes(&[ELSEWHERE, COMMUNE]).await;
        assert_eq!(page.url.path(), "/rooms", "{}", page.answer);
        let (by_alias, _) = through.comes(&[ELSEWHERE]).await;
        // Taken away, whoever came by it alone is out.
        through.server.organisations.remove_alias(&siret(COMMUNE), &siret(ELSEWHERE), Actor::Operator).await.unwrap();
        assert_eq!(through.me(&by_alias).await, Value::Null);
        let (_, page) = through.comes(&[ELSEWHERE]).await;
        assert_eq!(page.url.path(), CHOOSE, "{}", page.answer);
    }

    async fn what_is_gone_is_not_hers_any_more(database: Database) {
        let through = Through::organised(&database).await;
        let (first, page) = through.has_to_choose().await;
        choose(&first, &page, REGION).await;
        // The region let her go: in another browser she comes for the commune, and the sign-in for the region ends.
        let (second, page) = through.comes(&[COMMUNE]).await;
        assert_eq!((page.url.path(), through.acts_for(&second).await), ("/rooms", json!(COMMUNE)), "{}", page.answer);
        assert_eq!(through.me(&first).await, Value::Null);
        // So did the commune.
        let (_, page) = through.comes(&[ELSEWHERE]).await;
        assert_eq!(page.url.path(), CHOOSE, "{}", page.answer);
        assert_eq!(through.me(&second).await, Value::Null);
        assert_eq!((through.count("account").await, through.count("session").await), (1, 0));
        // An organisation that is let in no more ends its sign-ins.
        let (third, _) = through.comes(&[REGION]).await;
        assert_eq!(through.acts_for(&third).await, REGION);
        through.server.organisations.remove(&siret(REGION), Actor::Operator).await.unwrap();
        assert_eq!(through.me(&third).await, Value::Null);
        let (_, page) = through.comes(&[REGION]).await;
        assert_eq!(page.url.path(), CHOOSE, "{}", page.answer);
    }

    async fn a_choice_is_for_one_browser_once_and_ten_minutes(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.has_to_choose().await;
        let pending = page.hidden("pending");
        // Another browser that knows the form has nothing of it.
        let other = Browser::new();
        let stolen = choose(&other, &page, REGION).await;
        assert_eq!((stolen.url.path(), through.me(&other).await), (CHOOSE, Value::Null), "{}", stolen.answer);
        let (theirs, their_page) = {
            through.provider.set_claims("eve", &{
                let mut claims = ada_of(&[REGION, COMMUNE]);
                claims["email"] = json!("eve@example.org");
                claims
            }).await;
            let browser = Browser::new();
            let page = browser.sign_in(through.start(), "eve").await;
            (browser, page)
        };
        // Not even one that waits itself: its own form, with the other's id.
        let stolen = choose(&theirs, &page, REGION).await;
        assert_eq!((stolen.url.path(), through.me(&theirs).await), (CHOOSE, Value::Null), "{}", stolen.answer);
        // Another organisation, even one that is let in, is not hers; the choice stays hers to make.
        through.server.organisations.add(siret(ELSEWHERE), "Elsewhere", Actor::Operator).await.unwrap();
        for organisation in [ELSEWHERE, POSTE, "00000000000000", "x"] {
            let fields = [("pending", &*pending), ("organisation", organisation)];
            let forged = browser.post_with(&through.at(CHOOSE_ACTION), &fields).await;
            assert_eq!((forged.url.path(), through.me(&browser).await), (CHOOSE, Value::Null), "{}", forged.answer);
        }
        // Her address is not a field: what is posted besides means nothing.
        let fields = [
            ("pending", &*pending),
            ("organisation", REGION),
            ("email", "admin@example.org"),
            ("account", "x"),
            ("siret", ELSEWHERE),
        ];
        let sent = browser.post_with(&through.at(CHOOSE_ACTION), &fields).await;
        assert_eq!(sent.url.path(), "/rooms", "{}", sent.answer);
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
        // Used up.
        let again = choose(&browser, &page, COMMUNE).await;
        assert_eq!(again.url.path(), CHOOSE, "{}", again.answer);
        assert_eq!(through.acts_for(&browser).await, REGION);
        // And after ten minutes nobody's.
        through.server.clock.advance(Duration::from_mins(10));
        let late = choose(&theirs, &their_page, REGION).await;
        assert_eq!((late.url.path(), through.me(&theirs).await), (CHOOSE, Value::Null), "{}", late.answer);
        assert!(late.answer.text().contains("There is nothing to choose"), "{}", late.answer);
        assert_eq!(through.count("account").await, 1);
        parloir::server::clean(&through.server).await.unwrap();
        assert_eq!(through.count("pending_sign_in").await, 0);
    }

    async fn an_address_opens_no_account_of_another(database: Database) {
        let through = Through::organised(&database).await;
        // Somebody with a password, an administrator among them, is met as ever: on the page about it.
        for administrator in [false, true] {
            let email = if administrator { "root@example.org" } else { "ada@example.org" };
            through.server.new_account(email, administrator, Some(PASSWORD)).await;
            let mut claims = ada_of(&[COMMUNE]);
            claims["email"] = json!(email);
            through.provider.set_claims(email, &claims).await;
            let browser = Browser::new();
            let page = browser.sign_in(through.start(), email).await;
            assert_eq!((page.url.path(), page.answer.status), ("/sign-in/conflict", 200), "{}", page.answer);
            assert_eq!(through.me(&browser).await, Value::Null);
        }
        // After the choice as well, and for whoever is of another organisation.
        let mut claims = ada_of(&[REGION, COMMUNE]);
        claims["email"] = json!("root@example.org");
        through.provider.set_claims("mallory", &claims).await;
        let browser = Browser::new();
        let page = browser.sign_in(through.start(), "mallory").await;
        let page = choose(&browser, &page, REGION).await;
        assert_eq!((page.url.path(), through.me(&browser).await), ("/sign-in/conflict", Value::Null), "{}", page.answer);
        assert_eq!((through.count("identity").await, through.count("session").await), (0, 0));
    }

    async fn a_silent_visit_asks_nothing(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.has_to_choose().await;
        let silent = through.at("/auth/test/login/?silent=true&next=/docs");
        let page_of_silence = browser.visit(&silent).await;
        assert_eq!((page_of_silence.url.path(), through.me(&browser).await), ("/docs", Value::Null));
        choose(&browser, &page, REGION).await;
        // Once she chose, in silence it is that one again; it is hers to choose anew when it is let in no more.
        let account = through.account("ada@example.org").await.unwrap();
        through.server.sessions.end_others(account.id, None, Actor::Operator).await.unwrap();
        assert_eq!(through.me(&browser).await, Value::Null);
        browser.visit(&silent).await;
        assert_eq!(through.acts_for(&browser).await, REGION);
        through.provider.set_claims("ada", &ada_of(&[COMMUNE, POSTE])).await;
        through.server.organisations.add(siret(POSTE), "Poste", Actor::Operator).await.unwrap();
        through.server.sessions.end_others(account.id, None, Actor::Operator).await.unwrap();
        let page = browser.visit(&silent).await;
        assert_eq!((page.url.path(), through.me(&browser).await), ("/docs", Value::Null), "{}", page.answer);
    }

    async fn two_answers_at_once_are_one(database: Database) {
        let through = Through::organised(&database).await;
        let (browser, page) = through.has_to_choose().await;
        let (one, two) = tokio::join!(choose(&browser, &page, REGION), choose(&browser, &page, COMMUNE));
        let paths = [one.url.path(), two.url.path()];
        assert!(paths.contains(&"/rooms"), "{paths:?}");
        assert_eq!(database.number("SELECT COUNT(*) FROM audit_event WHERE action = 'session.started'", []).await, 1);
        assert_eq!((through.count("account").await, through.count("pending_sign_in").await), (1, 0));
    }
}
