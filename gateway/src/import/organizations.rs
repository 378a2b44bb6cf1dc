//! From the shape in the file to an import that the directory takes, each thing with its place.

use std::collections::HashSet;

use polity_accounts::{AccountFields, AccountProfile, EmailAddress, NewAccount};
use polity_directory::{
    AppFields, ImportedGroup, ImportedMember, ImportedOrganization, ImportedPerson, NewApp, NewOrganization,
    NewRole, OrganizationFacts, OrganizationFields, RoleFields,
};
use polity_groups::{GroupFields, GroupProfile, NewGroup};
use polity_kernel::text::canonical;
use polity_kernel::{Code, Error, FieldKind, Level, Result};
use serde_json::Value;

use super::fields::in_file;
use super::shape::{App, Organization, Person, Role, Team};
use super::unlisted;

/// Where a login without an address gets mail from: GitHub's address that tells nobody the real one.
const LOGIN_DOMAIN: &str = "users.noreply.github.com";

/// What the directory calls the fields of an app, and what the file calls them.
const APP_FIELDS: [(&str, &str); 4] =
    [("kind", "type"), ("external_id", "externalId"), ("values", "appData"), ("secrets", "secretData")];

/// Reads one organization of the file.
pub(super) fn read(value: Value, place: &str) -> Result<ImportedOrganization> {
    unlisted::refuse(&value, place)?;
    let mut organization: Organization = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let at = if path == "." { place.to_owned() } else { format!("{place}.{path}") };
        Error::new(Code::Invalid, error.inner().to_string()).in_place(at)
    })?;
    let place = format!("{place} ({})", organization.alias);
    let mut groups = Vec::new();
    let mut names = HashSet::new();
    for (index, team) in organization.teams.iter().enumerate() {
        collect(team, None, &format!("{place}.teams[{index}]"), &mut groups, &mut names)?;
    }
    let roles = roles(&organization, &place)?;
    let given = std::mem::take(&mut organization.apps);
    let apps = apps(given, &place)?;
    Ok(ImportedOrganization {
        people: people(&organization, &place)?,
        organization: new(organization, &place)?,
        roles,
        apps,
        groups,
    })
}

fn roles(organization: &Organization, place: &str) -> Result<Vec<NewRole>> {
    let mut keys = HashSet::new();
    let role = |(index, role): (usize, &Role)| {
        let fields = RoleFields {
            key: role.id.clone(),
            name: role.name.clone(),
            namespace: role.namespace.clone(),
            description: role.description.clone(),
            stage: None,
            permissions: role.permissions.clone(),
        };
        let role = NewRole::try_from(fields).and_then(|role| match keys.insert(role.key().cloned()) {
            true => Ok(role),
            false => Err(Error::field("key", FieldKind::Duplicate.told("is another role's too"))),
        });
        role.map_err(|error| error.in_place(format!("{place}.roles[{index}]")))
    };
    organization.roles.iter().enumerate().map(role).collect()
}

fn apps(given: Vec<App>, place: &str) -> Result<Vec<NewApp>> {
    let mut names = HashSet::new();
    let app = |(index, given): (usize, App)| {
        let app = app(given).and_then(|app| {
            match names.insert((app.kind_key(), app.external_id().map(str::to_owned))) {
                true => Ok(app),
                false => Err(Error::field(
                    "externalId",
                    FieldKind::Duplicate.told("is another app's of this type too"),
                )),
            }
        });
        app.map_err(|error| error.in_place(format!("{place}.apps[{index}]")))
    };
    given.into_iter().enumerate().map(app).collect()
}

fn app(app: App) -> Result<NewApp> {
    NewApp::try_from(AppFields {
        kind: app.kind,
        external_id: app.external_id,
        name: app.name,
        internal: app.internal,
        status: None,
        values: app.app_data.into_iter().map(|(key, text)| (key, Value::String(text))).collect(),
        secrets: app.secret_data.into(),
    })
    .map_err(|error| error.renamed(|field| in_file(field, &APP_FIELDS)))
}

