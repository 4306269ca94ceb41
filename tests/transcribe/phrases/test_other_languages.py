"""German, French and Spanish: instructions in the infinitive, tasks, talk and goodbyes."""

from __future__ import annotations

import pytest

from transcribe.phrases.conjugation import infinitive_of
from transcribe.phrases.lexicon import lexicon_of
from transcribe.phrases.sentences import SentenceKind, kind_of, title_of
from transcribe.steps.tasks import task_of


@pytest.mark.parametrize(
    ("language", "sentence", "title"),
    [
        ("de", "Klickt ihr oben links auf das Plus.", "Oben links auf das Plus klicken"),
        ("de", "Füllt bitte das Feld Name aus.", "Das Feld Name ausfüllen"),
        ("de", "Jetzt müsst ihr noch den Vertreter auswählen.", "Den Vertreter auswählen"),
        ("fr", "Pour finir, cliquez sur Valider, puis sur Fermer.", "Cliquer sur Valider, puis sur Fermer"),
        ("fr", "N'oubliez pas de vérifier le montant, c'est important.", "Vérifier le montant"),
        ("es", "Luego haz clic en Nuevo.", "Hacer clic en Nuevo"),
        ("es", "En el campo Nombre escriba su nombre.", "Escribir su nombre en el campo Nombre"),
        ("de", "Als Nächstes trage ich hier die Kundennummer ein.", "Hier die Kundennummer eintragen"),
        ("de", "Jetzt wählst du im Menü Datei den Punkt Drucken aus.", "Im Menü Datei den Punkt Drucken auswählen"),
        ("de", "Bitte melden Sie sich mit Ihrem Kürzel an.", "Sich mit Ihrem Kürzel anmelden"),
        ("de", "Wenn das erledigt ist, speichern wir das Dokument ab.", "Das Dokument abspeichern"),
        ("de", "Du musst nur noch auf Senden drücken.", "Auf Senden drücken"),
        ("de", "Und dann einmal bestätigen.", "Einmal bestätigen"),
        ("de", "Hier oben könnt ihr den Filter setzen.", "Oben den Filter setzen"),
        ("de", "Doppelklick auf die Zeile.", "Doppelklick auf die Zeile"),
        ("de", "Sie müssen eine Zeile hinzufügen.", "Eine Zeile hinzufügen"),
        ("de", "Jetzt machen wir den Haken rein.", "Den Haken reinmachen"),
        ("es", "Púlselo.", "Pulsarlo"),
        ("de", "Scrollt mal ganz nach unten.", "Ganz nach unten scrollen"),
        ("de", "Drücken Sie Enter.", "Enter drücken"),
        (
            "de",
            "Ich ziehe die Datei in das Fenster und lasse sie los.",
            "Die Datei in das Fenster ziehen und loslassen",
        ),
        ("de", "Lasst die Farbe so, wie sie ist, und drückt Enter.", "Die Farbe so lassen und Enter drücken"),
        ("de", "Prüft das Blatt, damit ihr nichts überseht und alles lest.", "Das Blatt prüfen"),
        ("de", "Dann geht die unten auf Archiv.", "Unten auf Archiv gehen"),
        ("de", "Tippt Ort und Uhrzeit ein.", "Ort und Uhrzeit eintippen"),
        ("de", "Kopiert die Zeile und fügt sie unten an.", "Die Zeile kopieren und unten anfügen"),
        ("de", "Du kannst einstellen, wann die Erinnerung kommt.", "Einstellen, wann die Erinnerung kommt"),
        ("de", "Achten Sie darauf, dass der Haken sitzt.", "Darauf achten, dass der Haken sitzt"),
        ("de", "Ändert den Namen um, höchstens acht Buchstaben.", "Den Namen umändern"),
        ("de", "Löschen, Sie nicht den Verlauf.", "Den Verlauf nicht löschen"),
        ("de", "Klickt auf Personal, dann auf Verträge.", "Auf Personal, dann auf Verträge klicken"),
        ("de", "Unten seht ihr den Regler Helligkeit, den schiebt ihr.", "Den Regler Helligkeit schieben"),
        ("de", "Oben gibt es ein rotes Kreuz, da klickt ihr drauf.", "Auf das rote Kreuz klicken"),
        ("de", "Ich logge mich im Archiv ein.", "Sich im Archiv einloggen"),
        ("de", "Wir bestellen uns einen Ausweis.", "Einen Ausweis bestellen"),
        ("de", "Schließt die Maske.", "Die Maske schließen"),
        ("fr", "Fermez ensuite la boîte.", "Fermer la boîte"),
        ("fr", "Allez dans le dossier Archives.", "Aller dans le dossier Archives"),
        ("fr", "Il ne te reste plus qu'à signer le bon.", "Signer le bon"),
        ("fr", "Cliquez sur Fermez.", "Cliquer sur Fermer"),
        ("fr", "Validé la saisie.", "Valider la saisie"),
        ("fr", "Copiez, la clé.", "Copier la clé"),
        ("fr", "Dans la grande liste, copiez la clé.", "Copier la clé dans la grande liste"),
        ("es", "Dé un nombre al grupo.", "Dar un nombre al grupo"),
        ("es", "Amplíe el mapa.", "Ampliar el mapa"),
        ("es", "Solo queda cerrar el cajón.", "Cerrar el cajón"),
        ("es", "No se olvide de apagar el proyector.", "Apagar el proyector"),
        ("fr", "Vous devez d'abord sélectionner la période.", "Sélectionner la période"),
        ("fr", "Ensuite on va cliquer sur le petit crayon.", "Cliquer sur le petit crayon"),
        ("fr", "Saisissez votre identifiant et validez.", "Saisir votre identifiant et valider"),
        ("fr", "Tu ouvres l'onglet Paie.", "Ouvrir l'onglet Paie"),
        ("fr", "Glissez le fichier dans la fenêtre, c'est tout simple.", "Glisser le fichier dans la fenêtre"),
        ("fr", "Dans la liste déroulante, je choisis Congés payés.", "Choisir Congés payés dans la liste déroulante"),
        ("fr", "Il suffit de cocher la case.", "Cocher la case"),
        ("fr", "Après, vous mettez à jour la page.", "Mettre à jour la page"),
        ("fr", "Double-cliquez sur la ligne.", "Double-cliquer sur la ligne"),
        ("fr", "Connectez-vous avec votre badge.", "Se connecter avec votre badge"),
        ("es", "Después vas a la pestaña Nóminas.", "Ir a la pestaña Nóminas"),
        ("es", "Selecciona la fila y bórrala.", "Seleccionar la fila y borrarla"),
        ("es", "Tenemos que elegir el mes.", "Elegir el mes"),
        ("es", "Ingrese su usuario y contraseña.", "Ingresar su usuario y contraseña"),
        ("es", "Arrastramos el archivo a la ventana.", "Arrastrar el archivo a la ventana"),
        ("es", "En la parte de arriba, pulsa Exportar.", "Pulsar Exportar en la parte de arriba"),
        ("es", "Puedes cambiar el idioma en Ajustes.", "Cambiar el idioma en Ajustes"),
        ("es", "Cierra la ventana.", "Cerrar la ventana"),
        ("es", "Y le damos a Guardar.", "Dar a Guardar"),
        ("es", "No olviden guardar los cambios.", "Guardar los cambios"),
    ],
)
def test_an_instruction_is_worded_in_the_infinitive(language: str, sentence: str, title: str) -> None:
    assert kind_of(sentence, language) is SentenceKind.INSTRUCTION
    assert title_of(sentence, language) == title


