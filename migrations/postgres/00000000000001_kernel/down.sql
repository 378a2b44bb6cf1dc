DROP TABLE jobs;
DROP TABLE events;
DROP TABLE epochs;
