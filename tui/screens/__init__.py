"""One file a screen: library, record, review, demo and the small dialogs."""
