"""The web reader: pages, media, access, and the single-page export."""
