"""From words and actions to numbered steps with titles. Pure."""
