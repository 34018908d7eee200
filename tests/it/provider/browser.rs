//! A browser without a screen: cookies as on plain http, redirects one by one, forms filled in.

use std::sync::{Arc, Mutex};

use reqwest::header::{self, HeaderMap};
use reqwest::{Method, Url, redirect};

use super::html::Form;
use crate::harness::Answer;

/// More redirects than any walk takes.
const MOST_STEPS: usize = 20;

/// The script with which the provider sends a form by itself (OAuth 2.0 Form Post Response Mode, appendix A).
const SUBMITS_ITSELF: &str = "document.forms[0].submit()";

/// One browser with a cookie jar. Clones share the jar.
///
/// Cookies are sent back whatever their `Secure`, and end only when a server ends them, since the servers' clock stands elsewhere than
/// the machine's.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    http: reqwest::Client,
    jar: Arc<Mutex<Vec<Cookie>>>,
    stop: Option<String>,
    accept: &'static str,
}

/// Where a walk ended.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) answer: Answer,
    /// The address of the page.
    pub(crate) url: Url,
    /// The addresses that redirected here, the first one first.
    pub(crate) trail: Vec<Url>,
    /// Where it would have gone, had it not been told to stop.
    pub(crate) next: Option<Url>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

/// A request before its redirects.
struct Step {
    method: Method,
    url: Url,
    form: Option<Vec<(String, String)>>,
    /// The page on which the form stood.
    from: Option<Url>,
}

impl Step {
    /// Sends the form of the page at `from`, with `fields` filled in.
    fn of(form: &Form, from: &Url, fields: &[(&str, &str)]) -> Self {
        let mut sent = form.fields.clone();
        for (name, value) in fields {
            let pair = ((*name).to_owned(), (*value).to_owned());
            let known = form.fields.iter().any(|(key, _)| key == name) || form.buttons.contains(&pair);
            assert!(known, "no {name}={value} in {form:?}");
            sent.retain(|(key, _)| key != name);
            sent.push(pair);
        }
        let (mut url, from) = (from.join(&form.action).unwrap(), Some(from.clone()));
        if form.method == "post" {
            return Self { method: Method::POST, url, form: Some(sent), from };
        }
        url.query_pairs_mut().clear().extend_pairs(sent);
        Self { method: Method::GET, url, form: None, from }
    }
}

