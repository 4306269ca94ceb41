"""A window with named buttons and fields, for the bench of clicks. Needs only tkinter.

Usage: labelled_window.py LAYOUT WIDTH HEIGHT TITLE [button:LABEL | field:LABEL ...]. Writes the positions of its
widgets by label, and of its content as “(window)”, to LAYOUT whenever they move.
"""

from __future__ import annotations

import json
import sys
import tkinter as tk
from pathlib import Path

ROWS = 8


class LabelledWindow(tk.Tk):
    """The window; its widgets in columns of eight rows."""

    def __init__(self, layout: Path, size: tuple[int, int], title: str, widgets: list[str]) -> None:
        super().__init__()
        self.layout, self.named = layout, {}
        width, height = size
        self.title(title)
        self.geometry(f"{width * 7 // 10}x{height * 8 // 10}+{width // 8}+{height // 12}")
        self.option_add("*Font", ("DejaVu Sans", max(10, height // 60)))
        tk.Label(self, text=title, anchor="w", bg="#24476b", fg="white", padx=16, pady=10).pack(fill="x")
        self.status = tk.StringVar(value="Ready")
        tk.Label(self, textvariable=self.status, anchor="w", padx=12, pady=6).pack(fill="x", side="bottom")
        body = tk.Frame(self, padx=18, pady=14)
        body.pack(fill="both", expand=True)
        for number, (kind, _, label) in enumerate(widget.partition(":") for widget in widgets):
            row, column = number % ROWS, number // ROWS * 2
            if kind == "field":
                tk.Label(body, text=label, anchor="w").grid(row=row, column=column, sticky="w", pady=8, padx=8)
                self.named[label] = tk.Entry(body, relief="solid", bd=1)
            else:
                press = lambda label=label: self.status.set(f"{label} …")  # noqa: E731  a callback for each button
                self.named[label] = tk.Button(body, text=label, padx=14, pady=3, command=press)
            self.named[label].grid(row=row, column=column + (kind == "field"), sticky="w", pady=8, padx=8)
        self.bind("<Configure>", lambda _event: self.after_idle(self.dump))
        self.after(200, self.dump)

    def dump(self) -> None:
        """Write the positions of all widgets, atomically."""
        places = {
            name: [widget.winfo_rootx(), widget.winfo_rooty(), widget.winfo_width(), widget.winfo_height()]
            for name, widget in self.named.items()
            if widget.winfo_ismapped()
        }
        places["(window)"] = [self.winfo_rootx(), self.winfo_rooty(), self.winfo_width(), self.winfo_height()]
        beside = self.layout.with_suffix(".new")
        beside.write_text(json.dumps(places))
        beside.replace(self.layout)


if __name__ == "__main__":
    LabelledWindow(Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3])), sys.argv[4], sys.argv[5:]).mainloop()
