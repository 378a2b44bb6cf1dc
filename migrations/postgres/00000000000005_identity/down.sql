DROP TABLE pairwise_subjects;
DROP TABLE revoked_tokens;
DROP TABLE api_key_digests;
DROP TABLE api_keys;
DROP TABLE client_assertions;
DROP TABLE client_ids;
DROP TABLE clients;
DROP TABLE signing_keys;
