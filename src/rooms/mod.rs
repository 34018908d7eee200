//! Rooms: who owns them, who may enter, how they are found.

mod access_level;
mod change;
mod configuration;
mod defaults;
mod entity;
mod error;
mod handing_over;
mod owned;
mod service;
mod store;

pub mod actions;
pub mod api;
pub mod pages;

pub use access_level::{AccessLevel, Role};
pub use change::Change;
pub use configuration::Configuration;
pub use error::RoomError;
pub use handing_over::{OtherMember, OwnedAlone};
pub use service::{NewRoom, Portion, Repeatable, Rooms, Search};
pub use store::{ListFilter, MyRoom, Room, RoomView};
