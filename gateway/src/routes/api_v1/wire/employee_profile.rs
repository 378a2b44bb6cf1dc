//! Profiles of employees as this family shows them.

use super::facts::profile;

profile! {
    /// What is known of an employee beyond name and address.
    EmployeeProfile of polity_accounts::EmployeeProfile;

    /// What is to be different about an employee's profile: what is absent stays, `null` clears.
    EmployeeProfileChange of polity_accounts::ProfilePatch;

    /// What the employee is counted as.
    employee_number: "name",
    /// The first name.
    first_name: "name",
    /// The last name.
    last_name: "name",
    /// In the employee's own words.
    bio: "description",
    /// Where a picture is; shown as it is.
    profile_image: "page",
    /// The day of birth.
    birth_date: Date,
    /// In any words.
    gender: "name",
    /// The time zone.
    timezone: "name",
    /// The place of work.
    location: "name",
    /// The first day at work.
    join_date: Date,
    /// What the employee does there; gives no rights.
    company_role: "name",
}
