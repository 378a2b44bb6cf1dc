-- Agreements between an organization and the operator. A signed one never changes: every update asks that it is not signed yet.
CREATE TABLE legal_documents (
    organization_id uuid NOT NULL,
    document_id uuid NOT NULL,
    kind text NOT NULL,
    company_name text NOT NULL,
    company_address text NOT NULL,
    representative_email text NOT NULL,
    status text NOT NULL,
    -- what is agreed, filled in when it was submitted
    agreement text NOT NULL,
    agreement_sha256 bytea NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    -- sealed, until it is used
    link bytea,
    link_number bigint NOT NULL,
    link_expires_at timestamptz NOT NULL,
    signer_name text,
    signer_title text,
    signed_at timestamptz,
    signer_address text,
    signer_agent text,
    object_key text,
    object_sha256 bytea,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, document_id),
    CONSTRAINT legal_documents_kind UNIQUE (organization_id, kind)
);
-- Which document a one-time link opens, by the keyed hash of its secret. Global: a link is presented before it is known whose it is.
CREATE TABLE signing_links (
    digest bytea NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    document_id uuid NOT NULL
);
CREATE INDEX signing_links_of ON signing_links (organization_id, document_id);
-- Which document a signing provider means by its own id. Global: the provider knows no organizations.
CREATE TABLE provider_documents (
    outside_id text NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    document_id uuid NOT NULL
);
CREATE INDEX provider_documents_of ON provider_documents (organization_id, document_id);
