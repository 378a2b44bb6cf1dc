//! The tables of domains and connections.

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

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    connections (organization_id, connection_id) {
        organization_id -> Id,
        connection_id -> Id,
        kind -> Text,
        name -> Text,
        document -> Json,
        sealed -> Nullable<Binary>,
        has_client_secret -> Bool,
        public_key -> Nullable<Json>,
        tested_at -> Nullable<Instant>,
        tested_address -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use polity_kernel::sql::Id;

    connection_places (connection_id) {
        connection_id -> Id,
        organization_id -> Id,
    }
}

diesel::table! {
    use polity_kernel::sql::Id;

    served_domain_places (domain_id) {
        domain_id -> Id,
        organization_id -> Id,
    }
}

diesel::table! {
    use polity_kernel::sql::Id;

    connection_domains (organization_id, domain_id) {
        organization_id -> Id,
        domain_id -> Id,
        connection_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    connection_attempts (organization_id, connection_id, attempt_id) {
        organization_id -> Id,
        connection_id -> Id,
        attempt_id -> Id,
        occurred_at -> Instant,
        step -> Text,
        outcome -> Text,
        words -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    sign_in_flows (digest) {
        digest -> Binary,
        stage -> Text,
        organization_id -> Id,
        connection_id -> Id,
        purpose -> Text,
        browser -> Nullable<Binary>,
        sealed -> Binary,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    assertion_replays (organization_id, connection_id, assertion) {
        organization_id -> Id,
        connection_id -> Id,
        assertion -> Binary,
        expires_at -> Instant,
    }
}
