-- Which projects serve the environments of the outside system, by their numbers.
ALTER TABLE apps ADD COLUMN environments TEXT;
