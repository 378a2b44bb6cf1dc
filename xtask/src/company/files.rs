//! The company as files that `polity import` reads.

use std::io::{self, Write};

use super::{Company, names};

/// Levels whose heads lead a group: departments, teams in them, squads in those.
const HEADS: [(usize, &str, &str); 3] =
    [(1, "dept", "DEPARTMENT"), (2, "team", "TEAM"), (3, "squad", "SQUAD")];

/// One in so many has a second manager elsewhere.
const DOTTED: u32 = 25;

/// Who has an account, by the level: what they may do.
const ROLES: [(usize, &str); 2] = [(0, "OWNER"), (1, "MANAGER")];

/// Writes the people in this order.
pub(crate) fn employees(
    company: &Company,
    order: impl Iterator<Item = u32>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(
        out,
        "email,name,create_account,role,type,manager,employee_number,first_name,last_name,timezone,location,join_date,company_role"
    )?;
    for person in order {
        let (first, last) = company.name(person);
        let (location, timezone) = company.place(person);
        let manager = company.manager_of(person).map(|manager| company.email(manager)).unwrap_or_default();
        let level = company.level_of(person);
        let role = ROLES.iter().find(|(of, _)| *of == level).map_or("", |(_, role)| role);
        let account = if role.is_empty() { "" } else { "true" };
        let kind = if names::mixed(person, 20) == 0 && role.is_empty() { "CONTRACTOR" } else { "EMPLOYEE" };
        let joined = names::mixed(person, 12 * 28 * 15);
        let (year, month, day) = (2010 + joined / 336, joined / 28 % 12 + 1, joined % 28 + 1);
        writeln!(
            out,
            "{email},{first} {last},{account},{role},{kind},{manager},{number},{first},{last},{timezone},{location},{year}-{month:02}-{day:02},{job}",
            email = company.email(person),
            number = 10_001 + person,
            job = company.role(person),
        )?;
    }
    out.flush()
}

/// Writes who has a second manager: the head of another department.
pub(crate) fn managers(company: &Company, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "employee,manager,type")?;
    let heads = company.level(1);
    for person in company.level(2).end..company.size() {
        let (Some(own), 0) = (company.above(person, 1), person % DOTTED) else { continue };
        let other = heads.start + (own - heads.start + 1) % heads.len() as u32;
        if other != own {
            writeln!(out, "{},{},DOTTED_LINE", company.email(person), company.email(other))?;
        }
    }
    out.flush()
}

/// Writes a group for each head, nested like the heads, and one for each place.
pub(crate) fn groups(company: &Company, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "group,name,type,description,icon,parent")?;
    for (level, key, kind) in HEADS {
        for head in company.level(level) {
            let (_, last) = company.name(head);
            let parent = match HEADS.iter().find(|(above, _, _)| above + 1 == level) {
                Some((_, key, _)) => {
                    company.manager_of(head).map(|head| format!("{key}-{head}")).unwrap_or_default()
                }
                None => String::new(),
            };
            writeln!(
                out,
                "{key}-{head},{last} {name},{kind},Led by {led},,{parent}",
                name = lower(kind),
                led = company.full_name(head)
            )?;
        }
    }
    for (index, (town, _)) in super::PLACES.iter().enumerate() {
        writeln!(out, "place-{index},{town},LOCATION,Who works in {town},map-pin,")?;
    }
    out.flush()
}

/// Writes who is in which of them: heads in the group they lead, everybody else in the lowest group above, all at their place.
pub(crate) fn memberships(company: &Company, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "group,member,kind,type")?;
    for person in 0..company.size() {
        let email = company.email(person);
        let led = HEADS.iter().find(|(level, _, _)| *level == company.level_of(person));
        if let Some((_, key, _)) = led {
            writeln!(out, "{key}-{person},{email},employee,LEAD")?;
        } else if let Some((level, key, _)) = HEADS.last()
            && let Some(head) = company.above(person, *level)
        {
            writeln!(out, "{key}-{head},{email},employee,MEMBER")?;
        }
        let (town, _) = company.place(person);
        let place = super::PLACES.iter().position(|(name, _)| *name == town).unwrap_or_default();
        writeln!(out, "place-{place},{email},employee,")?;
    }
    out.flush()
}

fn lower(kind: &str) -> String {
    kind.to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn company() -> Company {
        Company::new("x.example", &[1, 3, 9, 20, 100])
    }

    /// The rows of a file, each cell apart, without the line that names the columns.
    fn rows(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> Vec<Vec<String>> {
        let mut file = Vec::new();
        write(&mut file).unwrap();
        let text = String::from_utf8(file).unwrap();
        assert!(!text.contains('"'), "a quote would make this reader wrong");
        let mut lines = text.lines();
        let columns = lines.next().unwrap().split(',').count();
        let rows: Vec<Vec<String>> = lines.map(|line| line.split(',').map(str::to_owned).collect()).collect();
        assert!(rows.iter().all(|row| row.len() == columns));
        rows
    }

    #[test]
    fn everybody_is_there_once_with_a_manager_who_is_there() {
        let rows = rows(|out| employees(&company(), super::super::shuffled(133), out));
        let people: HashSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(people.len(), 133);
        let managed: Vec<&str> =
            rows.iter().map(|row| row[5].as_str()).filter(|manager| !manager.is_empty()).collect();
        assert_eq!(managed.len(), 132);
        assert!(managed.iter().all(|manager| people.contains(manager)));
        assert!(rows.iter().all(|row| !row[10].is_empty() && row[11].len() == 10));
        assert_eq!(rows.iter().filter(|row| !row[3].is_empty()).count(), 4, "those at the top have accounts");
    }

    #[test]
    fn a_second_manager_is_another_one() {
        let company = company();
        let rows = rows(|out| managers(&company, out));
        assert!(rows.len() >= 4);
        for row in rows {
            let person = (0..company.size()).find(|person| company.email(*person) == row[0]).unwrap();
            assert_ne!(company.above(person, 1).map(|head| company.email(head)).unwrap(), row[1]);
        }
    }

    #[test]
    fn groups_stand_below_groups_that_come_before_them_and_have_members() {
        let company = company();
        let groups = rows(|out| groups(&company, out));
        assert_eq!(groups.len(), 3 + 9 + 20 + 5);
        let mut known = HashSet::new();
        for group in &groups {
            assert!(group[5].is_empty() || known.contains(group[5].as_str()), "{group:?}");
            known.insert(group[0].as_str());
        }
        let memberships = rows(|out| memberships(&company, out));
        assert!(memberships.iter().all(|row| known.contains(row[0].as_str()) && row[2] == "employee"));
        let filled: HashSet<&str> = memberships.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(filled.len(), groups.len());
        let unique: HashSet<&[String]> = memberships.iter().map(|row| &row[..2]).collect();
        assert_eq!(unique.len(), memberships.len());
    }
}
