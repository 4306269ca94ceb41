"""Word lists for ``sentences.py``: verbs of instructions, and phrases before and after them.

The long lists are data files, ``verbs.txt`` and ``lead_ins.toml``. Verbs such as see, watch, show and explain are no
actions of the user, so they are not included. Patterns are regular expressions in which indents, line breaks and the
spaces of `` | `` are only layout.
"""

from __future__ import annotations

import tomllib
from importlib import resources

_FOLDER = resources.files("transcribe.steps")
VERBS = frozenset(_FOLDER.joinpath("verbs.txt").read_text(encoding="utf-8").split())
"""Base forms that can begin an instruction."""
LEAD_INS: dict[str, str] = tomllib.loads(_FOLDER.joinpath("lead_ins.toml").read_text(encoding="utf-8"))
"""Phrases before an instruction that carry no content, by language."""

_ORDER = "(?:first|second|third|next|last|final|only|other)"
_MEDIUM = (
    "(?:video|lesson|demo|demonstration|tutorial|clip|guide|recording|session|screencast|walk-?through|how-to|course)"
)
_THIS_MEDIUM = rf"(?:this|today's|our|the following) (?:\S+ ){{0,3}}{_MEDIUM}"
_WILL = "(?:'ll|'m going to|'re going to|'d like to| will| am going to| are going to| want to| would like to)"

INDIRECT_STARTS = rf"""
    (?:the )?{_ORDER} (?:thing|step)(?: that)?(?: (?:we|you|i)(?: want| need| have| must)?)?(?: to)?(?: do)?
        (?: is| will be)(?: to| that)?
    | (?:all|what)(?: that)? (?:we|you|i)(?:'ll| will|'re going to| are going to)?(?: have| need| want| must)?
        (?: to)?(?: do)?(?: now| next| here| then)? is(?: to)?
    | let(?:'s| us| me)(?: now| just| then| first)?
    | (?:go|going) ahead and
    | (?:(?:it's|it is) )?time to
    | (?:we|you|i)(?:'ll|'re|'m|'d)?
        (?: (?:can|could|will|should|must|may|might|shall|would|do|now|then|just|simply|also|first|only|finally|next
        |again|are|am|be|going to|gonna|want to|need to|have to|got to|like to|be able to|ready to|about to|try to))*
"""
"""Indirect beginnings of an instruction; removed only where a verb follows."""

CLOSINGS = r"""
    (?:(?:and|so|now|okay|ok|well) )*
    (?:(?:that's|that is|this is|this was|that was) (?:all|it|everything)
        (?: for (?:today|now)| there is(?: to it)?| you need(?: to (?:do|know))?| folks)?
    | (?:we|you)(?:'re| are) (?:all )?(?:done|finished|ready|set)
    | (?:all )?done | finished | there (?:you|we) (?:go|have it|are) | that's how it works
    | (?:many )?(?:thanks|thank you)\b(?! to ).* | (?:good)?bye\b.* | see you\b.* | have a (?:nice|good|great)\b.*
    | (?:i )?hope (?:this|that|it)\b.* | good luck\b.* | until next time\b.* | take care\b.*
    )"""
"""Sentences that only say that the demo is over."""

OPENINGS = rf"""
    (?:\b(?:show|tell|teach|explain|demonstrate|learn|see|look at|cover|walk (?:you|us) through|go (?:over|through))\b
        .{{0,30}}\bhow (?:to|you|we|i|this)\b
    | ^(?:in|during|with) {_THIS_MEDIUM}\b
    | ^{_THIS_MEDIUM} (?:is|shows|explains|covers|describes|will|demonstrates)\b
    | ^this is (?:how|about)\b
    | ^(?:today,? )?(?:i|we){_WILL}(?: quickly| briefly| just)?
        (?: show| explain| demonstrate| talk about| look at| walk you| learn| see)\b
    | ^(?:hi|hello|hey|welcome|good (?:morning|afternoon|evening|day))\b
    | ^(?:my name is|today,? (?:i|we|you|it)\b)
    | ^(?:how|here's how|here is how) (?:to|you|we)\b
    )"""
"""Introductions: sentences that say what will be shown."""

TASKS = (
    (r"\bhow (?:to|(?:you|we|i)(?: can| could| should| will)?) (?P<task>.+)", True),
    (rf"^(?:in|during|with) {_THIS_MEDIUM},? (?P<task>.+)", False),
    (rf"^{_THIS_MEDIUM} (?:is about|is on|covers|explains|describes|shows|demonstrates)(?: you)? (?P<task>.+)", True),
    (
        rf"""^(?:today,? )?(?:i|we){_WILL}(?: quickly| briefly| just)?
        (?: show| explain| demonstrate| talk about| look at| walk)(?: you| us)?(?: through)? (?P<task>.+)""",
        True,
    ),
    (r"^(?:in order )?to (?P<task>\w+ [^,]+), ", False),
    (r"^(?:if|when|whenever) you (?:want|need|have|would like|wish) to (?P<task>\w+ [^,]+), ", False),
    (r"^(?:today,? )?(?P<task>(?:we|i|you)(?:'ll|'re|'m)? .+)", False),
)
"""Where an introduction names its task, and whether it may be a noun phrase; tried in this order."""

AFTERTHOUGHTS = rf"""
    from start to finish | from beginning to end | from scratch | step[- ]by[- ]step
    | in (?:just |only )?(?:a few|\w+)(?: easy| simple| quick| short)? (?:steps|minutes|seconds|clicks|minute)
    | in {_THIS_MEDIUM} | today | for you | together | for the first time | quickly | easily"""
"""Phrases that an introduction adds after its task."""
