//! Whoever calls a server over HTTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use reqwest::header::{self, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, redirect};
use serde::Serialize;

use super::Answer;

/// A caller with a cookie jar of its own for the one cookie that the server sets, and perhaps a token. Clones share the jar.
///
/// It follows no redirect. Cookies are sent back whatever their `Secure`, so that a server with an https address can be
/// tested over http.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    http: reqwest::Client,
    token: Option<String>,
    cookie: Arc<Mutex<Option<String>>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        // A connection for each request: the server ends one whose body it did not read to the end, and whoever takes that
        // one out of a pool at this moment hears nothing.
        let builder =
            reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).pool_max_idle_per_host(0);
        let http = builder.build().unwrap();
        Self { address, http, token: None, cookie: Arc::default() }
    }

    /// The same caller with a bearer token and without cookies.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), cookie: Arc::default(), ..self.clone() }
    }

    /// The same caller towards another server, with a jar of its own that holds the same cookie.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, cookie: Arc::new(Mutex::new(self.cookie())), ..self.clone() }
    }

    /// The session cookie as `name=value`, if there is one.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    /// Puts a cookie, `name=value`, into the jar.
    pub(crate) fn set_cookie(&self, cookie: &str) {
        *self.cookie.lock().unwrap() = Some(cookie.to_owned());
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    /// Sends a form of our own pages; whatever becomes of it, the answer leads to a page.
    pub(crate) async fn submit(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let call = self.post(action).header("sec-fetch-site", "same-origin").header("accept", "text/html");
        call.form(fields).expect(303).await
    }

    /// A request with that method to `path`, which may carry a query.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method.clone(), format!("http://{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(cookie) = self.cookie() {
            request = request.header(header::COOKIE, cookie);
        }
        Call { request, what: format!("{method} {path}"), cookie: Arc::clone(&self.cookie) }
    }
}

/// A request that is being made.
#[derive(Debug)]
#[must_use]
pub(crate) struct Call {
    request: RequestBuilder,
    what: String,
    cookie: Arc<Mutex<Option<String>>>,
}

impl Call {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.request = self.request.header(name, HeaderValue::from_bytes(value.as_ref()).unwrap());
        self
    }

    /// A JSON body.
    pub(crate) fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// An `application/x-www-form-urlencoded` body.
    pub(crate) fn form<T: Serialize + ?Sized>(mut self, fields: &T) -> Self {
        self.request = self.request.form(fields);
        self
    }

    /// A `multipart/form-data` body of texts.
    pub(crate) fn multipart(mut self, fields: &[(&str, &str)]) -> Self {
        let form = fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| {
            form.text((*name).to_owned(), (*value).to_owned())
        });
        self.request = self.request.multipart(form);
        self
    }

    /// A body as it is, with its content type.
    pub(crate) fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header(header::CONTENT_TYPE, content_type).body(body);
        self
    }

    /// A body as it is, whose content type, if any, stands among the headers.
    pub(crate) fn body_alone(mut self, body: Vec<u8>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Sends it.
    pub(crate) async fn send(self) -> Answer {
        let what = self.what.clone();
        self.try_send().await.unwrap_or_else(|error| panic!("{what}: {error:?}"))
    }

    /// Sends it, over a connection that may break.
    pub(crate) async fn try_send(self) -> reqwest::Result<Answer> {
        let response = self.request.send().await?;
        let answer = Answer::read(self.what, response).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            if pair.starts_with("parloir-language=") {
                continue;
            }
            *self.cookie.lock().unwrap() = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        Ok(answer)
    }

    /// Sends it and asserts the status.
    pub(crate) async fn expect(self, status: u16) -> Answer {
        self.send().await.expect(status)
    }
}
