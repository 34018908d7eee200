//! A server, the provider through which its people sign in, and the DeployCenter that it asks about them.

use std::time::Duration;

use serde_json::{Value, json};

use super::deploy_center::DeployCenter;
use crate::harness::{Answer, Application, Client, Database, Server};
use crate::peer::Scene;
use crate::provider::{Browser, Page};

pub(super) const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Written so that no other text of the server holds it.
pub(super) const EMAIL: &str = "xanthippe.quux@example.org";

/// All of them.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) scene: Scene,
    pub(super) deploy_center: DeployCenter,
    pub(super) application: Application,
}

impl Stage {
    pub(super) async fn new(database: &Database) -> Self {
        Self::with(database, &[]).await
    }

    /// The same with these settings of the server.
    pub(super) async fn with(database: &Database, settings: &[(&str, &str)]) -> Self {
        let deploy_center = DeployCenter::start().await;
        let of_deploy_center = deploy_center.settings();
        let mut all: Vec<_> = of_deploy_center.iter().map(|(key, value)| (*key, value.as_str())).collect();
        all.extend_from_slice(settings);
        let scene = Scene::with(database, json!({}), &all).await;
        let application = scene.server.application("rooms:create rooms:list", &["*"]).await;
        Self { scene, deploy_center, application }
    }

    pub(super) const fn server(&self) -> &Server {
        &self.scene.server
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.server().clock.advance(Duration::from_secs(seconds));
    }

    /// Somebody of that organisation signs in: her browser, and where she came to.
    pub(super) async fn comes(&self, name: &str, siret: &str) -> (Browser, Page) {
        self.comes_as(&json!({ "sub": name, "email": email(name), "email_verified": true, "siret": siret })).await
    }

    /// The same with claims of any kind.
    pub(super) async fn comes_as(&self, claims: &Value) -> (Browser, Page) {
        self.scene.peer.person(claims);
        self.scene.sign_in().await
    }

    /// What the server says of who is signed in.
    pub(super) async fn me(&self, browser: &Browser) -> Value {
        let answer = browser.visit(self.scene.at("/auth/users/me/")).await.answer.expect(200);
        answer.json()
    }

    pub(super) async fn status(&self, browser: &Browser) -> (bool, String) {
        let me = self.me(browser).await;
        (me["can_access"].as_bool().unwrap(), me["access_status"].as_str().unwrap().to_owned())
    }

    /// The application, acting for her.
    pub(super) async fn acting_for(&self, name: &str) -> Client {
        self.application.acting_for(&email(name)).await
    }

    /// The application makes a room for her, whatever comes of it.
    pub(super) async fn create(&self, name: &str) -> Answer {
        self.acting_for(name).await.post(ROOMS).send().await
    }
}

/// Her address.
pub(super) fn email(name: &str) -> String {
    if name == "xanthippe" { EMAIL.to_owned() } else { format!("{name}@example.org") }
}
