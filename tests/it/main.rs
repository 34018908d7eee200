//! Behaviour of the whole server, through HTTP as its callers see it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod harness;
mod peer;
mod peer_works;
mod provider;

mod audit;
mod command_line;
mod command_line_tokens;
mod crash;
mod doctor;
mod every_answer;
mod external_ids;
mod forged_tokens;
mod idempotency;
mod idempotency_races;
mod jose_vectors;
mod key_rotation;
mod last_use;
mod leaks;
mod metrics;
mod openapi;
mod openid_forms;
mod openid_sign_in;
mod outgoing;
mod pages;
mod pending_limits;
mod pending_people;
mod pending_removal;
mod process;
mod provider_forms;
mod provider_works;
mod query_counts;
mod races;
mod revocation;
mod rights;
mod robustness;
mod rooms_change;
mod rooms_create;
mod rooms_delete;
mod rooms_filter;
mod rooms_list;
mod rooms_retrieve;
mod rooms_rights;
mod secrets;
mod sessions;
mod sign_in;
mod signing_keys;
mod start;
mod store;
mod token_claims;
mod token_endpoint;
mod token_request;
mod token_use;
