//! Organizations as this family shows them.

use polity_directory::{OrganizationPatch, OrganizationSummary, ProjectId, RoleId, SettingsPatch, Status};
use polity_kernel::{Entitlements, Error, FieldKind, Level, OrganizationId};
use polity_licensing::entitlements::FEATURES;
use polity_projects::ProjectInBrief;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Moment;
use super::product::{MediaId, Product, StatisticsMethod, changed};
use crate::routes::api::Fault;
use crate::routes::api::body::{
    Clearable, Flag, Optional, Required, Switch, id, text_judged, text_of, too_long, word,
};

/// An organization. What nothing here keeps has its first value always.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiOrganization)]
pub(crate) struct Organization {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: OrganizationId,
    /// The name people read.
    name: String,
    /// The unique name in addresses.
    slug: String,
    /// What programs call its picture.
    #[schema(value_type = Option<uuid::Uuid>)]
    logo_media_id: Option<MediaId>,
    /// When it was founded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// The caller's level: 1 member, 8 administrator, 15 owner; as their credential narrows it.
    #[schema(value_type = Option<i16>)]
    membership_level: Option<Level>,
    /// Always 9.
    plugins_access_level: i16,
    /// The projects that the caller sees, at most 1000.
    teams: Vec<WorkSpace>,
    /// The same.
    projects: Vec<WorkSpace>,
    /// What its license lets it use.
    available_product_features: Vec<ProductFeature>,
    /// Always true.
    is_member_join_email_enabled: bool,
    /// Nothing to tell.
    #[schema(value_type = Object)]
    metadata: Value,
    /// Always null.
    customer_id: Option<String>,
    /// Whether programs are to ask for a second factor. Nothing here does; null: nothing was said.
    enforce_2fa: Option<bool>,
    /// Whether members below administrators may invite, where the license includes that choice; null: nothing was said, and they may.
    members_can_invite: Option<bool>,
    /// Whether members below administrators may use personal API keys in this family, where the license includes that choice.
    members_can_use_personal_api_keys: bool,
    /// Whether members may show things to the world: kept for programs.
    allow_publicly_shared_resources: bool,
    /// How many active members there are; null where the credential may not see them.
    member_count: Option<u64>,
    /// Whether machines may learn from its data: kept for programs; null: nothing was said.
    is_ai_data_processing_approved: Option<bool>,
    /// How programs judge experiments: `bayesian`, `frequentist`, empty or null.
    #[schema(value_type = Option<String>)]
    default_experiment_stats_method: Option<StatisticsMethod>,
    /// Whether programs drop the network addresses of visitors.
    default_anonymize_ips: bool,
    /// The role given to whoever becomes a member.
    #[schema(value_type = Option<String>)]
    default_role_id: Option<RoleId>,
    /// Whether it works.
    is_active: Option<bool>,
    /// Why it does not work.
    is_not_active_reason: Option<String>,
    /// Always false: a deleted organization is gone at once.
    is_pending_deletion: Option<bool>,
}

/// Something that a license lets an organization use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProductFeature {
    /// Its name for programs.
    key: String,
    /// Its name for people.
    name: String,
}

/// A project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WorkSpace {
    /// Its number.
    id: i64,
    /// Its id in the other families.
    #[schema(value_type = uuid::Uuid)]
    uuid: ProjectId,
    /// The name people read.
    name: String,
    /// The organization's id.
    #[schema(value_type = uuid::Uuid)]
    organization: OrganizationId,
}

/// The longest name that is taken here; other families take longer ones.
const LONGEST_NAME: usize = 64;

body! {
    /// What an organization is to be called.
    pub(crate) struct OrganizationBody as "ApiOrganizationBody" {
        /// The name people read.
        name: String = Required(text_of(LONGEST_NAME)),
        ..settings: OrganizationSettings,
    }
}

body! {
    /// What an organization is to be from now on.
    pub(crate) struct OrganizationReplacement as "ApiOrganizationReplacement" {
        /// The name people read.
        name: String = Required(text_judged(LONGEST_NAME)),
        ..settings: OrganizationSettings,
    }
}

body! {
    /// What of an organization is to change; what is absent stays.
    pub(crate) struct OrganizationChange as "ApiOrganizationChange" {
        /// The name people read.
        name: Option<String> = Optional(text_judged(LONGEST_NAME)),
        ..settings: OrganizationSettings,
    }
}

body! {
    /// What is set beside an organization's name.
    pub(crate) struct OrganizationSettings as "ApiOrganizationSettings" {
        /// Whether members below administrators may invite.
        members_can_invite: Option<Option<bool>> = Flag,
        /// What programs call its picture.
        logo_media_id: Option<Option<MediaId>> = Clearable(id()),
        /// Whether programs are to ask for a second factor.
        enforce_2fa: Option<Option<bool>> = Flag,
        /// Whether members below administrators may use personal API keys in this family.
        members_can_use_personal_api_keys: Option<bool> = Switch,
        /// Whether members may show things to the world.
        allow_publicly_shared_resources: Option<bool> = Switch,
        /// Whether machines may learn from its data.
        is_ai_data_processing_approved: Option<Option<bool>> = Flag,
        /// How programs judge experiments: `bayesian`, `frequentist`, empty or null.
        default_experiment_stats_method: Option<Option<StatisticsMethod>> = Clearable(word(StatisticsMethod::WORDS)),
        /// Whether programs drop the network addresses of visitors.
        default_anonymize_ips: Option<bool> = Switch,
        /// The role given to whoever becomes a member; null: none.
        default_role_id: Option<Option<RoleId>> = Clearable(id()),
    }
}

