"""A small purchase-order application to record, for tests and ``make demo``. Needs only tkinter.

Usage: scripted_app.py LAYOUT WIDTH HEIGHT. Writes the positions of its widgets (desktop pixels) to LAYOUT whenever they
move. Reads lines on standard input: ``flash on`` and ``flash off`` paint a white square, to compare sound and picture.
"""

from __future__ import annotations

import json
import sys
import threading
import tkinter as tk
from pathlib import Path

BLUE, PALE = "#24476b", "#e8eef4"
CENTRES = ("4100 Office", "4200 Warehouse", "4300 Training", "4400 Travel")


class Orders(tk.Tk):
    """The window and its widgets by name."""

    def __init__(self, layout: Path, width: int, height: int) -> None:
        super().__init__()
        self.layout, self.named = layout, {}
        self.title("Purchase orders")
        self.geometry(f"{int(width * 0.62)}x{int(height * 0.74)}+{int(width * 0.16)}+{int(height * 0.1)}")
        self.option_add("*Font", ("DejaVu Sans", max(10, height // 60)))
        self.status = tk.StringVar(value="Ready")
        head = tk.Frame(self, bg=BLUE)
        head.pack(fill="x")
        title = tk.Label(head, text="Purchase orders", bg=BLUE, fg="white", padx=16, pady=10)
        title.pack(side="left")
        self.named["title"] = title
        self.body = tk.Frame(self, padx=18, pady=14)
        self.body.pack(fill="both", expand=True)
        self.body.columnconfigure(1, weight=1)
        self._button("new", "New order", 0, self.clear)
        self._field("supplier", "Supplier", 1)
        self._field("quantity", "Quantity", 2)
        self._centres(3)
        self._note(4)
        self._button("submit", "Submit", 5, self.submit)
        tk.Label(self, textvariable=self.status, anchor="w", bg=PALE, padx=12, pady=6).pack(fill="x", side="bottom")
        self.bind("<Configure>", lambda _event: self.after_idle(self.dump))
        self.after(200, self.dump)
        threading.Thread(target=self.listen, daemon=True).start()

    def _label(self, text: str, row: int) -> None:
        tk.Label(self.body, text=text, anchor="w").grid(row=row, column=0, sticky="nw", pady=6, padx=(0, 14))

    def _button(self, name: str, text: str, row: int, command: object) -> None:
        self.named[name] = tk.Button(self.body, text=text, command=command, padx=14, pady=3)
        self.named[name].grid(row=row, column=0, columnspan=2, sticky="w", pady=6)

    def _field(self, name: str, text: str, row: int) -> None:
        self._label(text, row)
        self.named[name] = tk.Entry(self.body, relief="solid", bd=1)
        self.named[name].grid(row=row, column=1, sticky="ew", pady=6, ipady=3)

    def _centres(self, row: int) -> None:
        self._label("Cost centre", row)
        self.named["centres"] = tk.Listbox(self.body, height=4, exportselection=False, relief="solid", bd=1)
        self.named["centres"].insert("end", *CENTRES)
        self.named["centres"].grid(row=row, column=1, sticky="ew", pady=6)

    def _note(self, row: int) -> None:
        self._label("Note", row)
        self.named["note"] = tk.Text(self.body, height=3, relief="solid", bd=1, wrap="word")
        self.named["note"].grid(row=row, column=1, sticky="ew", pady=6)

    def clear(self) -> None:
        """Empty the fields for a new order."""
        for name in ("supplier", "quantity"):
            self.named[name].delete(0, "end")
        self.named["note"].delete("1.0", "end")
        self.named["centres"].selection_clear(0, "end")
        self.status.set("New order PO-1042 (draft)")

    def submit(self) -> None:
        """Ask for confirmation."""
        dialog = tk.Toplevel(self)
        dialog.title("Confirm")
        dialog.transient(self)
        dialog.geometry(f"+{self.winfo_rootx() + 180}+{self.winfo_rooty() + 160}")
        tk.Label(dialog, text="Submit order PO-1042 for approval?", padx=24, pady=16).pack()
        confirm = tk.Button(dialog, text="Confirm", command=lambda: self.confirmed(dialog), padx=14)
        confirm.pack(pady=(0, 14))
        self.named["confirm"] = confirm
        dialog.bind("<Configure>", lambda _event: self.after_idle(self.dump))

    def confirmed(self, dialog: tk.Toplevel) -> None:
        """Close the dialog and show the new status."""
        dialog.destroy()
        self.named.pop("confirm", None)
        self.status.set("Order PO-1042 submitted · waiting for approval")

    def dump(self) -> None:
        """Write the positions of all widgets, atomically."""
        places = {
            name: [widget.winfo_rootx(), widget.winfo_rooty(), widget.winfo_width(), widget.winfo_height()]
            for name, widget in self.named.items()
            if widget.winfo_exists() and widget.winfo_ismapped()
        }
        beside = self.layout.with_suffix(".new")
        beside.write_text(json.dumps(places))
        beside.replace(self.layout)

    def listen(self) -> None:
        """Paint or remove the white square on command."""
        flash = tk.Toplevel(self)
        flash.overrideredirect(True)
        flash.geometry("160x160+0+0")
        flash.configure(bg="black")
        flash.withdraw()
        for line in sys.stdin:
            on = line.strip() == "flash on"
            self.after(
                0, lambda on=on: (flash.configure(bg="white" if on else "black"), flash.deiconify(), flash.lift())
            )


if __name__ == "__main__":
    Orders(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).mainloop()
