"""The title of a demo: the task that its opening names, else window and click, else an instruction."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from capture.model import Click
from tests.transcribe.steps.test_builder import transcript
from transcribe.model import Transcript
from transcribe.steps.builder import propose_title


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (["Today I will show you how to raise a purchase order.", "Click new."], "Raise a purchase order"),
        (["In this short lesson we create a purchase order from start to finish."], "Create a purchase order"),
        (["Hello.", "Welcome back.", "Let me show you how to reset a password."], "Reset a password"),
        (["To cancel an order, open the list.", "Select it."], "Cancel an order"),
        (["First, open the finance menu.", "Then click orders."], "Open the finance menu"),
        (["The order form is new.", "Click on it."], "Click on it"),
        (["The order form is new."], "The order form is new"),
        ([], ""),
    ],
)
def test_the_title_is_the_task_that_is_announced_else_the_first_instruction(said: list[str], title: str) -> None:
    assert propose_title(transcript([(n * 4_000, text) for n, text in enumerate(said)])) == title


@pytest.mark.parametrize(
    ("language", "said", "title"),
    [
        ("de", "Hallo, heute zeige ich euch, wie man einen Urlaub beantragt.", "Einen Urlaub beantragen"),
        ("de", "Dann öffnen wir das Menü.", "Das Menü öffnen"),
        ("fr", "Bonjour à tous, aujourd'hui je vais vous montrer comment créer un devis.", "Créer un devis"),
        ("es", "Hola, en este vídeo vamos a ver cómo se crea un informe.", "Crear un informe"),
        ("sv", "Öppna menyn.", "Öppna menyn"),
    ],
)
def test_a_title_in_another_language_is_the_task_too(language: str, said: str, title: str) -> None:
    assert propose_title(transcript([(0, said)], language)) == title


def test_without_a_task_in_the_words_the_title_is_window_and_click() -> None:
    clicks = [Click(1_000, 1, 1, window="Purchase orders - Firefox", label="New order"), Click(9_000, 1, 1)]
    assert propose_title(transcript([(500, "Click this.")]), clicks) == "Purchase orders: new order"
    assert propose_title(Transcript(), clicks) == "Purchase orders: new order"
    assert propose_title(transcript([(0, "Let me show you how to pay a bill.")]), clicks) == "Pay a bill"


def test_without_task_and_window_the_title_is_what_the_instructions_complete() -> None:
    said = [
        (0, "So we never work in the old list."),
        (4_000, "Open the form."),
        (8_000, "Then click Create work order."),
    ]
    assert propose_title(transcript(said)) == "Create work order"


def test_an_opening_may_run_into_the_greeting_and_stand_later() -> None:
    said = [
        (0, "Hi, it's Dana from finance."),
        (3_000, "This is for the new people, I will walk you through posting a claim."),
    ]
    assert propose_title(transcript(said)) == "Post a claim"


@pytest.mark.parametrize(
    ("language", "opening", "unsure", "end", "title"),
    [
        ("en", "This is how to book a zizitor.", "zizitor", "So that's how you book a visitor.", "Book a visitor"),
        ("de", "Heute zeige ich euch, wie man einen Beruh anmeldet.", "Beruh", "So meldet man einen Gast an.",
         "Einen Gast anmelden"),
        ("fr", "Je vous montre comment inscrire un vimteur.", "vimteur", "Voilà comment on inscrit un visiteur.",
         "Inscrire un visiteur"),
        ("es", "Les enseño cómo registrar una bisata.", "bisata", "Ya saben cómo registrar una visita.",
         "Registrar una visita"),
    ],
)  # fmt: skip
def test_a_task_heard_unsurely_is_taken_from_the_end_that_names_it_again(
    language: str, opening: str, unsure: str, end: str, title: str
) -> None:
    said = transcript([(0, opening), (9_000, "OK."), (12_000, end)], language)
    first = said.segments[0]
    words = tuple(replace(w, confidence=0.2) if w.text.startswith(unsure) else w for w in first.words)
    doubtful = replace(said, segments=(replace(first, words=words), *said.segments[1:]))
    assert propose_title(doubtful) == title
    assert propose_title(said) != title


@pytest.mark.parametrize(
    ("language", "said", "title"),
    [
        ("de", "Hallo, wie sperrt man eigentlich eine Karte?", "Eine Karte sperren"),
        ("de", "Hier geht es darum, ein Konto zu schließen.", "Ein Konto schließen"),
        ("de", "Man kann den Zugang sperren lassen. Schauen wir uns an, wie man ihn sperrt.", "Ihn sperren"),
        ("fr", "Bonjour, ce tuto est consacré au blocage d'une carte.", "Blocage d'une carte"),
        ("fr", "Pour bloquer une carte, il y a une page.", "Bloquer une carte"),
        ("fr", "Voici un guide sur le classement d'un dossier.", "Classement d'un dossier"),
        ("fr", "Bienvenue dans cette vidéo consacrée au contrôle d'un compte.", "Contrôler un compte"),
        ("es", "Hola, hoy les muestro cómo bloquear una tarjeta.", "Bloquear una tarjeta"),
        ("es", "Una guía breve para bloquear una tarjeta.", "Bloquear una tarjeta"),
    ],
)
def test_a_task_is_found_however_an_opening_words_it(language: str, said: str, title: str) -> None:
    assert propose_title(transcript([(0, said)], language)) == title
