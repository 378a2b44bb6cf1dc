-- Agreements between an organization and the operator. A signed one never changes: every update asks that it is not signed yet.
CREATE TABLE legal_documents (
    organization_id BLOB NOT NULL,
    document_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    company_name TEXT NOT NULL,
    company_address TEXT NOT NULL,
    representative_email TEXT NOT NULL,
    status TEXT NOT NULL,
    -- what is agreed, filled in when it was submitted
    agreement TEXT NOT NULL,
    agreement_sha256 BLOB NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    -- sealed, until it is used
    link BLOB,
    link_number INTEGER NOT NULL,
    link_expires_at INTEGER NOT NULL,
    signer_name TEXT,
    signer_title TEXT,
    signed_at INTEGER,
    signer_address TEXT,
    signer_agent TEXT,
    object_key TEXT,
    object_sha256 BLOB,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, document_id),
    CONSTRAINT legal_documents_kind UNIQUE (organization_id, kind)
) STRICT, WITHOUT ROWID;
-- Which document a one-time link opens, by the keyed hash of its secret. Global: a link is presented before it is known whose it is.
CREATE TABLE signing_links (
    digest BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    document_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX signing_links_of ON signing_links (organization_id, document_id);
-- Which document a signing provider means by its own id. Global: the provider knows no organizations.
CREATE TABLE provider_documents (
    outside_id TEXT NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    document_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_documents_of ON provider_documents (organization_id, document_id);
