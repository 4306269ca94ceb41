"""Speech models on disk: known names, folders, downloads, and the model that suits this machine."""
