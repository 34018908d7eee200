//! A server in this process.

use std::net::SocketAddr;
use std::ops::Deref;

use axum::serve::ListenerExt;
use parloir::accounts::{Account, NewAccount};
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::{Secret, Timestamp};
use parloir::config::Config;
use parloir::server::{AppState, router};
use sea_orm::entity::prelude::Uuid;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{Application, Client, Database, Subject, all_domains, domains, scopes};

/// When every test begins: 2026-01-15T12:00:00Z.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_768_478_400);

/// The password of every person of the tests.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A running server. It listens until dropped. Services and clock are reached through it as through its state.
#[derive(Debug)]
pub(crate) struct Server {
    /// Its database, for a look past it.
    pub(crate) database: Database,
    state: AppState,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(database: &Database, config: Config, listener: TcpListener) -> Self {
        let state = AppState::open(config, database.clock.clone(), database.random.clone()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router(state.clone(), parloir::app::pages).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let serving = tokio::spawn(async { axum::serve(listener, service).await.unwrap() });
        Self { database: database.clone(), state, address, serving }
    }

    /// Another server on the same database, with the same public address.
    pub(crate) async fn second_instance(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = self.database.config(self.public_url(), &[]);
        Self::start(&self.database, config, listener).await
    }

    /// Another server on the same database, with the same public address and all the same settings.
    pub(crate) async fn twin(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start(&self.database, self.state.config.as_ref().clone(), listener).await
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `server.public_url`.
    pub(crate) fn public_url(&self) -> &str {
        self.state.config.server.public_url.as_str()
    }

    /// Somebody without any credential, whose requests come from `127.0.0.1`.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.address)
    }

    /// An active account with that address and without password.
    pub(crate) async fn account(&self, email: &str) -> Account {
        self.new_account(email, false, None).await
    }

    /// A person with an account and [`PASSWORD`], signed in.
    pub(crate) async fn person(&self, email: &str) -> Client {
        self.new_account(email, false, Some(PASSWORD)).await;
        self.sign_in(email).await
    }

    /// The same for an administrator.
    pub(crate) async fn administrator(&self) -> Client {
        let email = "admin@example.org";
        self.new_account(email, true, Some(PASSWORD)).await;
        self.sign_in(email).await
    }

    /// Signs in with [`PASSWORD`].
    pub(crate) async fn sign_in(&self, email: &str) -> Client {
        let client = self.anonymous();
        let credentials = json!({ "email": email, "password": PASSWORD });
        client.post("/auth/login/").json(&credentials).expect(200).await;
        client
    }

    /// Makes an account as an operator does.
    pub(crate) async fn new_account(&self, email: &str, administrator: bool, password: Option<&str>) -> Account {
        let email = email.parse().unwrap();
        let new = NewAccount { email, name: None, administrator, password: password.map(Secret::new) };
        self.accounts.create(new, Actor::Operator).await.unwrap()
    }

    /// Gives a person a role in a room (its id), in place of the one that she had.
    pub(crate) async fn give_role(&self, email: &str, room: &str, role: &str) {
        let room: Uuid = room.parse().unwrap();
        let take = "DELETE FROM room_access WHERE room_id = $1 \
                    AND account_id = (SELECT id FROM account WHERE email_key = $2)";
        self.database.execute(take, [room.into(), email.into()]).await;
        let give = "INSERT INTO room_access (account_id, room_id, role, created_at) \
                    SELECT id, $1, $3, 0 FROM account WHERE email_key = $2";
        assert_eq!(self.database.execute(give, [room.into(), email.into(), role.into()]).await, 1);
    }

    /// An application with these scopes (separated by blanks) for people of these domains; `["*"]` is all domains.
    pub(crate) async fn application(&self, scopes_: &str, domains_: &[&str]) -> Application {
        let domains = if domains_ == ["*"] { all_domains() } else { domains(domains_) };
        let new =
            NewApplication { name: "Helpdesk".to_owned(), scopes: scopes(scopes_), domains, ..Default::default() };
        self.new_application(new).await
    }

    /// Makes an application as an operator does.
    pub(crate) async fn new_application(&self, new: NewApplication) -> Application {
        let created = self.applications.create(new, Actor::Operator).await.unwrap();
        Application::new(self.anonymous(), &created)
    }
}

impl Deref for Server {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.state
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Subject for Server {
    async fn on(database: Database) -> Self {
        database.serve().await
    }
}
