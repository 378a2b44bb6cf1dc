-- What an employee is counted as: an import finds again by it whoever has changed the address.
CREATE INDEX employees_number ON employees (organization_id, (profile ->> 'employee_number')) WHERE (profile ->> 'employee_number') IS NOT NULL;
