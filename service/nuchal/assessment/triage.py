"""What the disposition is decided on; the engine decides."""

from collections import Counter
from collections.abc import Sequence

from nuchal.assessment.pains import Pains
from nuchal.assessment.ranking import RankedCause
from nuchal.assessment.screening import OpenTopic
from nuchal.inference.outcome import Certainty, DispositionTally
from nuchal.rules.model import RedFlag


def disposition_tally(
    flags: Sequence[RedFlag], causes: Sequence[RankedCause], screen_open: Sequence[OpenTopic], pains: Pains
) -> DispositionTally:
    """The tally of raised `flags`, listed `causes` in rank order and open screen topics."""
    meeting = [ranked.cause for ranked in causes if ranked.certainty is Certainty.MEETS_CRITERIA]
    suspected = [ranked.cause for ranked in causes if ranked.certainty is not Certainty.MEETS_CRITERIA]
    return DispositionTally(
        flags=Counter(flag.disposition for flag in flags),
        meeting=Counter(cause.urgency for cause in meeting),
        serious_listed=sum(cause.urgency.is_serious for cause in suspected),
        first=causes[0].cause.urgency if causes else None,
        screen_open=len(screen_open),
        active_pains=len(pains.active),
    )
