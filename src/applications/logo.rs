//! Logos: what comes in is drawn anew, so that nothing of the file but its picture goes out.

use std::io::Cursor;
use std::sync::Arc;

use axum::http::StatusCode;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult, Statement};
use serde_json::json;
use tokio::sync::Semaphore;

use super::entity::{ActiveModel, Entity, logo};
use super::service::find_in;
use super::{Application, ApplicationError, Applications};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{Answer, ClientId, Code, Refusal, StoreError};

/// The largest file that is taken, in bytes.
pub const LARGEST_FILE: usize = 512 * 1024;
/// The widest and highest picture that is taken, in pixels.
const LARGEST_PICTURE: u32 = 2048;
/// The widest and highest picture that is kept, in pixels.
const KEPT: u32 = 256;
/// What one picture may take in memory while it is read: its pixels at 64 bits each, twice.
const MEMORY: u64 = 2 * 8 * (LARGEST_PICTURE as u64) * (LARGEST_PICTURE as u64);
/// Pictures that are drawn at a time.
const AT_ONCE: usize = 2;
/// Characters of the digest that stands in the address: 128 bits.
const DIGEST: usize = 32;

/// Why a file cannot be a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// More bytes than are taken.
    #[error("a logo has at most 512 kB")]
    TooLarge,
    /// None of the formats that are taken; SVG, which can hold scripts, is none of them.
    #[error("a logo is a PNG, JPEG, WebP or GIF picture")]
    Format,
    /// Wider or higher than is taken.
    #[error("a logo has at most 2048×2048 pixels")]
    Dimensions,
    /// The file breaks off, or is not what it says.
    #[error("the picture cannot be read")]
    Broken,
}

impl Refusal for LogoError {
    fn answer(&self) -> Answer {
        let (status, code) = match self {
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge),
            Self::Format => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType),
            Self::Dimensions | Self::Broken => (StatusCode::BAD_REQUEST, Code::InvalidRequest),
        };
        Answer::own(status, code, super::error::capitalised(&self.to_string()))
    }
}

/// A logo as it is served.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Logo {
    /// The picture, a PNG of at most 256×256 pixels.
    pub png: Vec<u8>,
    /// What its address carries.
    pub digest: String,
}

/// Draws pictures beside the threads that answer requests, few at a time. Clones share the limit.
#[derive(Clone, Debug)]
pub(super) struct Painter(Arc<Semaphore>);

impl Default for Painter {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Painter {
    async fn draw(&self, file: Vec<u8>) -> Result<Logo, LogoError> {
        if file.len() > LARGEST_FILE {
            return Err(LogoError::TooLarge);
        }
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|_| LogoError::Broken)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            draw(&file)
        });
        // A panic of a decoder is a defect of the picture.
        drawing.await.unwrap_or(Err(LogoError::Broken))
    }
}

/// The picture of a file: the first one of an animation, turned as a camera says. What it would take is known before any of it
/// is unpacked.
fn draw(file: &[u8]) -> Result<Logo, LogoError> {
    let format = image::guess_format(file).map_err(|_| LogoError::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(LogoError::Format);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LARGEST_PICTURE), Some(LARGEST_PICTURE));
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(defect)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LARGEST_PICTURE {
        return Err(LogoError::Dimensions);
    }
    let orientation = decoder.orientation().map_err(defect)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(defect)?;
    picture.apply_orientation(orientation);
    if width.max(height) > KEPT {
        picture = picture.thumbnail(KEPT, KEPT);
    }
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive);
    DynamicImage::from(picture.to_rgba8()).write_with_encoder(encoder).map_err(defect)?;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &png);
    let digest: String = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]).take(DIGEST).map(hex).collect();
    Ok(Logo { png, digest })
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or_default()
}

fn defect(error: image::ImageError) -> LogoError {
    use image::error::LimitErrorKind;
    match error {
        image::ImageError::Limits(error) if error.kind() == LimitErrorKind::DimensionError => LogoError::Dimensions,
        _ => LogoError::Broken,
    }
}

impl Applications {
    /// Gives an application the picture of `file` as its logo.
    pub async fn set_logo(
        &self,
        client_id: &ClientId,
        file: Vec<u8>,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let logo = self.painter.draw(file).await?;
        self.change_logo(client_id, Some(logo), actor).await
    }

    /// Takes an application's logo away.
    pub async fn remove_logo(&self, client_id: &ClientId, actor: Actor) -> Result<Application, ApplicationError> {
        self.change_logo(client_id, None, actor).await
    }

    /// The same picture again leaves no trace.
    async fn change_logo(
        &self,
        client_id: &ClientId,
        logo: Option<Logo>,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let before = find_in(&tx, &client_id).await?;
                let digest = logo.as_ref().map(|logo| logo.digest.clone());
                if before.logo == digest {
                    return Ok(before);
                }
                match logo {
                    Some(logo) => {
                        let row = logo::ActiveModel { application_id: Set(before.id), png: Set(logo.png) };
                        let instead =
                            OnConflict::column(logo::Column::ApplicationId).update_column(logo::Column::Png).to_owned();
                        let insert = logo::Entity::insert(row).on_conflict(instead);
                        insert.exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                    }
                    None => {
                        logo::Entity::delete_by_id(before.id).exec(&*tx).await.map_err(StoreError::from)?;
                    }
                }
                let row = ActiveModel {
                    id: Set(before.id),
                    logo: Set(digest.clone()),
                    updated_at: Set(now),
                    ..Default::default()
                };
                let after = Entity::update(row).exec(&*tx).await.map_err(StoreError::from)?;
                let details = json!({ "before": { "logo": before.logo }, "after": { "logo": digest } });
                let event = Event::new(Action::ApplicationUpdated, actor).application(after.id).details(details);
                record_in(&tx, audit.row(event)).await?;
                Ok(after)
            })
            .await
    }

    /// An application's logo, if it has one.
    pub async fn logo(&self, slug: &str) -> Result<Option<Logo>, StoreError> {
        const SQL: &str = "SELECT a.logo AS digest, l.png FROM application a \
                           JOIN application_logo l ON l.application_id = a.id WHERE a.slug = $1 AND a.logo IS NOT NULL";
        let statement = Statement::from_sql_and_values(self.store.backend(), SQL, [slug.into()]);
        Ok(Logo::find_by_statement(statement).one(self.store.read()).await?)
    }
}

#[cfg(test)]
#[path = "logo_tests.rs"]
mod tests;
