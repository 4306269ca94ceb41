"""A demo as a document that other programs edit: Markdown, Word, an Agent Skill."""
