//! The projects that a caller sees of many organizations, by a few queries for all of them.

use std::collections::{BTreeMap, HashMap};

use polity_directory::permissions::PROJECTS_LIST;
use polity_kernel::{Access, AccountId, Code, Conn, OrganizationId, Page, Result};

use crate::acts::rights;
use crate::brief::ProjectInBrief;
use crate::store;

/// The most projects that are shown of one organization: as many as one may open.
const MOST: usize = 1_000;

/// Whose projects are listed.
#[derive(Default)]
struct Listed {
    /// Those whose every project is seen.
    whole: Vec<OrganizationId>,
    /// Those of which an account sees the projects it has a role in.
    joined: BTreeMap<AccountId, Vec<OrganizationId>>,
}

/// The projects that each access sees, in the same order.
pub(crate) fn all(conn: &mut Conn, accesses: &[Access]) -> Result<Vec<Vec<ProjectInBrief>>> {
    let mut found: HashMap<OrganizationId, Vec<ProjectInBrief>> = HashMap::new();
    for project in listed(conn, accesses)? {
        let shown = found.entry(project.organization).or_default();
        if shown.len() < MOST {
            shown.push(project);
        }
    }
    let seen = |access: &Access| found.remove(&access.organization()).unwrap_or_default();
    Ok(accesses.iter().map(seen).collect())
}

/// The projects that are seen of any of them.
fn listed(conn: &mut Conn, accesses: &[Access]) -> Result<Vec<ProjectInBrief>> {
    let mut wanted = Listed::default();
    for access in accesses {
        if access.permissions().contains(&PROJECTS_LIST) {
            wanted.whole.push(access.organization());
            continue;
        }
        match rights::person(conn, access, &PROJECTS_LIST) {
            Ok(account) => wanted.joined.entry(account).or_default().push(access.organization()),
            Err(error) if error.code() == Code::Forbidden => {}
            Err(error) => return Err(error),
        }
    }
    let mut found = store::briefs::projects(conn, &wanted.whole, limit(&wanted.whole))?;
    for (account, organizations) in wanted.joined {
        let limit = limit(&organizations);
        found.extend(store::briefs::projects_of(conn, &organizations, account, limit)?);
    }
    Ok(found)
}

/// No organization has more than it may open, so that none is left out for another.
fn limit(organizations: &[OrganizationId]) -> i64 {
    i64::try_from(organizations.len() * MOST).unwrap_or(Page::MAX)
}
