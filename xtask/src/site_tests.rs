use super::*;

fn module() -> Module {
    Module {
        script: "import './snippets/a/inline0.js'; new URL('parloir_bg.wasm', import.meta.url)".to_owned(),
        wasm: vec![0, 1, 2],
        snippets: BTreeMap::from([("a/inline0.js".to_owned(), b"export {}".to_vec())]),
    }
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("parloir-site-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("public/icons")).unwrap();
    fs::write(folder.join("public/favicon.svg"), "<svg/>").unwrap();
    fs::write(folder.join("public/icons/mark.svg"), "<svg></svg>").unwrap();
    folder
}

fn build(folder: &Path, style: &str) -> Site {
    let boot = "import init from '__MODULE__'; init('__WASM__')";
    let site = Site::assemble(style, boot, module(), &folder.join("public")).unwrap();
    site.write(&folder.join("site")).unwrap();
    site
}

#[test]
fn names_carry_the_hash_before_the_extension() {
    assert_eq!(hashed("pkg/style.css", b"a"), "pkg/style.ca978112.css");
    assert_eq!(hashed("a.b/plain", b"a"), "a.b/plain.ca978112");
    assert_eq!(hashed(".hidden", b"a"), ".hidden.ca978112");
}

#[test]
fn every_name_in_the_site_leads_to_a_file() {
    let folder = folder("names");
    let site = build(&folder, "a{}");
    let root = folder.join("site");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(root.join("manifest.json")).unwrap()).unwrap();
    for key in ["style", "module", "wasm", "boot"] {
        assert!(root.join(manifest[key].as_str().unwrap()).is_file(), "{key}");
    }
    assert!(root.join(manifest["files"]["icons/mark.svg"].as_str().unwrap()).is_file());

    let boot = fs::read_to_string(root.join(&site.manifest.boot)).unwrap();
    let expected = format!("import init from '/{}'; init('/{}')", site.manifest.module, site.manifest.wasm);
    assert_eq!(boot, expected);
    let script = fs::read_to_string(root.join(&site.manifest.module)).unwrap();
    let snippet = script.split('\'').nth(1).unwrap().trim_start_matches("./").to_owned();
    assert!(root.join("pkg").join(snippet).is_file());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_second_build_rewrites_nothing_and_a_change_leaves_nothing_old() {
    let folder = folder("again");
    let first = build(&folder, "a{}");
    let style = folder.join("site").join(&first.manifest.style);
    let manifest = folder.join("site/manifest.json");
    let times = || [&style, &manifest].map(|path| fs::metadata(path).unwrap().modified().unwrap());
    let before = times();
    build(&folder, "a{}");
    assert_eq!(before, times());

    fs::remove_dir_all(folder.join("public/icons")).unwrap();
    let second = build(&folder, "b{}");
    assert!(!style.exists());
    assert!(folder.join("site").join(&second.manifest.style).exists());
    assert!(!folder.join("site/icons").exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_gets_smaller_is_there_compressed_as_well() {
    let folder = folder("compressed");
    let boot = "import init from '__MODULE__'; init('__WASM__')";
    let style = "a{color:red}".repeat(100);
    let mut site = Site::assemble(&style, boot, module(), &folder.join("public")).unwrap();
    site.compress().unwrap();
    site.write(&folder.join("site")).unwrap();
    let compressed = fs::read(folder.join("site").join(format!("{}.gz", site.manifest.style))).unwrap();
    let mut read = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&compressed[..]), &mut read).unwrap();
    assert_eq!(read, style);
    // Three bytes become more.
    assert!(!folder.join("site").join(format!("{}.gz", site.manifest.wasm)).exists());
    // A build that compresses nothing leaves nothing compressed.
    build(&folder, &style);
    assert!(!folder.join("site").join(format!("{}.gz", site.manifest.style)).exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_stylesheet_keeps_what_modern_browsers_know() {
    let folder = folder("style");
    fs::write(folder.join("main.css"), "@layer base, pages;\n@import './base.css' layer(base);\n").unwrap();
    fs::write(
        folder.join("base.css"),
        "a { color: light-dark(oklch(50% .11 200), oklch(76% .11 195)); &:hover { color: red } }",
    )
    .unwrap();
    let css = stylesheet(&folder.join("main.css")).unwrap();
    assert!(css.contains("light-dark(oklch("), "{css}");
    assert!(css.contains("@layer base{") && css.contains("&:hover"), "{css}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_missing_import_is_named() {
    let folder = folder("missing");
    fs::write(folder.join("main.css"), "@import './nowhere.css';").unwrap();
    let error = stylesheet(&folder.join("main.css")).unwrap_err();
    assert!(format!("{error:#}").contains("main.css"), "{error:#}");
    fs::remove_dir_all(folder).unwrap();
}
