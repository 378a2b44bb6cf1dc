//! The tables of legal documents.

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
