//! Account types as this family shows them.

use std::collections::BTreeSet;

use polity_accounts::{
    AccountTypeFields, AccountTypePatch, Agreement, GrantedRole, Requirements, Specifications, TypeStatus,
};
use polity_kernel::{Error, FieldKind, Permission, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Scope;

/// A kind of account an organization gives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountType {
    /// Its id.
    id: String,
    /// The name the organization knows it by.
    code: String,
    /// The name people read.
    name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The organization's key.
    org_id: String,
    /// Whether it can be assigned.
    status: AccountTypeStatus,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    modified_date: Timestamp,
    /// What a holder must satisfy.
    requirements: TypeRequirements,
    /// How long an assignment lasts.
    specifications: TypeSpecifications,
    /// What a holder must agree to, in order.
    agreements: Vec<TypeAgreement>,
    /// Ids of the subscriptions that come with it.
    subscriptions: Vec<String>,
    /// What holders may do.
    permissions: Vec<String>,
    /// The roles holders have.
    roles: Vec<TypeRole>,
}

/// Whether an account type can be assigned.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountTypeStatus {
    /// Being written.
    Draft,
    /// Can be assigned, to try it.
    Test,
    /// Out of use; gives nothing.
    Inactive,
    /// Can be assigned.
    Published,
    /// Out of use for good.
    Deleted,
}

/// What a holder of an account type must satisfy.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TypeRequirements {
    ekyc_required: bool,
    totp_required: bool,
    email_required: bool,
    payment_required: bool,
    employer_required: bool,
}

/// How long an account of a type lasts, as date math: `NOW/DAY+30DAYS`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TypeSpecifications {
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validity_period: Option<String>,
}

/// An agreement a holder has to accept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct TypeAgreement {
    #[schema(format = "given-name")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "description")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "kind")]
    status: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(format = "kind")]
    kind: Option<String>,
}

/// A role that holders always have.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct TypeRole {
    #[schema(format = "given-word")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "name")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "description")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "word")]
    namespace: Option<String>,
    #[serde(default)]
    permissions: Vec<Scope>,
}

/// An account type to make, or what one is to be.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TypeBody {
    /// The name the organization is to know it by: lower-case letters, digits, `.`, `_`, `-`; at most 64. Needed to make one.
    #[schema(format = "type-code")]
    code: Option<String>,
    /// The name people read; the code when absent.
    #[schema(format = "name")]
    name: Option<String>,
    /// What it is for.
    #[schema(format = "description")]
    description: Option<String>,
    /// Whether it can be assigned; `draft` when absent.
    status: Option<AccountTypeStatus>,
    /// What a holder must satisfy.
    #[serde(default)]
    requirements: TypeRequirements,
    /// How long an assignment lasts.
    #[serde(default)]
    specifications: TypeSpecifications,
    /// What a holder must agree to; at most 50.
    #[serde(default)]
    agreements: Vec<TypeAgreement>,
    /// Ids of subscriptions; at most 50.
    #[serde(default)]
    subscriptions: Vec<String>,
    /// What holders may do; at most 500.
    #[serde(default)]
    permissions: Vec<String>,
    /// The roles holders have; at most 50.
    #[serde(default)]
    roles: Vec<TypeRole>,
}

impl AccountType {
    /// The account type.
    pub(crate) fn new(of: polity_accounts::AccountType, organization: &str) -> Self {
        Self {
            id: of.id.to_string(),
            code: of.code.to_string(),
            name: of.name,
            description: of.description,
            org_id: organization.to_owned(),
            status: of.status.into(),
            creation_date: of.created_at,
            modified_date: of.updated_at,
            requirements: of.requirements.into(),
            specifications: TypeSpecifications {
                expiry_period: of.specifications.expiry.map(|period| period.to_string()),
                validity_period: of.specifications.validity.map(|period| period.to_string()),
            },
            agreements: of.agreements.into_iter().map(TypeAgreement::from).collect(),
            subscriptions: of.subscriptions,
            permissions: of.permissions.iter().map(Permission::to_string).collect(),
            roles: of.roles.into_iter().map(TypeRole::from).collect(),
        }
    }
}

