use image::codecs::gif::GifEncoder;
use image::{Delay, Frame, Rgba, RgbaImage};

use super::*;

const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
const BLUE: Rgba<u8> = Rgba([0, 0, 255, 255]);

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbaImage::from_pixel(width, height, RED));
    let picture = if format == ImageFormat::Jpeg { DynamicImage::from(picture.to_rgb8()) } else { picture };
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn drawn(file: &[u8]) -> RgbaImage {
    let logo = draw(file).unwrap();
    assert!(logo.png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    assert_eq!(logo.digest.len(), DIGEST);
    image::load_from_memory_with_format(&logo.png, ImageFormat::Png).unwrap().to_rgba8()
}

/// A PNG chunk (PNG §5.3).
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
}

/// The same PNG with a chunk behind its header.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(8 + 25);
    [head, &chunk(kind, data), rest].concat()
}

#[test]
fn every_format_becomes_a_small_png() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let small = drawn(&picture(40, 30, format));
        assert_eq!(small.dimensions(), (40, 30), "{format:?}");
        let [r, g, b, a] = small.get_pixel(20, 15).0;
        assert!(r > 250 && g < 5 && b < 5 && a == 255, "{format:?}: {r} {g} {b} {a}");
    }
    assert_eq!(drawn(&picture(2048, 1024, ImageFormat::Png)).dimensions(), (256, 128));
    assert_eq!(drawn(&picture(1, 2048, ImageFormat::Png)).dimensions(), (1, 256));
    // One picture has one digest, whatever it came in.
    let digest = |format| draw(&picture(8, 8, format)).unwrap().digest;
    assert_eq!(digest(ImageFormat::Png), digest(ImageFormat::WebP));
}

#[test]
fn nothing_but_the_picture_goes_out() {
    let plain = picture(16, 16, ImageFormat::Png);
    let script = b"<script>alert(1)</script>";
    let telling = with_chunk(&plain, b"tEXt", &[b"Comment\0", &script[..]].concat());
    let polyglot = [&telling[..], b"<html>", script].concat();
    let logo = draw(&polyglot).unwrap();
    assert_eq!(logo, draw(&plain).unwrap());
    assert!(!logo.png.windows(7).any(|bytes| bytes == b"<script"), "the script came through");
}

#[test]
fn a_bomb_is_not_unpacked() {
    // A header that promises more than anybody wants to see; what follows is not looked at.
    let header = |width: u32, height: u32| {
        let data = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &data), &chunk(b"IDAT", &[0; 64]), &chunk(b"IEND", b"")].concat()
    };
    for (width, height) in [(65_535, 65_535), (2049, 1), (1, 2049), (1 << 30, 1 << 30)] {
        assert_eq!(draw(&header(width, height)), Err(LogoError::Dimensions), "{width}×{height}");
    }
    assert_eq!(draw(&picture(2049, 2, ImageFormat::Gif)), Err(LogoError::Dimensions));
    assert_eq!(draw(&picture(2049, 2, ImageFormat::Jpeg)), Err(LogoError::Dimensions));
    assert_eq!(draw(&picture(2049, 2, ImageFormat::WebP)), Err(LogoError::Dimensions));
}

#[test]
fn what_is_no_picture_is_refused() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for file in [&b""[..], b"GIF", svg, b"<html><body>x</body></html>", b"BM\0\0\0\0\0\0\0\0", b"%PDF-1.7"] {
        assert_eq!(draw(file), Err(LogoError::Format), "{file:?}");
    }
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = picture(64, 64, format);
        let broken = draw(&whole[..whole.len() / 2]);
        assert_eq!(broken, Err(LogoError::Broken), "{format:?}");
    }
    // A JPEG that breaks off within its header; one that breaks off later shows what there is of it.
    assert_eq!(draw(&picture(64, 64, ImageFormat::Jpeg)[..30]), Err(LogoError::Broken));
}

#[test]
fn of_an_animation_the_first_picture_counts() {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for colour in [RED, BLUE] {
        let delay = Delay::from_numer_denom_ms(100, 1);
        let frame = Frame::from_parts(RgbaImage::from_pixel(8, 8, colour), 0, 0, delay);
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    assert_eq!(drawn(&file).get_pixel(4, 4), &RED);
}

#[test]
fn a_photograph_stands_as_it_was_taken() {
    // EXIF: one entry, orientation 6, which is a quarter turn clockwise.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let lying = picture(40, 20, ImageFormat::Jpeg);
    let (start, rest) = lying.split_at(2);
    let turned = [start, b"\xff\xe1", &length, exif, rest].concat();
    assert_eq!(drawn(&turned).dimensions(), (20, 40));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_looked_at() {
    assert_eq!(Painter::default().draw(vec![0; LARGEST_FILE + 1]).await, Err(LogoError::TooLarge));
    assert_eq!(Painter::default().draw(vec![0; LARGEST_FILE]).await, Err(LogoError::Format));
}
