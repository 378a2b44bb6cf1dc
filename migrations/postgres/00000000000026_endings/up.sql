-- Nobody who is no member of an organization has a place in its groups or an account of its types.
DELETE FROM group_members WHERE member_kind = 'account'
    AND EXISTS (SELECT 1 FROM organizations o WHERE o.organization_id = group_members.organization_id)
    AND NOT EXISTS (
        SELECT 1 FROM members m WHERE m.organization_id = group_members.organization_id AND m.account_id = group_members.member_id
    );
DELETE FROM account_type_assignments
    WHERE EXISTS (SELECT 1 FROM organizations o WHERE o.organization_id = account_type_assignments.organization_id)
    AND NOT EXISTS (
        SELECT 1 FROM members m
        WHERE m.organization_id = account_type_assignments.organization_id AND m.account_id = account_type_assignments.account_id
    );

-- A key that is limited to a role has ended with the role.
DELETE FROM epochs WHERE scope IN (SELECT key_id FROM api_keys WHERE account_id IS NULL AND role IS NOT NULL
    AND role NOT IN ('owner', 'admin', 'manager', 'member') AND role NOT LIKE '%.admin.role' AND role NOT LIKE '%.read-only.role'
    AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.organization_id = api_keys.organization_id AND r.key = api_keys.role));
DELETE FROM api_key_digests WHERE key_id IN (SELECT key_id FROM api_keys WHERE account_id IS NULL AND role IS NOT NULL
    AND role NOT IN ('owner', 'admin', 'manager', 'member') AND role NOT LIKE '%.admin.role' AND role NOT LIKE '%.read-only.role'
    AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.organization_id = api_keys.organization_id AND r.key = api_keys.role));
DELETE FROM api_keys WHERE account_id IS NULL AND role IS NOT NULL
    AND role NOT IN ('owner', 'admin', 'manager', 'member') AND role NOT LIKE '%.admin.role' AND role NOT LIKE '%.read-only.role'
    AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.organization_id = api_keys.organization_id AND r.key = api_keys.role);

-- What names a role is found by it.
CREATE INDEX api_keys_of_role ON api_keys (organization_id, role) WHERE role IS NOT NULL;
CREATE INDEX employees_of_role ON employees (organization_id, role) WHERE role IS NOT NULL;
