//! A server whose people come for organisations.

use parloir::audit::Actor;
use parloir::base::Siret;
use serde_json::{Value, json};

use super::{Database, Through, Way};
use crate::harness::through::person;
use crate::provider::{Browser, Page};

/// Organisations of the tests.
pub(crate) const COMMUNE: &str = "73282932000074";
pub(crate) const REGION: &str = "13002526500013";
pub(crate) const POSTE: &str = "35600000009075";
pub(crate) const ELSEWHERE: &str = "44229377500031";

/// The page on which somebody chooses.
pub(crate) const CHOOSE: &str = "/choose-organisation";
pub(crate) const CHOOSE_ACTION: &str = "/actions/sign-in/organisation";
pub(crate) const ASK_ACTION: &str = "/actions/sign-in/organisation-request";
pub(crate) const SWITCH_ACTION: &str = "/actions/organisation/choose";

pub(crate) fn siret(text: &str) -> Siret {
    Siret::parse(text).unwrap()
}

/// The settings of a provider that tells organisations.
pub(crate) fn datapass() -> Value {
    let scopes = ["openid", "email", "given_name", "usual_name", "organizations", "organization"];
    json!({ "kind": "datapass", "scopes": scopes })
}

/// Claims of Ada with these besides.
pub(crate) fn ada_with(over: &Value) -> Value {
    let mut claims = person("ada@example.org", "Ada", "Lovelace");
    claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    claims
}

/// Claims of Ada, who belongs to these.
pub(crate) fn ada_of(sirets: &[&str]) -> Value {
    let organisations: Vec<_> = sirets
        .iter()
        .enumerate()
        .map(|(id, siret)| json!({ "id": id, "siret": siret, "is_external": false }))
        .collect();
    ada_with(&json!({ "organizations": organisations }))
}

impl Through {
    /// A server that lets the commune and the region in, and a provider that tells organisations; Ada belongs to none.
    pub(crate) async fn organised(database: &Database) -> Self {
        Self::organised_with(database, &[]).await
    }

    /// The same with settings of the server.
    pub(crate) async fn organised_with(database: &Database, settings: &'static [(&'static str, &'static str)]) -> Self {
        let through = Self::with(database, Way { entry: datapass(), settings, ..Way::default() }).await;
        for (number, name) in [(COMMUNE, "Commune"), (REGION, "Region")] {
            through.server.organisations.add(siret(number), name, Actor::Operator).await.unwrap();
        }
        through
    }

    /// Ada comes, belonging to these, in a new browser.
    pub(crate) async fn comes(&self, sirets: &[&str]) -> (Browser, Page) {
        self.provider.set_claims("ada", &ada_of(sirets)).await;
        let browser = Browser::new();
        let page = browser.sign_in(self.start(), "ada").await;
        (browser, page)
    }

    /// Ada comes for the commune and the region, and has to choose.
    pub(crate) async fn has_to_choose(&self) -> (Browser, Page) {
        let (browser, page) = self.comes(&[REGION, COMMUNE]).await;
        assert_eq!((page.url.path(), page.answer.status), (CHOOSE, 200), "{}", page.answer);
        (browser, page)
    }

    /// For which organisation that browser is signed in; null when it is not, or for none.
    pub(crate) async fn acts_for(&self, browser: &Browser) -> Value {
        self.me(browser).await["organization_siret"].clone()
    }
}
