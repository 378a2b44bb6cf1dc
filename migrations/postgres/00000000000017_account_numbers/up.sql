-- A random number of 53 bits for each account, for callers whose ids are integers.
ALTER TABLE accounts ADD COLUMN number bigint NOT NULL DEFAULT 0;
UPDATE accounts SET number = ('x' || substr(md5(gen_random_uuid()::text), 1, 14))::bit(56)::bigint & 9007199254740991;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);
