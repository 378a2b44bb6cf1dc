-- What an organization sets for single products: one document, by product; absent: nothing was set. What stands as it began is not written.
ALTER TABLE organizations ADD COLUMN product_settings TEXT;
UPDATE organizations SET product_settings = json_object('api', json_patch('{}', json_object(
    'logo_media_id', CASE WHEN logo_media_id IS NOT NULL THEN lower(substr(hex(logo_media_id), 1, 8) || '-' || substr(hex(logo_media_id), 9, 4)
        || '-' || substr(hex(logo_media_id), 13, 4) || '-' || substr(hex(logo_media_id), 17, 4) || '-' || substr(hex(logo_media_id), 21, 12)) END,
    'allow_publicly_shared_resources', CASE WHEN allow_publicly_shared_resources = 0 THEN json('false') END,
    'is_ai_data_processing_approved', CASE is_ai_data_processing_approved WHEN 1 THEN json('true') WHEN 0 THEN json('false') END,
    'default_experiment_stats_method', default_experiment_stats_method,
    'default_anonymize_ips', CASE WHEN default_anonymize_ips = 1 THEN json('true') END)))
WHERE logo_media_id IS NOT NULL OR allow_publicly_shared_resources = 0 OR is_ai_data_processing_approved IS NOT NULL
    OR default_experiment_stats_method IS NOT NULL OR default_anonymize_ips = 1;
ALTER TABLE organizations DROP COLUMN default_anonymize_ips;
ALTER TABLE organizations DROP COLUMN default_experiment_stats_method;
ALTER TABLE organizations DROP COLUMN is_ai_data_processing_approved;
ALTER TABLE organizations DROP COLUMN allow_publicly_shared_resources;
ALTER TABLE organizations DROP COLUMN logo_media_id;
