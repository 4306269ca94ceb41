"""Records a take: ticks, frames, sound, events, the files they go to, and the process that runs it."""
