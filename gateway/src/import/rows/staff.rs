//! From a row to an employee or a reporting line.

use polity_accounts::{EmployeeProfile, ManagerRow, OtherLines, StaffRow, day};
use polity_kernel::{Error, Result};

use super::cells::Cells;

/// Words for built-in roles, as the family `/api/v1` has them, and the keys they stand for.
const ROLES: [(&str, &str); 5] = [
    ("org_admin", "admin"),
    ("admin", "admin"),
    ("owner", "owner"),
    ("manager", "manager"),
    ("employee", "member"),
];

/// A row of employees, all but the manager.
pub(super) fn employee(cells: &mut Cells) -> Result<Option<StaffRow>> {
    let email = cells.need("email")?;
    let create_account = cells.flag("create_account")?;
    let status = cells.take("status").map(|status| status.to_lowercase().parse()).transpose();
    Ok(Some(StaffRow {
        name: cells.take("name"),
        account: cells.take("account"),
        create_account,
        role: cells.take("role").map(role),
        kind: cells.take("type"),
        status: status.map_err(|error: Error| error.at("status"))?,
        profile: profile(cells)?,
        email,
    }))
}

/// The key of a role: what a word for a built-in one stands for, or as it is.
fn role(text: String) -> String {
    let word = text.to_lowercase();
    let known = ROLES.iter().find(|(known, _)| *known == word);
    known.map_or(text, |(_, key)| (*key).to_owned())
}

/// A row of employees again: whom the employee reports to, if anybody.
pub(super) fn manager(cells: &mut Cells) -> Result<Option<ManagerRow>> {
    let employee = cells.need("email")?;
    let kind = cells.take("manager_type");
    let row = |manager| ManagerRow { employee, manager, kind, others: OtherLines::Stay };
    Ok(cells.take("manager").map(row))
}

/// A row of managers.
pub(super) fn line(cells: &mut Cells) -> Result<Option<ManagerRow>> {
    let (employee, manager) = (cells.need("employee")?, cells.need("manager")?);
    Ok(Some(ManagerRow { employee, manager, kind: cells.take("type"), others: OtherLines::Stay }))
}

/// The profile; absent when the row says nothing of it.
fn profile(cells: &mut Cells) -> Result<Option<EmployeeProfile>> {
    let profile = EmployeeProfile {
        employee_number: cells.take("employee_number"),
        first_name: cells.take("first_name"),
        last_name: cells.take("last_name"),
        bio: cells.take("bio"),
        profile_image: cells.take("profile_image"),
        birth_date: day("birth_date", cells.take("birth_date"))?,
        gender: cells.take("gender"),
        timezone: cells.take("timezone"),
        location: cells.take("location"),
        join_date: day("join_date", cells.take("join_date"))?,
        company_role: cells.take("company_role"),
    };
    Ok((profile != EmployeeProfile::default()).then_some(profile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(values: &[(&'static str, &str)]) -> Cells {
        let mut cells = Cells::default();
        for (column, value) in values {
            cells.put(column, (*value).to_owned());
        }
        cells
    }

    #[test]
    fn a_row_without_a_word_on_something_says_nothing_of_it() {
        let row = employee(&mut cells(&[("email", "a@x.example")])).unwrap().unwrap();
        assert_eq!((row.name, row.account, row.status, row.profile), (None, None, None, None));
        let row = employee(&mut cells(&[("email", "a@x.example"), ("gender", "f")])).unwrap().unwrap();
        assert_eq!(
            row.profile.unwrap(),
            EmployeeProfile { gender: Some("f".to_owned()), ..EmployeeProfile::default() }
        );
    }

    #[test]
    fn a_built_in_role_has_words_in_any_case() {
        for (text, key) in [
            ("ORG_ADMIN", "admin"),
            ("Admin", "admin"),
            ("OWNER", "owner"),
            ("Manager", "manager"),
            ("employee", "member"),
            ("member", "member"),
            ("Clerk", "Clerk"),
        ] {
            assert_eq!(role(text.to_owned()), key);
        }
    }

    #[test]
    fn a_day_has_one_form() {
        let born = |day: &str| employee(&mut cells(&[("email", "a@x.example"), ("birth_date", day)]));
        assert!(born("1990-02-28").unwrap().unwrap().profile.is_some());
        for day in ["1990-02-29", "1990-2-28", "28.02.1990", "+1990-02-28", "1990-02-28 ", "0000-02-28"] {
            assert_eq!(born(day).unwrap_err().message(), "birth_date: must be a day as YYYY-MM-DD", "{day}");
        }
    }

    #[test]
    fn who_has_no_manager_has_no_line() {
        assert!(manager(&mut cells(&[("email", "a@x.example")])).unwrap().is_none());
        let row = manager(&mut cells(&[("email", "a@x"), ("manager", "b@x"), ("manager_type", "ACTING")]));
        let row = row.unwrap().unwrap();
        assert_eq!(
            (row.employee.as_str(), row.manager.as_str(), row.kind.as_deref()),
            ("a@x", "b@x", Some("ACTING"))
        );
    }
}
