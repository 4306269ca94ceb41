"""Which sentences begin a step, and with what title: six kinds of sentences, and near misses that stay as they are.

“|” is a pause of 1.5 s, “/” a breath of 0.75 s; words written with “?” before them were heard unsurely.
"""

from __future__ import annotations

import re

import pytest

from transcribe.model import Segment, Transcript, Word
from transcribe.phrases.lexicon import PLAIN
from transcribe.steps.builder import make_steps
from transcribe.steps.misheard import corrected, retitled

MISHEARD_VERBS = [
    ("fr", "Ouvrez le dossier. | ?Téléchardez le fichier joint.", "Ouvrir le dossier | Télécharger le fichier joint"),
    ("fr", "Ouvrez le dossier. | Ensuite vous ?supprinez la ligne.", "Ouvrir le dossier | Supprimer la ligne"),
    ("es", "Abra el informe. | ?Celeccione la primera fila.", "Abrir el informe | Seleccionar la primera fila"),
    ("de", "Öffnet den Ordner. | Dann ?gopiert ihr die Vorlage.", "Den Ordner öffnen | Die Vorlage kopieren"),
    ("en", "Open the report. | Now ?schetule the report for Monday.", "Open the report | Schedule the report for Monday"),
    ("en", "Open the report. | Now ?fitter the list by date.", "Open the report | Fitter the list by date"),
    # short words are like too many others; heard surely; like two verbs; a noun; a verb's form; a noun like a verb
    ("de", "Öffnet den Ordner. | Gopiert ihr die Vorlage.", "Den Ordner öffnen | Gopiert ihr die Vorlage"),
    ("de", "Öffnet den Ordner. | ?Drycken Sie die Liste.", "Den Ordner öffnen | Die Liste drycken"),
    ("fr", "Ouvrez le dossier. | ?Fournisseur inconnu, ligne trois.", "Ouvrir le dossier | Fournisseur inconnu, ligne trois"),
    ("en", "Open the report. | ?Filters are on the right.", "Open the report"),
    ("es", "Abra el informe. | ?Celección de filas.", "Abrir el informe | Celección de filas"),
]  # fmt: skip
ANNOUNCEMENTS = [
    ("de", "So, dann wollen wir mal einen Dienstwagen buchen. | Öffnet das Portal. | Klickt auf Fuhrpark.", "Das Portal öffnen | Auf Fuhrpark klicken"),
    ("fr", "Bon, alors on va créer une fiche client. | Ouvrez le menu Ventes. | Cliquez sur Nouveau.", "Ouvrir le menu Ventes | Cliquer sur Nouveau"),
    ("es", "Bien, vamos a registrar un pago. | Abra la caja. | Pulse Nuevo.", "Abrir la caja | Pulsar Nuevo"),
    ("en", "Okay, let's set up a shared mailbox. | Open the admin page. | Click Add.", "Open the admin page | Click Add"),
    # in the middle; handles the screen; how this speaker tells each step; nothing else is ordered
    ("de", "Öffnet das Portal. | Jetzt wollen wir den Wagen buchen.", "Das Portal öffnen | Den Wagen buchen"),
    ("fr", "On va ouvrir le menu Ventes. | Cliquez sur Nouveau.", "Ouvrir le menu Ventes | Cliquer sur Nouveau"),
    ("es", "Vamos a crear una carpeta. | Vamos a poner un nombre.", "Crear una carpeta | Poner un nombre"),
    ("en", "Let's create a backup. | That is all.", "Create a backup"),
]  # fmt: skip
PLACES_TO_FIND = [
    ("de", "Öffnen Sie die Mappe. | Im Menü Daten finden Sie den Eintrag Gliederung. | Geben Sie den Namen ein.", "Die Mappe öffnen | Im Menü Daten den Eintrag Gliederung finden | Den Namen eingeben"),
    ("fr", "Ouvrez le classeur. | Dans le menu Données, vous trouverez Trier. | Saisissez le nom.", "Ouvrir le classeur | Trouver Trier dans le menu Données | Saisir le nom"),
    ("es", "Abra el libro. | En el menú Datos encontrará Ordenar. | Escriba el nombre.", "Abrir el libro | Encontrar Ordenar en el menú Datos | Escribir el nombre"),
    ("en", "Open the workbook. | Under Data you'll find Sort. | Type the name.", "Open the workbook | Find Sort under Data | Type the name"),
    # ordered next; nothing to act on
    ("de", "Öffnen Sie die Mappe. | Im Menü Daten finden Sie den Eintrag Gliederung. | Wählen Sie Gliederung aus.", "Die Mappe öffnen | Gliederung auswählen"),
    ("en", "Open the workbook. | Under Data you'll find Sort. | Click Sort.", "Open the workbook | Click Sort"),
    ("fr", "Ouvrez le classeur. | En bas vous trouverez le total. | Saisissez le nom.", "Ouvrir le classeur | Saisir le nom"),
    ("es", "Abra el libro. | Aquí encontrará los datos del mes. | Escriba el nombre.", "Abrir el libro | Escribir el nombre"),
]  # fmt: skip
WHAT_HAPPENS = [
    ("es", "Abra el filtro. | Salen varias casillas. | Marque la primera.", "Abrir el filtro | Marcar la primera"),
    ("fr", "Cliquez sur Partager. | Une petite boîte apparaît. | Saisissez le nom.", "Cliquer sur Partager | Saisir le nom"),
    ("en", "Click Share. | A small box pops up. | Type the name.", "Click Share | Type the name"),
    ("de", "Klickt auf Teilen. | Ein kleines Fenster geht auf. | Gebt den Namen ein.", "Auf Teilen klicken | Den Namen eingeben"),
    # an instruction follows in the same sentence; the verb tells which box
    ("de", "Klickt auf Teilen. | Ein kleines Fenster geht auf, da gebt ihr den Namen ein.", "Auf Teilen klicken | Den Namen eingeben"),
    ("en", "Click Share. | Open the small box that pops up.", "Click Share | Open the small box that pops up"),
]  # fmt: skip
CONDITIONS = [
    ("es", "Revise el importe. | Si hay un error, puede borrarlo. | Pulse Enviar.", "Revisar el importe | Pulsar Enviar"),
    ("de", "Prüfen Sie den Betrag. | Wenn etwas fehlt, können Sie ihn zurückweisen. | Drücken Sie Senden.", "Den Betrag prüfen | Senden drücken"),
    ("fr", "Vérifiez le montant. | Si quelque chose cloche, vous pouvez le refuser. | Cliquez sur Envoyer.", "Vérifier le montant | Cliquer sur Envoyer"),
    ("en", "Check the amount. | If something is wrong, you can reject it. | Press Send.", "Check the amount | Press Send"),
    # an object of its own; an order; the usual case
    ("de", "Prüfen Sie den Betrag. | Wenn etwas fehlt, können Sie den Beleg zurückweisen.", "Den Betrag prüfen | Den Beleg zurückweisen"),
    ("fr", "Vérifiez le montant. | Si tout va bien, cliquez sur Envoyer.", "Vérifier le montant | Cliquer sur Envoyer"),
    ("es", "Revise el importe. | Si todo está bien, puede enviarlo.", "Revisar el importe | Enviarlo"),
]  # fmt: skip
PLACES_BEFORE = [
    ("fr", "Cliquez sur Trier. | Dans la deuxième colonne, / choisissez Date.", "Cliquer sur Trier | Choisir Date dans la deuxième colonne"),
    ("de", "Klickt auf Sortieren. | In der zweiten Spalte, / wählt ihr Datum.", "Auf Sortieren klicken | In der zweiten Spalte Datum wählen"),
    ("en", "Click Sort. | In the second column, / pick Date.", "Click Sort | Pick Date in the second column"),
    ("es", "Pulse Ordenar. | En la segunda columna, / elija Fecha.", "Pulsar Ordenar | Elegir Fecha en la segunda columna"),
    # two instructions; a place inside an instruction
    ("fr", "Cliquez sur Trier, / choisissez Date.", "Cliquer sur Trier | Choisir Date"),
    ("en", "Open the list in the second column, / pick Date.", "Open the list in the second column | Pick Date"),
]  # fmt: skip
TAKES = [*MISHEARD_VERBS, *ANNOUNCEMENTS, *PLACES_TO_FIND, *WHAT_HAPPENS, *CONDITIONS, *PLACES_BEFORE]


def heard(said: str, language: str) -> Transcript:
    """The transcript of a take; a segment for each pause."""
    at_ms, segments = 1_000, []
    for part in said.split(" | "):
        words = []
        for word in part.split():
            if word == "/":
                at_ms += 730
                continue
            sure = 0.3 if word.startswith("?") else 0.95
            words.append(Word(at_ms, at_ms + 280, text=f" {word.lstrip('?')}", confidence=sure))
            at_ms += 300
        text = "".join(word.text for word in words).strip()
        segments.append(Segment(words[0].start_ms, at_ms, text=text, words=tuple(words)))
        at_ms += 1_500
    return Transcript(segments=tuple(segments), language=language)


def titles_of(said: str, language: str) -> list[str]:
    transcript = heard(said, language)
    steps = make_steps(transcript, (), transcript.segments[-1].end_ms + 1_000)
    return [step.title for step in retitled(steps, corrected(transcript, steps, (), PLAIN))]


@pytest.mark.parametrize(("language", "said", "titles"), TAKES)
def test_a_take_comes_to_the_steps_that_a_writer_would_give(language: str, said: str, titles: str) -> None:
    assert titles_of(said, language) == re.split(r" \| ", titles)
