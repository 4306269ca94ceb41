"""ShowhowError and its subclasses: errors as one line for the user: what happened, and what to do.

Every error a user can cause or meet is a ShowhowError; the CLI prints it and exits. Anything else is a bug.
"""

from __future__ import annotations


class ShowhowError(Exception):
    """An error as one line for the user. ``remedy`` is the sentence that says what to do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what.rstrip("."), remedy
        super().__init__(f"{self.what}. {remedy}".strip() if remedy else f"{self.what}.")


class CaptureError(ShowhowError):
    """The screen or the microphone cannot be recorded."""


class VideoError(ShowhowError):
    """A video file cannot be read or written."""


class TakeError(ShowhowError):
    """A take folder is missing, damaged, or still being written."""


class Cancelled(ShowhowError):
    """The user cancelled long work; raised by a progress callable, and passed on by every stage."""

    def __init__(self, what: str = "Cancelled") -> None:
        super().__init__(what, "Nothing was lost; run it again to go on.")
