-- A key may be limited to what a role gives.
ALTER TABLE api_keys ADD COLUMN role TEXT;
