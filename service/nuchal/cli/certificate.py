"""Whether clients will take a certificate: its dates, its names, and that it can be read at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from nuchal.cli.finding import Finding, ok, warning, wrong

SOON = timedelta(days=30)
_SUBJECT = "certificate"


def certificate_findings(file: Path, public_url: str, now: datetime) -> Iterator[Finding]:
    """What is to be said of the first certificate in the PEM file `file`, shown for `public_url` at `now`."""
    try:
        shown = x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        yield wrong(
            _SUBJECT, f"{file} cannot be read ({(error.strerror or 'unknown reason').lower()})", "name a file that this user may read"
        )
        return
    except ValueError:
        yield wrong(
            _SUBJECT, f"{file} holds no certificate in PEM", "it begins with -----BEGIN CERTIFICATE-----; the key does not belong here"
        )
        return
    yield _dates(shown, now)
    host = urlsplit(public_url).hostname
    if host:
        yield _names(shown, host)


def _dates(shown: x509.Certificate, now: datetime) -> Finding:
    begin, end = shown.not_valid_before_utc, shown.not_valid_after_utc
    if now < begin:
        return wrong(_SUBJECT, f"it is valid from {begin:%Y-%m-%d} only", "look at the clock of this machine, or wait")
    if now > end:
        return wrong(_SUBJECT, f"it ended on {end:%Y-%m-%d}", "renew it; until then clients refuse the connection")
    if end - now < SOON:
        return warning(_SUBJECT, f"it ends on {end:%Y-%m-%d}", "renew it")
    return ok(_SUBJECT, f"valid until {end:%Y-%m-%d}")


def _names(shown: x509.Certificate, host: str) -> Finding:
    try:
        names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    if any(_covers(name.lower(), host.lower()) for name in names):
        return ok(_SUBJECT, f"made for {host}")
    return wrong(_SUBJECT, f"made for {', '.join(names) or 'no name'} and not for {host}", "have it made for the host of NUCHAL_PUBLIC_URL")


def _covers(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and name[1:] == host[host.find(".") :])
