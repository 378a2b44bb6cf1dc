//! The names a Rust file speaks of: what it imports, which paths it writes out, and what it defines.

use crate::tidy::source::mask::{has_word, is_word};

/// What is read off one file, tests left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::tidy) struct Names {
    /// Each `use`, by the name it gives: its own, or the one after `as`; `*` for all of a module.
    pub(in crate::tidy) imports: Vec<Import>,
    /// Paths of two segments and more, wherever else they stand.
    pub(in crate::tidy) paths: Vec<Vec<String>>,
    /// Items defined here.
    pub(in crate::tidy) items: Vec<String>,
}

/// One name of a `use`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::tidy) struct Import {
    pub(in crate::tidy) name: String,
    pub(in crate::tidy) path: Vec<String>,
    /// Whether it is only handed on, by `pub use`.
    pub(in crate::tidy) handed_on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Sep,
    Sign(char),
}

/// What makes the next word an item's name.
const DEFINING: [&str; 9] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"];

/// Reads source without comments and strings.
pub(in crate::tidy) fn read(code: &str) -> Names {
    let tokens = tokens(shipped(code));
    let mut names = Names::default();
    let mut rest = tokens.as_slice();
    let mut public = false;
    while let [first, after @ ..] = rest {
        let next = match first {
            Token::Word("use") => {
                let end = after.iter().position(|token| *token == Token::Sign(';')).unwrap_or(after.len());
                let (tree, behind) = after.split_at(end);
                let begun = names.imports.len();
                tree_of(tree, &[], &mut names.imports);
                let read = names.imports.iter_mut().skip(begun);
                read.for_each(|import| import.handed_on = public);
                behind
            }
            // a module written out inside a file sees the file as its parent
            Token::Word("mod") if after.get(1) == Some(&Token::Sign('{')) => behind_braces(after),
            Token::Word(word) if DEFINING.contains(word) => {
                let named = after.iter().find(|token| **token != Token::Sign('!'));
                if let Some(Token::Word(name)) = named {
                    names.items.push((*name).to_owned());
                }
                after
            }
            Token::Word(_) => {
                let (path, behind) = path_of(rest);
                if path.len() > 1 {
                    names.paths.push(path);
                }
                behind
            }
            _ => after,
        };
        public = match first {
            Token::Word("pub") => true,
            // `pub(crate)`
            Token::Word("crate" | "super" | "in") | Token::Sign('(' | ')') => public,
            _ => false,
        };
        rest = next;
    }
    names
}

/// What stands behind the first pair of braces.
fn behind_braces<'a, 'b>(tokens: &'b [Token<'a>]) -> &'b [Token<'a>] {
    let mut depth = 0_i32;
    let closes = |token: &Token<'_>| {
        match token {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => depth -= 1,
            _ => return false,
        }
        depth == 0
    };
    let end = tokens.iter().position(closes).map_or(tokens.len(), |end| end + 1);
    tokens.get(end..).unwrap_or_default()
}

/// What stands before the tests.
pub(in crate::tidy) fn shipped(code: &str) -> &str {
    let is_module = |behind: &str| behind.lines().nth(1).is_some_and(|line| has_word(line, "mod"));
    let begin = code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    let tests = begin.into_iter().find(|at| code.get(*at..).is_some_and(is_module));
    tests.and_then(|at| code.get(..at)).unwrap_or(code)
}

/// The path that begins here, and what stands behind it.
fn path_of<'a, 'b>(tokens: &'b [Token<'a>]) -> (Vec<String>, &'b [Token<'a>]) {
    let mut path = Vec::new();
    let mut rest = tokens;
    while let [Token::Word(word), behind @ ..] = rest {
        path.push((*word).to_owned());
        rest = behind;
        match behind {
            [Token::Sep, after @ ..] if matches!(after.first(), Some(Token::Word(_))) => rest = after,
            _ => break,
        }
    }
    (path, rest)
}

/// The names of a `use` tree below a prefix.
fn tree_of(tokens: &[Token<'_>], prefix: &[String], imports: &mut Vec<Import>) {
    for branch in branches(tokens) {
        let mut path = prefix.to_vec();
        let mut rest = branch;
        loop {
            rest = match rest {
                [Token::Sep, after @ ..] => after,
                [Token::Word("as"), Token::Word(name), ..] => {
                    imports.push(Import { name: (*name).to_owned(), path, handed_on: false });
                    break;
                }
                // `{self}` is the module itself
                [Token::Word("self"), after @ ..] if !path.is_empty() => after,
                [Token::Word(word), after @ ..] => {
                    path.push((*word).to_owned());
                    after
                }
                [Token::Sign('{'), inner @ ..] => {
                    let inner = inner.split_last().map_or(inner, |(_, inner)| inner);
                    tree_of(inner, &path, imports);
                    break;
                }
                [Token::Sign('*'), ..] => {
                    imports.push(Import { name: "*".to_owned(), path, handed_on: false });
                    break;
                }
                _ => {
                    if let Some(name) = path.last().cloned() {
                        imports.push(Import { name, path, handed_on: false });
                    }
                    break;
                }
            };
        }
    }
}

/// What stands between the commas of the outermost level.
fn branches<'a, 'b>(tokens: &'b [Token<'a>]) -> Vec<&'b [Token<'a>]> {
    let mut depth = 0_i32;
    let at_comma = |token: &Token<'_>| {
        match token {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => depth -= 1,
            _ => {}
        }
        depth == 0 && *token == Token::Sign(',')
    };
    tokens.split(at_comma).filter(|branch| !branch.is_empty()).collect()
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.extend(rest.get(..end).map(Token::Word));
            end
        } else if rest.starts_with("::") {
            tokens.push(Token::Sep);
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(code: &str) -> Vec<String> {
        let import = |import: &Import| format!("{} = {}", import.name, import.path.join("::"));
        read(code).imports.iter().map(import).collect()
    }

    #[test]
    fn every_shape_of_use_is_read() {
        assert_eq!(imported("use crate::a::B;"), ["B = crate::a::B"]);
        assert_eq!(imported("pub(crate) use super::a as b;"), ["b = super::a"]);
        assert_eq!(imported("use a::*;"), ["* = a"]);
        assert_eq!(
            imported("use crate::{a::{self, B as C, d::E}, f};\nuse g;"),
            ["a = crate::a", "C = crate::a::B", "E = crate::a::d::E", "f = crate::f", "g = g"]
        );
    }

    #[test]
    fn paths_and_items_are_read_and_tests_are_not() {
        let names = read(
            "fn f(x: a::B<c::d::E>) { g::h::<T>() }\nstruct S;\n#[cfg(test)]\npub(super) mod tests { use x::y; }\n",
        );
        assert_eq!(names.paths, [vec!["a", "B"], vec!["c", "d", "E"], vec!["g", "h"]]);
        assert_eq!(names.items, ["f", "S"]);
        assert_eq!(names.imports, []);
    }
}
