//! Rust code as a list of tokens: just enough to check rules that the compiler does not know.
//!
//! Comments are gone, and a literal is one token without its text, so that no rule is misled by either.

/// A piece of code and the line it starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word(String),
    /// `::`
    PathSeparator,
    /// Any other sign, one character at a time.
    Sign(char),
    /// A string, character or number.
    Literal,
}

impl Token {
    /// Whether this is the given name or keyword.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own == word)
    }

    /// Whether this is the given sign.
    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// Splits code into tokens. What is not valid Rust gives some list, never an error: the compiler says it better.
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let mut reader = Reader { rest: code.chars().collect(), at: 0, line: 1 };
    let mut found = Vec::new();
    while let Some(first) = reader.peek(0) {
        let line = reader.line;
        if let Some(kind) = reader.token(first) {
            found.push(Token { kind, line });
        }
    }
    found
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.at += 1;
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// Reads one token, or nothing for white space and comments.
    fn token(&mut self, first: char) -> Option<Kind> {
        match first {
            '/' if self.peek(1) == Some('/') => {
                while self.peek(0).is_some_and(|next| next != '\n') {
                    self.next();
                }
                None
            }
            '/' if self.peek(1) == Some('*') => {
                self.block_comment();
                None
            }
            ':' if self.peek(1) == Some(':') => {
                self.skip(2);
                Some(Kind::PathSeparator)
            }
            '"' => {
                self.string();
                Some(Kind::Literal)
            }
            '\'' => self.quote(),
            _ if first.is_ascii_digit() => {
                while self.peek(0).is_some_and(is_word_part) {
                    self.next();
                }
                Some(Kind::Literal)
            }
            _ if is_word_part(first) => Some(self.word()),
            _ if first.is_whitespace() => {
                self.next();
                None
            }
            _ => {
                self.next();
                Some(Kind::Sign(first))
            }
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.skip(2);
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.skip(2);
                }
                (Some(_), _) => self.skip(1),
                (None, _) => return,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.next();
        while let Some(next) = self.next() {
            match next {
                '\\' => self.skip(1),
                '"' => return,
                _ => {}
            }
        }
    }

    /// A string whose end is a quote and as many `#` as it began with.
    fn raw_string(&mut self, marks: usize) {
        self.skip(marks + 1);
        while let Some(next) = self.next() {
            if next == '"' && (0..marks).all(|ahead| self.peek(ahead) == Some('#')) {
                self.skip(marks);
                return;
            }
        }
    }

    /// A character, or a lifetime, which is no token of interest.
    fn quote(&mut self) -> Option<Kind> {
        let lifetime =
            self.peek(1).is_some_and(|next| next != '\\' && is_word_part(next)) && self.peek(2) != Some('\'');
        self.next();
        if lifetime {
            while self.peek(0).is_some_and(is_word_part) {
                self.next();
            }
            return None;
        }
        while let Some(next) = self.next() {
            match next {
                '\\' => self.skip(1),
                '\'' => break,
                _ => {}
            }
        }
        Some(Kind::Literal)
    }

    /// A word, or the literal that it is the prefix of: `b"…"`, `r#"…"#`, `br"…"`, `c"…"`, `b'…'`.
    fn word(&mut self) -> Kind {
        let start = self.at;
        while self.peek(0).is_some_and(is_word_part) {
            self.next();
        }
        let word: String = self.rest.iter().skip(start).take(self.at - start).collect();
        let mut marks = 0;
        while self.peek(marks) == Some('#') {
            marks += 1;
        }
        let quoted = self.peek(marks) == Some('"');
        match word.as_str() {
            "r" | "br" | "cr" if quoted => {
                self.raw_string(marks);
                Kind::Literal
            }
            "b" | "c" if marks == 0 && quoted => {
                self.string();
                Kind::Literal
            }
            "b" if self.peek(0) == Some('\'') => {
                self.quote();
                Kind::Literal
            }
            // A keyword as a name: `r#type`.
            "r" if marks == 1 && self.peek(1).is_some_and(is_word_part) => {
                self.skip(1);
                self.word()
            }
            _ => Kind::Word(word),
        }
    }
}

fn is_word_part(sign: char) -> bool {
    sign == '_' || sign.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> Vec<String> {
        tokens(code)
            .into_iter()
            .filter_map(|token| match token.kind {
                Kind::Word(word) => Some(word),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn comments_and_literals_have_no_words() {
        let code = r###"
            a // crate::no
            /* crate::no /* nested */ crate::no */ b
            "crate::no \" crate::no" c
            r#"crate::no " "# d br##"x"# y"## e b'"' f '"' g '\'' h 'x' i 1_000u32 j c"no" k
        "###;
        assert_eq!(words(code).concat(), "abcdefghijk");
    }

    #[test]
    fn lifetimes_do_not_open_a_character() {
        assert_eq!(
            words("fn f<'a>(x: &'a str, y: &'static str) -> r#type"),
            ["fn", "f", "x", "str", "y", "str", "type"]
        );
    }

    #[test]
    fn lines_are_counted_through_literals() {
        let found = tokens("a\n\"one\ntwo\"\n/* \n */ b");
        let lines: Vec<_> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }
}
