//! Words and signs of SQL and of diesel's table declarations, and a cursor to walk over them.

use std::iter::Peekable;
use std::str::Chars;

use crate::tidy::source::mask::is_word;

/// A word, a quoted name without its quotes, a string, or a single sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tidy) struct Token {
    pub(in crate::tidy) text: String,
    /// Counted from 1.
    pub(in crate::tidy) line: usize,
    /// A string literal in single quotes, which is never a keyword.
    pub(in crate::tidy) literal: bool,
}

/// Splits a text; `--` and `/* */` comments go.
pub(in crate::tidy) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = source.chars().peekable();
    while let Some(character) = rest.next() {
        let start = line;
        let (text, literal) = match character {
            '\n' => {
                line += 1;
                continue;
            }
            _ if character.is_whitespace() => continue,
            '-' if rest.peek() == Some(&'-') => {
                while rest.next_if(|next| *next != '\n').is_some() {}
                continue;
            }
            '/' if rest.peek() == Some(&'*') => {
                line += block_comment(&mut rest);
                continue;
            }
            '\'' | '"' => {
                let text = quoted(&mut rest, character);
                line += text.matches('\n').count();
                (text, character == '\'')
            }
            _ if is_word(character) => {
                let mut text = String::from(character);
                while let Some(next) = rest.next_if(|next| is_word(*next)) {
                    text.push(next);
                }
                (text, false)
            }
            _ => (character.to_string(), false),
        };
        tokens.push(Token { text, line: start, literal });
    }
    tokens
}

/// Skips to the end of the comment and returns how many lines that was.
fn block_comment(rest: &mut Peekable<Chars<'_>>) -> usize {
    let mut lines = 0;
    let mut previous = ' ';
    for character in rest.by_ref() {
        lines += usize::from(character == '\n');
        if previous == '*' && character == '/' {
            break;
        }
        previous = character;
    }
    lines
}

/// What stands between quotes; a doubled quote stands for one.
fn quoted(rest: &mut Peekable<Chars<'_>>, quote: char) -> String {
    let mut text = String::new();
    while let Some(character) = rest.next() {
        if character == quote && rest.next_if_eq(&quote).is_none() {
            break;
        }
        text.push(character);
    }
    text
}

/// Walks over tokens.
#[derive(Clone, Copy, Debug)]
pub(in crate::tidy) struct Cursor<'t> {
    rest: &'t [Token],
}

impl<'t> Cursor<'t> {
    pub(in crate::tidy) fn new(tokens: &'t [Token]) -> Self {
        Self { rest: tokens }
    }

    /// Whether nothing is left.
    pub(in crate::tidy) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The line of what comes next, or 1 at the end.
    pub(in crate::tidy) fn line(&self) -> usize {
        self.rest.first().map_or(1, |token| token.line)
    }

    /// What comes next, lower-cased; empty at the end.
    pub(in crate::tidy) fn word(&mut self) -> String {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                first.text.to_lowercase()
            }
            None => String::new(),
        }
    }

    /// Steps over these words if they are what comes next, in any case.
    pub(in crate::tidy) fn skip(&mut self, words: &[&str]) -> bool {
        let matches = words.len() <= self.rest.len()
            && self
                .rest
                .iter()
                .zip(words)
                .all(|(token, word)| !token.literal && token.text.eq_ignore_ascii_case(word));
        if matches {
            self.rest = self.rest.get(words.len()..).unwrap_or_default();
        }
        matches
    }

    /// Whether these words come anywhere in what is left.
    pub(in crate::tidy) fn contains(&self, words: &[&str]) -> bool {
        (0..self.rest.len())
            .any(|start| Cursor { rest: self.rest.get(start..).unwrap_or_default() }.skip(words))
    }

    /// Steps over a bracketed group that comes next and returns what it holds.
    pub(in crate::tidy) fn group(&mut self) -> Option<Cursor<'t>> {
        self.rest.first().filter(|token| is_open(token))?;
        let mut depth = 0_usize;
        for (index, token) in self.rest.iter().enumerate() {
            if is_open(token) {
                depth += 1;
            } else if is_close(token) {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                let inside = self.rest.get(1..index)?;
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Some(Cursor { rest: inside });
            }
        }
        None
    }

    /// Splits what is left at a sign outside brackets; empty pieces are left out.
    pub(in crate::tidy) fn split(&self, sign: &str) -> Vec<Cursor<'t>> {
        let mut depth = 0_usize;
        let is_border = |token: &Token| {
            if is_open(token) {
                depth += 1;
            } else if is_close(token) {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && !token.literal && token.text == sign
        };
        self.rest.split(is_border).filter(|piece| !piece.is_empty()).map(|rest| Cursor { rest }).collect()
    }
}

fn is_open(token: &Token) -> bool {
    !token.literal && matches!(token.text.as_str(), "(" | "{" | "[")
}

fn is_close(token: &Token) -> bool {
    !token.literal && matches!(token.text.as_str(), ")" | "}" | "]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_signs_strings_and_comments() {
        assert_eq!(
            words("a.b -- c\n/* d\n */ \"e\"\"f\" 'g''h'(1)"),
            ["a", ".", "b", "e\"f", "g'h", "(", "1", ")"]
        );
        let lines: Vec<usize> = tokens("a\n'b\nc' d /* \n */ e").iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn a_cursor_steps_over_words_and_groups() {
        let tokens = tokens("CREATE Table t (a int, b (c, d)) ; 'create'");
        let mut cursor = Cursor::new(&tokens);
        assert!(!cursor.skip(&["create", "index"]));
        assert!(cursor.skip(&["create", "table"]));
        assert_eq!(cursor.word(), "t");
        assert!(cursor.contains(&["b", "("]));
        let group = cursor.group().unwrap();
        assert_eq!(group.split(",").len(), 2);
        assert!(cursor.group().is_none());
        assert_eq!(cursor.word(), ";");
        assert!(!cursor.skip(&["create"]), "a string is no keyword");
    }

    #[test]
    fn an_unclosed_group_is_none() {
        let tokens = tokens("(a, (b)");
        assert!(Cursor::new(&tokens).group().is_none());
    }
}
