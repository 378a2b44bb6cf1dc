//! Projects: work spaces of an organization, who has a role in them, and the secrets their programs connect with.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use polity_directory::{Alias, NewProject, Parameter, Parameters, ProjectFields, ProjectId};
use polity_kernel::sql::parse_uuid;
use polity_kernel::{AccountId, Error, OrganizationId, Result, Stamp, SubjectId, Timestamp, id, words};
use uuid::Uuid;

id!(SecretKeyId, "One secret of a project (not the secret itself).");
id!(ProjectMemberId, "One account's role in one project; lists of those who have one are ordered by it.");

words! {
    /// What somebody is in a project, the least first.
    pub enum ProjectRole {
        /// Reads.
        Viewer = "viewer",
        /// Works in it; what that is, is up to the products. In the directory: reads.
        User = "user",
        /// Runs it: changes and closes it, gives roles in it, and sees its secret keys.
        Admin = "admin",
    }
}

/// A work space of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id, which never changes.
    pub id: ProjectId,
    /// A random number of 53 bits that no other project has, for callers whose ids are integers: whatever reads JSON keeps it exact.
    pub number: i64,
    /// Whose it is.
    pub organization: OrganizationId,
    /// The name programs read, unique in the organization; made from the first name and never changed.
    pub alias: Alias,
    /// The name people read, in whatever case unique in the organization.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What programs set for it, secrets masked.
    pub parameters: Parameters,
    /// Who opened it; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it or its secret keys last changed.
    pub updated_at: Timestamp,
    /// Raised by each change, of its secret keys too.
    pub version: i64,
    /// What the caller is in it, `Admin` for whoever runs the organization's projects; absent for one who only reads them all.
    pub role: Option<ProjectRole>,
    /// Its secret keys, the default first; absent for all but its admins (docs/decisions/0015).
    pub secret_keys: Option<Vec<SecretKey>>,
}

/// A secret that programs of a project connect with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    /// Its id.
    pub id: SecretKeyId,
    /// The secret itself.
    pub secret: ProjectSecret,
    /// Whether it is the one to use; a project has exactly one.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it; absent for polity itself.
    pub created_by: Option<SubjectId>,
}

/// The secret itself: 122 random bits, shown as a UUID. Never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ProjectSecret(Uuid);

/// What a caller names a secret key by: its id, or the secret itself. Never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SecretKeyRef {
    /// By its id.
    Id(SecretKeyId),
    /// By the secret.
    Secret(ProjectSecret),
}

/// An account with a role in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectMember {
    /// Its id, ordered by time of joining the project.
    pub id: ProjectMemberId,
    /// Where.
    pub project: ProjectId,
    /// Who.
    pub account: AccountId,
    /// What they are there.
    pub role: ProjectRole,
    /// Who gave them the first role; absent for polity itself.
    pub created_by: Option<SubjectId>,
    /// Since when.
    pub created_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// A change of a project. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct ProjectPatch {
    /// The name people read.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// What programs set for it, in place of all that was; a secret that is sent masked stays as it is.
    pub parameters: Option<Vec<Parameter>>,
}

/// Where a project begins, as what, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) organization: OrganizationId,
    pub(crate) id: ProjectId,
    /// One that no other project has.
    pub(crate) number: i64,
    pub(crate) stamp: Stamp,
}

impl Project {
    /// The project as it begins, by the first of the aliases its name makes that is not taken.
    pub(crate) fn opened(
        new: &NewProject,
        opening: Opening,
        parameters: Parameters,
        taken: &HashSet<String>,
    ) -> Self {
        let Opening { organization, id, number, stamp } = opening;
        let wanted = Alias::from_text(new.name()).unwrap_or_else(|| Alias::stored("project".to_owned()));
        let mut alias = wanted.clone();
        let mut place = 1;
        while taken.contains(alias.as_str()) {
            place += 1;
            alias = wanted.numbered(place);
        }
        Self {
            id,
            number,
            organization,
            alias,
            name: new.name().to_owned(),
            description: new.description().map(str::to_owned),
            parameters,
            created_by: stamp.by,
            created_at: stamp.at,
            updated_at: stamp.at,
            version: 1,
            role: None,
            secret_keys: None,
        }
    }

    /// The project as the patch makes it, with the same rules as a new one. Its parameters are set by whoever opens the sealed ones.
    pub(crate) fn patched(&self, patch: &ProjectPatch) -> Result<Self> {
        let wanted = NewProject::try_from(ProjectFields {
            name: patch.name.clone().unwrap_or_else(|| self.name.clone()),
            description: patch.description.clone().unwrap_or_else(|| self.description.clone()),
            parameters: Vec::new(),
        })?;
        Ok(Self {
            name: wanted.name().to_owned(),
            description: wanted.description().map(str::to_owned),
            ..self.clone()
        })
    }

