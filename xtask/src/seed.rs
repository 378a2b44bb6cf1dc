//! `cargo xtask seed`, and what it and the demonstration load: two small made-up companies and one of a thousand people.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::company::{self, Company};
use crate::instance;
use crate::shell::{self, Result, root};

/// The alias of the large company.
pub(crate) const LARGE: &str = "copper-fern";

/// How many people each of its levels has: a thousand in all.
const LEVELS: [u32; 7] = [1, 5, 20, 60, 160, 330, 424];

/// Arguments of `cargo xtask seed`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The database; without it, the one that polity's own configuration names
    #[arg(long)]
    database_url: Option<String>,
}

/// Loads the made-up companies.
pub(crate) fn run(args: &Args) -> Result {
    let folder = tempfile::Builder::new().prefix("polity-seed-").tempdir()?;
    for arguments in imports(folder.path())? {
        shell::run(instance::debug_binary(args.database_url.as_deref()).arg("import").args(arguments))?;
    }
    Ok(())
}

/// The large company.
pub(crate) fn large() -> Company {
    Company::new("copperfern.example", &LEVELS)
}

/// What to import, in order: the arguments of each `polity import`. The large company's rows are written to the folder.
pub(crate) fn imports(folder: &Path) -> Result<Vec<Vec<OsString>>> {
    let mut imports: Vec<Vec<OsString>> =
        organizations()?.into_iter().map(|file| vec![file.into()]).collect();
    let company = large();
    let mut rows = |kind: &str, write: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| -> Result {
        let path = folder.join(format!("{LARGE}-{kind}.csv"));
        let mut file = BufWriter::new(File::create(&path)?);
        write(&mut file)?;
        file.flush()?;
        imports.push(rows_of(LARGE, kind, &path));
        Ok(())
    };
    rows("employees", &|out| company::employees(&company, 0..company.size(), out))?;
    rows("managers", &|out| company::managers(&company, out))?;
    rows("groups", &|out| company::groups(&company, out))?;
    rows("memberships", &|out| company::memberships(&company, out))?;
    Ok(imports)
}

/// The arguments of an import of rows.
pub(crate) fn rows_of(organization: &str, kind: &str, file: &Path) -> Vec<OsString> {
    let words = ["--organization", organization, "--as", kind].map(OsString::from);
    words.into_iter().chain([file.as_os_str().to_owned()]).collect()
}

/// The files of organizations, in order.
pub(crate) fn organizations() -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("xtask/demo"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_company_is_imported_after_the_organization_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let imports = imports(folder.path()).unwrap();
        let organizations = organizations().unwrap().len();
        assert_eq!(imports.len(), organizations + 4);
        assert!(imports[..organizations].iter().all(|arguments| arguments.len() == 1));
        for (arguments, kind) in
            imports[organizations..].iter().zip(["employees", "managers", "groups", "memberships"])
        {
            let (file, words) = arguments.split_last().unwrap();
            assert_eq!(words, ["--organization", LARGE, "--as", kind].map(OsString::from));
            assert!(fs::read_to_string(file).unwrap().lines().count() > 30, "{kind}");
        }
    }

    #[test]
    fn the_large_company_is_as_large_as_said_and_owned_by_its_top() {
        assert_eq!((large().size(), LEVELS.len()), (1_000, 7));
        let seed: String =
            organizations().unwrap().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        assert!(seed.contains(&format!("\"alias\": \"{LARGE}\"")) && seed.contains(&large().email(0)));
    }
}
