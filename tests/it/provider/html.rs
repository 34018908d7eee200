//! As much of HTML as a form needs.

/// A form of a page, as its reader may fill it in.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The address as it is written; empty means the page's own.
    pub(super) action: String,
    /// `post` or `get`.
    pub(super) method: String,
    /// Names and values of the fields as they stand.
    pub(super) fields: Vec<(String, String)>,
    /// Names and values of the buttons that have a name, and of what can be ticked.
    pub(super) buttons: Vec<(String, String)>,
}

impl Form {
    /// Reads the first form of a page, if there is one.
    pub(super) fn first(html: &str) -> Option<Self> {
        Self::all(html).into_iter().next()
    }

    /// Reads the forms of a page.
    pub(super) fn all(html: &str) -> Vec<Self> {
        let parts = html.split("<form").skip(1);
        parts.filter_map(|part| part.split_once("</form>")).map(|(inside, _)| Self::read(inside)).collect()
    }

    fn read(inside: &str) -> Self {
        let mut form = Self { method: "get".to_owned(), ..Self::default() };
        for (at, tag) in inside.split('<').enumerate() {
            let attributes = attributes(tag.split_once('>').map_or(tag, |(tag, _)| tag));
            let value = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            if at == 0 {
                form.action = value("action").unwrap_or_default();
                form.method = value("method").map_or(form.method, |method| method.to_lowercase());
            }
            let Some(name) = value("name") else { continue };
            let pair = (name, value("value").unwrap_or_default());
            let choice = matches!(value("type").as_deref(), Some("radio" | "checkbox"));
            if tag.starts_with("input") && choice {
                if tag.split_whitespace().any(|word| word.trim_end_matches(['/', '>']).starts_with("checked")) {
                    form.fields.push(pair.clone());
                }
                form.buttons.push(pair);
            } else if tag.starts_with("input") {
                form.fields.push(pair);
            } else if tag.starts_with("button") {
                form.buttons.push(pair);
            }
        }
        form
    }

    /// Whether a field or button has that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().chain(&self.buttons).any(|(key, _)| key == name)
    }
}

/// The attributes with a quoted value in the inside of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        found.push((name.to_owned(), unescape(value)));
        rest = after;
    }
    found
}

/// Text without the character references that servers write for signs with a meaning in HTML.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after.split_once(';').and_then(|(name, after)| Some((referred(name)?, after)));
        let (sign, after) = reference.unwrap_or(('&', after));
        plain.push(sign);
        rest = after;
    }
    plain + rest
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let page = r#"<p>a</p><form id="f" method="POST" action="/a?b=1&amp;c=2"><input type="hidden" name="x" value="&#60;&#x22;&quot;"/>
            <label>Who <input name="who" required></label><button name="go" value="yes">Go</button><button>Stay</button></form>"#;
        let form = Form::first(page).unwrap();
        assert_eq!((form.action.as_str(), form.method.as_str()), ("/a?b=1&c=2", "post"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form.fields, [pair("x", "<\"\""), pair("who", "")]);
        assert_eq!(form.buttons, [pair("go", "yes")]);
        assert!(form.has("who") && form.has("go") && !form.has("id"));
        assert!(Form::first("<p>no form</p>").is_none());
    }
}
