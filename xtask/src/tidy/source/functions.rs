//! The functions of a Rust file, with what stands between their brackets.

use crate::tidy::source::mask::is_word;

/// One function, as it is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::tidy) struct Function<'c> {
    pub(in crate::tidy) name: &'c str,
    /// What stands between its parentheses.
    pub(in crate::tidy) parameters: &'c str,
    /// The line it begins at, counted from 1.
    pub(in crate::tidy) line: usize,
    /// How many lines it goes on.
    length: usize,
}

impl Function<'_> {
    /// The first and the last line.
    pub(in crate::tidy) fn lines(&self) -> (usize, usize) {
        (self.line, self.line + self.length)
    }
}

/// The functions of source without comments and strings, inner ones too.
pub(in crate::tidy) fn functions(code: &str) -> impl Iterator<Item = Function<'_>> {
    let starts = code.match_indices("fn ").filter(|(at, _)| {
        let before = code.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(is_word)
    });
    starts.filter_map(|(at, _)| {
        let rest = code.get(at + 3..)?.trim_start();
        let (name, rest) = rest.split_at_checked(rest.find(|c| !is_word(c))?)?;
        let rest = if rest.starts_with('<') { group(rest)?.1 } else { rest };
        let (parameters, behind) = group(rest.trim_start())?;
        let end = code.len() - behind.len() + body_end(behind);
        let line = code.get(..at)?.matches('\n').count() + 1;
        Some(Function { name, parameters, line, length: code.get(at..end)?.matches('\n').count() })
    })
}

/// Where a function ends of which this stands behind the parameters: with its body, or with a semicolon where it is only declared.
fn body_end(behind: &str) -> usize {
    let (mut depth, mut braces) = (0_usize, 0_usize);
    let ends = |(_, found): &(usize, char)| {
        match found {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
        depth == 0 && braces == 0 && matches!(found, '}' | ';')
    };
    behind.char_indices().find(ends).map_or(behind.len(), |(at, _)| at + 1)
}

/// What the bracket that comes first holds, and what stands behind it.
pub(in crate::tidy) fn group(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, level) in levels(text) {
        match level {
            Level::Up => depth += 1,
            Level::Down => depth = depth.saturating_sub(1),
        }
        if depth == 0 {
            return Some((text.get(1..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// Splits at a sign outside brackets; empty pieces are left out.
pub(in crate::tidy) fn split(text: &str, sign: char) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut brackets = levels(text).peekable();
    let (mut pieces, mut begun) = (Vec::new(), 0);
    for (at, found) in text.char_indices() {
        if let Some((_, level)) = brackets.next_if(|(bracket, _)| *bracket == at) {
            depth = if level == Level::Up { depth + 1 } else { depth.saturating_sub(1) };
        } else if found == sign && depth == 0 {
            pieces.extend(text.get(begun..at));
            begun = at + sign.len_utf8();
        }
    }
    pieces.extend(text.get(begun..));
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Up,
    Down,
}

/// The brackets of a text; arrows are none.
fn levels(text: &str) -> impl Iterator<Item = (usize, Level)> {
    let mut previous = ' ';
    text.char_indices().filter_map(move |(at, found)| {
        let before = std::mem::replace(&mut previous, found);
        match found {
            '(' | '[' | '{' | '<' => Some((at, Level::Up)),
            '>' if matches!(before, '-' | '=') => None,
            ')' | ']' | '}' | '>' => Some((at, Level::Down)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_read_whole() {
        let code = "pub fn a() {}\nimpl X {\n    fn b<T: Fn(A) -> B>(\n        &self,\n        t: T,\n    ) -> [Y<Z>; 2] {\n        a < b; t\n    }\n\
                    }\ntrait T {\n    fn c(&self);\n}\n";
        let found: Vec<_> = functions(code)
            .map(|function| (function.name, split(function.parameters, ',').len(), function.lines()))
            .collect();
        assert_eq!(found, [("a", 0, (1, 1)), ("b", 2, (3, 8)), ("c", 1, (11, 11))]);
    }

    #[test]
    fn pieces_are_split_outside_brackets() {
        assert_eq!(
            split("a: (B, C), d: &[(E, F)], g: impl Fn(H, I) -> J, ", ','),
            ["a: (B, C)", "d: &[(E, F)]", "g: impl Fn(H, I) -> J"]
        );
        assert_eq!(group("(a (b) c) d"), Some(("a (b) c", " d")));
        assert_eq!(group("(a"), None);
    }
}
