//! Logos over HTTP: who may give one, what comes back, how it is kept by browsers.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::harness::{Application, Client, Server, on_both};

pub(crate) fn picture(width: u32, height: u32, format: ImageFormat, shade: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbaImage::from_pixel(width, height, Rgba([shade, 0, 0, 255])));
    let picture = if format == ImageFormat::Jpeg { DynamicImage::from(picture.to_rgb8()) } else { picture };
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(crate) async fn put(client: &Client, application: &Application, file: Vec<u8>) -> crate::harness::Answer {
    let path = format!("/api/v1/admin/applications/{}/logo", application.client_id);
    client.call("PUT", &path).header("sec-fetch-site", "same-origin").body("image/png", file).send().await
}

on_both! {
    async fn it_is_drawn_anew_and_shown_to_everybody(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("", &[]).await;
        let stranger = server.anonymous();
        let gone = json!({ "code": "not_found", "detail": "Not found." });
        stranger.get("/applications/helpdesk/logo").send().await.expect_refusal(404, "not_found", &gone);
        stranger.get("/applications/nobody/logo").send().await.expect_refusal(404, "not_found", &gone);

        let after = put(&administrator, &application, picture(600, 300, ImageFormat::Jpeg, 200)).await.expect(200).json();
        let path = after["logo"].as_str().unwrap();
        let digest = path.strip_prefix("/applications/helpdesk/logo?v=").unwrap();
        assert_eq!(digest.len(), 32);
        assert_eq!(after["version"], 0, "a picture is no change of what the forms show");
        let answer = stranger.get(path).send().await.expect(200);
        assert_eq!(answer.header("content-type"), "image/png");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{}", answer.header("content-security-policy"));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        let tag = answer.header("etag").to_owned();
        assert_eq!(tag, format!("\"{digest}\""));
        let shown = image::load_from_memory_with_format(answer.bytes(), ImageFormat::Png).unwrap();
        assert_eq!((shown.width(), shown.height()), (256, 128));
        // Under another address it is asked again, and sent once.
        for other in ["/applications/helpdesk/logo", "/applications/helpdesk/logo?v=0"] {
            assert_eq!(stranger.get(other).expect(200).await.header("cache-control"), "public, no-cache");
            let known = stranger.get(other).header("if-none-match", format!("\"x\", W/{tag}")).expect(304).await;
            assert!(known.is_empty() && known.header("etag") == tag, "{known}");
        }
        // Another picture has another address; the same once more leaves no trace.
        server.clock.advance(std::time::Duration::from_millis(1));
        let second = put(&administrator, &application, picture(8, 8, ImageFormat::WebP, 1)).await.expect(200).json();
        assert_ne!(second["logo"], after["logo"]);
        assert_eq!(put(&administrator, &application, picture(8, 8, ImageFormat::Png, 1)).await.expect(200).json(), second);
        assert_eq!(stranger.get(path).expect(200).await.header("cache-control"), "public, no-cache");
        let told: Vec<Value> =
            server.database.events("application.updated").await.iter().map(crate::harness::Event::details).collect();
        assert_eq!(told.len(), 2);
        assert_eq!(told[1]["before"], json!({ "logo": digest }));

        let remove = format!("/api/v1/admin/applications/{}/logo", application.client_id);
        administrator.call("DELETE", &remove).json(&json!({})).expect(204).await;
        administrator.call("DELETE", &remove).json(&json!({})).expect(204).await;
        stranger.get("/applications/helpdesk/logo").expect(404).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_logo", []).await, 0);
        assert_eq!(server.database.events("application.updated").await.len(), 3);
    }

    async fn what_is_none_is_refused(server: Server) {
        let administrator = server.administrator().await;
        let application = server.application("", &[]).await;
        let refusal = |code: &str, detail: &str| json!({ "code": code, "detail": detail });
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
        let html = b"<!doctype html><script>alert(1)</script>".to_vec();
        let text = "A logo is a PNG, JPEG, WebP or GIF picture.";
        for file in [svg, html, Vec::new()] {
            let answer = put(&administrator, &application, file).await;
            answer.expect_refusal(415, "unsupported_media_type", &refusal("unsupported_media_type", text));
        }
        let whole = picture(64, 64, ImageFormat::Png, 1);
        let answer = put(&administrator, &application, whole[..whole.len() / 2].to_vec()).await;
        answer.expect_refusal(400, "invalid_request", &refusal("invalid_request", "The picture cannot be read."));
        let answer = put(&administrator, &application, picture(2049, 1, ImageFormat::Png, 1)).await;
        let text = "A logo has at most 2048×2048 pixels.";
        answer.expect_refusal(400, "invalid_request", &refusal("invalid_request", text));
        let answer = put(&administrator, &application, vec![0; 512 * 1024 + 1]).await;
        let text = "A logo has at most 512 kB.";
        answer.expect_refusal(413, "payload_too_large", &refusal("payload_too_large", text));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_logo", []).await, 0);
        assert_eq!(server.database.events("application.updated").await, []);
    }
}
