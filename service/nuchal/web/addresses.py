"""The URLs under which others know this service, and the parts it has."""

from flask import current_app, request

# names in the configuration of the application
PUBLIC_URL = "NUCHAL_PUBLIC_URL"
ASKS_FOR_TOKENS = "NUCHAL_ASKS_FOR_TOKENS"


def public_url(path: str) -> str:
    """The absolute URL of `path` (which begins with a slash): below NUCHAL_PUBLIC_URL, or else below the root of this request."""
    root = current_app.config[PUBLIC_URL] or request.url_root.rstrip("/")
    return f"{root}{path}"


def is_below(root: str) -> bool:
    """Whether this request is for `root` or something below it."""
    return request.path == root or request.path.startswith(f"{root}/")
