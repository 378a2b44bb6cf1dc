DROP TABLE served_domain_places;
DROP TABLE assertion_replays;
DROP TABLE sign_in_flows;
DROP TABLE connection_attempts;
DROP TABLE connection_domains;
DROP TABLE connection_places;
DROP TABLE connections;
