DROP INDEX employees_of_role;
DROP INDEX api_keys_of_role;
