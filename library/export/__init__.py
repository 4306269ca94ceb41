"""A demo in other formats: documents, pictures, captions, PDF, animation."""
