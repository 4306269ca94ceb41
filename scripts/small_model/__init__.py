"""Makes ``tests/data/howto-whisper``: speech by espeak-ng, a small training run, conversion, evaluation."""
