//! Summaries: what a caller sees of many organizations, by a few queries for all of them.

use std::collections::{BTreeMap, HashMap};

use polity_kernel::{Access, AccountId, Code, Conn, OrganizationId, Page, Result, Timestamp};

use crate::acts::projects::rights;
use crate::permissions::{ORG_MEMBERS_LIST, PROJECTS_LIST};
use crate::store;
use crate::summary::{OrganizationSummary, ProjectInBrief};

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

/// What is seen by each access, in the same order.
pub(crate) fn all(conn: &mut Conn, accesses: &[Access], now: Timestamp) -> Result<Vec<OrganizationSummary>> {
    let counted = accesses.iter().filter(|access| access.permissions().contains(&ORG_MEMBERS_LIST));
    let counted: Vec<OrganizationId> = counted.map(Access::organization).collect();
    let counts: HashMap<OrganizationId, u64> =
        store::summaries::members(conn, &counted, now)?.into_iter().collect();
    let mut found: HashMap<OrganizationId, Vec<ProjectInBrief>> = HashMap::new();
    for project in listed(conn, accesses)? {
        let shown = found.entry(project.organization).or_default();
        if shown.len() < MOST {
            shown.push(project);
        }
    }
    let summary = |access: &Access| {
        let organization = access.organization();
        let members = counted.contains(&organization);
        OrganizationSummary {
            members: members.then(|| counts.get(&organization).copied().unwrap_or(0)),
            projects: found.remove(&organization).unwrap_or_default(),
        }
    };
    Ok(accesses.iter().map(summary).collect())
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
    let mut found = store::summaries::projects(conn, &wanted.whole, limit(&wanted.whole))?;
    for (account, organizations) in wanted.joined {
        let limit = limit(&organizations);
        found.extend(store::summaries::projects_of(conn, &organizations, account, limit)?);
    }
    Ok(found)
}

/// No organization has more than it may open, so that none is left out for another.
fn limit(organizations: &[OrganizationId]) -> i64 {
    i64::try_from(organizations.len() * MOST).unwrap_or(Page::MAX)
}
