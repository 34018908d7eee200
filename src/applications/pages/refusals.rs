//! Refusals in words.

use crate::ui::{key, t};

/// What a stable code means to whoever looks after an application; the code itself where there are no words.
pub fn words_of(code: &str) -> String {
    let words = match code {
        "account_disabled" => key("applications-refused-account-disabled"),
        "address_not_allowed" => key("applications-refused-address"),
        "application_inactive" => key("applications-refused-inactive"),
        "domain_not_allowed" => key("applications-refused-domain"),
        "insufficient_scope" => key("applications-refused-scope"),
        "invalid_client" => key("applications-refused-client"),
        "invalid_subject" => key("applications-refused-subject"),
        "invalid_token" => key("applications-refused-token"),
        "room_not_found" | "not_found" => key("applications-refused-not-found"),
        "token_revoked" => key("applications-refused-revoked"),
        "too_many_requests" => key("applications-refused-too-many"),
        "user_creation_limit" => key("applications-refused-creation-limit"),
        "user_not_found" => key("applications-refused-user"),
        "validation_error" | "invalid_request" | "parse_error" => key("applications-refused-invalid"),
        other => return other.to_owned(),
    };
    t(words)
}
