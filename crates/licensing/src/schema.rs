//! Licensing's own tables.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    licenses (organization_id) {
        organization_id -> Id,
        kind -> Text,
        license_key -> Nullable<Text>,
        jti -> Nullable<Text>,
        expires_at -> Nullable<Instant>,
        trial_used -> Bool,
        set_at -> Instant,
        set_by -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    eula_acceptances (organization_id, acceptance_id) {
        organization_id -> Id,
        acceptance_id -> Id,
        subject_kind -> Text,
        subject_id -> Nullable<Id>,
        eula_version -> Text,
        accepted_at -> Instant,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    license_claims (kid, jti, subject) {
        kid -> Text,
        jti -> Text,
        subject -> Text,
        organization_id -> Id,
    }
}
