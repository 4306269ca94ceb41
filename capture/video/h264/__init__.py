"""Encoding the pictures of a take with x264: its options, and how finely it quantises."""
