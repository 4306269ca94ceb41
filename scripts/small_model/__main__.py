"""Trains the small speech model, further or from scratch: ``make model`` (``OPTIONS="--smoke"`` to try it).

Runs in its own environment (``.making/``), because showhow itself needs no torch. Each stage stores its result there;
``--keep-speech`` reuses the speech. The model replaces the current one only if its word error rate is better on
sentences that neither was trained on.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from scripts.small_model.speech import HELD_BACK, load, speak_all

ROOT = Path(__file__).parent.parent.parent
MODEL = ROOT / "tests" / "data" / "howto-whisper"
LARGEST = 5_000_000  # maximum bytes of the model


def main() -> int:
    """Run all stages; returns 1 if the new model is no better and was not installed."""
    wanted = _wanted()
    place: Path = wanted.out
    place.mkdir(parents=True, exist_ok=True)
    speech = place / "speech.npz"
    if not (wanted.keep_speech and speech.exists()):
        speak_all(wanted.sentences, speech)
    _train(wanted, speech, place / "trained")
    made = place / MODEL.name
    _convert(place / "trained", made)
    before, after = _heard(MODEL, speech), _heard(made, speech)
    size = sum(file.stat().st_size for file in made.iterdir())
    print(f"before: {_said(before)}\nafter:  {_said(after)}\n{size / 1e6:.1f} MB in {made}")
    better = after != before and all(after[name] <= rate for name, rate in before.items())
    if wanted.smoke or not better or size >= LARGEST:
        print("The model there is stays.")
        return 0 if wanted.smoke else 1
    for file in made.iterdir():
        shutil.copyfile(file, MODEL / file.name)
    print(f"{MODEL} is the new one; write its figures into its README.")
    return 0


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=18_000, help=f"to speak; the first {HELD_BACK} are held back")
    parser.add_argument("--minutes", type=float, default=90, help="of training")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--anew", action="store_true", help="begin with nothing, not with the model there is")
    parser.add_argument("--keep-speech", action="store_true", help="use the speech of the last run")
    parser.add_argument("--smoke", action="store_true", help="the whole way in two minutes; the result is of no use")
    parser.add_argument("--out", type=Path, default=ROOT / ".making")
    wanted = parser.parse_args()
    if wanted.smoke:
        wanted.sentences, wanted.minutes = HELD_BACK + 60, 0.5
    return wanted


def _train(wanted: argparse.Namespace, speech: Path, place: Path) -> None:
    from scripts.small_model.network import Network
    from scripts.small_model.training import ANEW, ON, train

    _, spoken = load(speech)
    network = Network.anew([text for text, _ in spoken]) if wanted.anew else Network.of(MODEL)
    train(network, spoken, ANEW if wanted.anew else ON, minutes=wanted.minutes, threads=wanted.threads, place=place)


def _convert(trained: Path, made: Path) -> None:
    from ctranslate2.converters import TransformersConverter

    copies = ["tokenizer.json", "preprocessor_config.json"]
    TransformersConverter(str(trained), copy_files=copies).convert(str(made), quantization="int8", force=True)


def _heard(model: Path, speech: Path) -> dict[str, float]:
    """Word error rates on held-back sentences and those of the demo; in a better model none is worse."""
    from scripts.small_model.hearing import error_rates

    return error_rates(model, load(speech)[0])


def _said(rates: dict[str, float]) -> str:
    return ", ".join(f"{name} {rate:.4f}" for name, rate in rates.items())


if __name__ == "__main__":
    sys.exit(main())
