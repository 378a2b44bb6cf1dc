ALTER TABLE organizations ADD COLUMN logo_media_id uuid;
ALTER TABLE organizations ADD COLUMN allow_publicly_shared_resources boolean NOT NULL DEFAULT true;
ALTER TABLE organizations ADD COLUMN is_ai_data_processing_approved boolean;
ALTER TABLE organizations ADD COLUMN default_experiment_stats_method text;
ALTER TABLE organizations ADD COLUMN default_anonymize_ips boolean NOT NULL DEFAULT false;
UPDATE organizations SET
    logo_media_id = (product_settings #>> '{api,logo_media_id}')::uuid,
    allow_publicly_shared_resources = coalesce((product_settings #>> '{api,allow_publicly_shared_resources}')::boolean, true),
    is_ai_data_processing_approved = (product_settings #>> '{api,is_ai_data_processing_approved}')::boolean,
    default_experiment_stats_method = product_settings #>> '{api,default_experiment_stats_method}',
    default_anonymize_ips = coalesce((product_settings #>> '{api,default_anonymize_ips}')::boolean, false)
WHERE product_settings IS NOT NULL;
ALTER TABLE organizations DROP COLUMN product_settings;
