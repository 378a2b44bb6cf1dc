//! Account types: what a kind of account asks of its holder and what it gives them.

pub(crate) mod assignment;
pub(crate) mod code;
pub(crate) mod period;

use std::collections::BTreeSet;

use polity_kernel::{Code, Error, FieldKind, Permission, Result, Timestamp, id, words};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Period, TypeCode};
use polity_kernel::text::{canonical, multiline, printable, trimmed};

id!(AccountTypeId, "One account type of an organization.");

words! {
    /// Whether an account type can be assigned and gives what it says.
    pub enum TypeStatus {
        /// Being written; cannot be assigned.
        Draft = "draft",
        /// Can be assigned, to try it.
        Test = "test",
        /// Out of use: its assignments stay and give nothing.
        Inactive = "inactive",
        /// Can be assigned.
        Published = "published",
        /// Out of use for good.
        Deleted = "deleted",
    }
}

/// What a person must satisfy to hold an account of a type. Kept and shown; asking for it is the signing-in service's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requirements {
    /// Identity papers checked.
    pub ekyc: bool,
    /// A second factor by time-based code.
    pub totp: bool,
    /// An e-mail address.
    pub email: bool,
    /// A means of payment.
    pub payment: bool,
    /// An employer.
    pub employer: bool,
}

/// How long an assignment lasts. The expiry period counts; the validity period does where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Specifications {
    /// When an assignment made now expires.
    pub expiry: Option<Period>,
    /// How long what it stands for is valid.
    pub validity: Option<Period>,
}

/// An agreement a holder has to accept; their order is the order they are shown in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
pub struct Agreement {
    /// Its id in the store of agreements; 1 to 200 characters.
    #[validate(
        length(min = 1, max = polity_kernel::text::NAME),
        custom(function = "printable")
    )]
    pub id: String,
    /// Its title; at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub name: Option<String>,
    /// What it is about; at most 2000 characters.
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    pub description: Option<String>,
    /// How it stood when it was last looked up; at most 64 characters.
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    pub status: Option<String>,
    /// Which kind of agreement it is; at most 64 characters.
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    pub kind: Option<String>,
}

/// A role that holders of a type always have: a copy of it, with what it gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
pub struct GrantedRole {
    /// What the role is called in addresses; 1 to 128 characters.
    #[validate(
        length(min = 1, max = polity_kernel::text::WORD),
        custom(function = "printable")
    )]
    pub key: String,
    /// The name people read; at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub name: Option<String>,
    /// What it is for; at most 2000 characters.
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    pub description: Option<String>,
    /// The product or area it belongs to; at most 128 characters.
    #[validate(length(max = polity_kernel::text::WORD), custom(function = "printable"))]
    pub namespace: Option<String>,
    /// What it gives; at most 500.
    #[serde(with = "names")]
    #[validate(length(max = AccountType::MOST_PERMISSIONS))]
    pub permissions: BTreeSet<Permission>,
}

/// A kind of account that an organization gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountType {
    /// Its id.
    pub id: AccountTypeId,
    /// The name the organization knows it by, which no other of its types has and which never changes.
    pub code: TypeCode,
    /// The name people read.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it can be assigned.
    pub status: TypeStatus,
    /// What a holder must satisfy.
    pub requirements: Requirements,
    /// How long an assignment lasts.
    pub specifications: Specifications,
    /// What a holder must agree to, in order.
    pub agreements: Vec<Agreement>,
    /// Ids of the subscriptions that come with it.
    pub subscriptions: Vec<String>,
    /// What holders may do.
    pub permissions: BTreeSet<Permission>,
    /// The roles holders have.
    pub roles: Vec<GrantedRole>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// What somebody says about a new account type; [`NewAccountType::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct AccountTypeFields {
    /// The name the organization is to know it by.
    pub code: String,
    /// The name people read, at most 200 characters; the code when absent.
    pub name: Option<String>,
    /// What it is for; at most 2000 characters.
    pub description: Option<String>,
    /// Whether it can be assigned; a draft when absent.
    pub status: Option<TypeStatus>,
    /// What a holder must satisfy.
    pub requirements: Requirements,
    /// How long an assignment lasts.
    pub specifications: Specifications,
    /// What a holder must agree to; at most 50.
    pub agreements: Vec<Agreement>,
    /// Ids of subscriptions, each of 1 to 200 characters; at most 50.
    pub subscriptions: Vec<String>,
    /// What holders may do; at most 500.
    pub permissions: BTreeSet<Permission>,
    /// The roles holders have; at most 50.
    pub roles: Vec<GrantedRole>,
}

/// An account type to make, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewAccountType {
    code: TypeCode,
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    name: String,
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    description: Option<String>,
    status: TypeStatus,
    requirements: Requirements,
    specifications: Specifications,
    #[validate(length(max = AccountType::MOST_PARTS), nested)]
    agreements: Vec<Agreement>,
    #[validate(length(max = AccountType::MOST_PARTS), custom(function = "short_ids"))]
    subscriptions: Vec<String>,
    #[validate(length(max = AccountType::MOST_PERMISSIONS))]
    permissions: BTreeSet<Permission>,
    #[validate(length(max = AccountType::MOST_PARTS), nested)]
    roles: Vec<GrantedRole>,
}

