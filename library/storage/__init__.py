"""Where bundles lie: a folder or an S3 bucket, staging, cache, inbox."""