    /// The name people read, as it is compared.
    pub(crate) fn name_key(&self) -> String {
        self.name.to_lowercase()
    }
}

impl ProjectSecret {
    /// The secret to show to whoever may see it.
    pub fn exposed(&self) -> String {
        self.0.to_string()
    }

    /// What is sealed and compared.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn stored(bytes: &[u8]) -> Result<Self> {
        // what is wrong with it is not told: it would tell of the secret
        Uuid::from_slice(bytes).map(Self).map_err(|_| Error::internal("a project's key cannot be read"))
    }
}

impl From<Uuid> for ProjectSecret {
    fn from(secret: Uuid) -> Self {
        Self(secret)
    }
}

impl FromStr for ProjectSecret {
    type Err = Error;

    /// What cannot be a secret is nobody's: `NotFound`.
    fn from_str(text: &str) -> Result<Self> {
        parse_uuid(text).map(Self)
    }
}

impl FromStr for SecretKeyRef {
    type Err = Error;

    /// Both are UUIDs, told apart by their version. What cannot be either names nothing: `NotFound`.
    fn from_str(text: &str) -> Result<Self> {
        let uuid = parse_uuid(text).map_err(|_| Error::not_found("secret key"))?;
        if uuid.get_version_num() == 4 {
            return Ok(Self::Secret(ProjectSecret(uuid)));
        }
        Ok(Self::Id(SecretKeyId::new(uuid)))
    }
}

impl fmt::Debug for ProjectSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectSecret(…)")
    }
}

impl fmt::Debug for SecretKeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Secret(secret) => secret.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::IdSource;
    use rstest::rstest;

    use super::*;

    fn named(name: &str) -> ProjectFields {
        ProjectFields { name: name.to_owned(), ..ProjectFields::default() }
    }

    fn alias(name: &str, taken: &[&str]) -> String {
        let new = NewProject::try_from(named(name)).unwrap();
        let (organization, id) = (OrganizationId::new(Uuid::nil()), ProjectId::new(Uuid::nil()));
        let stamp = Stamp { at: Timestamp::from_seconds(0), by: None };
        let opening = Opening { organization, id, number: 7, stamp };
        let taken = taken.iter().map(ToString::to_string).collect();
        Project::opened(&new, opening, Parameters::default(), &taken).alias.as_str().to_owned()
    }

    #[rstest]
    #[case(" ", "name")]
    #[case(&"x".repeat(201), "name")]
    #[case("a\nb", "name")]
    fn what_will_not_do_is_named(#[case] name: &str, #[case] field: &str) {
        assert_eq!(NewProject::try_from(named(name)).unwrap_err().fields()[0].field, field);
        let long = ProjectFields { description: Some("x".repeat(2001)), ..named("x") };
        assert_eq!(NewProject::try_from(long).unwrap_err().fields()[0].field, "description");
    }

    #[test]
    fn an_alias_is_made_of_the_name_and_numbered_when_taken() {
        assert_eq!(alias("Shop & Stock", &[]), "shop-stock");
        assert_eq!(alias("Shop", &["shop", "shop-2"]), "shop-3");
        assert_eq!(alias("日本", &["project"]), "project-2");
        assert_eq!(alias(&"x".repeat(200), &[]).len(), 63);
    }

    #[test]
    fn a_secret_is_told_from_an_id_and_never_printed() {
        let ids = IdSource::random();
        let (secret, id) = (ids.secret(), ids.ordered(Timestamp::from_seconds(1)));
        let by_secret: SecretKeyRef = secret.to_string().parse().unwrap();
        assert_eq!(by_secret, SecretKeyRef::Secret(ProjectSecret(secret)));
        assert_eq!(format!("{by_secret:?}"), "ProjectSecret(…)");
        assert_eq!(id.to_string().parse::<SecretKeyRef>().unwrap(), SecretKeyRef::Id(id.into()));
        assert!("nothing".parse::<SecretKeyRef>().is_err());
        assert_eq!(ProjectSecret(secret).exposed(), secret.to_string());
    }

    #[test]
    fn an_admin_is_more_than_a_user_and_a_user_more_than_a_viewer() {
        assert!(ProjectRole::Admin > ProjectRole::User && ProjectRole::User > ProjectRole::Viewer);
    }
}
