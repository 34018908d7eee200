//! What a server answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
    /// What was asked, for the message of a failed assertion.
    what: String,
}

impl Answer {
    pub(crate) async fn read(what: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        Self { status, headers, body, what }
    }

    /// Whether there is no body.
    pub(crate) const fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The body as it is.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON, which its content type must say it is.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self}"))
    }

    /// A header's one value; an empty text without it.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map_or("", |value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{name} stands twice in {self}");
        value
    }

    /// The stable error code, from the header of the compatible profile or the body of our own; empty when there is none.
    pub(crate) fn code(&self) -> String {
        match self.header("parloir-error-code") {
            "" => serde_json::from_slice::<Value>(&self.body)
                .ok()
                .and_then(|body| body["code"].as_str().map(ToOwned::to_owned))
                .unwrap_or_default(),
            code => code.to_owned(),
        }
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Asserts a refusal: status, stable code and exact body.
    #[track_caller]
    pub(crate) fn expect_refusal(self, status: u16, code: &str, body: &Value) -> Self {
        let answer = self.expect(status);
        assert_eq!((answer.code().as_str(), &answer.json()), (code, body), "{answer}");
        answer
    }
}

/// What was asked and what came back, for a person who reads why a test failed.
impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} answered {}", self.what, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "  {name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "{}", String::from_utf8_lossy(&self.body))
    }
}
