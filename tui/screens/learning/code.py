"""``CodeDialog``: the QR code of a link, for the phone of whoever sits before the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class CodeDialog(ModalScreen[None]):
    """A code in half-block characters with its address; ``lines`` are all of one width."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,Q", "leave", "Back")]

    def __init__(self, address: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.address, self.lines = address, lines

    def compose(self) -> ComposeResult:
        """The code, white on black whatever the theme is, and the address where there is room for a line."""
        with Vertical(id="code"):
            yield Static("\n".join(self.lines), id="code-lines", markup=False)
            yield Static(f"{self.address}   Esc back", id="code-address", markup=False)

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)
