DELETE FROM mailed_proofs WHERE purpose = 'signin';
DROP TABLE passkey_ceremonies;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE totps;
