ALTER TABLE organizations ADD COLUMN logo_media_id BLOB;
ALTER TABLE organizations ADD COLUMN allow_publicly_shared_resources INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN is_ai_data_processing_approved INTEGER;
ALTER TABLE organizations ADD COLUMN default_experiment_stats_method TEXT;
ALTER TABLE organizations ADD COLUMN default_anonymize_ips INTEGER NOT NULL DEFAULT 0;
UPDATE organizations SET
    logo_media_id = unhex(replace(product_settings ->> '$.api.logo_media_id', '-', '')),
    allow_publicly_shared_resources = coalesce(product_settings ->> '$.api.allow_publicly_shared_resources', 1),
    is_ai_data_processing_approved = product_settings ->> '$.api.is_ai_data_processing_approved',
    default_experiment_stats_method = product_settings ->> '$.api.default_experiment_stats_method',
    default_anonymize_ips = coalesce(product_settings ->> '$.api.default_anonymize_ips', 0)
WHERE product_settings IS NOT NULL;
ALTER TABLE organizations DROP COLUMN product_settings;
