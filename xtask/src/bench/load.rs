//! The organizations a measurement runs on: made up, in the shape that `polity import` reads.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::shell::Result;

/// People who belong to every organization; the measured requests are theirs.
pub(super) const READERS: [&str; 4] = ["reader-0", "reader-1", "reader-2", "reader-3"];

/// How much to load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Organizations.
    pub(super) organizations: u32,
    /// Members of all organizations together.
    pub(super) members: u32,
}

impl Size {
    /// Organizations large enough for a full page: one of a hundred, with a quarter of all members between them.
    pub(super) fn large(self) -> u32 {
        (self.organizations / 100).max(1)
    }

    /// How many members an organization has for itself: `p-{organization}-0` and on.
    pub(super) fn own_of(self, organization: u32) -> u32 {
        self.members_of(organization) - READERS.len() as u32 - 1
    }

    /// How many members an organization gets, readers and its administrator included.
    fn members_of(self, organization: u32) -> u32 {
        let in_large = self.members / 4;
        let share = if organization < self.large() {
            in_large / self.large()
        } else {
            (self.members - in_large) / (self.organizations - self.large()).max(1)
        };
        share.max(READERS.len() as u32 + 1)
    }
}

/// An organization's alias.
pub(super) fn alias(organization: u32) -> String {
    format!("bench-{organization}")
}

/// The address an imported login gets.
pub(super) fn email(login: &str) -> String {
    format!("{login}@users.noreply.github.com")
}

/// Writes the file and returns how many members it has.
pub(super) fn write(path: &Path, size: Size) -> Result<u32> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut members = 0;
    write!(file, "{{\"organizations\":[")?;
    for organization in 0..size.organizations {
        let own = size.own_of(organization);
        let mut logins: Vec<String> = READERS.iter().map(|reader| format!("\"{reader}\"")).collect();
        logins.extend((0..own).map(|member| format!("\"p-{organization}-{member}\"")));
        members += own + READERS.len() as u32 + 1;
        let separator = if organization == 0 { "\n" } else { ",\n" };
        let alias = alias(organization);
        write!(
            file,
            "{separator}{{\"alias\":\"{alias}\",\"name\":\"Bench {organization}\",\"description\":\"made up\",\
             \"admins\":[\"a-{organization}\"],\"members\":[{}],\"teams\":[]}}",
            logins.join(",")
        )?;
    }
    writeln!(file, "\n]}}")?;
    file.flush()?;
    Ok(members)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_file_has_the_size_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("load.json");
        let size = Size { organizations: 1_000, members: 20_000 };
        let members = write(&path, size).unwrap();
        assert!((19_000..=20_000).contains(&members), "{members}");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let organizations = file["organizations"].as_array().unwrap();
        assert_eq!(organizations.len(), 1_000);
        assert!(organizations[0]["members"].as_array().unwrap().len() > 400, "a large one fills a page");
        let all: usize = organizations.iter().map(|o| o["members"].as_array().unwrap().len() + 1).sum();
        assert_eq!(all, members as usize);
        assert_eq!(organizations[5]["alias"], alias(5));
    }

    #[test]
    fn even_the_smallest_load_has_its_readers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("load.json");
        assert_eq!(write(&path, Size { organizations: 2, members: 1 }).unwrap(), 10);
    }
}
