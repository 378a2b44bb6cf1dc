DROP INDEX organizations_of_founder;
DROP TABLE tallies;
