//! What the peer answers, and how badly it sends it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::Frame;
use serde_json::Value;

/// An answer before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How long nothing is sent.
    pub(crate) delay: Duration,
    pub(crate) manner: Manner,
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Whole,
    /// Half of it, and then the connection is cut.
    Cut,
    /// Half of it, and then nothing, for ever.
    Stall,
    /// It, and again, for ever, without an announced length.
    Endless,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    pub(super) fn text(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into_bytes(), delay: Duration::ZERO, manner: Manner::Whole }
    }

    pub(super) fn redirect(location: &str) -> Self {
        let mut reply = Self::text(303, "text/plain", String::new());
        reply.set_header("location", location);
        reply
    }

    /// Sets a header in place of what it was.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Makes it a failure with that status and a JSON body.
    pub(crate) fn fail(&mut self, status: u16, body: &Value) {
        *self = Self::json(status, body);
    }

    /// Changes its JSON body.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.body).unwrap();
        change(&mut value);
        self.body = value.to_string().into_bytes();
    }

    pub(super) async fn send(self) -> Response {
        tokio::time::sleep(self.delay).await;
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        if matches!(self.manner, Manner::Cut | Manner::Stall) {
            response = response.header("content-length", self.body.len());
        }
        let body = match self.manner {
            Manner::Whole => Body::from(self.body),
            manner => Body::new(Unruly { body: Bytes::from(self.body), manner, asked: 0 }),
        };
        response.body(body).unwrap()
    }
}

/// A body that does not end as it should.
struct Unruly {
    body: Bytes,
    manner: Manner,
    /// How often more of it was asked for.
    asked: usize,
}

impl http_body::Body for Unruly {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.asked += 1;
        match (self.manner, self.asked) {
            (Manner::Cut | Manner::Stall, 1) => {
                Poll::Ready(Some(Ok(Frame::data(self.body.slice(..self.body.len() / 2)))))
            }
            // What is there goes out before the connection is cut.
            (Manner::Cut, 2) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            (Manner::Cut, _) => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into()))),
            // Nobody wakes it again.
            (Manner::Stall, _) => Poll::Pending,
            (Manner::Whole | Manner::Endless, _) => Poll::Ready(Some(Ok(Frame::data(self.body.clone())))),
        }
    }
}
