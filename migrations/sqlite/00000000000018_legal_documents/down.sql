DROP TABLE provider_documents;
DROP TABLE signing_links;
DROP TABLE legal_documents;
