//! What the rows of a file are, and the columns they have.

use clap::ValueEnum;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The people who work for the organization, each with a profile and perhaps an account and a manager.
    Employees,
    /// Who reports to whom.
    Managers,
    /// Groups, and which contains which.
    Groups,
    /// Who is in which group.
    Memberships,
}

impl Kind {
    /// What an operator calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Managers => "managers",
            Self::Groups => "groups",
            Self::Memberships => "memberships",
        }
    }

    /// Every column; docs/import.md describes them for people.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Employees => &[
                "email",
                "name",
                "account",
                "create_account",
                "role",
                "type",
                "status",
                "manager",
                "manager_type",
                "employee_number",
                "first_name",
                "last_name",
                "bio",
                "profile_image",
                "birth_date",
                "gender",
                "timezone",
                "location",
                "join_date",
                "company_role",
            ],
            Self::Managers => &["employee", "manager", "type"],
            Self::Groups => &["group", "name", "type", "description", "icon", "status", "parent"],
            Self::Memberships => &["group", "member", "kind", "type"],
        }
    }

    /// The columns that every row has a value in.
    pub(super) fn needed(self) -> &'static [&'static str] {
        match self {
            Self::Employees => &["email"],
            Self::Managers => &["employee", "manager"],
            Self::Groups => &["group", "name"],
            Self::Memberships => &["group", "member"],
        }
    }

    /// The columns that tell whom or what a row is about: no two rows of a file have the same value in one of them.
    pub(super) fn once(self) -> &'static [&'static str] {
        match self {
            Self::Employees => &["email", "employee_number"],
            Self::Groups => &["group"],
            Self::Managers | Self::Memberships => &[],
        }
    }

    /// The column of this name; case, spaces of any kind and hyphens make no difference.
    pub(super) fn column(self, name: &str) -> Option<&'static str> {
        let name = normal(name);
        self.columns().iter().find(|column| **column == name).copied()
    }

    /// What rows with these columns must be: the first sort, from the most telling on, whose needed ones are all there.
    pub(super) fn of_columns<'c>(names: impl IntoIterator<Item = &'c str>) -> Option<Self> {
        let names: Vec<String> = names.into_iter().map(normal).collect();
        [Self::Memberships, Self::Managers, Self::Groups, Self::Employees]
            .into_iter()
            .find(|kind| kind.needed().iter().all(|needed| names.iter().any(|name| name == needed)))
    }
}

fn normal(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join("_").to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_tell_what_the_rows_are() {
        let cases = [
            ("email,name", Some(Kind::Employees)),
            ("E-Mail,manager", None),
            ("Name,EMAIL,manager", Some(Kind::Employees)),
            ("employee,manager", Some(Kind::Managers)),
            ("group,name", Some(Kind::Groups)),
            ("member,group", Some(Kind::Memberships)),
            ("member", None),
            ("", None),
        ];
        for (columns, kind) in cases {
            assert_eq!(Kind::of_columns(columns.split(',')), kind, "{columns}");
        }
    }

    #[test]
    fn a_columns_name_is_read_kindly() {
        assert_eq!(Kind::Employees.column(" First Name"), Some("first_name"));
        assert_eq!(Kind::Employees.column("JOIN-DATE"), Some("join_date"));
        assert_eq!(Kind::Employees.column("\u{a0}Last\u{a0}Name\u{202f}"), Some("last_name"));
        assert_eq!(Kind::Employees.column("salary"), None);
    }

    #[test]
    fn what_is_needed_is_a_column() {
        for kind in Kind::value_variants() {
            assert!(kind.needed().iter().all(|needed| kind.column(needed) == Some(*needed)), "{kind:?}");
        }
    }
}
