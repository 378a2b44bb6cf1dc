-- How many organizations people read each name of, in the form names are compared in now, which neither engine's SQL can make:
-- whoever applies this counts anew in the same transaction, and spells addresses anew (crates/kernel/src/db/respell.rs).
DELETE FROM display_names;