impl From<OrganizationReplacement> for OrganizationChange {
    fn from(body: OrganizationReplacement) -> Self {
        Self { name: Some(body.name), settings: body.settings }
    }
}

impl From<OrganizationChange> for OrganizationPatch {
    fn from(change: OrganizationChange) -> Self {
        Self {
            name: change.name.map(Some),
            longest_name: Some(LONGEST_NAME),
            settings: change.settings.into(),
            ..Self::default()
        }
    }
}

impl From<OrganizationSettings> for SettingsPatch {
    fn from(settings: OrganizationSettings) -> Self {
        let product = changed([
            ("logo_media_id", settings.logo_media_id.map(|id| json!(id))),
            (
                "allow_publicly_shared_resources",
                settings.allow_publicly_shared_resources.map(|set| json!(set)),
            ),
            ("is_ai_data_processing_approved", settings.is_ai_data_processing_approved.map(|set| json!(set))),
            (
                "default_experiment_stats_method",
                settings.default_experiment_stats_method.map(|set| json!(set)),
            ),
            ("default_anonymize_ips", settings.default_anonymize_ips.map(|set| json!(set))),
        ]);
        Self {
            members_can_invite: settings.members_can_invite,
            enforce_2fa: settings.enforce_2fa,
            members_can_use_personal_api_keys: settings.members_can_use_personal_api_keys,
            default_role_id: settings.default_role_id,
            product,
        }
    }
}

/// The failure in the family's names.
pub(crate) fn organization_fault(error: Error) -> Fault {
    match error.fields().first() {
        Some(first) if first.field == "name" && matches!(first.kind, FieldKind::TooLong(_)) => {
            Fault::of_field("name", too_long(LONGEST_NAME))
        }
        _ => error.into(),
    }
}

/// What the organization is entitled to, and how the caller stands in it.
pub(crate) struct Standpoint {
    /// What it is entitled to.
    pub(crate) entitlements: Entitlements,
    /// The caller's level.
    pub(crate) level: Option<Level>,
    /// What they see of it.
    pub(crate) summary: OrganizationSummary,
    /// The projects that they see.
    pub(crate) projects: Vec<ProjectInBrief>,
}

impl Organization {
    /// The organization as one sees it who stands there so.
    pub(crate) fn of(
        organization: polity_directory::Organization,
        Standpoint { entitlements, level, summary, projects }: Standpoint,
    ) -> Self {
        let (id, settings) = (organization.id, organization.settings);
        let product = Product::of(&settings.products);
        let active = organization.status == Status::Active;
        let space = |project: ProjectInBrief| WorkSpace {
            id: project.number,
            uuid: project.id,
            name: project.name,
            organization: id,
        };
        let projects: Vec<WorkSpace> = projects.into_iter().map(space).collect();
        Self {
            id,
            name: organization.name,
            slug: organization.alias.as_str().to_owned(),
            logo_media_id: product.logo_media_id,
            created_at: Moment(organization.created_at),
            updated_at: Moment(organization.updated_at),
            membership_level: level,
            plugins_access_level: 9,
            teams: projects.clone(),
            projects,
            available_product_features: features(&entitlements),
            is_member_join_email_enabled: true,
            metadata: json!({}),
            customer_id: None,
            enforce_2fa: settings.enforce_2fa,
            members_can_invite: settings.members_can_invite,
            members_can_use_personal_api_keys: settings.members_can_use_personal_api_keys,
            allow_publicly_shared_resources: product.allow_publicly_shared_resources,
            member_count: summary.members,
            is_ai_data_processing_approved: product.is_ai_data_processing_approved,
            default_experiment_stats_method: product.default_experiment_stats_method,
            default_anonymize_ips: product.default_anonymize_ips,
            default_role_id: settings.default_role_id,
            is_active: Some(active),
            is_not_active_reason: (!active).then(|| organization.status.to_string()),
            is_pending_deletion: Some(false),
        }
    }
}

/// What is on, in order: all there is where nothing is limited.
fn features(entitlements: &Entitlements) -> Vec<ProductFeature> {
    let mut keys: Vec<&str> = match entitlements.features() {
        Some(names) => names.collect(),
        None => FEATURES.to_vec(),
    };
    keys.sort_unstable();
    keys.into_iter().map(|key| ProductFeature { key: key.to_owned(), name: in_words(key) }).collect()
}

/// A name for programs as people read it: `legal_baa` is `Legal baa`.
fn in_words(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
