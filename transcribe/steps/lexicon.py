"""Word lists for ``sentences.py``: verbs of instructions, and phrases before and after them.

Data only. Verbs such as see, watch, show and explain are no actions of the user, so they are not included. Patterns are
regular expressions in which indents, line breaks and the spaces of `` | `` are only layout.
"""

from __future__ import annotations

VERBS = frozenset(
    """
    accept access activate add adjust agree align allow amend answer append apply approve archive arrange ask
    assign attach authorise authorize back backspace begin block book bookmark bring browse build calculate call
    cancel capture change check choose classify clean clear click clone close collapse collect combine comment
    compare compile complete compress configure confirm connect consider contact continue convert copy correct
    count create crop customise customize cut deactivate decide define delete deliver deploy describe deselect
    design disable discard disconnect dismiss distribute divide double-click download drag draw drop duplicate
    edit email empty enable encrypt end ensure enter erase exclude execute exit expand export extend extract fetch
    file fill filter find finish fix flag fold follow format forward generate get give go grab grant group hand
    head hide highlight hit hold hover identify import include increase indent insert inspect install invite issue
    join jump keep label launch lay leave left-click link list load locate lock log look lower mail make manage
    map mark match maximise maximize measure merge minimise minimize move multiply mute name navigate note notify
    open order organise organize pack park paste pause pay pick pin place plan play plug point populate post
    postpone prepare press preview print prioritise prioritize proceed process protect provide publish pull push
    put query quit raise rate reach read rebuild receive recheck record recover reduce refresh refund register
    reject relabel release reload remember remind remove rename renew reopen repeat replace reply report request
    reschedule reserve reset resize resolve respond restart restore resubmit resume return reuse revert review
    revoke right-click rotate run save scan schedule scroll search secure select send separate serve set share
    shift shrink sign skip sort specify split start state stop store submit subscribe subtract swap swipe switch
    sync tab tag take tap test tick toggle track transfer translate trim turn type uncheck undo unfold ungroup
    uninstall unlock unmute unpin unselect unsubscribe untick unzip update upgrade upload use validate verify view
    visit wait write zip zoom
    """.split()  # noqa: SIM905  three hundred words are easier to read and sort as text
)
"""Base forms that can begin an instruction."""

_ORDER = "(?:first|second|third|next|last|final|only|other)"
_MEDIUM = (
    "(?:video|lesson|demo|demonstration|tutorial|clip|guide|recording|session|screencast|walk-?through|how-to|course)"
)
_THIS_MEDIUM = rf"(?:this|today's|our|the following) (?:\S+ ){{0,3}}{_MEDIUM}"
_WILL = "(?:'ll|'m going to|'re going to|'d like to| will| am going to| are going to| want to| would like to)"

LEAD_INS = {
    "en": rf"""
        okay | ok | alright | all right | right(?![ -]click) | well | so | great | good | perfect | and | but | also
        | again | once more | now | then | next up | next | please | just | simply | here | there | of course | as usual
        | as you can see
        | first of all | first | firstly | second | secondly | third | thirdly | fourth | fifth | finally
        | last but not least | last | lastly | after that | after this | afterwards | from here | from there
        | at the end | in the end
        | as (?:a|the) {_ORDER} step | to (?:begin|start)(?: with| off)? | let's see
        | step (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) | number (?:\d+|one|two|three|four|five)
        | once (?:that|this)(?:'s| is) done | when you(?:'re| are) ready""",
    "de": """
        okay | ok | also | so | gut | und | dann | danach | nun | jetzt | anschließend | zuerst | zunächst
        | als erstes | als nächstes | zum schluss | zuletzt | schließlich | erstens | zweitens | drittens | bitte
        | einfach | hier""",
    "fr": """
        ok | alors | donc | bon | et | puis | ensuite | maintenant | d'abord | tout d'abord | premièrement
        | deuxièmement | enfin | finalement | après ça | après | pour commencer | s'il vous plaît | simplement | ici""",
    "es": """
        ok | bueno | entonces | y | luego | después | ahora | primero | en primer lugar | segundo | a continuación
        | finalmente | por último | para empezar | por favor | simplemente | aquí""",
    "it": """
        ok | allora | bene | quindi | e | poi | dopo | ora | adesso | prima | per prima cosa | innanzitutto | infine
        | per favore | semplicemente | qui""",
    "pt": """
        ok | bom | então | e | depois | agora | primeiro | em primeiro lugar | em seguida | por fim | finalmente
        | por favor | simplesmente | aqui""",
    "nl": """
        oké | ok | dus | goed | en | dan | daarna | nu | vervolgens | eerst | als eerste | ten slotte | tot slot
        | alstublieft | gewoon | hier""",
}
"""Phrases before an instruction that carry no content, by language."""

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
