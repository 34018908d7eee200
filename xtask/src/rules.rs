//! Rules of the house besides the layers: how long a file may be, and what may not stand in view code.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::layers::Breach;
use crate::project;
use crate::rust_source::{Kind, Token, tokens};

/// A file has at most this many lines.
const MOST_LINES: usize = 400;

/// Where the length is checked, and of which kinds of file.
const FOLDERS: &[&str] = &["src", "migration", "xtask", "tests", "style", "end2end"];
const KINDS: &[&str] = &["rs", "css", "mjs", "ts"];

/// Folders of what others wrote or what is made from elsewhere.
const NOT_OURS: &[&str] = &["node_modules", "target", "test-results", "playwright-report"];

/// Checks the workspace at `root`. Gives the breaches.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn check(root: &Path) -> Result<Vec<Breach>> {
    let mut breaches = Vec::new();
    for folder in FOLDERS {
        for file in project::files(&root.join(folder), NOT_OURS)? {
            let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
            if !KINDS.contains(&extension.as_str()) {
                continue;
            }
            let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).with_context(|| format!("reading {name}"))?;
            let lines = text.lines().count();
            if lines > MOST_LINES {
                let what = format!("{lines} lines; at most {MOST_LINES}, so that a reader keeps hold of it");
                breaches.push(Breach { file: name.clone(), line: lines, what });
            }
            if *folder == "src" && extension == "rs" {
                breaches.extend(of_views(&name, &text));
            }
        }
    }
    Ok(breaches)
}

/// Breaches of the rules for view code in one file of `src/`.
fn of_views(file: &str, code: &str) -> Vec<Breach> {
    let tokens = tokens(code);
    let breach = |line, what: &str| Breach { file: file.to_owned(), line, what: what.to_owned() };
    let mut breaches = Vec::new();
    if !file.starts_with("src/ui/") {
        for pair in tokens.windows(2) {
            if let [open, name] = pair
                && open.is_sign('<')
                && name.is_word("textarea")
            {
                breaches.push(breach(name.line, "a raw `<textarea>`: only the one in `ui` escapes its content"));
            }
        }
    }
    for view in views(&tokens) {
        for (at, token) in view.iter().enumerate() {
            if is_style(view, at) {
                breaches.push(breach(token.line, "an inline style: the page's policy refuses it; use a class"));
            }
            if token.is_word("Alias") {
                breaches.push(breach(token.line, "a database name in a view: read through the service"));
            }
        }
    }
    breaches
}

/// Whether the token at `at` is the attribute `style=…` or `style:property=…` of an element.
fn is_style(view: &[Token], at: usize) -> bool {
    let sign = |offset: usize, sign: char| view.get(at + offset).is_some_and(|token| token.is_sign(sign));
    if !view.get(at).is_some_and(|token| token.is_word("style")) {
        return false;
    }
    // Rust code inside the view: a variable, a field, or the value of a comparison.
    let before = at.checked_sub(1).and_then(|before| view.get(before));
    let in_code = before.is_some_and(|before| {
        ["let", "mut"].iter().any(|word| before.is_word(word))
            || [',', '.', '('].iter().any(|sign| before.is_sign(*sign))
    });
    let attribute = sign(1, '=') && !sign(2, '=');
    let property = sign(1, ':') && view.get(at + 2).is_some_and(|token| matches!(token.kind, Kind::Word(_)));
    !in_code && (attribute || property)
}

/// The inside of every `view! { … }`, one within another only once.
fn views(tokens: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let opens = token.is_word("view") && tokens.get(at + 1).is_some_and(|next| next.is_sign('!'));
        if !opens {
            at += 1;
            continue;
        }
        let start = at + 2;
        let mut depth = 0_usize;
        let mut end = start;
        while let Some(token) = tokens.get(end) {
            match token.kind {
                Kind::Sign('{' | '(' | '[') => depth += 1,
                Kind::Sign('}' | ')' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            end += 1;
            if depth == 0 {
                break;
            }
        }
        found.push(tokens.get(start..end).unwrap_or_default());
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(file: &str, code: &str) -> Vec<usize> {
        of_views(file, code).into_iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn raw_textareas_stand_only_in_ui() {
        let code = "view! {\n <textarea name=\"a\"></textarea> }";
        assert_eq!(lines("src/rooms/pages.rs", code), [2]);
        assert_eq!(lines("src/ui/field.rs", code), [0; 0]);
        assert_eq!(lines("src/rooms/pages.rs", "// <textarea\nlet a = \"<textarea>\";"), [0; 0]);
    }

    #[test]
    fn inline_styles_are_found_in_views_only() {
        assert_eq!(lines("src/ui/a.rs", "view! { <p\n style=\"color: red\">{x}</p> }"), [2]);
        assert_eq!(lines("src/ui/a.rs", "view! { <p class=\"a\" style=color>{x}</p> }"), [1]);
        assert_eq!(lines("src/ui/a.rs", "view! { <p style:color=\"red\">{x}</p> }"), [1]);
        assert_eq!(lines("src/ui/a.rs", "let style = 1; a.style = 2;"), [0; 0]);
        assert_eq!(lines("src/ui/a.rs", "view! { <p>{let style = 1; f(style == x)}</p> }"), [0; 0]);
        assert_eq!(lines("src/ui/a.rs", "view! { <link rel=\"stylesheet\" href=assets.style/> }"), [0; 0]);
    }

    #[test]
    fn views_have_no_database_names() {
        assert_eq!(lines("src/rooms/pages.rs", "view! { {Alias::new(\"rooms\")} }"), [1]);
        assert_eq!(lines("src/rooms/store.rs", "Alias::new(\"rooms\")"), [0; 0]);
    }

    #[test]
    fn long_files_are_found_and_others_folders_left_out() {
        let root = std::env::temp_dir().join(format!("parloir-rules-{}", std::process::id()));
        let write = |name: &str, lines: usize| {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "x\n".repeat(lines)).unwrap();
        };
        write("src/long.rs", 401);
        write("src/right.rs", 400);
        write("style/long.css", 500);
        write("end2end/node_modules/long.ts", 500);
        write("src/long.json", 500);
        let found: Vec<_> = check(&root).unwrap().into_iter().map(|breach| breach.file).collect();
        assert_eq!(found, ["src/long.rs", "style/long.css"]);
        fs::remove_dir_all(root).unwrap();
    }
}
