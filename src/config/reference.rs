//! The reference that `parloir config` prints.

use std::fmt::Write as _;

use super::SETTINGS;

/// The reference of all settings, as a commented `parloir.toml`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Every setting of Parloir with its default. A file needs only what differs.\n\
         # Each can also be set in the environment: server.listen is PARLOIR__SERVER__LISTEN, which stands over the file.\n\
         # A secret can stand in a file of its own: security.secret_key_file = \"/run/secrets/key\".\n",
    );
    let mut section = "";
    for setting in SETTINGS {
        let (this, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if this != section {
            let _ = write!(text, "\n[{this}]\n");
            section = this;
        }
        let _ = write!(text, "\n# {}\n# Accepts: {}.\n", setting.meaning, setting.accepts);
        let _ = match setting.default {
            "" => writeln!(text, "# {name} ="),
            default => writeln!(text, "# {name} = {default}"),
        };
    }
    text
}
