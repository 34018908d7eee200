//! Pages as a browser asks for them: who sees which.

use crate::harness::{Server, on_both};

on_both! {
    async fn administration_is_for_administrators(server: Server) {
        let application = server.application("rooms:list", &["example.org"]).await;
        let (stranger, person) = (server.anonymous(), server.person("ada@example.org").await);
        let administrator = server.administrator().await;
        for path in ["/admin/applications", "/admin/applications/new", "/admin/applications/helpdesk"] {
            let answer = stranger.get(path).header("accept", "text/html").expect(303).await;
            assert_eq!(answer.header("location"), format!("/sign-in?next={}", path.replace('/', "%2F")));
            // Whether there is such an application is not for everybody to know.
            let status = if path.ends_with("helpdesk") { 404 } else { 403 };
            let answer = person.get(path).header("accept", "text/html").expect(status).await;
            assert!(!answer.text().contains("Helpdesk") && !answer.text().contains("prl_ci_"), "{answer}");
            let answer = administrator.get(path).header("accept", "text/html").expect(200).await;
            assert!(answer.header("content-type").starts_with("text/html"), "{answer}");
            // Its secret's beginning is shown, the secret itself is nowhere.
            assert!(!answer.text().contains(&application.client_secret), "{answer}");
        }
    }

    async fn a_room_that_an_application_made_is_found(server: Server) {
        let person = server.person("ada@example.org").await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let acting = application.acting_for("ADA@example.org").await;
        let room = acting.post("/external-api/v1.0/rooms/").expect(201).await.json();
        let slug = room["slug"].as_str().unwrap();
        let page = person.get("/rooms").header("accept", "text/html").header("accept-language", "en").expect(200).await;
        assert!(page.text().contains(slug) && page.text().contains("Helpdesk"), "{page}");
        let page = person.get(&format!("/rooms/{slug}")).header("accept", "text/html").expect(200).await;
        assert!(page.text().contains(&format!("{}/rooms/{slug}", server.public_url())), "{page}");
        // A stranger may know the name of a trusted room, not whose it is.
        let page = server.anonymous().get(&format!("/rooms/{slug}")).header("accept", "text/html").expect(200).await;
        assert!(!page.text().contains("ada@") && !page.text().contains("Helpdesk"), "{page}");
    }
}
