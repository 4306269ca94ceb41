"""Finds the instruction in a German, French or Spanish sentence and says it in the infinitive, as manuals do.

“Dann klickt ihr oben auf Speichern” is “Oben auf Speichern klicken”, “Vous ouvrez le menu” is “Ouvrir le menu”, “Haz
clic en Guardar” is “Hacer clic en Guardar”. Pure. Word lists are in ``lexicons/``, verb forms in ``conjugation.py``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases import german
from transcribe.phrases.conjugation import infinitive_of
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.wording import corrected, tidy, without_asides, without_leads

_MOST_CLAUSES = 2
_PREFIX_WORDS = 7  # words of a clause of place before the instruction
_LOOKS_INFINITIVE = {"fr": r"(?i)\w+(?:er|ir|re)$", "es": r"(?i)\w+[aei]r(?:lo|la|los|las|le|les|se)?$"}
"""After “how to” any word with such an ending is an infinitive, listed or not."""


def fluent(sentence: str, lexicon: Lexicon) -> str:
    """The sentence without sounds of thinking."""
    text = _hesitant(lexicon).sub(" ", f" {sentence} ")
    return re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split())).strip(" ,")


def order_in(sentence: str, lexicon: Lexicon) -> str:
    """The instruction in a sentence in the infinitive, without its lead-in; empty when there is none."""
    if sentence.rstrip(' "»”').endswith("?"):
        return ""
    text = without_leads(tidy(corrected(fluent(sentence, lexicon), lexicon)), lexicon)
    if lexicon.starts("follows").match(text):
        return ""
    return _first_order(text, lexicon)


def task_worded(said: str, lexicon: Lexicon) -> str:
    """A task in the infinitive: “wie man eine Rechnung anlegt” is “eine Rechnung anlegen”; else empty."""
    said = without_leads(tidy(said), lexicon)
    if lexicon.language == "de":
        return german.task(said, lexicon) or german.order(said, lexicon)
    looks = re.match(_LOOKS_INFINITIVE[lexicon.language], said.split(maxsplit=1)[0]) if said else None
    return (
        said if looks and not lexicon.whole("results").match(looks[0]) else _romance(_denominal(said, lexicon), lexicon)
    )


def _denominal(said: str, lexicon: Lexicon) -> str:
    """“Partage d'un dossier” as “partager un dossier”: a French noun that is also a form of its verb."""
    found = re.match(r"(?i)(?P<noun>\w+) (?P<of>d'|de la |de l'|du |des |de )(?P<thing>.+)", said)
    verb = infinitive_of(found["noun"], lexicon) if found and lexicon.language == "fr" else ""
    if not found or not verb.startswith(found["noun"].casefold()):
        return said
    article = {"de la ": "la ", "de l'": "l'", "du ": "le ", "des ": "les "}.get(found["of"].casefold(), "")
    return f"{verb} {article}{found['thing']}"


def _first_order(text: str, lexicon: Lexicon) -> str:
    """The first instruction of a sentence: at its beginning, else after a comma."""
    parts = re.split(r"(?:,|;|:|\s[-–—])\s+", text)
    for at in range(min(len(parts), 4)):
        rest = without_leads(", ".join(parts[at:]), lexicon)
        if any(lexicon.starts(key).match(rest) for key in ("follows", "times", "happens")):
            continue
        if at == 0 and len(parts) > 1 and lexicon.language == "de" and german.thing_named(parts[0]):
            continue
        clause = without_asides(rest, lexicon)
        found = german.order(clause, lexicon) if lexicon.language == "de" else _romance(clause, lexicon)
        if found and lexicon.language == "de":
            found = german.named(found, parts[at - 1]) if at else found
            after = rest[len(clause) :]
            more = german.object_clause(after) if german.incomplete(found) else german.second_clause(after, lexicon)
            found += more if " und " not in found else ""
        if found:
            place = parts[0] if at == 1 and lexicon.language != "de" else ""
            fits = 0 < len(place.split()) <= _PREFIX_WORDS and lexicon.starts("places").match(place)
            return f"{found} {place[0].lower()}{place[1:]}" if fits else found
    return ""


def _romance(text: str, lexicon: Lexicon) -> str:
    """A French or Spanish instruction in the infinitive; “and” may join a second one."""
    clauses = re.split(rf"(?i),?\s+(?={lexicon.phrase('and')}\s)", text, maxsplit=3)
    said: list[str] = []
    for clause in clauses:
        glue = re.match(rf"(?i){lexicon.phrase('and')}\s+(?:{lexicon.phrase('lead_ins')}\s+)?", clause)
        order = _clause(clause[glue.end() :] if glue else clause, lexicon, first=not said and not glue)
        if not order and not said:
            if clause is clauses[-1]:
                return ""
            continue
        if not order or len(said) < _MOST_CLAUSES:
            said.append(f"{glue[0] if glue and said else ''}{order}" if order else clause)
    return " ".join(said)


