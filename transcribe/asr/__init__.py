"""Speech recognition: Whisper in this process or behind an endpoint, voice activity, guards against invented words."""
