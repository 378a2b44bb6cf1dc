-- A random number of 53 bits for each account, for callers whose ids are integers.
ALTER TABLE accounts ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET number = random() & 9007199254740991;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);
