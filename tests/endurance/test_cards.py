"""The endurance command, briefly: what it looks for holds, and it would say so if it did not."""

import importlib.util
import sys
from pathlib import Path

import pytest

COMMAND = Path(__file__).parent / "cards.py"


@pytest.fixture(scope="module")
def cards():
    spec = importlib.util.spec_from_file_location("endurance_cards", COMMAND)
    module = importlib.util.module_from_spec(spec)
    sys.modules["endurance_cards"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.service
def test_mixed_patients_get_their_own_cards_from_two_workers(cards, capsys):
    assert cards.main(["--calls", "80", "--workers", "2", "--large", "4"]) == 0
    printed = capsys.readouterr().out
    assert "80 calls" in printed
    assert "8 replays refused" in printed


class Mixing:
    """A service that answers with somebody else's card, and takes a token twice."""

    def token(self, _path):
        return "t"

    def post(self, path, _body, _token=None):
        card = {"uuid": "u", "detail": "m000007x m000000x"}
        return (200, b'{"kept": 1}' if path.endswith("feedback") else ('{"cards": [' + str(card).replace("'", '"') + "]}").encode(), 0.1)


def test_a_service_that_mixes_patients_or_takes_a_token_twice_is_found_out(cards):
    found = cards.Findings()
    cards.one_call(Mixing(), 0, 1, found)
    assert found.faults == ["call 0: names of other patients in the answer", "call 0: a token served twice, HTTP 200"]
