"""x"""
from __future__ import annotations
from transcribe.steps.lexicon import Lexicon
def order_in(sentence, lexicon): return ""
def fluent(sentence, lexicon): return sentence
