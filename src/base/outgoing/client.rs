use super::HttpSettings;
use crate::base::Secret;
use std::time::Duration;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct OutgoingError;
#[derive(Clone, Debug)]
pub struct OutgoingClient;
pub struct A {
    pub status: u16,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}
impl OutgoingClient {
    pub fn new(_: &HttpSettings) -> Result<Self, OutgoingError> {
        Ok(Self)
    }
    pub async fn get(&self, _: &str, _: Option<&Secret>, _: Duration, _: usize) -> Result<A, OutgoingError> {
        Err(OutgoingError)
    }
    pub fn for_openid(
        &self,
        _: Duration,
    ) -> impl Fn(
        openidconnect::HttpRequest,
    )
        -> std::pin::Pin<Box<dyn Future<Output = Result<openidconnect::HttpResponse, OutgoingError>> + Send>>
    + Send
    + Sync {
        |_| Box::pin(async { Err(OutgoingError) })
    }
}
