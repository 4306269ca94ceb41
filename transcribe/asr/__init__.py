"""Speech recognition: Whisper locally or by an endpoint, voice activity detection, checks for hallucinated words."""
