"""A ruleset as bytes and back, so that what was served can be looked at after its folder has changed."""

import io
import zipfile
from importlib.resources.abc import Traversable

from nuchal.errors import RulesetError, RulesetProblem
from nuchal.rules.format.files import CHANGELOG_FILE, MANIFEST_FILE, changelog_of, content_hash, yaml_files

_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the first day that zip knows: the same files give the same bytes


def pack(folder: Traversable, wanted: str) -> bytes:
    """The files of the ruleset with the hash `wanted`, as a zip; the same files give the same bytes.

    Raises:
        RulesetError: the folder holds another ruleset by now.
    """
    files = dict(yaml_files(folder, []))
    if content_hash(files) != wanted:
        raise RulesetError([RulesetProblem(MANIFEST_FILE, None, "the files of the ruleset are no more what was read")])
    changelog = changelog_of(folder)
    if changelog:
        files[CHANGELOG_FILE] = changelog.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _ALWAYS), files[path], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(archive: bytes) -> Traversable:
    """The folder that was packed, in memory, for `load_ruleset`.

    Raises:
        RulesetError: the bytes are no such archive.
    """
    try:
        return zipfile.Path(zipfile.ZipFile(io.BytesIO(archive)))
    except zipfile.BadZipFile as error:
        raise RulesetError([RulesetProblem("archive", None, "is no archive of a ruleset")]) from error
