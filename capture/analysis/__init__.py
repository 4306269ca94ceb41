"""Analysis of a take: activity on the screen, waits, and the cuts that follow. Mostly pure functions over records."""
