"""``make demo``: runs showhow end to end on real input, through its own commands, and prints the results.

A scripted, narrated task of about 40 s is played on a small real window: pointer, clicks, typing, speech, and pauses.
The product records, trims, transcribes, files, searches and exports it. Without a display, or with DEMO_VIRTUAL=1, it
runs on a private virtual screen. The sound server is always private, so no real microphone is recorded.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from capture.span import clock
from tests.support.desktop import PROGRAMS, Stage
from tests.support.scripted_task import Scene, Truth

ROOT = Path(__file__).parent.parent
SHOWHOW = Path(sys.executable).with_name("showhow")
SMALL_MODEL = ROOT / "tests" / "data" / "howto-whisper"


@dataclass(frozen=True)
class Outcome:
    """Results of a run, for the report and the acceptance tests. ``take`` and ``demo`` are ``--json`` documents."""

    truth: Truth
    started_unix_ms: int
    take: dict[str, Any]
    demo: dict[str, Any]
    model: str
    stopped_to_searchable_s: float
    word_error_rate: float


class Product:
    """Runs the product's commands on one stage, with their own home folder."""

    def __init__(self, stage: Stage, home: Path) -> None:
        self.env = stage.env | {
            "SHOWHOW_HOME": str(home),
            "SHOWHOW_AUTHOR": "Priya",
            "SHOWHOW_CONFIG": str(home / "config.toml"),
        }
        self.env.pop("SHOWHOW_LIBRARY", None)

    def ask(self, *words: str) -> dict[str, Any]:
        """Run a command with ``--json``; returns its document. A failure exits with the command's error line."""
        done = subprocess.run([SHOWHOW, *words, "--json"], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"showhow {' '.join(words)} failed: {done.stderr.strip()}")
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def record(self, scene: Scene) -> tuple[dict[str, Any], Truth, int, float]:
        """Record the scene. Returns take document, truth, start of the scene (unix ms), and its stop (monotonic s)."""
        command = [SHOWHOW, "record", "--monitor", "1", "--json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=self.env, text=True, start_new_session=True, **pipes) as recorder:
            first = recorder.stderr.readline()
            if not first.startswith("Recording"):
                raise SystemExit(f"showhow record did not start: {first.strip() or recorder.stderr.read().strip()}")
            began = round(time.time() * 1000)
            truth = scene.play()
            stopped = time.monotonic()
            recorder.send_signal(signal.SIGINT)
            said, complaint = recorder.communicate(timeout=60)
        if recorder.returncode:
            raise SystemExit(f"showhow record failed: {complaint.strip()}")
        return json.loads(said), truth, began, stopped


def run(stage: Stage, home: Path) -> Outcome:
    """Record and file the task once on ``stage``; all files are under ``home``."""
    product = Product(stage, home)
    model = choose_model(product)
    take, truth, began, stopped = product.record(Scene(stage))
    demo = product.ask("add", take["path"], "--tag", "finance", "--tag", "orders", "--model", model)
    searchable = time.monotonic() - stopped
    heard = " ".join(word["text"] for word in demo["transcript"]["words"])
    return Outcome(truth, began, take, demo, model, searchable, word_error_rate(truth.text, heard))


def choose_model(product: Product) -> str:
    """SHOWHOW_MODEL, else the last listed installed model, else the small test model."""
    if chosen := os.environ.get("SHOWHOW_MODEL"):
        return chosen
    own = {key: value for key, value in product.env.items() if key not in {"SHOWHOW_HOME", "SHOWHOW_CONFIG"}}
    listed = subprocess.run([SHOWHOW, "model", "list", "--json"], env=own, capture_output=True, text=True, check=False)
    models = json.loads(listed.stdout)["models"] if listed.returncode == 0 else []
    installed = [entry for entry in models if entry["installed"]]
    return str(installed[-1]["path"]) if installed else str(SMALL_MODEL)


def word_error_rate(spoken: str, heard: str) -> float:
    """Wrong, missing and extra words divided by the words spoken; ignores case and punctuation."""
    spoken_words, heard_words = (re.findall(r"[a-z0-9']+", text.lower()) for text in (spoken, heard))
    return Levenshtein.distance(spoken_words, heard_words) / len(spoken_words)


def report(outcome: Outcome, product: Product) -> None:
    """Print the results."""
    demo = outcome.demo
    recorded, kept = demo["take"]["duration_ms"], demo["clip"]["duration_ms"]
    which = "the small test model" if outcome.model == str(SMALL_MODEL) else outcome.model
    print(f"\n{demo['title']}   [{demo['demo_id']}]")
    for step in demo["steps"]:
        print(f"{step['number']:>3}  {clock(step['start_ms']):>5}  {step['title']}")
    print(f"\ncut                   {(recorded - kept) / 1000:.1f} s of {recorded / 1000:.1f} s recorded")
    print(f"word error rate       {outcome.word_error_rate:.2f}, heard by {which}")
    print(f"stop to searchable    {outcome.stopped_to_searchable_s:.1f} s")
    words = "cost centre"
    found = product.ask("search", words)
    if found["hits"]:
        hit = found["hits"][0]
        where = f"step {hit['step']} “{hit['step_title']}” at {clock(hit['start_ms'])}"
        print(f"search “{words}”  {where}, {found['took_ms']:.1f} ms")
    else:
        print(f"search “{words}”  no hit")
    page = ROOT / ".demo" / "export" / "demo.md"
    product.ask("export", demo["demo_id"], "--format", "markdown", "--output", str(page))
    print(f"exported              {page.relative_to(ROOT)}")
    home = f"SHOWHOW_HOME={product.env['SHOWHOW_HOME']}"
    command = SHOWHOW.relative_to(ROOT) if SHOWHOW.is_relative_to(ROOT) else SHOWHOW
    print("\nLook at it:")
    print(f"  {home} {command}")
    print(f"  {home} {command} play {demo['demo_id']}#{min(4, len(demo['steps']))}")


def main() -> None:
    """Run on the user's display if there is one, else on a private one."""
    lacking = [program for program in (*PROGRAMS, "espeak-ng") if shutil.which(program) is None]
    if lacking:
        raise SystemExit(f"Missing programs: {' '.join(lacking)}. Run scripts/setup.sh run, or see README.")
    on_wayland = bool(os.environ.get("WAYLAND_DISPLAY"))  # X11 programs cannot capture a Wayland screen
    virtual = os.environ.get("DEMO_VIRTUAL") == "1" or not os.environ.get("DISPLAY") or on_wayland
    home = ROOT / ".demo" / "home"
    shutil.rmtree(ROOT / ".demo", ignore_errors=True)
    home.mkdir(parents=True)
    print("A private virtual screen" if virtual else "On your screen (hands off the mouse)", end="", flush=True)
    print("; a scripted task of about 40 s is played and recorded …", flush=True)
    with Stage(screen=virtual) as stage:
        outcome = run(stage, home)
        report(outcome, Product(stage, home))


if __name__ == "__main__":
    main()
