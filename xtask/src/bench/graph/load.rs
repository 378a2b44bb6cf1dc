//! The company a measurement of the graph runs on, written row by row in the shape that `polity import` reads.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::company::{self, Company};
use crate::shell::Result;

/// The organization's alias.
pub(super) const ALIAS: &str = "bench-graph";

/// The login of its administrator, who is in no other.
pub(super) const ADMINISTRATOR: &str = "bench-admin";

/// The level whose people each have about a thousand below them, 0 being the top.
pub(super) const UNITS: usize = 3;

/// The level without anybody below.
pub(super) const LOWEST: usize = 7;

/// The name of the group that holds many through others, and how many.
pub(super) const GUILD: &str = "Guild";
const GUILD_MEMBERS: u32 = 10_000;

/// Groups in the guild, and in each of those.
const GUILD_FANS: [u32; 2] = [10, 10];

/// How much to load.
#[derive(Clone, Copy, Debug)]
pub(in crate::bench) struct Size {
    /// People.
    pub(in crate::bench) employees: u32,
    /// Groups.
    pub(in crate::bench) groups: u32,
}

/// A file and how many rows it has.
pub(in crate::bench) struct Rows {
    /// What its rows are, as `--as` has it.
    pub(super) kind: &'static str,
    /// Where it is.
    pub(super) file: PathBuf,
    /// How many there are.
    pub(super) count: u64,
}

/// The company: eight levels, of which the fourth has units of about a thousand people.
pub(super) fn company(employees: u32) -> Company {
    let employees = employees.max(1_000);
    let units = employees / 1_000;
    let root = |power: f64| f64::from(units).powf(power).ceil() as u32;
    let above = [1, root(1.0 / 3.0), root(2.0 / 3.0), units, units * 6, units * 36, units * 180];
    let lowest = employees - above.iter().sum::<u32>();
    Company::new("bench.example", &[above.as_slice(), &[lowest]].concat())
}

/// Writes the organization and its rows, in the order they are to be imported.
pub(in crate::bench) fn write(folder: &Path, size: Size) -> Result<(PathBuf, Vec<Rows>)> {
    let organization = folder.join("graph.json");
    let text =
        format!("{{\"organizations\":[{{\"alias\":\"{ALIAS}\",\"admins\":[\"{ADMINISTRATOR}\"]}}]}}\n");
    std::fs::write(&organization, text)?;
    let company = company(size.employees);
    let mut all = Vec::new();
    let mut rows = |kind, write: &dyn Fn(&mut Lines) -> io::Result<()>| -> Result {
        let file = folder.join(format!("graph-{kind}.csv"));
        let mut lines = Lines { file: BufWriter::new(File::create(&file)?), count: 0 };
        write(&mut lines)?;
        lines.flush()?;
        // the first line names the columns
        all.push(Rows { kind, file, count: lines.count - 1 });
        Ok(())
    };
    // in no order, as a real list is: nobody's manager or unit tells where they stand
    rows("employees", &|out| company::employees(&company, company::shuffled(company.size()), out))?;
    rows("groups", &|out| groups(size.groups, out))?;
    rows("memberships", &|out| memberships(&company, size.groups, out))?;
    Ok((organization, all))
}

/// How many groups are none of the guild's.
fn plain(groups: u32) -> u32 {
    let [outer, inner] = GUILD_FANS;
    groups.saturating_sub(1 + outer + outer * inner).max(10)
}

/// The guild with its groups, and others of which four fifths are nested in the rest.
fn groups(groups: u32, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "group,name,type,description,parent")?;
    writeln!(out, "guild,{GUILD},GUILD,Many in all,")?;
    let [outer, inner] = GUILD_FANS;
    for middle in 0..outer {
        writeln!(out, "guild-{middle},Guild {middle},GUILD,,guild")?;
        for low in 0..inner {
            writeln!(out, "guild-{middle}-{low},Guild {middle} {low},GUILD,,guild-{middle}")?;
        }
    }
    let plain = plain(groups);
    let tops = plain.div_ceil(5);
    for group in 0..plain {
        let parent = if group < tops { String::new() } else { format!("group-{}", group % tops) };
        writeln!(out, "group-{group},Group {group},TEAM,Made up,{parent}")?;
    }
    Ok(())
}

/// Everybody in two groups, and some in the guild.
fn memberships(company: &Company, groups: u32, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "group,member,kind,type")?;
    let plain = plain(groups);
    for person in 0..company.size() {
        let email = company.email(person);
        let first = person % plain;
        let second = (first + 1 + person / plain) % plain;
        writeln!(out, "group-{first},{email},employee,MEMBER")?;
        if second != first {
            writeln!(out, "group-{second},{email},employee,MEMBER")?;
        }
    }
    let [outer, inner] = GUILD_FANS;
    for (place, person) in (0_u32..).zip(guild(company)) {
        let (middle, low) = (place % outer, place / outer % inner);
        writeln!(out, "guild-{middle}-{low},{},employee,MEMBER", company.email(person))?;
    }
    Ok(())
}

/// Who is in the guild.
pub(super) fn guild(company: &Company) -> impl Iterator<Item = u32> {
    company::shuffled(company.size()).take(GUILD_MEMBERS as usize)
}

/// A file that knows how many lines it has.
struct Lines {
    file: BufWriter<File>,
    count: u64,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let ends = bytes.iter().take(written).filter(|byte| **byte == b'\n').count();
        self.count += ends as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_is_eight_levels_deep_with_units_of_a_thousand() {
        for employees in [1_000, 25_000, 1_000_000] {
            let company = company(employees);
            assert_eq!((company.size(), company.level_of(employees - 1)), (employees, LOWEST));
            let unit = company.level(UNITS).end - 1;
            let below =
                (0..company.size()).filter(|person| company.above(*person, UNITS) == Some(unit)).count();
            assert!((990..=1_010).contains(&below), "{employees}: {below}");
        }
    }

    #[test]
    fn the_files_have_as_many_rows_as_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let (organization, rows) = write(folder.path(), Size { employees: 12_000, groups: 1_000 }).unwrap();
        assert!(std::fs::read_to_string(organization).unwrap().contains(ALIAS));
        let counts: Vec<(&str, u64)> = rows.iter().map(|rows| (rows.kind, rows.count)).collect();
        assert_eq!(counts, [("employees", 12_000), ("groups", 1_000), ("memberships", 34_000)]);
        for rows in rows {
            let text = std::fs::read_to_string(rows.file).unwrap();
            assert_eq!(text.lines().count() as u64, rows.count + 1);
        }
    }
}
