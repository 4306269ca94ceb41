"""``make demo``: runs showhow end to end on real input, through its own commands, and prints the results.

A scripted, narrated task of about 40 s is played on a small real window: pointer, clicks, typing, speech, and pauses.
The product records, trims, transcribes, files, searches and exports it. Without a display, or with DEMO_VIRTUAL=1, it
runs on a private virtual screen. The sound server is always private, so no real microphone is recorded.

It is heard by Whisper base, which ``showhow model download`` fetches once. Where that cannot be had, the demo is filed
by its clicks and waits for its words.
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
from tests.support.cache import CACHE, Unavailable
from tests.support.desktop import PROGRAMS, Stage
from tests.support.scripted_task import Scene, Truth, Voice, natural, robotic

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".demo" / "home"
SHOWHOW = Path(sys.executable).with_name("showhow")
MODEL = "base"
QUESTION = "raise a purchase order"


@dataclass(frozen=True)
class Outcome:
    """Results of a run, for the report and the acceptance tests. ``take`` and ``demo`` are ``--json`` documents."""

    truth: Truth
    started_unix_ms: int
    take: dict[str, Any]
    demo: dict[str, Any]
    stopped_to_searchable_s: float

    @property
    def word_error_rate(self) -> float | None:
        """Wrong, missing and extra words divided by the words spoken; None while the demo waits for its words."""
        if self.demo["waiting_for_words"]:
            return None
        heard = " ".join(word["text"] for word in self.demo["transcript"]["words"])
        return word_error_rate(self.truth.text, heard)


class Product:
    """Runs the product's commands on one stage, with their own home folder and the speech model in a folder."""

    def __init__(self, stage: Stage, home: Path, model: Path) -> None:
        self.env = stage.env | {
            "SHOWHOW_HOME": str(home),
            "SHOWHOW_AUTHOR": "Priya",
            "SHOWHOW_CONFIG": str(home / "config.toml"),
            "SHOWHOW_MODEL": str(model),
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
            told: list[str] = []  # such as hotkeys that will not work
            while (line := recorder.stderr.readline()) and not line.startswith("Recording"):
                told.append(line.strip())
            if not line:
                raise SystemExit(f"showhow record did not start: {' '.join(told)}")
            began = round(time.time() * 1000)
            truth = scene.play()
            stopped = time.monotonic()
            recorder.send_signal(signal.SIGINT)
            said, complaint = recorder.communicate(timeout=60)
        if recorder.returncode:
            raise SystemExit(f"showhow record failed: {complaint.strip()}")
        return json.loads(said), truth, began, stopped


def run(stage: Stage, home: Path, model: Path, voice: Voice = natural) -> Outcome:
    """Record and file the task once on ``stage``; all files are under ``home``."""
    product = Product(stage, home, model)
    take, truth, began, stopped = product.record(Scene(stage, voice=voice))
    demo = product.ask("add", take["path"], "--tag", "finance", "--tag", "orders")
    return Outcome(truth, began, take, demo, time.monotonic() - stopped)


def fetched_model() -> Path:
    """The folder of MODEL in the cache, fetched by the product when it is not there; SHOWHOW_MODEL names another.

    Where it cannot be fetched, the reason is printed, and the demo does without.
    """
    if chosen := os.environ.get("SHOWHOW_MODEL"):
        return Path(chosen)
    own = os.environ | {"SHOWHOW_HOME": str(CACHE), "SHOWHOW_CONFIG": str(CACHE / "config.toml")}
    subprocess.run([SHOWHOW, "model", "download", MODEL], env=own, check=False)
    return CACHE / "models" / MODEL


def fetched_voice(folder: Path) -> Voice:
    """The natural voice, or where it cannot be fetched, espeak-ng, and the reason is printed."""
    try:
        natural("It speaks.", folder)
    except Unavailable as error:
        print(f"{error} Narrated by espeak-ng.")
        return robotic
    return natural


def word_error_rate(spoken: str, heard: str) -> float:
    """Wrong, missing and extra words divided by the words spoken; ignores case and punctuation."""
    spoken_words, heard_words = (re.findall(r"[a-z0-9']+", text.lower()) for text in (spoken, heard))
    return Levenshtein.distance(spoken_words, heard_words) / len(spoken_words)


def report(outcome: Outcome, product: Product) -> None:
    """Print the results."""
    demo, rate = outcome.demo, outcome.word_error_rate
    recorded, kept = demo["take"]["duration_ms"], demo["clip"]["duration_ms"]
    print(f"\n{demo['title']}   [{demo['demo_id']}]")
    for step in demo["steps"]:
        print(f"{step['number']:>3}  {clock(step['start_ms']):>5}  {step['title']}")
    print(f"\ncut                   {(recorded - kept) / 1000:.1f} s of {recorded / 1000:.1f} s recorded")
    print(f"stop to searchable    {outcome.stopped_to_searchable_s:.1f} s")
    if rate is None:
        print(f"words                 it waits for them. With a network: {command(product)} model download {MODEL}")
        print(f"                      then: {command(product)} transcribe --waiting")
    else:
        print(f"word error rate       {rate:.2f}, heard by {demo['transcript']['model']}")
    for words in (QUESTION, "cost centre"):
        print(f"search “{words}”".ljust(33) + answer(product.ask("search", words)))
    page = ROOT / ".demo" / "export" / "demo.md"
    product.ask("export", demo["demo_id"], "--format", "markdown", "--output", str(page))
    print(f"exported              {page.relative_to(ROOT)}")
    print("\nLook at it:")
    print(f"  {command(product)}")
    print(f"  {command(product)} play {demo['demo_id']}#{min(4, len(demo['steps']))}")


def answer(found: dict[str, Any]) -> str:
    """The best hit of a search in a line."""
    if not found["hits"]:
        return "no hit"
    hit = found["hits"][0]
    step = f"step {hit['step']} “{hit['step_title']}” at {clock(hit['start_ms'])}" if hit["step"] else hit["title"]
    return f"{step}, {found['took_ms']:.1f} ms"


def command(product: Product) -> str:
    """How to run the product on the demo's library."""
    program = SHOWHOW.relative_to(ROOT) if SHOWHOW.is_relative_to(ROOT) else SHOWHOW
    home = Path(product.env["SHOWHOW_HOME"])
    return f"SHOWHOW_HOME={home.relative_to(ROOT) if home.is_relative_to(ROOT) else home} {program}"


def main() -> None:
    """Run on the user's display if there is one, else on a private one."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        raise SystemExit(f"Missing programs: {' '.join(lacking)}. Run scripts/setup.sh run, or see README.")
    on_wayland = bool(os.environ.get("WAYLAND_DISPLAY"))  # the scripted task needs an X screen
    virtual = os.environ.get("DEMO_VIRTUAL") == "1" or not os.environ.get("DISPLAY") or on_wayland
    shutil.rmtree(HOME.parent, ignore_errors=True)
    HOME.mkdir(parents=True)
    model = fetched_model()
    print("A private virtual screen" if virtual else "On your screen (hands off the mouse)", end="", flush=True)
    print("; a scripted task of about 40 s is played and recorded …", flush=True)
    with Stage(screen=virtual) as stage:
        outcome = run(stage, HOME, model, fetched_voice(stage.folder))
        report(outcome, Product(stage, HOME, model))


if __name__ == "__main__":
    main()