fn new(organization: Organization, place: &str) -> Result<NewOrganization> {
    NewOrganization::try_from(OrganizationFields {
        key: Some(organization.key.unwrap_or_else(|| organization.alias.clone())),
        alias: Some(organization.alias),
        name: organization.name,
        facts: OrganizationFacts {
            description: organization.description,
            logo_url: organization.logo_url,
            ..OrganizationFacts::default()
        },
        domain: organization.domain,
        domain_verified: organization.domain_verified,
        ..OrganizationFields::default()
    })
    .map_err(|error| error.in_place(place))
}

/// Owner, admins, members: each person once, by the highest level they are named with.
fn people(organization: &Organization, place: &str) -> Result<Vec<ImportedPerson>> {
    let owner = organization.owner.iter().map(|person| (person, "owner".to_owned(), Level::Owner));
    let admins = organization.admins.iter().enumerate().map(|(index, person)| {
        let first = index == 0 && organization.owner.is_none();
        let level = if first { Level::Owner } else { Level::Admin };
        (person, format!("admins[{index}]"), level)
    });
    let members = organization.members.iter().enumerate();
    let members = members.map(|(index, person)| (person, format!("members[{index}]"), Level::Member));
    let mut people = Vec::new();
    let mut seen = HashSet::new();
    for (person, field, level) in owner.chain(admins).chain(members) {
        let place = format!("{place}.{field}");
        let account = account(person).map_err(|error| error.in_place(&place))?;
        if seen.insert(account.email().clone()) {
            people.push(ImportedPerson { place, account, level });
        }
    }
    Ok(people)
}

/// The team and those in it, each before the ones it contains.
fn collect(
    team: &Team,
    parent: Option<&str>,
    place: &str,
    groups: &mut Vec<ImportedGroup>,
    names: &mut HashSet<String>,
) -> Result<()> {
    if !names.insert(canonical(&team.name)) {
        let twice = FieldKind::Duplicate.told(format!("{:?} is another team's name too", team.name));
        return Err(Error::field("name", twice).in_place(place));
    }
    let fields = GroupFields {
        name: team.name.clone(),
        kind: Some("TEAM".to_owned()),
        profile: GroupProfile { description: team.description.clone(), ..GroupProfile::default() },
        external_id: Some(team.name.clone()),
        ..GroupFields::default()
    };
    groups.push(ImportedGroup {
        place: place.to_owned(),
        group: NewGroup::try_from(fields).map_err(|error| error.in_place(place))?,
        formerly: team.previously.clone(),
        parent: parent.map(str::to_owned),
        members: members(team, place)?,
        roles: team
            .roles
            .iter()
            .map(|role| role.parse())
            .collect::<Result<_>>()
            .map_err(|error| error.in_place(format!("{place}.roles")))?,
    });
    for (index, inner) in team.teams.iter().enumerate() {
        collect(inner, Some(&team.name), &format!("{place}.teams[{index}]"), groups, names)?;
    }
    Ok(())
}

/// Maintainers, then members; whoever is named as both is a maintainer.
fn members(team: &Team, place: &str) -> Result<Vec<ImportedMember>> {
    let maintainers =
        team.maintainers.iter().enumerate().map(|(index, who)| (who, "maintainers", index, "MAINTAINER"));
    let members = team.members.iter().enumerate().map(|(index, who)| (who, "members", index, "MEMBER"));
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (person, list, index, kind) in maintainers.chain(members) {
        let place = format!("{place}.{list}[{index}]");
        let email = address(person).map_err(|error| error.in_place(&place))?;
        if seen.insert(email.clone()) {
            found.push(ImportedMember { place, email, kind: kind.to_owned() });
        }
    }
    Ok(found)
}

/// An account whose address the importing operator vouches for.
fn account(person: &Person) -> Result<NewAccount> {
    let name = match person {
        Person::Name(_) => None,
        Person::Full { name, .. } => name.clone(),
    };
    let email = address(person)?.to_string();
    NewAccount::try_from(AccountFields {
        email,
        email_verified: true,
        profile: AccountProfile::called(name),
        ..AccountFields::default()
    })
}

fn address(person: &Person) -> Result<EmailAddress> {
    match person {
        Person::Full { email, .. } => email.parse(),
        Person::Name(address) if address.contains('@') => address.parse(),
        Person::Name(login) => format!("{login}@{LOGIN_DOMAIN}").parse(),
    }
}
