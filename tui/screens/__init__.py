"""The Textual screens, one file each, and the dialogs."""
