"""Records a take: ticks, frames, sound, events, their files, and the process that runs the recorder."""
