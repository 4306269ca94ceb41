"""Models on disk: known names, where they lie, downloads, what this machine can run."""
