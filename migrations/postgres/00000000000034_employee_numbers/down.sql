DROP INDEX employees_number;
