//! Where providers come from: file, environment, files of secrets, `[http]`, the example.

use super::{MINIMUM, load, refused};
use crate::base::HttpSettings;
use crate::config::{Config, EmailTrust, Provider, Sources};

fn from_environment(list: &str) -> Result<Vec<Provider>, String> {
    let environment = [("PARLOIR__SIGN_IN__PROVIDERS".to_owned(), list.to_owned())].into();
    let config = Config::from_sources(&Sources { file: None, environment }).map_err(|error| error.to_string())?;
    Ok(config.sign_in.providers)
}

#[test]
fn secrets_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "swordfish\n").unwrap();
    let line = format!("client_secret_file = {:?}", file.to_str().unwrap());
    let list = |lines: &str| format!("[[sign_in.providers]]\n{}\n{lines}", MINIMUM.replace("client_secret", "#"));
    let config = load(&list(&line)).unwrap();
    assert_eq!(config.sign_in.providers[0].client_secret.as_ref().unwrap().expose(), "swordfish");
    assert!(!format!("{config:?}").contains("swordfish"));

    let empty = load(&list("client_secret_file = \"/dev/null\"")).unwrap_err();
    assert!(empty.contains("client_secret = *** cannot be used"), "{empty}");
    refused(&line, "client_secret and client_secret_file cannot both stand");
    refused("client_secret_file = \"/none/there\"", "client_secret_file: cannot read /none/there: ");
    refused("client_secret_file = 3", "client_secret_file = *** cannot be used: accepted is a file");
}

#[test]
fn there_may_be_several_with_one_issuer_but_not_with_one_name() {
    let two = |second: &str| format!("[[sign_in.providers]]{MINIMUM}[[sign_in.providers]]{second}");
    let config = load(&two(&MINIMUM.replace("acme", "other"))).unwrap();
    let ids: Vec<_> = config.sign_in.providers.iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, ["acme", "other"]);
    assert_eq!(
        load(&two(MINIMUM)).unwrap_err(),
        "sign_in.providers[1] (acme): id is taken by sign_in.providers[0] (in FILE)"
    );
}

#[test]
fn the_environment_may_hold_the_list() {
    let toml = r#"[
        { id = "acme", issuer = "https://id.example.org", client_id = "a", client_secret = "swordfish", label = { en = "A", fr = "B" } },
    ]"#;
    let json = r#"[{"id": "acme", "issuer": "https://id.example.org", "client_id": "a", "client_secret": "swordfish", "label": {"en": "A", "fr": "B"}}]"#;
    for list in [toml, json] {
        let providers = from_environment(list).unwrap();
        assert_eq!((providers.len(), providers[0].label.fr.as_str()), (1, "B"));
    }
    assert!(from_environment("[]").unwrap().is_empty());
    for wrong in [
        "",
        "swordfish",
        "{ id = \"swordfish\" }",
        "[\"swordfish\"]",
        "[] # \n a = 1",
        "[{\"id\": null, \"a\": \"swordfish\"}]",
    ] {
        let error = from_environment(wrong).unwrap_err();
        assert!(
            error.starts_with(
                "sign_in.providers = *** (in the environment as PARLOIR__SIGN_IN__PROVIDERS) cannot be used"
            ),
            "{error}"
        );
    }
    let error = from_environment(&json.replace("https", "http")).unwrap_err();
    assert!(error.ends_with("(in the environment as PARLOIR__SIGN_IN__PROVIDERS)"), "{error}");
    assert!(load("[sign_in]\nproviders = 3\n").is_err() && load("[sign_in.providers]\nid = \"a\"\n").is_err());
}

#[test]
fn a_provider_may_be_reached_otherwise_than_others() {
    let http =
        "[http]\nproxy = \"http://proxy.example.org:3128\"\nno_proxy = [\"10.0.0.0/8\"]\nca_files = [\"ca.pem\"]\n";
    let http_of = |lines: &str| {
        let config = load(&format!("{http}[[sign_in.providers]]{MINIMUM}{lines}")).unwrap();
        (config.http, config.sign_in.providers[0].http.clone())
    };
    let (shared, own) = http_of("");
    assert!(shared.proxy.is_some() && own.is_none());
    let (_, direct) = http_of("proxy = \"\"");
    assert_eq!(direct, Some(HttpSettings { proxy: None, ..shared.clone() }));
    let (_, own) = http_of("proxy = \"http://other.example.org:80\"\nno_proxy = []\nca_files = [\"own.pem\"]");
    let own = own.unwrap();
    assert_eq!(format!("{:?}", own.proxy), "Some(ProxyAddress(http://other.example.org/))");
    assert_eq!((own.no_proxy.len(), own.ca_files), (0, vec!["own.pem".into()]));
}

#[test]
fn the_example_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "s".repeat(32)).unwrap();
    let example = include_str!("../../../../docs/proconnect.toml");
    let with_secret = example.replace("/run/secrets/proconnect", file.to_str().unwrap());
    let proconnect = load(&with_secret).unwrap().sign_in.providers.remove(0);
    assert_eq!((proconnect.id.as_str(), proconnect.email_trust), ("proconnect", EmailTrust::Always));

    // What it has commented out can be used as well.
    let (of_provider, section) = with_secret.split_once("# [resource_server]\n").unwrap();
    let uncommented: Vec<_> = of_provider
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.starts_with(['e', 'a']) && setting.contains(" = ") => setting,
            _ => line,
        })
        .collect();
    let everything = load(&uncommented.join("\n")).unwrap().sign_in.providers.remove(0);
    assert!(everything.endpoints.is_some() && everything.acr_values.len() == 4);
    assert!(everything.extra_parameters.contains_key("idp_hint"));
    let section: Vec<_> = section.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    let section = section.join("\n").replace("-api\"", "\"");
    let config = load(&format!("{of_provider}\n[resource_server]\n{section}\n")).unwrap();
    assert_eq!(config.resource_server.unwrap().accepted_clients.len(), 1);
}
