//! Whose account it is that somebody comes to through a provider.

use parloir::applications::NewApplication;
use parloir::audit::Actor;
use sea_orm::entity::prelude::Uuid;
use serde_json::{Value, json};

use crate::harness::through::{ada, beside, person};
use crate::harness::{Database, PASSWORD, Through, Way, domains, on_both, scopes};
use crate::provider::{Browser, Provider};

const ROOMS: &str = "/external-api/v1.0/rooms/";

on_both! {
    async fn an_account_is_made_once_and_kept_up_to_date(database: Database) {
        let through = Through::plain(&database).await;
        let first = through.me(&through.sign_in("ada").await).await;
        through.provider.set_claims("ada", &person("ada@example.org", "Augusta Ada", "King")).await;
        let second = through.me(&through.sign_in("ada").await).await;
        assert_eq!((&first["id"], &second["name"]), (&second["id"], &json!("Augusta Ada King")));
        // What is empty or missing erases nothing.
        for claims in [
            json!({ "email": "", "email_verified": true, "given_name": " ", "usual_name": "" }),
            json!({ "given_name": null }),
            json!({}),
        ] {
            through.provider.set_claims("ada", &claims).await;
            assert_eq!(through.me(&through.sign_in("ada").await).await, second, "{claims}");
        }
        assert_eq!((through.count("account").await, through.count("identity").await), (1, 1));
        assert_eq!(database.events("account.created").await.len(), 1);
        assert_eq!(database.events("identity.linked").await.len(), 1);
    }

    async fn an_address_that_nobody_vouches_for_is_only_claimed(database: Database) {
        let unverified = json!({ "email": "Eve@example.org", "email_verified": false, "given_name": "Eve" });
        let textual = json!({ "email": "Eve@example.org", "email_verified": "true", "given_name": "Eve" });
        for (trust, claims, trusted) in [
            ("verified_claim", &unverified, false),
            ("verified_claim", &textual, false),
            ("never", &ada(), false),
            ("always", &unverified, true),
        ] {
            let document = json!({ "accounts": { "eve": { "claims": claims } } });
            let way = Way { document, entry: json!({ "email_trust": trust }), ..Way::default() };
            let through = Through::with(&database, way).await;
            let me = through.me(&through.sign_in("eve").await).await;
            let (id, email) = (me["id"].as_str().unwrap(), claims["email"].as_str().unwrap());
            let sql = if trusted {
                "SELECT COUNT(*) FROM account WHERE id = $1 AND email = $2 AND email_verified AND claimed_email IS NULL"
            } else {
                "SELECT COUNT(*) FROM account WHERE id = $1 AND claimed_email = $2 AND NOT email_verified AND email IS NULL"
            };
            let id: Uuid = id.parse().unwrap();
            assert_eq!(database.number(sql, [id.into(), email.into()]).await, 1, "{trust} {claims}");
        }
    }

    async fn an_address_moves_when_it_is_trusted_and_free(database: Database) {
        let through = Through::plain(&database).await;
        through.sign_in("ada").await;
        through.server.new_account("taken@example.org", false, Some(PASSWORD)).await;
        through.provider.set_claims("ada", &person("Countess@example.com", "Ada", "King")).await;
        let me = through.me(&through.sign_in("ada").await).await;
        assert_eq!(me["email"], "Countess@example.com");
        assert!(through.account("ada@example.org").await.is_none());
        for claims in [
            person("TAKEN@example.org", "Ada", "King"),
            json!({ "email": "other@example.org", "email_verified": false }),
        ] {
            through.provider.set_claims("ada", &claims).await;
            assert_eq!(through.me(&through.sign_in("ada").await).await["email"], "Countess@example.com", "{claims}");
        }
        let [event] = database.events("account.email_conflict").await.try_into().unwrap();
        let taken = through.account("taken@example.org").await.unwrap();
        assert_eq!(event.details()["other_account"], json!(taken.id));
        assert_eq!(json!(event.on_behalf_of), me["id"]);
    }

    async fn a_subject_may_be_any_text(database: Database) {
        let long: String = "https://example.org/people?n=1#154|a b/é€😀'\"\\%2F".chars().cycle().take(255).collect();
        let subjects = [long.clone(), long[1..].to_owned(), "1".to_owned(), "A".to_owned(), "a".to_owned()];
        let through = Through::plain(&database).await;
        for subject in &subjects {
            through.provider.set_claims(subject, &json!({ "given_name": "Ada" })).await;
            let first = through.me(&through.sign_in(subject).await).await;
            assert_eq!(through.me(&through.sign_in(subject).await).await["id"], first["id"], "{subject}");
            let sql = "SELECT COUNT(*) FROM identity WHERE subject = $1";
            assert_eq!(database.number(sql, [subject.as_str().into()]).await, 1, "{subject}");
        }
        assert_eq!(through.count("account").await, 5);
    }

    async fn whoever_may_not_come_in_is_told_why(database: Database) {
        let through = Through::set(&database, json!({ "create_users": false })).await;
        assert_eq!(through.refusal("ada").await, (403, "user_not_found".to_owned()));
        assert_eq!(through.count("account").await, 0);
        // An account that waits for her is none that has to be made.
        through.server.account("ada@example.org").await;
        through.sign_in("ada").await;
        through.server.accounts.set_enabled(&"ada@example.org".parse().unwrap(), false, Actor::Operator).await.unwrap();
        assert_eq!(through.refusal("ada").await, (403, "account_disabled".to_owned()));
        let page = Browser::new().sign_in(through.start(), "ada").await;
        assert!(page.answer.status == 403 && page.answer.text().contains(page.answer.header("x-request-id")));
        // An address alone opens no disabled account either.
        through.provider.set_claims("other", &ada()).await;
        assert_eq!(through.refusal("other").await, (403, "account_disabled".to_owned()));
        assert_eq!((through.count("account").await, through.count("identity").await), (1, 1));
    }

    async fn a_pending_person_becomes_the_one_who_comes(database: Database) {
        let through = Through::plain(&database).await;
        let new = NewApplication {
            name: "Calendar".to_owned(),
            scopes: scopes("rooms:list rooms:create"),
            domains: domains(&["example.org"]),
            allow_user_creation: true,
            ..Default::default()
        };
        let application = through.server.new_application(new).await;
        let acting = application.acting_for("ADA@example.org").await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let pending = through.account("ada@example.org").await.unwrap();
        // Nobody vouches for this address, so whoever claims it is somebody else.
        through.provider.set_claims("liar", &json!({ "email": "ada@example.org", "email_verified": false })).await;
        assert_ne!(through.me(&through.sign_in("liar").await).await["id"], json!(pending.id));
        let browser = through.sign_in("ada").await;
        let me = through.me(&browser).await;
        assert_eq!((&me["id"], &me["name"]), (&json!(pending.id), &json!("Ada Lovelace")));
        let slug = room["slug"].as_str().unwrap();
        let page = browser.visit(through.at("/rooms")).await;
        assert!(page.answer.text().contains(slug), "{}", page.answer);
        assert_eq!(acting.get(ROOMS).expect(200).await.json()["results"], json!([room]));
        let account = through.account("ada@example.org").await.unwrap();
        assert!(account.email_verified);
        assert_eq!(database.number("SELECT COUNT(*) FROM account WHERE status = 'pending'", []).await, 0);
    }

    async fn a_trusted_address_opens_only_an_account_that_nobody_can_lose(database: Database) {
        let through = Through::plain(&database).await;
        let open = through.server.account("ada@example.org").await;
        assert_eq!(through.me(&through.sign_in("ada").await).await["id"], json!(open.id));
        through.server.new_account("password@example.org", false, Some(PASSWORD)).await;
        through.server.new_account("admin@example.org", true, None).await;
        for (subject, email) in
            [("a", "password@example.org"), ("b", "Admin@Example.org"), ("c", "ada@example.org")]
        {
            through.provider.set_claims(subject, &json!({ "email": email, "email_verified": true })).await;
            let browser = Browser::new();
            let page = browser.sign_in(through.start(), subject).await;
            assert_eq!((page.url.path(), page.answer.status), ("/sign-in/conflict", 200), "{email}: {}", page.answer);
            assert_eq!(through.me(&browser).await, Value::Null, "{email}");
        }
        assert_eq!((through.count("account").await, through.count("identity").await), (3, 1));
        assert_eq!(database.events("identity.conflict").await.len(), 3);
    }

    async fn one_subject_of_two_issuers_is_two_people(database: Database) {
        let of = |email: &str| json!({ "keys": ["EC"], "accounts": { "1": { "claims": person(email, "A", "B") } } });
        let one = Provider::start(&database.clock, of("one@example.org")).await;
        let two = Provider::start(&database.clock, of("two@example.org")).await;
        let entries = [(&one, "one", json!({}), json!({})), (&two, "two", json!({}), json!({}))];
        let server = beside(&database, &entries, &[]).await;
        for id in ["one", "two"] {
            let start = format!("{}/auth/{id}/login/?next=/rooms", server.public_url());
            let page = Browser::new().sign_in(start, "1").await;
            assert_eq!(page.url.path(), "/rooms", "{}", page.answer);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM account", []).await, 2);
    }

    async fn two_first_sign_ins_at_once_make_one_account(database: Database) {
        let through = Through::plain(&database).await;
        let other = through.server.twin().await;
        for n in 0..5 {
            let subject = format!("person {n}");
            through.provider.set_claims(&subject, &person(&format!("p{n}@example.org"), "P", "Q")).await;
            let callback = through.at("/auth/test/callback/");
            let (one, two) = (Browser::new(), Browser::new());
            let mut back = Vec::new();
            for browser in [&one, &two] {
                let page = browser.stopping_at(&callback).sign_in(through.start(), &subject).await;
                back.push(page.next.unwrap());
            }
            back[1].set_port(Some(other.address().port())).unwrap();
            let pages = tokio::join!(one.visit(&back[0]), two.visit(&back[1]));
            for page in [pages.0, pages.1] {
                assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
            }
            assert_eq!(through.me(&one).await, through.me(&two).await);
            assert_eq!((through.count("account").await, through.count("identity").await), (n + 1, n + 1));
        }
    }
}
