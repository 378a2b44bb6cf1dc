//! What events say of organizations.

use polity_kernel::{AccountId, OrganizationId, SubjectId, Timestamp, record};
use serde_json::Value;

use crate::{RoleId, Status};

record! {
    /// One organization.
    pub(crate) struct Organization of organization: crate::Organization {
        /// Its id, which never changes.
        id: OrganizationId,
        /// The name its founder chose for programs.
        key: String = organization.key.as_str().to_owned(),
        /// The unique name in addresses.
        alias: String = organization.alias.as_str().to_owned(),
        /// The name people read.
        name: String,
        /// What it is about.
        description: Option<String> = organization.facts.description.clone(),
        /// Where its picture is.
        logo_url: Option<String> = organization.facts.logo_url.clone(),
        /// What the sales system calls it.
        external_sales_force_id: Option<String> = organization.facts.external_sales_force_id.clone(),
        /// Its primary e-mail domain.
        domain: Option<PrimaryDomain> = organization.domain.as_ref().map(PrimaryDomain::from),
        /// The owner who has been one longest.
        owner: Option<AccountId>,
        /// Whether it works.
        status: Status,
        /// When it was founded.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
        /// What it tells of itself beside its picture; absent: nothing yet.
        profile: Option<OrganizationProfile> = organization
            .has_profile
            .then(|| OrganizationProfile::from(&organization.facts)),
        /// What programs set for it, secrets masked.
        parameters: Vec<Parameter> = organization.parameters.iter().map(Parameter::from).collect(),
        /// Who founded it.
        created_by: Option<SubjectId>,
        /// What it sets for its people and programs.
        settings: Settings = Settings::from(&organization.settings),
        /// When its status last changed.
        status_changed_at: Option<Timestamp>,
        /// Who changed it.
        status_changed_by: Option<SubjectId>,
    }
}

record! {
    /// The e-mail domain an organization shows first.
    pub(crate) struct PrimaryDomain of domain: crate::PrimaryDomain {
        /// The domain.
        name: String = domain.name.to_string(),
        /// Whether it lets people in.
        verified: bool,
    }
}

record! {
    /// What an organization tells of itself beside its picture.
    pub(crate) struct OrganizationProfile of facts: crate::OrganizationFacts {
        /// Its time zone.
        timezone: Option<String>,
        /// Where it is.
        location: Option<String>,
        /// Its country.
        country_code: Option<String>,
        /// How large it is, in any words.
        company_size: Option<String>,
        /// What it makes or does, in any words.
        industry: Option<String>,
        /// Its web site.
        website: Option<String>,
        /// What it is there for.
        mission: Option<String>,
    }
}

record! {
    /// One parameter that programs set.
    pub(crate) struct Parameter of parameter: crate::Parameter {
        /// Its name.
        name: String,
        /// Its value; a mask in the place of a secret.
        value: Value,
        /// Whether the value is secret.
        sensitive: bool,
        /// Whether the value is a credential.
        credential: bool,
    }
}

record! {
    /// What an organization sets for its people and programs.
    pub(crate) struct Settings of settings: crate::Settings {
        /// Whether members below admin may invite; absent: nothing was said, and they may.
        members_can_invite: Option<bool>,
        /// Whether programs are to ask for a second factor.
        enforce_second_factor: Option<bool> = settings.enforce_2fa,
        /// Whether members below admin may use personal API keys.
        members_can_use_personal_keys: bool = settings.members_can_use_personal_api_keys,
        /// The role given to whoever becomes a member.
        default_role: Option<RoleId> = settings.default_role_id,
        /// What is kept for products to read: a document for each, by its name.
        products: Value = settings.products.document(),
    }
}
