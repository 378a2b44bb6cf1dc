DROP TABLE eula_acceptances;
DROP TABLE licenses;
