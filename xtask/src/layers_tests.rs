use super::*;

fn used(module: &str, code: &str) -> Vec<String> {
    let module: Vec<_> = module.split("::").map(str::to_owned).collect();
    references(&module, &tokens(code)).into_iter().map(|reference| reference.name).collect()
}

fn breaches(file: &str, code: &str) -> Vec<String> {
    let module = module_path(Path::new(file));
    of_file(file, &module, code).into_iter().map(|breach| breach.to_string()).collect()
}

#[test]
fn files_are_modules() {
    assert_eq!(module_path(Path::new("rooms/mod.rs")), ["rooms"]);
    assert_eq!(module_path(Path::new("rooms.rs")), ["rooms"]);
    assert_eq!(module_path(Path::new("rooms/pages/list.rs")), ["rooms", "pages", "list"]);
}

#[test]
fn paths_from_the_root_are_seen_wherever_they_stand() {
    assert_eq!(used("rooms", "use crate::base::ids::{RoomId, UserId};"), ["base"]);
    assert_eq!(used("rooms", "fn f(x: crate::audit::Event) -> Vec<crate::jose::Key> {}"), ["audit", "jose"]);
    assert_eq!(
        used("rooms", "pub(crate) use crate::{base::ids, audit::{self, Event as E}, jose as j, ui};"),
        ["base", "audit", "jose", "ui"]
    );
    assert_eq!(used("rooms", "macro_rules! m { () => { $crate::access::f() } }"), ["access"]);
    assert_eq!(used("rooms", "use crate::*;"), ["*"]);
    assert_eq!(used("rooms", "pub(crate) fn f() {} pub(in crate::rooms) fn g() {}"), ["rooms"]);
}

#[test]
fn what_leads_to_no_feature_is_not_seen() {
    assert_eq!(used("rooms", "// crate::server\nlet x = \"crate::server\"; crate::text!(x);"), [""; 0]);
    assert_eq!(used("rooms", "use other::crate_::server; use server::x;"), [""; 0]);
    assert_eq!(used("rooms::api", "use super::service::{self, Rules}; use self::inner::X;"), [""; 0]);
}

#[test]
fn paths_upward_are_followed_to_the_root() {
    assert_eq!(used("rooms::api", "use super::super::access::Caller;"), ["access"]);
    assert_eq!(used("rooms", "use super::server::State;"), ["server"]);
    assert_eq!(used("rooms", "use super::*;"), ["*"]);
    assert_eq!(used("rooms::api", "use super::{service, super::{cli, base::ids}};"), ["cli", "base"]);
}

#[test]
fn inline_modules_count() {
    let code = "mod tests { use super::*; use super::super::linked::X; fn f() { if true {} } } use super::cli::Y;";
    assert_eq!(used("rooms", code), ["linked", "cli"]);
}

#[test]
fn lower_layers_may_be_used() {
    assert_eq!(
        breaches("rooms/service.rs", "use crate::{accounts::Account, delegation::Token, base::Store};"),
        [""; 0]
    );
    assert_eq!(breaches("base/store.rs", "use crate::config::Config;").len(), 1);
    assert_eq!(breaches("cli/serve.rs", "use crate::server::serve;"), [""; 0]);
    assert_eq!(breaches("rooms/service.rs", "use crate::rooms::Room;"), [""; 0]);
    assert_eq!(breaches("app.rs", "use crate::{cli, server, rooms};"), [""; 0]);
}

#[test]
fn higher_layers_neighbours_and_strangers_may_not() {
    assert_eq!(
        breaches("rooms/service.rs", "\nuse crate::access::Caller;"),
        ["rooms/service.rs:2: `rooms` uses `access`, which stands above it"]
    );
    assert_eq!(breaches("config.rs", "use crate::base::ids;"), [""; 0]);
    assert_eq!(breaches("server/mod.rs", "use crate::cli;").len(), 1);
    assert_eq!(breaches("audit/mod.rs", "use crate::jose::Key;").len(), 1);
    assert_eq!(breaches("server/router.rs", "use crate::app::App;").len(), 1);
    assert_eq!(breaches("rooms/mod.rs", "use crate::Everything;").len(), 1);
    assert_eq!(breaches("tools/mod.rs", ""), ["tools/mod.rs:1: `tools` has no place in the order of the layers"]);
}

#[test]
fn test_code_is_checked_too() {
    let code = "#[cfg(test)] mod tests { use super::*; use crate::server::State; }";
    assert_eq!(breaches("rooms/service.rs", code).len(), 1);
}
