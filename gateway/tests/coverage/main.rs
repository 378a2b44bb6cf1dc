//! Guards over whole sets: every route of the table, every actor, every error code, every family.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod cell;
mod codes;
mod facts;
mod facts_api;
mod facts_v1;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod matrix;
mod premises;
mod records;
mod routes;
mod scopes;
mod sessions;
mod shapes;
mod shapes_api;
mod shapes_api_v1;
mod shapes_v1;
mod spelling;
mod staff;
mod suspended;
mod unasked;
mod writes;

/// One line of `routes.tsv`.
pub(crate) struct Line {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) success: u16,
    pub(crate) permission: &'static str,
}

/// The table of routes.
pub(crate) fn lines() -> Vec<Line> {
    let table = include_str!("../routes.tsv");
    let line = |text: &'static str| match *text.split('\t').collect::<Vec<_>>() {
        [_, method, path, success, permission] => {
            Line { method, path, success: success.parse().unwrap(), permission }
        }
        _ => panic!("not five columns: {text}"),
    };
    table.lines().skip(1).map(line).collect()
}
