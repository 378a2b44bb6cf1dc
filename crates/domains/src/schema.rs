//! The tables of e-mail domains.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    organization_domains (organization_id, domain_id) {
        organization_id -> Id,
        domain_id -> Id,
        domain -> Text,
        verified_at -> Nullable<Instant>,
        created_at -> Instant,
        verification_challenge -> Text,
        last_checked_at -> Nullable<Instant>,
        missing_since -> Nullable<Instant>,
        lapsed_at -> Nullable<Instant>,
        jit_provisioning -> Bool,
        sso_enforcement -> Nullable<Text>,
        break_glass_owners -> Json,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    domain_claims (domain) {
        domain -> Text,
        organization_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    domain_checks (domain_id) {
        domain_id -> Id,
        organization_id -> Id,
        due_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(organization_domains, domain_checks);
