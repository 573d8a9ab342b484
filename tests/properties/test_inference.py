"""What holds for every ruleset and every patient: generated conditions of all kinds, derived chains, doubtful statements.

`Inference` compares engine and witness on each evaluation and raises when they differ,
so every property below is a comparison, too.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.findings import Finding, Findings, Presence, View
from nuchal.inference import Inference
from nuchal.inference.outcome import Candidate, DispositionTally
from nuchal.rules.check.monotony import monotony_exemptions
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.conditions import words as words_read_by
from nuchal.rules.model import ActivityClass, ActivityKind, Disposition, Group, Role, Sex, Supporting, Weight

PLAIN, NUMBERS, DERIVED = ["a", "b", "c", "d", "e", "g"], ["m", "n"], ["d1", "d2", "d3"]
GENERAL = {"a", "m"}
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEPTH = 4
truths = st.booleans()
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def conditions(words, depth=DEPTH, flags=()):
    leaves = [st.sampled_from(words).map(Word)]
    leaves.append(st.builds(Comparison, st.sampled_from(NUMBERS), st.sampled_from(Operator), st.sampled_from([1, 1.5, 2])))
    if flags:
        leaves.append(st.sampled_from(flags).map(FlagRaised))
    if not depth:
        return st.one_of(leaves)
    deeper = st.deferred(lambda: conditions(words, depth - 1, flags))
    members = st.lists(deeper, min_size=1, max_size=3).map(tuple)
    counted = members.flatmap(lambda each: st.builds(AtLeast, st.integers(1, len(each)), st.just(each)))
    return st.one_of(*leaves, members.map(All), members.map(AnyOf), counted, deeper.map(Absent), deeper.map(NotPresent))


@st.composite
def rulesets(draw, base):
    """Rules of every kind over few words, so that they meet; `base` gives what is not generated."""
    words = [*PLAIN, *NUMBERS, *DERIVED, base.roles.female]
    when, some = conditions(words), st.lists(conditions(words, 2), max_size=2).map(tuple)
    derived, red_flag, cause, activity = (
        next(iter(rules.values())) for rules in (base.derived, base.red_flags, base.causes, base.activities)
    )
    asked_first = [base.roles.anticoagulation, base.roles.pregnancy]
    vocabulary_word = next(iter(base.vocabulary.values()))
    flag_ids, cause_ids, activity_ids = ["rf-0", "rf-1", "rf-2"], ["c-0", "c-1", "c-2"], ["act-0", "act-1", base.roles.safety_net]
    groups = st.builds(
        lambda role, count, members: Group(name="g", role=role, at_least=min(count, len(members)), members=members),
        st.sampled_from(Role),
        st.integers(1, 3),
        st.lists(conditions(words, 2), min_size=1, max_size=3).map(tuple),
    )
    supporting = st.builds(Supporting, when=conditions(words, 2), weight=st.sampled_from(Weight))
    before = {word: [*PLAIN, *NUMBERS, *DERIVED[:number]] for number, word in enumerate(DERIVED)}
    return replace(
        base,
        vocabulary=base.vocabulary
        | {word: replace(vocabulary_word, id=word, general=word in GENERAL) for word in [*PLAIN, *NUMBERS, *DERIVED]},
        derived={
            word: replace(
                derived,
                id=word,
                present_when=draw(st.none() | conditions(before[word], 2)),
                absent_when=draw(st.none() | conditions(before[word], 2)),
            )
            for word in draw(st.permutations(DERIVED))
        },
        red_flags={
            id_: replace(
                red_flag,
                id=id_,
                when=draw(when),
                disposition=draw(st.sampled_from(Disposition)),
                may_mean=tuple(draw(st.lists(st.sampled_from(cause_ids), unique=True))),
            )
            for id_ in flag_ids
        },
        causes={
            id_: replace(
                cause,
                id=id_,
                urgency=draw(st.sampled_from(Disposition)),
                requires_sex=draw(st.none() | st.sampled_from(Sex)),
                cardinal=draw(some),
                required=draw(when),
                groups=tuple(draw(st.lists(groups, max_size=3))),
                supporting=tuple(draw(st.lists(supporting, max_size=2))),
                excluding=draw(some),
            )
            for id_ in cause_ids
        },
        activities={
            id_: replace(
                activity,
                id=id_,
                kind=draw(st.sampled_from(ActivityKind)),
                classes=frozenset(draw(st.lists(st.sampled_from(ActivityClass), max_size=2))),
                appointment=draw(st.none() | st.sampled_from(Disposition)),
                specialist=draw(truths),
                prohibits=draw(truths),
                indicated_when=draw(st.none() | conditions(words, 2)),
                contraindications=draw(st.lists(conditions([*words, *asked_first], 2, flag_ids), max_size=2).map(tuple)),
                cautions=draw(some),
            )
            for id_ in activity_ids
        },
    )


def statements(words, numbers=()):
    moments = st.sampled_from([MOMENT, MOMENT, MOMENT - timedelta(days=1)])
    said = st.builds(
        Finding,
        word=st.sampled_from(words),
        presence=st.sampled_from([Presence.PRESENT, Presence.PRESENT, Presence.ABSENT, Presence.UNKNOWN]),
        observed=moments,
        confirmed=st.sampled_from([True, True, True, False]),
        source=st.sampled_from(["Observation/1", "Observation/2"]),
    )
    if not numbers:
        return said
    measured = st.builds(
        Finding,
        word=st.sampled_from(numbers),
        presence=st.just(Presence.PRESENT),
        value=st.sampled_from([0.9999, 1, 1.25, 1.5, 1.5001, 2, 3]),
        observed=moments,
        confirmed=st.sampled_from([True, True, False]),
        source=st.sampled_from(["Observation/3", "Observation/4"]),
    )
    return said | measured


def patients(roles):
    words = [*PLAIN, *NUMBERS, *DERIVED, roles.female, roles.pregnancy, roles.anticoagulation, roles.medication_overuse]
    return st.lists(statements(words, [*NUMBERS, roles.age]), max_size=14)


counts = st.dictionaries(st.sampled_from(Disposition), st.integers(0, 2), max_size=3)
tallies = st.builds(
    DispositionTally,
    flags=counts,
    meeting=counts,
    serious_listed=st.integers(0, 2),
    first=st.none() | st.sampled_from(Disposition),
    screen_open=st.integers(0, 2),
    active_pains=st.integers(0, 2),
)


@patiently
@given(data=st.data())
def test_engine_and_witness_agree_on_every_ruleset_and_patient(ruleset, data):
    generated = data.draw(rulesets(ruleset))
    inference = Inference(generated)
    for said in data.draw(st.lists(patients(ruleset.roles), min_size=5, max_size=5)):
        for known in range(len(said) + 1):
            inference.conclude(Findings(said[:known]))
        conclusions = inference.conclude(Findings(said))
        inference.disposition(data.draw(tallies))
        from_flag, from_meeting_cause = data.draw(truths), data.draw(truths)
        candidates = [Candidate(activity=id_, from_flag=from_flag, from_meeting_cause=from_meeting_cause) for id_ in generated.activities]
        inference.verdicts(conclusions, candidates, data.draw(st.none() | st.sampled_from(Disposition)))
    assert inference.rebuilds == 0
    inference.close()


@settings(patiently, max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_a_further_positive_finding_never_silences_a_red_flag_of_any_ruleset(ruleset, data):
    generated = data.draw(rulesets(ruleset))
    inference = Inference(generated)
    exempt = monotony_exemptions(generated)
    for said in data.draw(st.lists(patients(ruleset.roles), min_size=3, max_size=3)):
        raised = inference.conclude(Findings(said)).raised
        for word in [*PLAIN, *DERIVED]:
            more = inference.conclude(Findings([*said, positive(word)])).raised
            assert {flag for flag in raised - more if word not in exempt.get(flag, ())} == set()
    inference.close()


@settings(patiently, max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_a_further_unconfirmed_statement_never_silences_a_red_flag_of_any_ruleset(ruleset, data):
    generated = data.draw(rulesets(ruleset))
    inference = Inference(generated)
    exempt = monotony_exemptions(generated)
    for said in data.draw(st.lists(patients(ruleset.roles), min_size=3, max_size=3)):
        raised = inference.conclude(Findings(said)).raised
        for further in unconfirmed([*PLAIN, *DERIVED], data.draw(later)):
            more = inference.conclude(Findings([*said, further])).raised
            assert {flag for flag in raised - more if further.word not in exempt.get(flag, ())} == set()
            assert further.presence is Presence.PRESENT or more == raised
    inference.close()


later = st.sampled_from([timedelta(0), timedelta(hours=1)])


def unconfirmed(words, after):
    """Each of `words` said to be present, absent and unknown by somebody who was not sure."""
    return [replace(positive(word), presence=presence, confirmed=False, observed=MOMENT + after) for word in words for presence in Presence]


def positive(word):
    return Finding(word=word, presence=Presence.PRESENT, observed=MOMENT, source="Observation/further")


@pytest.fixture(scope="session")
def bundled_words(ruleset):
    """Words of the bundled ruleset without a number, and those with one."""
    words = [word for word, entry in ruleset.vocabulary.items() if entry.quantity is None]
    return words, [word for word in ruleset.vocabulary if word not in words]


@pytest.fixture(scope="session")
def bundled_patients(bundled_words):
    return st.lists(statements(*bundled_words), max_size=40)


@patiently
@given(data=st.data())
def test_the_order_of_findings_does_not_matter_and_twice_is_the_same(inference, bundled_patients, data):
    said = data.draw(bundled_patients)
    conclusions = inference.conclude(Findings(said))
    assert inference.conclude(Findings(data.draw(st.permutations(said)))) == conclusions
    assert inference.conclude(Findings(said)) == conclusions


@patiently
@given(data=st.data())
def test_a_further_positive_finding_never_silences_a_red_flag(ruleset, inference, bundled_words, bundled_patients, data):
    said = data.draw(bundled_patients)
    further = data.draw(st.sampled_from(bundled_words[0]))
    raised = inference.conclude(Findings(said)).raised
    more = inference.conclude(Findings([*said, positive(further)])).raised
    exempt = monotony_exemptions(ruleset)
    assert {flag for flag in raised - more if further not in exempt.get(flag, ())} == set()


@patiently
@given(data=st.data())
def test_a_further_unconfirmed_statement_never_silences_a_red_flag(ruleset, inference, bundled_words, bundled_patients, data):
    """One that denies or leaves open changes no flag at all; one that says present is a positive finding."""
    said = data.draw(bundled_patients)
    raised = inference.conclude(Findings(said)).raised
    exempt = monotony_exemptions(ruleset)
    read = frozenset().union(*(words_read_by(ruleset.red_flags[flag].when) for flag in raised)).intersection(bundled_words[0])
    for further in unconfirmed([*sorted(read)[:3], data.draw(st.sampled_from(bundled_words[0]))], data.draw(later)):
        more = inference.conclude(Findings([*said, further])).raised
        assert {flag for flag in raised - more if further.word not in exempt.get(flag, ())} == set()
        assert further.presence is Presence.PRESENT or more == raised


@patiently
@given(data=st.data())
def test_an_unknown_statement_changes_no_flag_and_no_cause(inference, bundled_words, bundled_patients, data):
    said = data.draw(bundled_patients)
    unknown = replace(positive(data.draw(st.sampled_from(bundled_words[0]))), presence=Presence.UNKNOWN)
    before, after = inference.conclude(Findings(said)), inference.conclude(Findings([*said, unknown]))
    assert (after.flags, after.causes) == (before.flags, before.causes)


@settings(patiently, max_examples=20)
@given(data=st.data())
def test_eight_threads_do_not_see_each_other(inference, bundled_patients, data):
    eight = [Findings(said) for said in data.draw(st.lists(bundled_patients, min_size=8, max_size=8))]
    alone = [inference.conclude(findings) for findings in eight]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(inference.conclude, eight * 3)) == alone * 3


@patiently
@given(data=st.data())
def test_a_word_stated_present_is_present_for_flags_unless_denied_later(inference, bundled_words, bundled_patients, data):
    """Unknown never becomes absent, and nothing that was stated present is derived away."""
    said = data.draw(bundled_patients)
    stated = positive(data.draw(st.sampled_from(bundled_words[0])))
    states = inference.conclude(Findings([*said, stated])).states[View.SAFETY]
    assert states[stated.word].presence is Presence.PRESENT
