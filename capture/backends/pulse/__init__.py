"""Audio back end for PulseAudio and PipeWire servers: libpulse."""
