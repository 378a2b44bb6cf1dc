DROP TABLE account_type_assignments;
DROP TABLE account_types;
DROP TABLE account_identities;
DROP TABLE accounts;
