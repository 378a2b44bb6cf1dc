-- What an organization sets for single products: one document, by product; absent: nothing was set. What stands as it began is not written.
ALTER TABLE organizations ADD COLUMN product_settings jsonb;
UPDATE organizations SET product_settings = jsonb_build_object('api', jsonb_strip_nulls(jsonb_build_object(
    'logo_media_id', logo_media_id,
    'allow_publicly_shared_resources', CASE WHEN NOT allow_publicly_shared_resources THEN false END,
    'is_ai_data_processing_approved', is_ai_data_processing_approved,
    'default_experiment_stats_method', default_experiment_stats_method,
    'default_anonymize_ips', CASE WHEN default_anonymize_ips THEN true END)))
WHERE logo_media_id IS NOT NULL OR NOT allow_publicly_shared_resources OR is_ai_data_processing_approved IS NOT NULL
    OR default_experiment_stats_method IS NOT NULL OR default_anonymize_ips;
ALTER TABLE organizations DROP COLUMN default_anonymize_ips;
ALTER TABLE organizations DROP COLUMN default_experiment_stats_method;
ALTER TABLE organizations DROP COLUMN is_ai_data_processing_approved;
ALTER TABLE organizations DROP COLUMN allow_publicly_shared_resources;
ALTER TABLE organizations DROP COLUMN logo_media_id;
