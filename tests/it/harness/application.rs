//! A third party with its credentials.

use parloir::applications::{Created, Domains};
use parloir::base::{ApplicationId, ClientId, ScopeList};
use serde_json::{Value, json};

use super::{Answer, Client};

/// The token endpoint.
pub(crate) const TOKEN: &str = "/external-api/v1.0/application/token/";

/// An application that knows its secret.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: String,
    client: Client,
}

impl Application {
    pub(super) fn new(client: Client, created: &Created) -> Self {
        Self {
            id: created.application.id,
            client_id: created.application.client_id.clone(),
            client_secret: created.secret.expose().to_owned(),
            client,
        }
    }

    /// The body with which it asks for a token.
    pub(crate) fn body(&self, email: &str) -> Value {
        json!({
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "grant_type": "client_credentials",
            "scope": email,
        })
    }

    /// Asks for a token, whatever the answer.
    pub(crate) async fn ask(&self, email: &str) -> Answer {
        self.client.post(TOKEN).json(&self.body(email)).send().await
    }

    /// A token for that person.
    pub(crate) async fn token_for(&self, email: &str) -> String {
        let answer = self.client.post(TOKEN).json(&self.body(email)).expect(200).await;
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A caller that acts for that person.
    pub(crate) async fn acting_for(&self, email: &str) -> Client {
        self.client.with_token(&self.token_for(email).await)
    }
}

/// Scopes out of their names, separated by blanks.
pub(crate) fn scopes(names: &str) -> ScopeList {
    names
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| name.parse().unwrap())
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

/// These domains.
pub(crate) fn domains(names: &[&str]) -> Domains {
    Domains::Only(names.iter().map(|name| name.parse().unwrap()).collect())
}

/// All domains.
pub(crate) const fn all_domains() -> Domains {
    Domains::All
}
