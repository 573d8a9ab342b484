"""How often one caller may come. Each worker counts for itself: with four workers a caller gets up to four times the limit."""

import math
import time
from collections.abc import Mapping
from functools import cached_property

from flask import request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from nuchal.access.caller import Caller

_UNCOUNTED = ("/health", "/metrics")  # whoever asks these asks for all clients


class RateLimit:
    """Counts requests by caller, or by address where nobody is known; `rates` are those of issuers that have one of their own."""

    def __init__(self, rate: str | None, rates: Mapping[str, str]) -> None:
        self._usual = parse(rate) if rate else None
        self._own = {issuer: parse(text) for issuer, text in rates.items()}

    @cached_property
    def _counter(self) -> FixedWindowRateLimiter:
        """Made with the first request, because it starts a thread, and threads do not come along when a worker is forked."""
        return FixedWindowRateLimiter(MemoryStorage())

    def count(self, caller: Caller | None) -> None:
        """Count this request.

        Raises:
            TooManyRequests: it is one too many; `retry_after` says in how many seconds there is room.
        """
        limit = self._own.get(caller.issuer, self._usual) if caller else self._usual
        if limit is None or request.path.startswith(_UNCOUNTED):
            return
        who = (caller.issuer, caller.subject) if caller else (request.remote_addr or "",)
        if not self._counter.hit(limit, *who):
            room = self._counter.get_window_stats(limit, *who).reset_time - time.time()
            raise TooManyRequests(retry_after=max(1, math.ceil(room)))
