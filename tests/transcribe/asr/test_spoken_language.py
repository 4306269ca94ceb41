"""The language of short, accented and hesitant beginnings, while recording and for a whole file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.support.speech import say
from tests.support.whole_sound import read_sound
from transcribe.asr.silero_vad import Detector
from transcribe.asr.whisper import Whisper
from transcribe.model import SAMPLE_RATE, Sound, Transcript
from transcribe.models.known import ModelRef
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript


class Narration(NamedTuple):
    """Language, voice of espeak-ng (empty: the natural one), and breath groups."""

    language: str
    voice: str
    said: tuple[str, ...]


NARRATIONS = {
    "English, short words first": Narration(
        "en", "", ("Okay.", "Good.", "Here we go.", "So open the menu and choose purchase orders.", "Then save it.")
    ),
    "English, hesitant": Narration(
        "en", "", ("Um.", "So, uh, yeah.", "Okay, um.", "Today I'll show you how to file an expense report.")
    ),
    "English, Scottish": Narration(
        "en",
        "en-gb-scotland",
        ("Hello everybody.", "Well, um.", "Here I open the settings.", "Then I choose the second tab and press save."),
    ),
    "German, short words first": Narration(
        "de",
        "de",
        (
            "Also.",
            "Äh, gut.",
            "Okay.",
            "Wir öffnen jetzt das Menü und wählen die Bestellungen aus.",
            "Danach klicken wir auf neue Bestellung und tragen den Lieferanten ein.",
            "Zum Schluss speichern wir alles.",
        ),
    ),
    "German, hesitant": Narration(
        "de",
        "de+f3",
        (
            "Ähm.",
            "Ja, ähm, also.",
            "Moment.",
            "Ich zeige euch heute, wie man einen Urlaubsantrag stellt.",
            "Klickt oben links auf Anträge.",
            "Und dann auf Neuer Antrag.",
        ),
    ),
    "German, with English labels": Narration(
        "de",
        "de+m5",
        (
            "Hallo zusammen.",
            "So.",
            "Wir gehen auf das Dashboard und klicken auf Settings.",
            "Da gibt es einen Button, der heißt New Ticket.",
            "Den klicken wir an und füllen das Formular aus.",
        ),
    ),
    "French, short words first": Narration(
        "fr",
        "fr-fr",
        (
            "Bon.",
            "Alors.",
            "Voilà.",
            "On ouvre le menu et on choisit les commandes.",
            "Ensuite on clique sur nouvelle commande et on saisit le fournisseur.",
            "Pour finir on enregistre.",
        ),
    ),
    "French, hesitant": Narration(
        "fr",
        "fr-fr+f2",
        (
            "Euh.",
            "Alors, euh.",
            "Bonjour.",
            "Je vais vous montrer comment créer une facture.",
            "Cliquez sur ventes dans le menu de gauche.",
            "Puis sur nouvelle facture.",
        ),
    ),
    "French, Belgian": Narration(
        "fr",
        "fr-be+m3",
        (
            "Bonjour à tous.",
            "Oui.",
            "On va sur le dashboard et on clique sur Settings.",
            "Il y a un bouton qui s'appelle New Ticket.",
            "On le clique et on remplit le formulaire.",
        ),
    ),
    "Spanish, short words first": Narration(
        "es",
        "es",
        (
            "Bueno.",
            "Vale.",
            "Pues.",
            "Abrimos el menú y elegimos los pedidos.",
            "Después pulsamos en nuevo pedido y escribimos el proveedor.",
            "Al final guardamos todo.",
        ),
    ),
    "Spanish, hesitant": Narration(
        "es",
        "es+f2",
        (
            "Eh.",
            "Este, eh.",
            "Hola.",
            "Les voy a mostrar cómo se crea una factura.",
            "Hagan clic en ventas en el menú de la izquierda.",
            "Y luego en nueva factura.",
        ),
    ),
    "Spanish, Latin American": Narration(
        "es",
        "es-419+m3",
        (
            "Hola a todos.",
            "Sí.",
            "Vamos al dashboard y hacemos clic en Settings.",
            "Hay un botón que se llama New Ticket.",
            "Lo pulsamos y rellenamos el formulario.",
        ),
    ),
}


@pytest.fixture(scope="module")
def whisper(base: Path) -> Whisper:
    return Whisper(ModelRef("base", base), likely=("en",))


def spoken(narration: Narration, folder: Path) -> Sound:
    """The breath groups, equally loud, with a second between them, in a quiet room."""
    parts = [np.zeros(SAMPLE_RATE, np.float32)]
    for at, text in enumerate(narration.said):
        sound = _espeak(narration.voice, text, folder / f"{at}.wav") if narration.voice else say(text)
        loud = np.flatnonzero(np.abs(sound) > 0.006)
        sound = sound[loud[0] : loud[-1] + 1]
        parts += [sound * (0.055 / np.sqrt(np.mean(sound**2))), np.zeros(SAMPLE_RATE, np.float32)]
    whole = np.concatenate(parts)
    return (whole + np.random.default_rng(1).normal(0, 2e-4, len(whole))).astype(np.float32)


def _espeak(voice: str, text: str, path: Path) -> Sound:
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", path, text], check=True, capture_output=True)
    return read_sound(path, rate=SAMPLE_RATE)


def heard(whisper: Whisper, sound: Sound, *, together: bool) -> Transcript:
    log = Log(PartialTranscript())
    transcribe_stream([sound], whisper, log, Detector(), lambda _: None, together=together)
    return log.words.transcript


def test_a_first_word_that_could_be_any_language_does_not_decide(whisper: Whisper, tmp_path: Path) -> None:
    sound = spoken(Narration("es", "es", ("Bueno.", "Abrimos el menú y elegimos los pedidos.")), tmp_path)
    transcript = heard(whisper, sound, together=False)
    assert transcript.language == "es"
    assert "el menú y elegimos" in transcript.text


def test_the_first_words_are_encoded_once_for_their_language_and_their_text(
    whisper: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    whisper.load()
    encode, asked = whisper._model.encode, []
    monkeypatch.setattr(whisper._model, "encode", lambda features: asked.append(features) or encode(features))
    transcript = heard(whisper, say("Today I'll show you how to file an expense report."), together=False)
    assert "expense report" in transcript.text
    assert len(asked) == 1


@pytest.mark.long
@pytest.mark.parametrize("together", [False, True], ids=["live", "whole"])
@pytest.mark.parametrize("name", NARRATIONS)
def test_the_language_is_that_of_the_take(name: str, whisper: Whisper, tmp_path: Path, *, together: bool) -> None:
    narration = NARRATIONS[name]
    transcript = heard(whisper, spoken(narration, tmp_path), together=together)
    assert transcript.language == narration.language
    assert len(transcript.words) >= sum(len(text.split()) for text in narration.said) // 2