impl Browser {
    /// A browser that was nowhere yet.
    pub(crate) fn new() -> Self {
        let builder =
            reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).pool_max_idle_per_host(0);
        Self { http: builder.build().unwrap(), jar: Arc::default(), stop: None, accept: "text/html, */*;q=0.8" }
    }

    /// The same browser, which asks for JSON as a program would.
    pub(crate) fn for_json(&self) -> Self {
        Self { accept: "application/json", ..self.clone() }
    }

    /// The same browser, which stops before it follows a redirect to an address that begins with `prefix`.
    pub(crate) fn stopping_at(&self, prefix: &str) -> Self {
        Self { stop: Some(prefix.to_owned()), ..self.clone() }
    }

    /// Opens an address and follows where it leads.
    pub(crate) async fn visit(&self, url: impl AsRef<str>) -> Page {
        let url = url.as_ref().parse().unwrap();
        self.walk(Step { method: Method::GET, url, form: None, from: None }).await
    }

    /// Fills in the first form of a page and sends it; the pressed button is one of the fields.
    pub(crate) async fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = Form::first(page.answer.text()).unwrap_or_else(|| panic!("no form in {}", page.answer));
        self.walk(Step::of(&form, &page.url, fields)).await
    }

    /// Fills in and sends the form of a page that goes to the path `action`.
    pub(crate) async fn submit_to(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let forms = Form::all(page.answer.text());
        let form = forms.iter().find(|form| form.action == action);
        let form = form.unwrap_or_else(|| panic!("no form to {action} in {}", page.answer));
        self.walk(Step::of(form, &page.url, fields)).await
    }

    /// Sends an empty form to an address, as a page of the same site would.
    pub(crate) async fn post(&self, url: &str) -> Page {
        self.post_with(url, &[]).await
    }

    /// Sends these fields to an address, as a page of the same site would.
    pub(crate) async fn post_with(&self, url: &str, fields: &[(&str, &str)]) -> Page {
        let url: Url = url.parse().unwrap();
        let form = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.walk(Step { method: Method::POST, url: url.clone(), form: Some(form), from: Some(url) }).await
    }

    /// Signs in: from `start` through the provider's pages, allowing all that is asked, to where that leads.
    pub(crate) async fn sign_in(&self, start: impl AsRef<str>, account: &str) -> Page {
        let page = self.log_in(self.visit(start).await, account).await;
        if page.asks("answer", "allow") { self.submit(&page, &[("answer", "allow")]).await } else { page }
    }

    /// The same, but the person does not allow it.
    pub(crate) async fn deny(&self, start: impl AsRef<str>, account: &str) -> Page {
        let page = self.log_in(self.visit(start).await, account).await;
        self.submit(&page, &[("answer", "deny")]).await
    }

    /// Goes to the provider's sign-in page and gives up there.
    pub(crate) async fn abort(&self, start: impl AsRef<str>) -> Page {
        let page = self.visit(start).await;
        self.submit(&page, &[("answer", "abort")]).await
    }

    /// The value of a cookie that `url` would be sent.
    pub(crate) fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let url = url.parse().unwrap();
        self.cookies_for(&url).into_iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value)
    }

    async fn log_in(&self, page: Page, account: &str) -> Page {
        if page.asks("answer", "login") {
            return self.submit(&page, &[("account", account), ("answer", "login")]).await;
        }
        page
    }

    async fn walk(&self, mut step: Step) -> Page {
        let mut trail = Vec::new();
        loop {
            let answer = self.send(&step).await;
            let here = step.url.clone();
            if matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                let next = here.join(answer.header("location")).unwrap();
                if self.stop.as_ref().is_some_and(|stop| next.as_str().starts_with(stop)) {
                    return Page { answer, url: here, trail, next: Some(next) };
                }
                step.url = next;
                if !matches!(answer.status, 307 | 308) {
                    (step.method, step.form) = (Method::GET, None);
                }
            } else if answer.text().contains(SUBMITS_ITSELF)
                && let Some(form) = Form::first(answer.text())
            {
                step = Step::of(&form, &here, &[]);
            } else {
                return Page { answer, url: here, trail, next: None };
            }
            trail.push(here);
            assert!(trail.len() <= MOST_STEPS, "no end of it: {trail:?}");
        }
    }

    async fn send(&self, step: &Step) -> Answer {
        let mut request = self.http.request(step.method.clone(), step.url.clone()).header(header::ACCEPT, self.accept);
        let cookies: Vec<_> =
            self.cookies_for(&step.url).iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(form) = &step.form {
            request = request.form(form);
        }
        if let Some(from) = step.from.as_ref().filter(|_| step.method == Method::POST) {
            let site = if from.origin() == step.url.origin() { "same-origin" } else { "same-site" };
            request =
                request.header(header::ORIGIN, from.origin().ascii_serialization()).header("sec-fetch-site", site);
        }
        let what = format!("{} {}", step.method, step.url);
        let response = request.send().await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        self.keep_cookies(&step.url, response.headers());
        Answer::read(what, response).await
    }

    /// RFC 6265 §5.4: those of this host and path, the longest path first. Ports do not matter.
    fn cookies_for(&self, url: &Url) -> Vec<Cookie> {
        let host = url.host_str().unwrap();
        let mut found: Vec<_> = self
            .jar
            .lock()
            .unwrap()
            .iter()
            .filter(|cookie| cookie.host == host && cookie.covers(url))
            .cloned()
            .collect();
        found.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        found
    }

    fn keep_cookies(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        for line in headers.get_all(header::SET_COOKIE) {
            let (cookie, ends) = Cookie::read(url, line.to_str().unwrap());
            jar.retain(|old| (&old.host, &old.path, &old.name) != (&cookie.host, &cookie.path, &cookie.name));
            if !ends {
                jar.push(cookie);
            }
        }
    }
}

impl Page {
    /// The value of its hidden field of that name.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let forms = Form::all(self.answer.text());
        let found = forms.iter().flat_map(|form| &form.fields).find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("no {name} in {}", self.answer)).1.clone()
    }

    /// Whether its first form has a button with that name and value.
    pub(crate) fn asks(&self, name: &str, value: &str) -> bool {
        let button = (name.to_owned(), value.to_owned());
        Form::first(self.answer.text()).is_some_and(|form| form.has(name) && form.buttons.contains(&button))
    }

    /// A parameter of its address, or of where it would have gone; empty when there is none.
    pub(crate) fn parameter(&self, name: &str) -> String {
        let url = self.next.as_ref().unwrap_or(&self.url);
        url.query_pairs().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.into_owned())
    }
}

impl Cookie {
    /// A `Set-Cookie` line (RFC 6265 §5.2), and whether it ends the cookie.
    fn read(url: &Url, line: &str) -> (Self, bool) {
        let mut parts = line.split(';').map(str::trim);
        let (name, content) = parts.next().and_then(|pair| pair.split_once('=')).unwrap_or_default();
        let (mut path, mut ends) = (None, false);
        for (attribute, value) in parts.filter_map(|part| part.split_once('=')) {
            match attribute.to_lowercase().as_str() {
                "path" => path = Some(value.to_owned()).filter(|path| path.starts_with('/')),
                // A session that ends by the tests' clock is over by the machine's: only a cookie without value is one that ends.
                "max-age" => ends |= content.is_empty() && value.parse().is_ok_and(|seconds: i64| seconds <= 0),
                "expires" => ends |= value.contains("1970"),
                _ => {}
            }
        }
        let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = path.unwrap_or_else(|| if folder.is_empty() { "/".to_owned() } else { folder.to_owned() });
        let host = url.host_str().unwrap().to_owned();
        (Self { host, path, name: name.to_owned(), value: content.to_owned() }, ends)
    }

    /// RFC 6265 §5.1.4.
    fn covers(&self, url: &Url) -> bool {
        let path = url.path();
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}
