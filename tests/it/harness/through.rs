//! A server whose people sign in through the real provider.

use parloir::accounts::Account;
use parloir::base::EmailAddress;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Database, Server};
use crate::peer::CLIENT_SECRET;
use crate::provider::{Browser, Page, Provider};

/// What a test says over the least that is needed.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Of the provider's document.
    pub(crate) document: Value,
    /// Of the server's settings of the provider.
    pub(crate) entry: Value,
    /// Of the provider's metadata of the server.
    pub(crate) client: Value,
    /// Of the server's other settings.
    pub(crate) settings: &'static [(&'static str, &'static str)],
}

impl Default for Way {
    fn default() -> Self {
        Self { document: json!({}), entry: json!({}), client: json!({}), settings: &[] }
    }
}

/// A server and the provider, which it calls `test`. The provider signs with ES256 and asks nobody for consent. It knows `ada`, whose
/// address it vouches for.
#[derive(Debug)]
pub(crate) struct Through {
    pub(crate) provider: Provider,
    pub(crate) server: Server,
}

impl Through {
    /// Both, with nothing said.
    pub(crate) async fn plain(database: &Database) -> Self {
        Self::with(database, Way::default()).await
    }

    /// Both, with these settings of the provider.
    pub(crate) async fn set(database: &Database, entry: Value) -> Self {
        Self::with(database, Way { entry, ..Way::default() }).await
    }

    /// Both.
    pub(crate) async fn with(database: &Database, way: Way) -> Self {
        let mut document = json!({ "keys": ["EC"], "accounts": { "ada": { "claims": ada() } } });
        extend(&mut document, way.document.clone());
        let provider = Provider::start(&database.clock, document).await;
        let server = beside(database, &[(&provider, "test", way.entry, way.client)], way.settings).await;
        Self { provider, server }
    }

    /// An address of the server.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.public_url())
    }

    /// Where a sign-in starts that goes on to `/rooms`.
    pub(crate) fn start(&self) -> String {
        self.at("/auth/test/login/?next=/rooms")
    }

    /// Signs in in a new browser, up to the rooms.
    pub(crate) async fn sign_in(&self, subject: &str) -> Browser {
        let browser = Browser::new();
        self.sign_in_with(&browser, subject).await;
        browser
    }

    /// The same in a browser that was somewhere already.
    pub(crate) async fn sign_in_with(&self, browser: &Browser, subject: &str) -> Page {
        let page = browser.sign_in(self.start(), subject).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        page
    }

    /// Tries it in a new browser: the status and the code of what comes of it.
    pub(crate) async fn refusal(&self, subject: &str) -> (u16, String) {
        let page = Browser::new().for_json().sign_in(self.start(), subject).await;
        (page.answer.status, page.answer.code())
    }

    /// Who is signed in; null when nobody is.
    pub(crate) async fn me(&self, browser: &Browser) -> Value {
        me_at(browser, self.server.public_url()).await
    }

    /// The account with that address.
    pub(crate) async fn account(&self, email: &str) -> Option<Account> {
        let email: EmailAddress = email.parse().unwrap();
        self.server.accounts.find_by_email(&email.key()).await.unwrap()
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await
    }
}

/// Claims of `ada`.
pub(crate) fn ada() -> Value {
    person("ada@example.org", "Ada", "Lovelace")
}

/// Claims of somebody whose address the provider vouches for.
pub(crate) fn person(email: &str, given_name: &str, usual_name: &str) -> Value {
    json!({ "email": email, "email_verified": true, "given_name": given_name, "usual_name": usual_name })
}

/// Who is signed in at that server; null when nobody is.
pub(crate) async fn me_at(browser: &Browser, url: &str) -> Value {
    let answer = browser.visit(format!("{url}/auth/users/me/")).await.answer;
    assert!(matches!(answer.status, 200 | 401), "{answer}");
    if answer.status == 200 { answer.json() } else { Value::Null }
}

/// A server with these providers, each under an id, with settings and metadata over the least. Its client id is `parloir-` and that id.
pub(crate) async fn beside(
    database: &Database,
    providers: &[(&Provider, &str, Value, Value)],
    settings: &[(&str, &str)],
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut entries = Vec::new();
    for (provider, id, entry, client) in providers {
        provider.put_client(&metadata(&url, id, client)).await;
        entries.push(self::entry(provider.issuer(), id, entry));
    }
    let entries = json!(entries).to_string();
    let settings = [settings, &[("sign_in.providers", &*entries)]].concat();
    Server::start(database, database.config(&url, &settings), listener).await
}

/// The metadata of the server at `url` as a client.
pub(crate) fn metadata(url: &str, id: &str, over: &Value) -> Value {
    let mut metadata = json!({
        "client_id": format!("parloir-{id}"),
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [format!("{url}/auth/{id}/callback/")],
        "post_logout_redirect_uris": [format!("{url}/auth/logout/callback/")],
        "backchannel_logout_uri": format!("{url}/auth/{id}/backchannel-logout/"),
        "backchannel_logout_session_required": true,
        "grant_types": ["authorization_code", "refresh_token"],
        "skip_consent": true,
        "require_pkce": true,
    });
    extend(&mut metadata, over.clone());
    metadata
}

/// The settings of a provider.
pub(crate) fn entry(issuer: &str, id: &str, over: &Value) -> Value {
    let mut entry = json!({
        "id": id,
        "kind": "oidc",
        "label": format!("Provider {id}"),
        "issuer": issuer,
        "client_id": format!("parloir-{id}"),
        "client_secret": CLIENT_SECRET,
        "scopes": ["openid", "email", "given_name", "usual_name"],
    });
    extend(&mut entry, over.clone());
    entry
}

/// Puts the members of `over` over those of `value`.
fn extend(value: &mut Value, over: Value) {
    let Value::Object(over) = over else { panic!("{over} has no members") };
    value.as_object_mut().unwrap().extend(over);
}
