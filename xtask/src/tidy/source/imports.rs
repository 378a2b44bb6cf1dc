//! Which file of a crate takes names from which other, followed through re-exports to where a name is defined.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::source::names::{self, Names};
use crate::tidy::source::tree::{File, Tree};

/// How often a name may be handed on before it is given up.
const HANDS: usize = 16;

/// The files of one crate, and what each takes from the others.
#[derive(Debug)]
pub(in crate::tidy) struct Imports<'t> {
    files: Vec<&'t str>,
    arrows: Vec<BTreeSet<usize>>,
}

/// A file as a module.
struct Module<'t> {
    file: &'t File,
    place: Vec<String>,
    names: Names,
}

/// All modules of a crate, found by their place.
struct Crate<'t> {
    modules: Vec<Module<'t>>,
    by_place: BTreeMap<Vec<String>, usize>,
}

/// Where a path leads.
enum Led {
    /// To a module as a whole: what is taken from it is said elsewhere.
    Module(usize),
    /// To something that this file defines.
    Item(usize),
}

impl<'t> Imports<'t> {
    /// Reads the crate whose sources lie in this folder, its tests and binaries left out.
    pub(in crate::tidy) fn read(tree: &'t Tree, source: &str) -> Self {
        let of_crate = |file: &&File| file.path.starts_with(source) && !is_test(&file.path);
        let modules: Vec<_> = tree.rust().filter(of_crate).filter_map(|file| module(file, source)).collect();
        let by_place = modules.iter().enumerate().map(|(at, module)| (module.place.clone(), at)).collect();
        let read = Crate { modules, by_place };
        let arrows = (0..read.modules.len()).map(|from| read.taken(from)).collect();
        let files = read.modules.iter().map(|module| module.file.path.as_str()).collect();
        Self { files, arrows }
    }

    /// Each import, from one path to another.
    pub(in crate::tidy) fn arrows(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let named = |(from, to): (usize, usize)| Some((*self.files.get(from)?, *self.files.get(to)?));
        let pairs =
            self.arrows.iter().enumerate().flat_map(|(from, to)| to.iter().map(move |to| (from, *to)));
        pairs.filter_map(named)
    }

    /// The groups of files that import each other in a circle, the largest first.
    pub(in crate::tidy) fn circles(&self) -> Vec<Vec<&'t str>> {
        let reached: Vec<_> = (0..self.files.len()).map(|from| self.reached(from)).collect();
        let mutual = |a: usize, b: usize| {
            reached.get(a).is_some_and(|reached| reached.contains(&b))
                && reached.get(b).is_some_and(|reached| reached.contains(&a))
        };
        let mut circles: Vec<Vec<usize>> = Vec::new();
        for file in (0..self.files.len()).filter(|file| mutual(*file, *file)) {
            match circles.iter_mut().find(|circle| circle.first().is_some_and(|first| mutual(*first, file))) {
                Some(circle) => circle.push(file),
                None => circles.push(vec![file]),
            }
        }
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        let named =
            |circle: Vec<usize>| circle.iter().filter_map(|at| self.files.get(*at).copied()).collect();
        circles.into_iter().map(named).collect()
    }

    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            let next = self.arrows.get(at).into_iter().flatten();
            open.extend(next.filter(|to| reached.insert(**to)));
        }
        reached
    }
}

