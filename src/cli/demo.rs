//! What `serve --demo` makes, so that a newcomer sees the main job done within a minute.

use serde_json::{Value, json};

use super::Failure;
use crate::accounts::NewAccount;
use crate::applications::{Domains, NewApplication, Overlap};
use crate::audit::Actor;
use crate::base::{ClientId, EmailAddress, Random, Scope, Secret};
use crate::config::PublicUrl;
use crate::server::AppState;

const EMAIL: &str = "demo@example.org";
const SLUG: &str = "demo";

/// The demo's credentials, fresh at every start.
pub(super) struct Demo {
    client_id: ClientId,
    client_secret: String,
    password: String,
}

/// Makes the demo application and person once, and gives both fresh credentials.
pub(super) async fn prepare(state: &AppState) -> Result<Demo, Failure> {
    let (client_id, client_secret) = application(state).await?;
    Ok(Demo { client_id, client_secret, password: person(state).await? })
}

async fn application(state: &AppState) -> Result<(ClientId, String), Failure> {
    if let Some(existing) = state.applications.find_by_slug(SLUG).await? {
        let client_id = existing.application.client_id;
        let secret = state.applications.rotate_secret(&client_id, Overlap::None, Actor::Operator).await?;
        return Ok((client_id, secret.expose().to_owned()));
    }
    let domain = "example.org".parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let new = NewApplication {
        name: "Demo calendar".to_owned(),
        slug: Some(SLUG.to_owned()),
        scopes: [Scope::RoomsList, Scope::RoomsRetrieve, Scope::RoomsCreate].into_iter().collect(),
        domains: Domains::Only(vec![domain]),
        ..Default::default()
    };
    let created = state.applications.create(new, Actor::Operator).await?;
    Ok((created.application.client_id, created.secret.expose().to_owned()))
}

async fn person(state: &AppState) -> Result<String, Failure> {
    let email: EmailAddress = EMAIL.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let password = password(&state.random);
    let secret = Secret::new(password.clone());
    if state.accounts.find_by_email(&email.key()).await?.is_some() {
        state.accounts.set_password(&email, &secret, Actor::Operator).await?;
    } else {
        // An administrator, so that the pages about applications can be seen as well.
        let name = Some("Demo Person".to_owned());
        let new = NewAccount { email, name, administrator: true, password: Some(secret) };
        state.accounts.create(new, Actor::Operator).await?;
    }
    Ok(password)
}

/// Short enough to be typed, with 95 random bits.
fn password(random: &Random) -> String {
    let text = random.base62(16);
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

impl Demo {
    pub(super) fn as_json(&self, public_url: &PublicUrl) -> Value {
        json!({
            "url": public_url.as_str(),
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "email": EMAIL,
            "password": self.password,
        })
    }

    pub(super) fn as_text(&self, public_url: &PublicUrl) -> String {
        let Self { client_id, client_secret, password } = self;
        format!(
            "\nParloir is ready: {public_url}\n\n\
             1. As the demo application, get a token for the demo person:\n\n\
             TOKEN=$(curl -s {public_url}/external-api/v1.0/application/token/ \\\n\
             \x20 -d grant_type=client_credentials -d scope={EMAIL} \\\n\
             \x20 -d client_id={client_id} \\\n\
             \x20 -d client_secret={client_secret} \\\n\
             \x20 | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\n\
             2. Make a room for her:\n\n\
             curl -s -X POST -H \"Authorization: Bearer $TOKEN\" {public_url}/external-api/v1.0/rooms/\n\n\
             3. Sign in as her and see it: {public_url}/sign-in\n\n\
             \x20  e-mail    {EMAIL}\n\
             \x20  password  {password}\n\n\
             These credentials are new at every start with --demo.\n"
        )
    }
}
