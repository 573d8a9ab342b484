"""What is kept between requests, in SQLite or PostgreSQL (DESIGN 6). Knows neither FHIR nor Flask nor rules."""

from nuchal.store.store import Store

__all__ = ["Store"]
