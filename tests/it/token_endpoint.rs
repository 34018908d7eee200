//! `POST /external-api/v1.0/application/token/`.

use crate::harness::{Server, on_both};

on_both! {
    async fn gives_a_token(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let answer = application.ask("ada@example.org").await.expect(200);
        assert_eq!(answer.json()["token_type"], "Bearer");
    }
}
