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

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::{Id, Instant};

    legal_documents (organization_id, document_id) {
        organization_id -> Id,
        document_id -> Id,
        kind -> Text,
        company_name -> Text,
        company_address -> Text,
        representative_email -> Text,
        status -> Text,
        agreement -> Text,
        agreement_sha256 -> Binary,
        created_by -> Nullable<Id>,
        created_at -> Instant,
        link -> Nullable<Binary>,
        link_number -> BigInt,
        link_expires_at -> Instant,
        signer_name -> Nullable<Text>,
        signer_title -> Nullable<Text>,
        signed_at -> Nullable<Instant>,
        signer_address -> Nullable<Text>,
        signer_agent -> Nullable<Text>,
        object_key -> Nullable<Text>,
        object_sha256 -> Nullable<Binary>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    signing_links (digest) {
        digest -> Binary,
        organization_id -> Id,
        document_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use polity_kernel::sql::Id;

    provider_documents (outside_id) {
        outside_id -> Text,
        organization_id -> Id,
        document_id -> Id,
    }
}
