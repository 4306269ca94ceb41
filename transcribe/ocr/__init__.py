"""Text in pictures: RapidOCR, the label under a click, reading a screen as it changes."""