impl TypeBody {
    /// What a new type is to be.
    pub(crate) fn fields(self) -> Result<AccountTypeFields> {
        Ok(AccountTypeFields {
            code: self.code.unwrap_or_default(),
            name: self.name,
            description: self.description,
            status: self.status.map(TypeStatus::from),
            requirements: self.requirements.into(),
            specifications: self.specifications.parsed()?,
            agreements: self.agreements.into_iter().map(Agreement::from).collect(),
            subscriptions: self.subscriptions,
            permissions: permissions("permissions", self.permissions)?,
            roles: self.roles.into_iter().map(GrantedRole::try_from).collect::<Result<_>>()?,
        })
    }

    /// What a type is to be from now on: PUT replaces; the code stays.
    pub(crate) fn replacement(self) -> Result<AccountTypePatch> {
        let fields = self.fields()?;
        Ok(AccountTypePatch {
            name: Some(fields.name),
            description: Some(fields.description),
            status: Some(fields.status.unwrap_or(TypeStatus::Draft)),
            requirements: Some(fields.requirements),
            specifications: Some(fields.specifications),
            agreements: Some(fields.agreements),
            subscriptions: Some(fields.subscriptions),
            permissions: Some(fields.permissions),
            roles: Some(fields.roles),
            version: None,
        })
    }

    /// Refuses another code than the path's.
    pub(crate) fn require_code(&self, code: &str) -> Result<()> {
        match &self.code {
            Some(other) if other.trim() != code => {
                Err(Error::field("code", FieldKind::Mismatch.told("is not the one in the path")))
            }
            _ => Ok(()),
        }
    }
}

impl TypeSpecifications {
    fn parsed(self) -> Result<Specifications> {
        let period = |field: &'static str, text: Option<String>| {
            let text = text.filter(|text| !text.trim().is_empty());
            text.map(|text| text.parse().map_err(|error: Error| error.at(field))).transpose()
        };
        Ok(Specifications {
            expiry: period("specifications.expiry_period", self.expiry_period)?,
            validity: period("specifications.validity_period", self.validity_period)?,
        })
    }
}

fn permissions(field: &'static str, names: Vec<String>) -> Result<BTreeSet<Permission>> {
    let parse = |name: String| {
        name.trim()
            .parse()
            .map_err(|_| Error::field(field, FieldKind::Malformed.told(format!("{name:?} is no permission"))))
    };
    names.into_iter().map(parse).collect()
}

impl From<Requirements> for TypeRequirements {
    fn from(of: Requirements) -> Self {
        Self {
            ekyc_required: of.ekyc,
            totp_required: of.totp,
            email_required: of.email,
            payment_required: of.payment,
            employer_required: of.employer,
        }
    }
}

impl From<TypeRequirements> for Requirements {
    fn from(of: TypeRequirements) -> Self {
        Self {
            ekyc: of.ekyc_required,
            totp: of.totp_required,
            email: of.email_required,
            payment: of.payment_required,
            employer: of.employer_required,
        }
    }
}

impl From<Agreement> for TypeAgreement {
    fn from(of: Agreement) -> Self {
        Self { id: of.id, name: of.name, description: of.description, status: of.status, kind: of.kind }
    }
}

impl From<TypeAgreement> for Agreement {
    fn from(of: TypeAgreement) -> Self {
        Self { id: of.id, name: of.name, description: of.description, status: of.status, kind: of.kind }
    }
}

impl From<GrantedRole> for TypeRole {
    fn from(of: GrantedRole) -> Self {
        let permissions =
            of.permissions.iter().map(|permission| Scope { scope: permission.to_string() }).collect();
        Self { id: of.key, name: of.name, description: of.description, namespace: of.namespace, permissions }
    }
}

impl TryFrom<TypeRole> for GrantedRole {
    type Error = Error;

    fn try_from(of: TypeRole) -> Result<Self> {
        let names = of.permissions.into_iter().map(|permission| permission.scope).collect();
        Ok(Self {
            key: of.id,
            name: of.name,
            description: of.description,
            namespace: of.namespace,
            permissions: permissions("roles.permissions", names)?,
        })
    }
}

same_words!(TypeStatus = AccountTypeStatus { Draft Test Inactive Published Deleted });
