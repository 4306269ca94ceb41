"""Storage of bundles: folder and S3 stores, staging, local cache, inbox of recordings for workers."""
