"""What a take shows: activity on the screen, waits, and the cuts that follow. Pure functions over records."""
