//! The reference that `parloir config` prints.

use std::fmt::Write as _;

use super::{FRONT_END_SETTINGS, PROVIDER_SETTINGS, RESOURCE_SERVER_SETTINGS, SETTINGS, Setting};

/// A provider as it may stand in the file, with what is to be known about it.
const EXAMPLE: &str = include_str!("../../docs/proconnect.toml");

/// What stands before each line about providers and front ends: unlike other settings they are not to be uncommented one by one.
const OF_A_PROVIDER: &str = "#   ";

/// The reference of all settings, as a commented `parloir.toml`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Every setting of Parloir with its default. A file needs only what differs.\n\
         # Each can also be set in the environment: server.listen is PARLOIR__SERVER__LISTEN, which stands over the file.\n\
         # A secret can stand in a file of its own: security.secret_key_file = \"/run/secrets/key\".\n",
    );
    sections(&mut text, SETTINGS.iter().copied());
    sections(&mut text, RESOURCE_SERVER_SETTINGS.iter());
    providers(&mut text);
    front_ends(&mut text);
    text
}

fn sections<T: 'static>(text: &mut String, settings: impl Iterator<Item = &'static Setting<T>>) {
    let mut section = "";
    for setting in settings {
        let (this, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if this != section {
            let _ = write!(text, "\n[{this}]\n");
            section = this;
        }
        describe(text, "# ", "# ", (name, setting));
    }
}

fn describe<T>(text: &mut String, comment: &str, before: &str, (name, setting): (&str, &Setting<T>)) {
    let _ = write!(text, "\n{comment}{}\n{comment}Accepts: {}.\n", setting.meaning, setting.accepts);
    let _ = match setting.default {
        "" => writeln!(text, "{before}{name} ="),
        default => writeln!(text, "{before}{name} = {default}"),
    };
}

fn providers(text: &mut String) {
    text.push_str(
        "\n# Providers that people sign in with. Each has a table of its own, and each table these keys; buttons stand in the order \
         of the tables.\n\
         # The environment can hold the whole list, as a TOML or JSON array: PARLOIR__SIGN_IN__PROVIDERS.\n\
         #\n#   [[sign_in.providers]]\n",
    );
    for setting in PROVIDER_SETTINGS {
        describe(text, "#   # ", OF_A_PROVIDER, (setting.key, setting));
    }
    text.push_str("\n# An example:\n#\n");
    for line in EXAMPLE.lines() {
        let _ = writeln!(text, "{}", format!("{OF_A_PROVIDER}{line}").trim_end());
    }
}

fn front_ends(text: &mut String) {
    text.push_str(
        "\n# Pages elsewhere whose visitors may sign in here. Each has a table of its own.\n\
         # The environment can hold the whole list, as a TOML or JSON array: PARLOIR__SIGN_IN__FRONT_ENDS.\n\
         #\n#   [[sign_in.front_ends]]\n",
    );
    for setting in FRONT_END_SETTINGS {
        describe(text, "#   # ", OF_A_PROVIDER, (setting.key, setting));
    }
}
