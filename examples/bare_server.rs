//! What Parloir's answers cost at the least, for `cargo xtask bench` to compare with: a handler that signs and nothing
//! else, one that does the one query, one that does the one commit.
//!
//! Call: `bare_server PERSON FOLDER`, with the settings of the server that it is compared with: it listens where they say,
//! signs with that server's key and reads its rooms. `PERSON` is the id of the account whose rooms are read; what is
//! committed goes to a database of its own in `FOLDER`.

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use serde_json::json;

use parloir::base::{
    AccountId, Clock, Database, MasterKey, Metrics, Purpose, Random, RoomId, Scope, Secret, Store, StoreError, TokenId,
};
use parloir::config::Config;
use parloir::jose::{Actor, DelegatedClaims, Generations, Keyring};

/// The query of a page of the API's list.
const LIST: &str = "\
    SELECT r.id, r.name, s.slug, r.access_level, r.configuration FROM room_access m \
    JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL JOIN room_slug s ON s.room_id = r.id AND s.current \
    WHERE m.account_id = $1 ORDER BY r.name_key, r.id LIMIT 20 OFFSET 0";

/// The query of one room.
const RETRIEVE: &str = "\
    SELECT r.id, r.name, s.slug, r.access_level, r.configuration, m.role FROM room r \
    JOIN room_slug s ON s.room_id = r.id AND s.current \
    LEFT JOIN room_access m ON m.room_id = r.id AND m.account_id = $1 WHERE r.id = $2 AND r.deleted_at IS NULL";

/// The least that can be committed: one row in a table without another index.
const COMMIT: &str = "INSERT INTO installation (name, value) VALUES ($1, $2)";

#[derive(Clone, Debug)]
struct Bare {
    /// The database of the server that this one is compared with.
    rooms: Store,
    /// A database that nobody else has.
    own: Store,
    keyring: Keyring,
    kid: Option<String>,
    person: AccountId,
    issuer: Arc<str>,
    audience: Arc<str>,
    written: Arc<AtomicU64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(person), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare_server PERSON FOLDER".into());
    };
    let config = Config::load(None)?;
    let bare = Bare::open(&config, person.parse()?, PathBuf::from(folder)).await?;
    let router = Router::new()
        .route("/health/ready", get(async || StatusCode::OK))
        .route("/external-api/v1.0/application/token/", post(sign))
        .route("/external-api/v1.0/rooms/", get(list).post(commit))
        .route("/external-api/v1.0/rooms/{id}/", get(retrieve))
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind(config.server.listen).await?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

impl Bare {
    async fn open(config: &Config, person: AccountId, folder: PathBuf) -> Result<Self, Box<dyn Error>> {
        let secret = match &config.secret_key {
            Some(secret) => secret.clone(),
            None => Secret::new(std::fs::read_to_string(config.data_dir.join("secret_key"))?.trim()),
        };
        let metrics = Metrics::new(Clock::System.now());
        let rooms = Store::open(&config.database_url(), config.database.connections, &metrics).await?;
        let sealer = MasterKey::new(&secret).sealer(Purpose::SigningKey);
        let algorithm = config.delegation.signing_algorithm;
        let keyring = Keyring::open(rooms.clone(), sealer, Clock::System, Random::System, algorithm).await?;
        Ok(Self {
            kid: keyring.list().into_iter().find(|key| key.signs).map(|key| key.kid),
            keyring,
            rooms,
            own: Store::open(&Database::Sqlite(folder.join("bare.db")), 1, &metrics).await?,
            person,
            issuer: config.server.public_url.to_string().into(),
            audience: config.server.public_url.at("/external-api/v1.0").into(),
            written: Arc::default(),
        })
    }

    fn claims(&self, client_id: &str) -> DelegatedClaims {
        let now = Clock::System.now();
        let person = self.person.to_string();
        DelegatedClaims {
            iss: self.issuer.to_string(),
            aud: self.audience.to_string(),
            sub: person.clone(),
            iat: now.as_seconds(),
            exp: now.as_seconds() + 3600,
            jti: TokenId::new(&Random::System, now).to_string(),
            client_id: Some(client_id.to_owned()),
            delegated: Some(true),
            user_id: Some(person),
            act: Some(Actor { sub: client_id.to_owned() }),
            generations: Some(Generations(0, 0, 0)),
            scope: Scope::ALL.into_iter().collect(),
        }
    }
}

/// Reads the form and signs: no look at who asks, no trace of it.
async fn sign(State(bare): State<Bare>, body: Bytes) -> Result<Response, Failed> {
    let form: HashMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
    let Some(client_id) = form.get("client_id") else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
    let claims = bare.claims(client_id);
    let signed = bare.keyring.sign(&claims, bare.kid.as_deref()).await;
    let token = signed.map_err(|error| Failed(error.to_string()))?;
    let answer = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": claims.scope.to_string(),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

async fn list(State(bare): State<Bare>) -> Result<String, Failed> {
    let statement = Statement::from_sql_and_values(bare.rooms.backend(), LIST, [bare.person.into()]);
    let rows = bare.rooms.read().query_all_raw(statement).await?;
    Ok(rows.len().to_string())
}

async fn retrieve(State(bare): State<Bare>, Path(id): Path<String>) -> Result<Response, Failed> {
    let Ok(id) = id.parse::<RoomId>() else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let values = [bare.person.into(), id.into()];
    let statement = Statement::from_sql_and_values(bare.rooms.backend(), RETRIEVE, values);
    let found = bare.rooms.read().query_one_raw(statement).await?;
    Ok(if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND }.into_response())
}

async fn commit(State(bare): State<Bare>) -> Result<StatusCode, Failed> {
    let name = format!("bare {:012}", bare.written.fetch_add(1, Ordering::Relaxed));
    bare.own
        .write::<_, StoreError, _, _>(async move |tx| {
            let values = [name.into(), vec![0_u8; 64].into()];
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), COMMIT, values)).await?;
            Ok(())
        })
        .await?;
    Ok(StatusCode::CREATED)
}

/// Nothing of the comparison may fail; what does is told with its cause.
#[derive(Debug)]
struct Failed(String);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0).into_response()
    }
}

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
