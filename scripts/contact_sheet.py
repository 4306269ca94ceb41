"""``make contact-sheet``: record the scripted task on a private screen and draw its stills on one picture for docs/.

The same task as ``make demo``, through the product's own commands. Check it after changing steps, labels or stills.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.demo import ROOT, Product, run
from tests.support.desktop import Stage

OUT = ROOT / "docs" / "screens" / "contact-sheet.webp"


def main() -> None:
    """Record, file, draw; the file's path and size go to standard output."""
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    with tempfile.TemporaryDirectory() as home, Stage() as stage:
        outcome = run(stage, Path(home))
        product = Product(stage, Path(home))
        product.ask("export", outcome.demo["demo_id"], "--format", "contact-sheet", "--output", str(output))
    print(f"{output}: {len(outcome.demo['steps'])} steps, {output.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