/// A change of an account type. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct AccountTypePatch {
    /// The name people read; cleared, it falls back to the code.
    pub name: Option<Option<String>>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// Whether it can be assigned.
    pub status: Option<TypeStatus>,
    /// What a holder must satisfy.
    pub requirements: Option<Requirements>,
    /// How long an assignment lasts; those already made keep their end.
    pub specifications: Option<Specifications>,
    /// What a holder must agree to, in place of what it was.
    pub agreements: Option<Vec<Agreement>>,
    /// The subscriptions, in place of what they were.
    pub subscriptions: Option<Vec<String>>,
    /// What holders may do, in place of what it was.
    pub permissions: Option<BTreeSet<Permission>>,
    /// The roles holders have, in place of what they were.
    pub roles: Option<Vec<GrantedRole>>,
    /// The version this change was made for; at another one it is `Conflict`.
    pub version: Option<i64>,
}

impl TypeStatus {
    /// Whether a type of this status can be assigned and gives what it says.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Published | Self::Test)
    }
}

impl Specifications {
    /// When an assignment made now expires; absent: never.
    pub(crate) fn expiry_from(&self, now: Timestamp) -> Option<Timestamp> {
        self.expiry.as_ref().or(self.validity.as_ref()).map(|period| period.from(now))
    }
}

impl NewAccountType {
    /// The type as it begins.
    pub(crate) fn found(&self, id: AccountTypeId, now: Timestamp) -> AccountType {
        AccountType {
            id,
            code: self.code.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            status: self.status,
            requirements: self.requirements,
            specifications: self.specifications.clone(),
            agreements: self.agreements.clone(),
            subscriptions: self.subscriptions.clone(),
            permissions: self.permissions.clone(),
            roles: self.roles.clone(),
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}

impl AccountType {
    /// The most agreements, subscriptions and roles, of each.
    pub const MOST_PARTS: u64 = 50;

    /// The most permissions, of a type and of each of its roles.
    pub const MOST_PERMISSIONS: u64 = 500;

    /// Everything a holder gets from it: its own permissions and those of its roles.
    pub fn gives(&self) -> BTreeSet<Permission> {
        let of_roles = self.roles.iter().flat_map(|role| &role.permissions);
        self.permissions.iter().chain(of_roles).cloned().collect()
    }

    /// The type as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: AccountTypePatch, now: Timestamp) -> Result<Self> {
        if patch.version.is_some_and(|version| version != self.version) {
            return Err(Error::new(Code::Conflict, "the account type has changed since it was read"));
        }
        let old = self.clone();
        let new = NewAccountType::try_from(AccountTypeFields {
            code: old.code.to_string(),
            name: patch.name.unwrap_or(Some(old.name)),
            description: patch.description.unwrap_or(old.description),
            status: Some(patch.status.unwrap_or(old.status)),
            requirements: patch.requirements.unwrap_or(old.requirements),
            specifications: patch.specifications.unwrap_or(old.specifications),
            agreements: patch.agreements.unwrap_or(old.agreements),
            subscriptions: patch.subscriptions.unwrap_or(old.subscriptions),
            permissions: patch.permissions.unwrap_or(old.permissions),
            roles: patch.roles.unwrap_or(old.roles),
        })?;
        let kept = (self.created_at, self.updated_at, self.version);
        let patched =
            Self { created_at: kept.0, updated_at: kept.1, version: kept.2, ..new.found(self.id, now) };
        if patched == *self {
            return Ok(patched);
        }
        Ok(Self { updated_at: now, version: self.version + 1, ..patched })
    }

    /// What the change hands to holders that they did not get from the type before.
    pub(crate) fn adds_to(&self, before: &Self) -> BTreeSet<Permission> {
        if !before.status.is_usable() && self.status.is_usable() {
            return self.gives();
        }
        self.gives().difference(&before.gives()).cloned().collect()
    }
}

impl Agreement {
    /// The same with its texts in one spelling.
    fn spelled(self) -> Self {
        let spelled = |text: Option<String>| text.map(|text| canonical(&text));
        Self { name: spelled(self.name), description: spelled(self.description), ..self }
    }
}

impl GrantedRole {
    /// The same with its texts in one spelling.
    fn spelled(self) -> Self {
        let spelled = |text: Option<String>| text.map(|text| canonical(&text));
        Self {
            name: spelled(self.name),
            description: spelled(self.description),
            namespace: spelled(self.namespace),
            ..self
        }
    }
}

impl TryFrom<AccountTypeFields> for NewAccountType {
    type Error = Error;

    fn try_from(fields: AccountTypeFields) -> Result<Self> {
        let code: TypeCode = fields.code.parse()?;
        let new = Self {
            name: trimmed(fields.name).unwrap_or_else(|| code.to_string()),
            code,
            description: trimmed(fields.description),
            status: fields.status.unwrap_or(TypeStatus::Draft),
            requirements: fields.requirements,
            specifications: fields.specifications,
            agreements: fields.agreements.into_iter().map(Agreement::spelled).collect(),
            subscriptions: fields.subscriptions,
            permissions: fields.permissions,
            roles: fields.roles.into_iter().map(GrantedRole::spelled).collect(),
        };
        new.validate()?;
        Ok(new)
    }
}

fn short_ids(ids: &[String]) -> Result<(), validator::ValidationError> {
    if ids.iter().any(|id| id.is_empty() || id.chars().count() > 200) {
        return Err(FieldKind::Length(1, 200).told("each must be 1 to 200 characters").into());
    }
    ids.iter().try_for_each(|id| printable(id))
}

/// Permissions as a list of their names.
pub(crate) mod names {
    use super::{BTreeSet, Permission};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        permissions: &BTreeSet<Permission>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(permissions.iter().map(Permission::as_str))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<Permission>, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().map(|name| name.parse().map_err(serde::de::Error::custom)).collect()
    }
}
