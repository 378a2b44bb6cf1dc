DROP TABLE license_claims;