impl Crate<'_> {
    /// The modules from which this one takes something.
    fn taken(&self, from: usize) -> BTreeSet<usize> {
        let Some(module) = self.modules.get(from) else { return BTreeSet::new() };
        // what is only handed on is no need of this file's
        let own = module.names.imports.iter().filter(|import| !import.handed_on);
        let imported = own.map(|import| &import.path);
        let led = imported.chain(&module.names.paths).filter_map(|path| self.lead(from, path, HANDS));
        let items = led.filter_map(|led| match led {
            Led::Item(to) => Some(to),
            Led::Module(_) => None,
        });
        items.filter(|to| *to != from).collect()
    }

    /// Where a path leads that stands in this module.
    fn lead(&self, from: usize, path: &[String], hands: usize) -> Option<Led> {
        let module = self.modules.get(from)?;
        let (first, rest) = path.split_first()?;
        let hands = hands.checked_sub(1)?;
        match first.as_str() {
            "crate" => self.walk(*self.by_place.get(&Vec::new())?, rest, hands),
            "self" => self.walk(from, rest, hands),
            "super" => {
                let (_, parent) = module.place.split_last()?;
                let parent = *self.by_place.get(parent)?;
                // `super::super` goes on from there
                match rest.first().is_some_and(|next| next == "super") {
                    true => self.lead(parent, rest, hands),
                    false => self.walk(parent, rest, hands),
                }
            }
            _ => match module.names.imports.iter().find(|import| import.name == *first) {
                // an import of the like-named crate is not ours
                Some(import) if import.path.first() != Some(first) => {
                    let whole: Vec<_> = import.path.iter().chain(rest).cloned().collect();
                    self.lead(from, &whole, hands)
                }
                _ => {
                    self.by_place.get(&below(&module.place, first)).and_then(|to| self.walk(*to, rest, hands))
                }
            },
        }
    }

    /// Goes down from a module, through what it hands on.
    fn walk(&self, at: usize, path: &[String], hands: usize) -> Option<Led> {
        let module = self.modules.get(at)?;
        let Some((next, rest)) = path.split_first() else { return Some(Led::Module(at)) };
        if let Some(inner) = self.by_place.get(&below(&module.place, next)) {
            return self.walk(*inner, rest, hands);
        }
        if module.names.items.contains(next) {
            return Some(Led::Item(at));
        }
        let named = module.names.imports.iter().find(|import| import.name == *next);
        if let Some(import) = named {
            let whole: Vec<_> = import.path.iter().chain(rest).cloned().collect();
            // what another crate defines is nobody's here
            return self.lead(at, &whole, hands.checked_sub(1)?);
        }
        let globs = module.names.imports.iter().filter(|import| import.name == "*");
        let handed = globs.filter_map(|glob| match self.lead(at, &glob.path, hands.checked_sub(1)?)? {
            Led::Module(to) if self.defines(to, next) => Some(Led::Item(to)),
            _ => None,
        });
        handed.into_iter().next().or(Some(Led::Item(at)))
    }

    fn defines(&self, at: usize, name: &String) -> bool {
        self.modules.get(at).is_some_and(|module| module.names.items.contains(name))
    }
}

fn below(place: &[String], name: &str) -> Vec<String> {
    place.iter().cloned().chain([name.to_owned()]).collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/src/tests/")
}

/// A file's place among the modules; a binary has none.
fn module<'t>(file: &'t File, source: &str) -> Option<Module<'t>> {
    let path = file.path.strip_prefix(source)?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let place = match path {
        "main" => return None,
        "lib" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    };
    Some(Module { file, place, names: names::read(&file.code) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: (&str, &str) = ("a/src/lib.rs", "mod b;\nmod c;\npub use b::B;\npub use c::*;\n");

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let tree = Tree::of(files);
        let imports = Imports::read(&tree, "a/src/");
        let short = |path: &str| path.trim_start_matches("a/src/").to_owned();
        imports.arrows().map(|(from, to)| format!("{} -> {}", short(from), short(to))).collect()
    }

    #[test]
    fn a_name_is_followed_to_where_it_is_defined() {
        let b = ("a/src/b.rs", "use crate::C;\npub struct B(C);\n");
        assert_eq!(arrows(&[ROOT, b, ("a/src/c.rs", "pub struct C;\n")]), ["b.rs -> c.rs"]);
    }

    #[test]
    fn a_module_that_is_imported_counts_by_what_is_taken_from_it() {
        let b = ("a/src/b.rs", "use crate::c;\npub struct B;\nfn f() { c::d::g() }\n");
        let files = [ROOT, b, ("a/src/c/mod.rs", "pub mod d;\n"), ("a/src/c/d.rs", "pub fn g() {}\n")];
        assert_eq!(arrows(&files), ["b.rs -> c/d.rs"]);
    }

    #[test]
    fn other_crates_tests_and_indexes_draw_no_arrow() {
        let b = ("a/src/b.rs", "use x::C;\npub struct B;\n#[cfg(test)]\nmod tests { use crate::C; }\n");
        let files =
            [ROOT, b, ("a/src/c.rs", "pub struct C;\n"), ("a/src/b/tests.rs", "use crate::C;\nfn f() {}")];
        assert_eq!(arrows(&files), Vec::<String>::new());
    }

    #[test]
    fn circles_are_found_whole() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", "mod b; mod c; mod d; mod e;"),
            ("a/src/b.rs", "fn b() { crate::c::c() }"),
            ("a/src/c.rs", "fn c() { crate::d::d() }"),
            ("a/src/d.rs", "use super::b::b;\nfn d() {}"),
            ("a/src/e.rs", "fn e() { crate::b::b() }"),
        ]);
        let circles = Imports::read(&tree, "a/src/").circles();
        assert_eq!(circles, [["a/src/b.rs", "a/src/c.rs", "a/src/d.rs"]]);
    }
}
