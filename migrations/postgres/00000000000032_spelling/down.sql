DELETE FROM display_names;
INSERT INTO display_names (name, organizations) SELECT lower(name), count(*) FROM organizations GROUP BY lower(name);
