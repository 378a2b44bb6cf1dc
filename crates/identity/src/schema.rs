//! The tables of identity.

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Instant, Json};

    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        sealed -> Binary,
        public_key -> Json,
        created_at -> Instant,
        active_from -> Instant,
        retires_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    clients (organization_id, client_id) {
        organization_id -> Id,
        client_id -> Id,
        name -> Text,
        redirect_uris -> Json,
        grant_types -> Json,
        auth_method -> Text,
        secret_digest -> Nullable<Binary>,
        jwks -> Nullable<Json>,
        subject_type -> Text,
        sector_identifier_uri -> Nullable<Text>,
        permissions -> Json,
        platform_permissions -> Json,
        expires_at -> Nullable<Instant>,
        status -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    client_ids (client_id) {
        client_id -> Id,
        organization_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    client_assertions (client_id, assertion) {
        client_id -> Id,
        assertion -> Binary,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant, Json};

    api_keys (organization_id, key_id) {
        organization_id -> Id,
        key_id -> Id,
        account_id -> Nullable<Id>,
        name -> Text,
        prefix -> Text,
        permissions -> Nullable<Json>,
        level -> Nullable<SmallInt>,
        limited_to -> Nullable<Id>,
        expires_at -> Nullable<Instant>,
        last_used_at -> Nullable<Instant>,
        created_at -> Instant,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    api_key_digests (digest) {
        digest -> Binary,
        organization_id -> Id,
        key_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    revoked_tokens (token_id) {
        token_id -> Id,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    pairwise_subjects (sector, account_id) {
        sector -> Text,
        account_id -> Id,
        subject -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(clients, client_ids);
diesel::allow_tables_to_appear_in_same_query!(api_keys, api_key_digests);
