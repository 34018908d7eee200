//! What touches a whole person: the file with all that is held of her, the end of her account, two accounts that become one.

mod commands;
mod deletion;
mod export;
mod fixture;
mod merge;
mod pages;
mod schema;
mod sequences;
