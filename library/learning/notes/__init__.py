"""What people said of a demo or a step, and the answers to it."""
