//! `cargo xtask routes`: the pages of docs/ that are made from the code, and whether they are up to date.

mod events;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::shell::{self, Result, cargo, root};

/// The table of routes: whose they are, method, path, status of success and permission, separated by tabs.
const ROUTES: &str = "gateway/tests/routes.tsv";

/// Where the codes of failures are declared, a line each: variant, name, meaning, remedy.
const CODES: &str = "crates/kernel/src/error.rs";

/// Where the kinds of what can be wrong with a field are declared, a line each: variant, name, meaning.
const KINDS: &str = "crates/kernel/src/error/field.rs";

/// A page of docs/ and what it should say.
pub(crate) struct PageText {
    /// Its path from the root.
    pub(crate) path: &'static str,
    /// What it should say.
    pub(crate) text: String,
}

/// Writes every generated page.
pub(crate) fn write() -> Result {
    for page in pages()? {
        fs::write(root().join(page.path), &page.text)?;
        println!("wrote {}", page.path);
    }
    Ok(())
}

/// Every generated page as it should be now.
pub(crate) fn pages() -> Result<Vec<PageText>> {
    let (codes, kinds) = (fs::read_to_string(root().join(CODES))?, fs::read_to_string(root().join(KINDS))?);
    let mut pages =
        vec![PageText { path: "docs/errors.md", text: errors(&codes)? + &kinds_of_fields(&kinds)? }];
    let schemas = fs::read_to_string(root().join(events::SCHEMAS))?;
    pages.push(PageText { path: "docs/events.md", text: events::page(&schemas)? });
    let table = root().join(ROUTES);
    if table.exists() {
        let text = routes(&fs::read_to_string(table)?, &openapi()?)?;
        pages.push(PageText { path: "docs/routes.md", text });
    } else {
        println!("left out: docs/routes.md, for there is no {ROUTES} yet");
    }
    Ok(pages)
}

/// What the service says of itself.
fn openapi() -> Result<Value> {
    let said = shell::read(cargo().args(["run", "--quiet", "--package", "polity", "--", "openapi"]))?;
    if said.trim().is_empty() {
        println!("left out: what `polity openapi` says, for it says nothing");
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(&said)?)
}

/// The page of codes, from the table that the kernel makes its type of: building the kernel for it would take minutes.
fn errors(source: &str) -> Result<String> {
    let mut page = String::from(
        "# Errors\n\nMade by `cargo xtask routes` from the codes and kinds of the kernel; do not edit.\n\n\
         The name is stable: programs may depend on it. How each family puts a code into a status and a body is in the \
         family's `fault.rs`.\n\n| name | what happened | what to do |\n|---|---|---|\n",
    );
    for line in table(source, CODES, "codes")? {
        // the texts stand between quotes, and have none of their own
        let parts: Vec<&str> = line.split('"').collect();
        let [_, name, _, meaning, _, remedy, _] = parts.as_slice() else {
            return Err(format!("{CODES}: not a code with three texts: {line}").into());
        };
        // writing to a String cannot fail
        let _ = writeln!(page, "| `{name}` | {} | {} |", cell(meaning), cell(remedy));
    }
    Ok(page)
}

/// The part of the page that tells what can be wrong with a field.
fn kinds_of_fields(source: &str) -> Result<String> {
    let mut page = String::from(
        "\n## Fields\n\nAn `invalid` error names the fields at fault, each with the kind of what is wrong with it \
         (`polity_kernel::FieldKind`) and words for people, which no program need read.\n\n\
         | kind | what is wrong |\n|---|---|\n",
    );
    for line in table(source, KINDS, "kinds")? {
        let parts: Vec<&str> = line.split('"').collect();
        let [_, name, _, meaning, _] = parts.as_slice() else {
            return Err(format!("{KINDS}: not a kind with two texts: {line}").into());
        };
        let _ = writeln!(page, "| `{name}` | {} |", cell(meaning));
    }
    Ok(page)
}

/// The lines of the table that a macro is given.
fn table<'s>(source: &'s str, file: &str, name: &str) -> Result<std::str::Lines<'s>> {
    let behind = source.split_once(&format!("\n{name}! {{\n"));
    let table = behind.and_then(|(_, rest)| rest.split_once("\n}\n"));
    Ok(table.ok_or_else(|| format!("{file}: no table of {name}"))?.0.lines())
}

/// One route as the page shows it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Route {
    /// The path as it is written in the table or in `OpenAPI`.
    path: String,
    permission: String,
    summary: String,
}

/// Routes by family, then by path and method.
type Families = BTreeMap<String, BTreeMap<(String, String), Route>>;

