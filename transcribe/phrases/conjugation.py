"""Forms of German, French and Spanish verbs, made from their infinitives: “klickt” is a form of “klicken”.

Pure. Only the forms with which people instruct: present tense and imperative of every person. Irregular forms come from
the lexicon's list ``irregular``. German forms are without the verb's particle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from transcribe.phrases.lexicon import Lexicon


@cache
def infinitives(lexicon: Lexicon) -> dict[str, str]:
    """Every form, in lower case, with its infinitive."""
    make = {"de": _german, "fr": _french, "es": _spanish}.get(lexicon.language)
    forms = {form: verb for verb in sorted(lexicon.verbs) for form in (make(verb) if make else ())}
    forms |= {verb: verb for verb in lexicon.verbs}
    for verb, *irregular in (line.split() for line in lexicon.phrases.get("irregular", "").splitlines() if line):
        forms |= dict.fromkeys(irregular, verb)
    if lexicon.language != "de":  # German nouns have a capital
        forms = {form: verb for form, verb in forms.items() if form not in nouns(lexicon)}
    return forms


@cache
def nouns(lexicon: Lexicon) -> frozenset[str]:
    """Words that look like a verb's form and are none."""
    return frozenset(lexicon.phrases.get("nouns", "").split())


def infinitive_of(word: str, lexicon: Lexicon) -> str:
    """The infinitive of a verb's form, with its Spanish pronoun kept: “ábrelo” is “abrirlo”; empty when unknown."""
    word = word.strip(' ,;:.!?¡¿"“”«»').casefold()
    forms = infinitives(lexicon)
    if word in forms:
        return forms[word]
    if lexicon.language == "fr" and word.endswith("é") and f"{word[:-1]}er" in lexicon.verbs:
        return f"{word[:-1]}er"  # “tapé” sounds like “tapez”
    if lexicon.language == "es" and (verb := forms.get(_without_accents(word))):
        return verb
    return _with_pronouns(word, forms) if lexicon.language == "es" else ""


def _with_pronouns(word: str, forms: Mapping[str, str]) -> str:
    """The infinitive of a Spanish form with pronouns at its end, which are kept: “púlselo” is “pulsarlo”."""
    for pattern in (r"(\w+)()(lo|la|los|las|le|les|se|te|nos|me)", r"(\w+)(me|te|se|nos)(lo|la|los|las|le|les)"):
        if found := re.fullmatch(pattern, word):
            bare = _without_accents(found[1])
            if verb := forms.get(bare) or forms.get(found[1]) or forms.get(bare + "s"):
                return verb + found[2] + found[3]
    return ""


def _german(verb: str) -> Iterable[str]:
    stem = re.sub(r"e?n$", "", verb)
    between = "e" if re.search(r"(?:[td]|[^lrhaeiouäöü]m|[^lrhaeiouäöümn]n)$", stem) else ""
    yield from (verb, f"{stem}e", f"{stem}{between}t", f"{stem}{between}st", stem)
    if re.search(r"[sßxz]$", stem):
        yield f"{stem}t"
    if verb.endswith(("eln", "ern")):
        yield from (f"{stem}e", f"{stem}t", f"{stem}st", f"{stem[:-2]}{stem[-1]}e")


def _french(verb: str) -> Iterable[str]:
    stem = verb[:-2]
    if verb.endswith("er"):
        soft = {"g": f"{stem}eons", "c": f"{stem[:-1]}çons"}.get(stem[-1:], f"{stem}ons")
        yield from (f"{stem}e", f"{stem}es", f"{stem}ez", f"{stem}ent", soft)
        if stem.endswith(("oy", "uy", "ay")):
            yield from (f"{stem[:-1]}ie", f"{stem[:-1]}ies")
        if found := re.fullmatch(r"(.*)[eé]([bcdfglmnprstv]+)", stem):
            yield from (f"{found[1]}è{found[2]}e", f"{found[1]}è{found[2]}es")
        if stem.endswith(("el", "et")):
            yield from (f"{stem}{stem[-1]}e", f"{stem}{stem[-1]}es")
    elif verb.endswith("ir"):
        yield from (f"{stem}is", f"{stem}it", f"{stem}issez", f"{stem}issons", f"{stem}issent")
    elif verb.endswith("re"):
        yield from (f"{stem}s", stem, f"{stem}ez", f"{stem}ons", f"{stem}ent")


def _spanish(verb: str) -> Iterable[str]:
    stem, kind = verb[:-2], verb[-2:]
    if len(stem) < 2:
        return
    hard = {"c": stem[:-1] + "qu", "g": stem + "u", "z": stem[:-1] + "c"}.get(stem[-1:], stem)
    changed = [stem, *_stem_changes(stem)]
    if kind == "ar":
        hards = [hard, *_stem_changes(hard)]
        for one in changed:
            yield from (f"{one}a", f"{one}as", f"{one}o", f"{one}an")
        for one in hards:
            yield from (f"{one}e", f"{one}es", f"{one}en")
        yield from (f"{stem}amos", f"{stem}áis", f"{stem}ad", f"{hard}emos")
    else:
        soft = {"g": stem[:-1] + "j", "c": stem[:-1] + "zc"}.get(stem[-1:], stem)
        for one in changed:
            yield from (f"{one}e", f"{one}es", f"{one}en")
        for one in (soft, *_stem_changes(soft)):
            yield from (f"{one}a", f"{one}as", f"{one}an", f"{one}o")
        yield from (
            (f"{stem}emos", f"{stem}éis", f"{stem}ed") if kind == "er" else (f"{stem}imos", f"{stem}ís", f"{stem}id")
        )


def _stem_changes(stem: str) -> list[str]:
    """Stems whose last vowel changes under stress: cerr- and cierr-, volv- and vuelv-, ped- and pid-."""
    found = re.fullmatch(r"(.*)([eo])([^aeiou]+u?)", stem)
    if not found:
        return []
    changes = {"e": ("ie", "i"), "o": ("ue",)}[found[2]]
    return [f"{found[1]}{change}{found[3]}" for change in changes]


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c != "\N{COMBINING ACUTE ACCENT}"))
