//! What routes of the JSON surfaces have in common.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;

/// Addresses that are served in both slash forms, without a redirect that would lose a body.
pub trait BothForms<S> {
    /// Serves `handler` at `path`, which ends with a slash, and at the same without it.
    #[must_use]
    fn both(self, path: &str, handler: MethodRouter<S>) -> Self;
}

impl<S: Clone + Send + Sync + 'static> BothForms<S> for Router<S> {
    fn both(self, path: &str, handler: MethodRouter<S>) -> Self {
        self.route(path.trim_end_matches('/'), handler.clone()).route(path, handler)
    }
}

/// Adds headers to every answer of a route, refusals included.
pub trait AlwaysHeaders {
    /// Adds `name: value` where the answer has no such header yet.
    #[must_use]
    fn always(self, name: HeaderName, value: &'static str) -> Self;

    /// Names the methods of the route in `Allow` (RFC 9110 §10.2.1).
    #[must_use]
    fn allow(self, methods: &'static str) -> Self
    where
        Self: Sized,
    {
        self.always(header::ALLOW, methods)
    }
}

impl<S: Clone + Send + Sync + 'static> AlwaysHeaders for MethodRouter<S> {
    fn always(self, name: HeaderName, value: &'static str) -> Self {
        self.layer(from_fn(move |request: Request, next: Next| {
            let name = name.clone();
            async move {
                let mut response: Response = next.run(request).await;
                response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
                response
            }
        }))
    }
}
