"""Definitions are made once, when the first is asked for, whatever the number of threads."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nuchal.conformance import Shelf, summary

A = {"resourceType": "ValueSet", "id": "a", "url": "http://x.org/ValueSet/a", "version": "1", "compose": {"include": []}}
B = A | {"id": "b", "url": "http://x.org/ValueSet/b"}
C = {"resourceType": "Library", "id": "a", "url": "http://x.org/Library/a", "description": "short"}


def shelf(*resources):
    return Shelf(lambda: resources)


def test_nothing_is_made_before_it_is_asked_for_and_then_once():
    made = []

    def make():
        made.append(1)
        time.sleep(0.05)  # long enough for the others to come
        return [A, B]

    lazy = Shelf(make)
    assert made == []
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: lazy.find("ValueSet", "b"), range(8)))
    assert made == [1]
    assert {one.url for one in found} == {B["url"]}


def test_making_is_tried_again_when_it_failed():
    attempts = iter([RuntimeError, None])

    def make():
        failure = next(attempts)
        if failure:
            raise failure
        return [A]

    lazy = Shelf(make)
    with pytest.raises(RuntimeError):
        lazy.find("ValueSet", "a")
    assert lazy.find("ValueSet", "a").identifier == "a"


def test_one_is_found_by_type_and_id():
    assert shelf(A, B, C).find("Library", "a").url == C["url"]
    assert shelf(A, B, C).find("Library", "b") is None


SEARCHES = [
    ([], ["a", "b"]),
    ([("_id", ["b"])], ["b"]),
    ([("_id", ["a", "b"])], ["a", "b"]),
    ([("_id", ["a"]), ("_id", ["b"])], []),
    ([("url", [A["url"]])], ["a"]),
    ([("url", [f"{A['url']}|1"])], ["a"]),
    ([("url", [f"{A['url']}|2"])], []),
    ([("version", ["1"])], ["a", "b"]),
    ([("version", ["|1"])], ["a", "b"]),
    ([("version", ["1"]), ("_id", ["a"])], ["a"]),
    ([("version", [""])], []),
]


@pytest.mark.parametrize(("wanted", "found"), SEARCHES)
def test_a_search_finds_what_fits_every_criterion_by_one_of_its_values(wanted, found):
    assert [one.identifier for one in shelf(B, C, A).search("ValueSet", wanted)] == found


def test_a_summary_leaves_out_what_is_long_and_says_so():
    short = summary(A | {"text": {}, "description": "long", "meta": {"versionId": "7"}})
    assert short.keys() == {"resourceType", "id", "url", "version", "meta"}
    assert short["meta"]["versionId"] == "7"
    assert [tag["code"] for tag in short["meta"]["tag"]] == ["SUBSETTED"]
    assert summary(C)["description"] == "short"
