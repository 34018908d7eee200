use super::*;
use crate::base::Secret;

/// 2026-11-23T13:05:09Z
const NOW: Timestamp = Timestamp::from_seconds(1_795_439_109);
/// A day later.
const UNTIL: Timestamp = Timestamp::from_seconds(1_795_525_509);

fn service() -> Service {
    Service {
        name: "Meetings of Example".to_owned(),
        url: "https://meet.example.org".to_owned(),
        zone: "Europe/Paris".to_owned(),
    }
}

fn to(name: Option<&str>, language: Language) -> Recipient {
    Recipient {
        email: "ada@example.org".parse().unwrap(),
        name: name.map(str::to_owned),
        language: Some(language),
        account: None,
    }
}

fn letters() -> Vec<Letter> {
    let link = || Secret::new("https://meet.example.org/welcome#prl_ln_0123456789");
    vec![
        Letter::Invitation { link: link(), until: UNTIL },
        Letter::PasswordReset { link: link(), until: UNTIL },
        Letter::SignInCode { code: Secret::new("4821-9035"), until: UNTIL },
        Letter::PasswordChanged,
        Letter::IdentityLinked { provider: "ProConnect".to_owned() },
        Letter::IdentityUnlinked { provider: "ProConnect".to_owned() },
        Letter::PersonalTokenMade { name: "Backup script".to_owned() },
        Letter::DataDownloaded,
        Letter::AccountDeleted,
        Letter::AccountsMerged,
        Letter::Test,
    ]
}

#[test]
fn every_letter_in_both_languages() {
    for language in Language::ALL {
        let all: Vec<_> = letters()
            .iter()
            .map(|letter| {
                let Words { subject, body } = service().words(letter, &to(Some("Ada"), language), NOW);
                format!("{}\n\n{subject}\n\n{body}", letter.kind())
            })
            .collect();
        insta::assert_snapshot!(format!("letters_{}", language.as_str()), all.join("\n==========\n\n"));
    }
}

#[test]
fn nothing_is_left_out_of_any_letter() {
    for letter in letters() {
        for language in Language::ALL {
            let Words { subject, body } = service().words(&letter, &to(None, language), NOW);
            for text in [&subject, &body] {
                // A variable that a message misses would be shown by its name.
                assert!(!text.contains(['{', '$']) && !text.contains("letter-"), "{text}");
            }
            assert!(body.contains("2026") && body.contains("https://meet.example.org"), "{body}");
            assert!(!subject.contains(['\n', '\r']) && subject.chars().count() < 100, "{subject}");
            // A code or a link in a subject would be read by whoever looks over a shoulder.
            assert!(!subject.contains("4821") && !subject.contains("https://"), "{subject}");
            let own_line =
                |line: &str| !line.contains("https://") || line.starts_with("https://") || line.contains(": http");
            assert!(body.lines().all(own_line), "{body}");
        }
    }
}

#[test]
fn names_are_one_short_line() {
    assert_eq!(tame("Ada"), "Ada");
    assert_eq!(tame("  Ada\r\nBcc: mallory@example.org\t "), "Ada Bcc: mallory@example.org");
    assert_eq!(tame("Ada\u{2028}\u{202e}evil\u{2069}\0"), "Ada evil");
    assert_eq!(tame("Adélaïde 🦉 王"), "Adélaïde 🦉 王");
    assert_eq!(tame("\r\n"), "");
    let long = tame(&"é".repeat(5000));
    assert_eq!((long.chars().count(), long.ends_with('…')), (100, true));

    let name = Letter::PersonalTokenMade { name: "x\n\nhttps://evil.example/\n".to_owned() };
    let body = service().words(&name, &to(Some("Ada\n\nhttps://evil.example/"), Language::En), NOW).body;
    assert!(
        body.contains("“x https://evil.example/”") && body.starts_with("Hello Ada https://evil.example/,\n"),
        "{body}"
    );
}