def _clause(text: str, lexicon: Lexicon, *, first: bool) -> str:
    """One clause in the infinitive: imperative, subject and verb, auxiliary and infinitive; else empty."""
    text = text.strip(" ,")
    if (found := _auxiliary(lexicon).match(text)) and _is_infinitive(text[found.end() :], lexicon):
        return _buttons(text[found.end() :], lexicon)
    if found := lexicon.prefix("subject").match(text):
        return _infinitive(text[found.end() :].lstrip(), lexicon)
    if order := _infinitive(text, lexicon):
        return order
    return _placed(text, lexicon) if first and lexicon.starts("places").match(text) else ""


def _placed(text: str, lexicon: Lexicon) -> str:
    """An instruction after a clause of place, with the place behind it; else empty."""
    if order := _after_place(text, lexicon):
        return order
    place, comma, rest = text.partition(", ")
    ways = [(place, rest)] if comma else []
    ways += [(text[: m.start()].strip(" ,"), text[m.start() :].strip()) for m in _subjects(lexicon).finditer(text)]
    for place, rest in ways:
        order = _clause(rest, lexicon, first=False) if len(place.split()) <= _PREFIX_WORDS else ""
        if order:
            return f"{order} {place[0].lower()}{place[1:]}"
    return ""


def _after_place(text: str, lexicon: Lexicon) -> str:
    """“En el campo Nombre escriba su nombre”: an imperative after a place, without a comma."""
    words = text.split()
    for at in range(2, min(_PREFIX_WORDS, len(words) - 1)):
        if "," in words[at - 1]:
            return ""
        article = lexicon.whole("weak").match(words[at - 1])
        if (
            words[at][:1].islower()
            and not article
            and not words[at].endswith(",")
            and infinitive_of(words[at], lexicon) not in {"", words[at]}
        ):
            order = _infinitive(" ".join(words[at:]), lexicon)
            place = " ".join(words[:at])
            return f"{order} {place[0].lower()}{place[1:]}" if order else ""
    return ""


def _infinitive(text: str, lexicon: Lexicon) -> str:
    """The text with the verb at its beginning in the infinitive; empty when it begins with none."""
    words = text.split()
    if not words:
        return ""
    first, own = words[0], ""
    if found := re.fullmatch(r"(?i)(.+?)-(vous|toi|nous|le|la|les|y|moi|en)[,.]?", first):
        first, own = found[1], found[2].casefold()
    verb = infinitive_of(first, lexicon)
    if not verb or (verb == first.casefold() and len(words) < 2):
        return ""
    if own in {"vous", "toi", "nous"}:
        verb = f"s'{verb}" if verb[0] in "aeéiouh" else f"se {verb}"
    elif own in {"le", "la", "les"}:
        verb = f"l'{verb}" if own != "les" and verb[0] in "aeéiouh" else f"{own} {verb}"
    rest = re.sub(rf"(?i)^(?:{lexicon.phrase('adverbs')})\s+(?=\w)", "", " ".join(words[1:]))
    parted = words[0].endswith(",") and lexicon.whole("joints").match(rest.split(" ", 1)[0])
    return _buttons(" ".join(filter(None, [verb + ("," if parted else ""), rest])), lexicon)


def _buttons(text: str, lexicon: Lexicon) -> str:
    """“Sur Envoyez” as “sur Envoyer”: French buttons are called by infinitives, which sound like other forms."""
    if lexicon.language != "fr":
        return text

    def named(found: re.Match[str]) -> str:
        stem = re.sub(r"(?:ez|é)$", "", found["form"])
        return f"{found['before']}{stem}er" if f"{stem}er".casefold() in lexicon.verbs else found[0]

    return re.sub(
        r"(?i)(?P<before>\b(?:sur|bouton|option|commande|choisir|sélectionner)(?: «)? )(?P<form>\w+(?:ez|é))\b",
        named,
        text,
    )


def _is_infinitive(text: str, lexicon: Lexicon) -> bool:
    words = re.sub(r"(?i)^(?:ne pas |y |en |le |la |les |l'|se |s'|te |t'|vous |me |nous )+", "", text).split()
    if not words:
        return False
    word = words[0].strip(",.;:").casefold()
    if lexicon.whole("results").match(word):
        return False
    return bool(re.match(_LOOKS_INFINITIVE[lexicon.language], word)) or word in lexicon.verbs


@cache
def _auxiliary(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{lexicon.phrase('auxiliaries')})\s*(?<=[\s'’])(?:(?:{lexicon.phrase('adverbs')})\s+)*")


@cache
def _subjects(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<=\s)(?:{lexicon.phrase('subject')}|{lexicon.phrase('auxiliaries')})")


@cache
def _hesitant(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)[,;]?\s(?:{lexicon.phrase('sounds')})[,.…]*(?=\s)")
