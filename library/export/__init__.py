"""Exports demos to other formats: HTML, Markdown, PDF, pictures, captions, audio, animation."""