@pytest.mark.parametrize(
    ("language", "sentence", "task"),
    [
        (
            "de",
            "Moin, in diesem kurzen Video zeige ich, wie ihr eine Bestellung storniert.",
            "Eine Bestellung stornieren",
        ),
        ("de", "Heute schauen wir uns an, wie man einen Kalender freigibt.", "Einen Kalender freigeben"),
        ("fr", "Salut tout le monde, petite vidéo sur la saisie des notes de frais.", "Saisie des notes de frais"),
        ("fr", "Je vais vous expliquer comment valider une commande.", "Valider une commande"),
        ("es", "Buenas tardes, en este tutorial veremos cómo dar de alta un cliente.", "Dar de alta un cliente"),
        ("es", "Hoy quiero enseñarles a firmar un contrato.", "Firmar un contrato"),
    ],
)
def test_an_opening_names_its_task(language: str, sentence: str, task: str) -> None:
    assert kind_of(sentence, language) is SentenceKind.OPENING
    assert task_of(sentence, language) == task


@pytest.mark.parametrize(
    ("language", "kind", "sentence"),
    [
        ("de", SentenceKind.TALK, "Das kann ein bisschen dauern."),
        ("de", SentenceKind.TALK, "Ihr seht, die Summe hat sich geändert."),
        ("de", SentenceKind.TALK, "Das Feld ist Pflicht."),
        ("de", SentenceKind.TALK, "Bei mir steht da noch der alte Name."),
        ("de", SentenceKind.CLOSING, "Und das war's auch schon."),
        ("de", SentenceKind.CLOSING, "Bei Fragen meldet euch einfach."),
        ("de", SentenceKind.CLOSING, "Ciao und bis bald."),
        ("fr", SentenceKind.TALK, "Ça prend quelques secondes."),
        ("fr", SentenceKind.TALK, "Vous voyez que le total a changé."),
        ("fr", SentenceKind.TALK, "Ce champ est obligatoire."),
        ("fr", SentenceKind.TALK, "Je suis déjà connecté."),
        ("fr", SentenceKind.CLOSING, "Et voilà, c'est fini."),
        ("fr", SentenceKind.CLOSING, "Merci de m'avoir écouté, à bientôt."),
        ("fr", SentenceKind.CLOSING, "Si vous avez des questions, écrivez-moi."),
        ("es", SentenceKind.TALK, "Tarda un poco."),
        ("es", SentenceKind.TALK, "Como ven, el total ha cambiado."),
        ("es", SentenceKind.TALK, "Este campo es obligatorio."),
        ("es", SentenceKind.TALK, "Aquí tenemos la lista de pedidos."),
        ("es", SentenceKind.CLOSING, "Y listo, eso sería todo."),
        ("es", SentenceKind.CLOSING, "Espero que les haya servido, hasta la próxima."),
        ("es", SentenceKind.CLOSING, "Cualquier duda me escriben."),
    ],
)
def test_talk_and_goodbyes_are_no_instructions(language: str, kind: SentenceKind, sentence: str) -> None:
    assert kind_of(sentence, language) is kind


@pytest.mark.parametrize(
    ("language", "form", "infinitive"),
    [
        ("de", "öffnet", "öffnen"),
        ("de", "wählst", "wählen"),
        ("de", "gib", "geben"),
        ("de", "speichere", "speichern"),
        ("fr", "choisissez", "choisir"),
        ("fr", "appelle", "appeler"),
        ("fr", "mettez", "mettre"),
        ("fr", "rangeons", "ranger"),
        ("es", "busque", "buscar"),
        ("es", "cierra", "cerrar"),
        ("es", "haga", "hacer"),
        ("es", "ábrelo", "abrirlo"),
        ("es", "casa", ""),
        ("de", "Haus", ""),
        ("fr", "maison", ""),
    ],
)
def test_a_form_of_a_verb_is_known_by_its_infinitive(language: str, form: str, infinitive: str) -> None:
    assert infinitive_of(form, lexicon_of(language)) == infinitive
