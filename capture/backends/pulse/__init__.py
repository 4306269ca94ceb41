"""Back end for PulseAudio and PipeWire servers: libpulse and pactl."""