/// The page of routes from the table and, where there is one, the service's `OpenAPI` document.
fn routes(table: &str, openapi: &Value) -> Result<String> {
    let mut families = Families::new();
    for (number, line) in table.lines().enumerate().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, method, path, _, permission] = columns.as_slice() else {
            return Err(format!("{ROUTES}:{}: not five columns", number + 1).into());
        };
        let route =
            Route { path: (*path).to_owned(), permission: (*permission).to_owned(), summary: String::new() };
        families.entry(family(path)).or_default().insert((nameless(path), (*method).to_owned()), route);
    }
    for (path, operations) in openapi.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let route = families
                .entry(family(path))
                .or_default()
                .entry((nameless(path), method.to_uppercase()))
                .or_insert_with(|| Route { path: path.clone(), ..Route::default() });
            route.summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(permission) = operation.get("x-permission").and_then(Value::as_str) {
                permission.clone_into(&mut route.permission);
            }
        }
    }
    Ok(page_of(&families))
}

/// The keys of an `OpenAPI` path item that are operations.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];

fn page_of(families: &Families) -> String {
    let total: usize = families.values().map(BTreeMap::len).sum();
    let mut page = format!(
        "# Routes\n\nMade by `cargo xtask routes` from {ROUTES} and the service's own OpenAPI document; do not edit. \
         {total} in all.\n"
    );
    for (family, routes) in families {
        let _ = write!(
            page,
            "\n## {family}\n\n| method | path | permission | what it does |\n|---|---|---|---|\n"
        );
        for ((_, method), route) in routes {
            let permission =
                if route.permission.is_empty() { String::new() } else { format!("`{}`", route.permission) };
            let _ =
                writeln!(page, "| {method} | `{}` | {permission} | {} |", route.path, cell(&route.summary));
        }
    }
    page
}

/// The heading a path goes under.
fn family(path: &str) -> String {
    const FAMILIES: [&str; 8] = [
        "/directory",
        "/api/v1",
        "/v1",
        "/api/organizations",
        "/scim",
        "/oauth2",
        "/console",
        "/.well-known",
    ];
    let is_prefix = |prefix: &&&str| {
        path.strip_prefix(**prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    FAMILIES.iter().find(is_prefix).map_or_else(|| "operations".to_owned(), |prefix| (*prefix).to_owned())
}

/// The path without the names of its parameters, which differ between the table and the code.
fn nameless(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Text that does not break out of a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &str = "contract\tmethod\tpath\tsuccess\tpermission\n\
        directory.md\tGET\t/directory/orgs/{organizationId}\t200\torg.directory.get\n\
        directory.md\tDELETE\t/directory/orgs/{organizationId}\t200\t\n";

    #[test]
    fn both_sources_meet_in_one_line() {
        let openapi = json!({"paths": {
            "/directory/orgs/{organization_id}": {"get": {"summary": "Read | it"}, "parameters": []},
            "/healthz": {"get": {"summary": "Whether it lives"}},
        }});
        let page = routes(TABLE, &openapi).unwrap();
        assert!(
            page.contains(
                "| GET | `/directory/orgs/{organizationId}` | `org.directory.get` | Read \\| it |\n"
            ),
            "{page}"
        );
        assert!(page.contains("| DELETE | `/directory/orgs/{organizationId}` |  |  |\n"), "{page}");
        assert!(page.contains("## operations\n\n"), "{page}");
        assert!(page.contains("3 in all"), "{page}");
    }

    #[test]
    fn the_table_is_enough_alone_and_must_be_whole() {
        assert!(routes(TABLE, &Value::Null).unwrap().contains("2 in all"));
        assert!(routes("header\nGET\t/x\n", &Value::Null).unwrap_err().to_string().contains("routes.tsv:2:"));
    }

    #[test]
    fn every_code_is_explained() {
        let source = fs::read_to_string(root().join(CODES)).unwrap();
        let page = errors(&source).unwrap();
        let declared =
            source.lines().filter(|line| line.starts_with("    ") && line.matches('"').count() == 6);
        assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), declared.count());
        assert!(page.contains("| `last_owner` | An organization keeps at least one owner. | Make somebody else an owner first. |"));
        let kinds = fs::read_to_string(root().join(KINDS)).unwrap();
        let page = kinds_of_fields(&kinds).unwrap();
        assert!(page.contains("| `blank` | The text is empty or has nothing but space in it. |"));
        assert!(page.contains("| `choice` |") && page.contains("| `unproven` |"));
        assert!(kinds_of_fields("\nkinds! {\n    A \"a\"\n}\n").is_err(), "a kind without a meaning");
        assert!(errors("codes").is_err());
        assert!(errors("\ncodes! {\n    A \"a\" \"b\"\n}\n").is_err(), "a code without a remedy");
    }

    #[test]
    fn a_family_is_a_whole_segment() {
        assert_eq!(family("/v1/x"), "/v1");
        assert_eq!(family("/v1x"), "operations");
        assert_eq!(family("/api/v1/x"), "/api/v1");
    }
}
