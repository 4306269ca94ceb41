"""The two themes of showhow's screens: on a dark ground and on a light one."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="showhow",
    primary="#5fc9b0",
    secondary="#5fc9b0",
    accent="#5fc9b0",
    warning="#e6b450",
    error="#f2726f",
    success="#5fc9b0",
    foreground="#dfe3e8",
    background="#14171b",
    surface="#1b1f25",
    panel="#22272e",
    dark=True,
    variables={"footer-key-foreground": "#5fc9b0", "input-selection-background": "#5fc9b0 30%"},
)
LIGHT = Theme(
    name="showhow-light",
    primary="#0f766e",
    secondary="#0f766e",
    accent="#0f766e",
    warning="#b45309",
    error="#b91c1c",
    success="#0f766e",
    foreground="#1f2328",
    background="#fbfaf8",
    surface="#f2f0ec",
    panel="#e9e6e0",
    dark=False,
    variables={"footer-key-foreground": "#0f766e", "input-selection-background": "#0f766e 25%"},
)
