"""Web reader: pages, media files, access control, and the single-page export."""
