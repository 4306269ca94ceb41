"""German instructions in the infinitive: “Dann klickt ihr oben auf Speichern” is “Oben auf Speichern klicken”.

Pure. German puts the verb second and its particle last (“Füllt ihr das Feld aus”), the infinitive last, and the verb of
a clause after “wie” last, so words have to move. Word lists are in ``lexicons/de.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases.conjugation import infinitives, nouns
from transcribe.phrases.lexicon import Lexicon

_CLAUSES = 2  # instructions that “und” may join in one title
_REFLEXIVE = {"ich": ("mich", "mir"), "du": ("dich", "dir"), "ihr": ("euch",), "wir": ("uns",)}

_ADRIFT = re.compile(r"^(?:die|der|das) (?=(?:oben|unten|links|rechts|hier|dort) (?:auf|in|im|zu|zum|zur|an|am)\b)")
"""“Geht die oben auf …”: “ihr” heard wrongly, for an article stands before a noun."""
_ARTICLE = re.compile(r"(?:ein|eine|einen|den|die|das)")
_SEEN = re.compile(
    r"(?i)\b(?:seht|sehen|siehst|findet|habt|haben) (?:(?:ihr|sie|wir|du|hier|da|dort|oben|unten) )*"
    r"(?P<thing>(?:den|die|das|einen?|ein) .+)$"
)
_THERE = re.compile(
    r"(?i)\b(?:ist|kommt|steht|erscheint|gibt es) (?:(?:hier|da|dort|noch|auch|jetzt) )*"
    r"(?P<thing>(?:der|die|das|eine?|einen) .+)$"
)
_ACCUSATIVE = (
    (r"ein (\w+)er ", r"den \1en "),
    (r"ein (\w+)es ", r"das \1e "),
    (r"eine ", "die "),
    (r"einen ", "den "),
    (r"der ", "den "),
    (r"(?=den |die |das )", ""),
)  # fmt: skip


def order(text: str, lexicon: Lexicon) -> str:
    """The instruction that a text begins with, in the infinitive; empty when it is none."""
    if lexicon.starts("nominal").match(text):
        return text
    text = re.sub(r"^(\w+(?:en|ern|eln)), Sie\b", r"\1 Sie", text)  # recognisers write a comma there
    said: list[str] = []
    listed = _clauses(_main(text, lexicon), lexicon)
    for at, clause in enumerate(listed):
        bare = re.sub(r"(?i)^und\s+", "", clause) if at else clause
        bare = _without_padding(bare, lexicon)
        found = _clause(bare, lexicon, joined=bool(said))
        if not found and not said:
            return _names_before_infinitive(listed[at:], lexicon)
        if found and len(said) < _CLAUSES:
            said.append(re.sub(r"^(?:es|sie|ihn) (?=\S)", "", found) if said else found)
        elif not found and said and len(said) < _CLAUSES and not _subject(lexicon).search(bare):
            said.append(bare)
    return " und ".join(said)


def named(order: str, before: str) -> str:
    """An instruction with what “den” or “drauf” in it stands for, which the clause before it named.

    “Oben ist ein grüner Knopf, da klickt ihr drauf” is “auf den grünen Knopf klicken”.
    """
    pointing = re.fullmatch(r"(?i)(?:den|die|das|ihn|sie|es) (?P<verb>\w+)|(?:da|d)(?P<on>rauf) ?(?P<then>\w+)", order)
    seen = thing_named(before)
    if not pointing or not seen:
        return order
    for nominative, accusative in _ACCUSATIVE:
        thing, found = re.subn(f"^{nominative}", accusative, seen)
        if found:
            return f"auf {thing} {pointing['then']}" if pointing["on"] else f"{thing} {pointing['verb']}"
    return order


def thing_named(clause: str) -> str:
    """What a clause says is there or to be seen: “oben seht ihr den Knopf Drucken”; empty when it says neither."""
    found = _SEEN.search(clause) or _THERE.search(clause)
    return found["thing"] if found else ""


def incomplete(order: str) -> bool:
    """Whether an instruction says nothing without the clause after it: “auswählen, ob …”, “darauf achten, dass …”."""
    return " " not in order or order.endswith(("darauf achten", "daran denken"))


def object_clause(text: str) -> str:
    """The clause with which a text begins and which is an object: “, ob er schreiben darf”; else empty."""
    found = re.match(r"(?i),\s+(?:ob|was|wer|wen|wem|wann|warum|welch\w+|wo\w*|wie|dass)\s[^,.;]+", text)
    return found[0] if found else ""


def second_clause(text: str, lexicon: Lexicon) -> str:
    """The instruction that goes on behind a subordinate clause, with its “und”: “, wie es ist, und bestätigt mit OK”.

    Empty where nothing does: the rest of the clause has its own verb at its end.
    """
    found = re.search(r"(?i),?\s+und\s+(?P<rest>[a-zäöü]+(?:t|e|en Sie) \S.*)", text)
    rest = _without_padding(found["rest"], lexicon) if found else ""
    if not rest or _subject(lexicon).search(rest.replace(" Sie ", " ")):
        return ""
    second = _clause(rest, lexicon, joined=True)
    return f" und {second}" if second else ""


def _clauses(text: str, lexicon: Lexicon) -> list[str]:
    """The text parted before each “und” that joins clauses: what has no verb of its own goes on with the one before."""
    listed: list[str] = []
    for part in re.split(r"(?i),?\s+(?=und\s)", text):
        bare = _without_padding(re.sub(r"(?i)^und\s+", "", part), lexicon)
        whole = bool(listed) and _particle(lexicon).fullmatch(_bare(listed[-1].split()[-1]))
        if listed and not whole and not _subject(lexicon).search(bare) and not _clause(bare, lexicon, joined=True):
            listed[-1] = f"{listed[-1]} {part}"
        else:
            listed.append(part)
    return listed


def task(text: str, lexicon: Lexicon) -> str:
    """The task in a clause that ends with its verb: “man eine Rechnung anlegt” is “eine Rechnung anlegen”."""
    text = re.sub(rf"(?i)^(?:{lexicon.phrase('person')})\s+", "", text)
    text = re.sub(rf"(?i)\s+(?:{lexicon.phrase('modals')})$", "", _without_padding(text, lexicon))
    words = text.split()
    if not words:
        return ""
    verb = _infinitive(words[-1], lexicon)
    words = [*words[:-2], words[-1]] if words[-2:-1] == ["zu"] else words
    if not verb and words[-1][:1].islower() and (found := re.fullmatch(r"(\w{2,}?)(?:e?t|en)", _bare(words[-1]))):
        verb = f"{found[1]}en"  # a verb that is not in the list
    return (_with_verb(words[:-1], verb, lexicon) or verb) if verb else ""


def _clause(text: str, lexicon: Lexicon, *, joined: bool) -> str:
    """One clause in the infinitive; ``joined``: after “und”, where the subject is left out."""
    words = text.split()
    polite = len(words) > 2 and words[1] == "Sie" and not _modal(lexicon).fullmatch(_bare(words[0]))
    if polite and re.fullmatch(r"\w{2,}(?:en|ern|eln)", words[0]):
        return _with_verb(words[2:], _infinitive(words[0], lexicon) or _bare(words[0]), lexicon)
    for at, word in enumerate(words[:8]):
        lower = at == 0 or word[:1].islower()
        modal = lower and _modal(lexicon).fullmatch(_bare(word))
        verb = "" if modal or not lower else _finite(word, lexicon, alone=at == 0)
        if not (modal or verb):
            continue
        person_after = at + 1 < len(words) and _person(lexicon).fullmatch(_bare(words[at + 1]))
        person_before = at > 0 and _person(lexicon).fullmatch(_bare(words[at - 1]))
        if not (person_after or person_before or (at == 0 and (joined or _imperative(words[0], lexicon)))):
            continue
        before = " ".join(words[: at - 1] if person_before else words[:at]).rstrip(",").split()
        rest = words[at + 2 :] if person_after else words[at + 1 :]
        person = words[at + 1] if person_after else words[at - 1] if person_before else ""
        after = _ADRIFT.sub("", " ".join(_oneself(rest, _bare(person))))
        middle = _without_padding(" ".join([*before, after]), lexicon).split()
        if modal:
            return " ".join(middle) if middle and _infinitive(middle[-1], lexicon) == _bare(middle[-1]) else ""
        return _with_verb(middle, verb, lexicon)
    if words and _infinitive(words[-1], lexicon) == _bare(words[-1]) and words[-1][:1].islower():
        return "" if any(_person(lexicon).fullmatch(_bare(word)) for word in words) else text
    return ""


def _oneself(words: list[str], person: str) -> list[str]:
    """The words with “sich” for the pronoun at their beginning that stands for their subject: “ich melde mich an”.

    Without it where an object follows: “ihr sucht euch einen Raum” is “einen Raum suchen”.
    """
    if len(words) < 2 or words[0] not in _REFLEXIVE.get(person, ()):
        return words
    return words[1:] if _ARTICLE.fullmatch(words[1]) else ["sich", *words[1:]]


def _with_verb(words: list[str], verb: str, lexicon: Lexicon) -> str:
    """The words with the verb after them, and its particle before it: “das Feld aus” and “füllen”."""
    if not words:
        return ""
    if words[0] == "nicht" and len(words) > 1:  # “Vergessen Sie nicht die Nummer”
        words = [*words[1:], words[0]]
    placed = len(words) > 1 and _preposition(lexicon).fullmatch(_bare(words[-2]))  # “auf neu klicken”
    if words[-1][:1].islower() and not placed and _particle(lexicon).fullmatch(_bare(words[-1])):
        return " ".join([*words[:-1], _bare(words[-1]) + verb])
    return " ".join([*words, verb])


def _names_before_infinitive(clauses: list[str], lexicon: Lexicon) -> str:
    """“Rechtsklick, Zahlenformat, und Währung auswählen”: names, and one infinitive after the last."""
    text = " ".join(clauses)
    words = text.split()
    ends = words and words[-1][:1].islower() and _infinitive(words[-1], lexicon) == _bare(words[-1])
    if not ends or any(_person(lexicon).fullmatch(_bare(word)) for word in words):
        return ""
    return text if not any(_finite(word, lexicon, alone=False) for word in words[:-1] if word[:1].islower()) else ""


def _main(text: str, lexicon: Lexicon) -> str:
    """The text before its first subordinate clause, or what is added behind a particle: “…aus, mindestens zwölf”."""
    ends = rf"(?<=\s)(?-i:{lexicon.phrase('particles')})(?=,\s)|(?=,\s+(?:{lexicon.phrase('subordinate')})\b)"
    found = re.search(rf"(?i){ends}", text)
    return text[: found.end()] if found else text


def _imperative(word: str, lexicon: Lexicon) -> bool:
    """Whether a verb at the beginning of a text instructs; “-st” asks (“klickst”), but where the stem ends in it."""
    bare = _bare(word)
    sharp = re.search(r"[sßxz]t?e?n$", infinitives(lexicon).get(bare, ""))  # “lasst” is both
    return not bare.endswith("st") or bare in lexicon.verbs or bool(sharp)


def _finite(word: str, lexicon: Lexicon, *, alone: bool) -> str:
    bare = _bare(word)
    if alone and word[:1].isupper() and bare in nouns(lexicon):
        return ""
    return infinitives(lexicon).get(bare, "")


def _infinitive(word: str, lexicon: Lexicon) -> str:
    """The infinitive of a form, with its particle in front: “anlegt” and “anzulegen” are “anlegen”; else empty."""
    bare = _bare(word)
    forms = infinitives(lexicon)
    if bare in forms:
        return forms[bare]
    for particle in _particles(lexicon):
        rest = bare.removeprefix(particle)
        rest = rest.removeprefix("zu") if rest.removeprefix("zu") in forms else rest
        if bare.startswith(particle) and rest in forms:
            return particle + forms[rest]
    return ""


def _without_padding(text: str, lexicon: Lexicon) -> str:
    path = rf"(?!(?<=, )dann (?:{lexicon.phrase('prepositions')})\s)"  # “auf Daten, dann auf Kunden”
    return " ".join(re.sub(rf"(?i)(?<!\S){path}(?:{lexicon.phrase('padding')})(?=[\s,]|$),?", " ", text).split()).strip(
        " ,"
    )


def _bare(word: str) -> str:
    return word.strip(' ,;:.!?…"„“”').lower()


@cache
def _person(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i){lexicon.phrase('person')}")


@cache
def _subject(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:es|das(?! (?-i:[A-ZÄÖÜ]))|dann|{lexicon.phrase('person')})\b")


@cache
def _modal(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i){lexicon.phrase('modals')}")


@cache
def _particle(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i){lexicon.phrase('particles')}")


@cache
def _preposition(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i){lexicon.phrase('prepositions')}")


@cache
def _particles(lexicon: Lexicon) -> tuple[str, ...]:
    """The longest first: “zurück” before “zu”."""
    return tuple(sorted(lexicon.phrase("particles").split("|"), key=lambda particle: -len(particle)))
