//! Two organizations without anybody in them, and what stands in them after an import.

use std::path::PathBuf;

use polity::areas::Polity;
use polity::boot;
use polity::import::{Kind, RowImport, RowReport, import};
use polity_accounts::{Account, AccountFields, Employee, EmployeeFilter, NewAccount, People};
use polity_directory::OrganizationRef;
use polity_groups::{GroupFilter, Member, MemberFilter};
use polity_kernel::{Access, Actor, Page};
use polity_testkit::Kit;
use tempfile::TempDir;

use crate::ground::common::settings;

/// acme and globex.
pub(crate) struct Company {
    pub(crate) polity: Polity,
    pub(crate) folder: TempDir,
}

impl Company {
    pub(crate) fn found(kit: &Kit) -> Self {
        let folder = TempDir::new().unwrap();
        let settings = settings(kit, &folder);
        let identity = boot::identity_settings(&kit.ctx, &settings, settings.listen).unwrap();
        let polity = boot::assemble(&kit.ctx, identity, &settings).unwrap();
        let organizations = folder.path().join("organizations.ndjson");
        std::fs::write(&organizations, "{\"alias\": \"acme\"}\n{\"alias\": \"globex\"}\n").unwrap();
        let report = import(polity.directory.as_ref(), &organizations, &mut |_, _| {}).unwrap();
        assert_eq!(report.failures, Vec::<String>::new());
        Self { polity, folder }
    }

    pub(crate) fn access(&self, organization: &str) -> Access {
        self.polity.enter(&Actor::system(), &organization.parse::<OrganizationRef>().unwrap()).unwrap()
    }

    pub(crate) fn file(&self, content: &str) -> PathBuf {
        let path = self.folder.path().join("rows");
        std::fs::write(&path, content).unwrap();
        path
    }

    /// An import of this file that is about to run; what its rows are is told by the columns.
    pub(crate) fn begun(&self, organization: &str, content: &str) -> RowImport<'_> {
        self.begun_as(organization, content, None)
    }

    pub(crate) fn begun_as(&self, organization: &str, content: &str, kind: Option<Kind>) -> RowImport<'_> {
        RowImport::begin(&self.polity, self.access(organization), &self.file(content), kind).unwrap()
    }

    pub(crate) fn imports(&self, organization: &str, content: &str) -> RowReport {
        self.begun(organization, content).run(&mut |_, _| {}).unwrap()
    }

    /// Imports what must go in without a word.
    pub(crate) fn takes(&self, organization: &str, content: &str) -> RowReport {
        let report = self.imports(organization, content);
        assert_eq!(report.failures, Vec::<String>::new());
        report
    }

    /// An account that exists.
    pub(crate) fn account(&self, email: &str) -> Account {
        let fields = AccountFields { email: email.to_owned(), ..AccountFields::default() };
        let people: &dyn People = self.polity.accounts.as_ref();
        people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap()
    }

    /// Everybody on the list, in the order of their addresses.
    pub(crate) fn employees(&self, organization: &str) -> Vec<Employee> {
        let access = self.access(organization);
        let (mut all, mut page) = (Vec::new(), Page::first(1_000));
        loop {
            let found = self.polity.accounts.employees(&access, EmployeeFilter::default(), page).unwrap();
            all.extend(found.items);
            let Some(next) = found.next else { break };
            page = Page::after(1_000, next);
        }
        all.sort_by(|a, b| a.email.as_str().cmp(b.email.as_str()));
        all
    }

    /// The employee with this address.
    pub(crate) fn employee(&self, organization: &str, email: &str) -> Employee {
        self.employees(organization).into_iter().find(|employee| employee.email.as_str() == email).unwrap()
    }

    /// Everybody with whom they report to, a line each, in the order of their addresses.
    pub(crate) fn staff(&self, organization: &str) -> Vec<String> {
        let access = self.access(organization);
        let line = |employee: &Employee| {
            let lines = self.polity.accounts.managers(&access, employee.id).unwrap();
            let mut lines: Vec<String> =
                lines.iter().map(|(line, manager)| format!("{} {}", line.kind, manager.email)).collect();
            lines.sort();
            format!("{} {}: {}", employee.email, employee.name, lines.join(", "))
        };
        self.employees(organization).iter().map(line).collect()
    }

    /// Every group with who is in it, a line each, in the order of their external ids.
    pub(crate) fn groups(&self, organization: &str) -> Vec<String> {
        let access = self.access(organization);
        let groups = self.polity.groups.groups(&access, GroupFilter::default(), Page::first(1_000)).unwrap();
        let staff = self.employees(organization);
        let key = |id| {
            let group = groups.items.iter().find(|group| group.id == id);
            group.and_then(|group| group.external_id.clone()).unwrap_or_default()
        };
        let name = |member: &Member| match member {
            Member::Employee(id) => staff.iter().find(|one| one.id == *id).unwrap().email.to_string(),
            Member::Account(id) => {
                let people: &dyn People = self.polity.accounts.as_ref();
                format!("account {}", people.account(&Actor::system(), *id).unwrap().email_text())
            }
            Member::Group(id) => format!("group {}", key(*id)),
        };
        let mut lines: Vec<String> = groups
            .items
            .iter()
            .map(|group| {
                let page = Page::first(1_000);
                let members = self
                    .polity
                    .groups
                    .members(&access, group.id, MemberFilter::default(), page)
                    .unwrap()
                    .items;
                let mut members: Vec<String> =
                    members.iter().map(|one| format!("{} {}", one.kind, name(&one.member))).collect();
                members.sort();
                format!("{} {} {}: {}", key(group.id), group.name, group.kind, members.join(", "))
            })
            .collect();
        lines.sort();
        lines
    }
}

/// What each way through the file made, changed and found, in words.
pub(crate) fn told(report: &RowReport) -> Vec<String> {
    let words = |tally: &polity::import::Tally| {
        format!(
            "{}: {} created, {} changed, {} as they were",
            tally.what, tally.created, tally.changed, tally.unchanged
        )
    };
    report.tallies.iter().map(words).collect()
}
