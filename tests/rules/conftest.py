"""A ruleset small enough to read, without a fault, that tests break in one place at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

MANIFEST = """\
id: tiny
title: A ruleset for tests
version: 1.2.3
effective: 2026-12-01
canonical: https://nuchal.example.org/fhir/PlanDefinition/tiny
publisher: Tests
population: Nobody.
min_age: 12
screen:
- {id: fever, applies: always}
roles:
  headache: headache
  back_pain: back-pain
  back_equivalents: [neck-stiffness]
  age: age
  female: female
  pregnancy: pregnant
  anticoagulation: anticoagulant
  medication_overuse: overuse
  safety_net: safety-net
  appointments: {emergency: hospital-now, urgent: same-day, soon: next-days, routine: next-weeks}
"""

REFERENCES = """\
references:
- id: cohort-2004
  authors: Doe J, Roe R
  title: Signs of meningitis
  source: A Journal
  year: 2004
"""

LANGUAGE = """\
present: [{system: snomed, code: 52101004, display: Present}]
absent: [{system: snomed, code: 2667000, display: Absent}]
unknown: []
present_texts: [yes, y]
absent_texts: [no, n]
unknown_texts: [unknown]
negations: [no, denies]
neutral: [of, the]
relations: [after, no]
equivalents: {stiff neck: neck stiffness}
spelling: [{from: ae, to: e}]
generic: {codes: [{system: loinc, code: 75325-1, display: Symptom}], texts: [symptom]}
onset: {codes: [], texts: [onset]}
severity:
  codes: [{system: snomed, code: 24484000, display: Severe, level: severe}]
  texts: {mild: mild}
  component: {codes: [], texts: [severity]}
ordinal_texts: {trace: 1, '+': 2}
unit_spellings: {degC: Cel}
"""

WORDS = """\
words:
- id: headache
  title: Headache
  kind: symptom
  question: Does the head hurt?
  general: yes
  look_back: P30D
  codes: [{system: snomed, code: 25064002, display: Headache, match: equivalent, verified: yes}]
  synonyms: [headache]
- id: back-pain
  title: Back pain
  kind: symptom
  question: Does the back hurt?
  general: yes
  look_back: P30D
  codes: [{system: icd-10-cm, code: M54.9, display: 'Dorsalgia, unspecified', match: equivalent, verified: yes}]
  synonyms: [back pain]
- id: age
  title: Age
  kind: demographic
  question: How old?
  general: yes
  look_back: ever
  codes: [{system: loinc, code: 30525-0, display: Age, match: equivalent, verified: yes}]
  synonyms: [age]
  quantity: {unit: a, low: 0, high: 120}
- id: female
  title: Female sex
  kind: demographic
  question: Female?
  general: yes
  look_back: ever
  codes: []
  synonyms: [female]
- id: pregnant
  title: Pregnant
  kind: history
  question: Pregnant?
  look_back: P300D
  codes: []
  synonyms: [pregnant]
- id: anticoagulant
  title: Anticoagulant
  kind: medication
  question: Any blood thinner?
  look_back: P90D
  codes: []
  synonyms: [anticoagulant]
  medication: {atc: [B01AA], rxnorm: [11289], ingredients: [warfarin]}
- id: overuse
  title: Overuse of acute drugs
  kind: history
  question: On how many days a month?
  look_back: P90D
  codes: []
  synonyms: [overuse]
- id: fever
  title: Fever
  kind: symptom
  question: Has there been a fever?
  screen: fever
  look_back: P7D
  codes: []
  synonyms: [fever, raised temperature]
- id: temperature
  title: Body temperature
  kind: number
  question: What is the temperature?
  general: yes
  look_back: PT24H
  codes: [{system: loinc, code: 8310-5, display: Body temperature, match: equivalent, verified: yes}]
  synonyms: [temperature]
  quantity: {unit: Cel, low: 25, high: 45}
- id: neck-stiffness
  title: Neck stiffness
  kind: sign
  question: Is the neck stiff?
  look_back: P7D
  codes: []
  synonyms: [neck stiffness]
"""

FEVER = """\
id: fever
title: Fever by thermometer
status: draft
effective: 2026-12-01
reviewed: ''
rationale: A measured temperature is a fever from 38 degrees on.
present_when: {finding: temperature, op: '>=', value: 38}
absent_when: {finding: temperature, op: '<', value: 38}
sources: [{ref: cohort-2004, supports: fever was counted from 38 degrees}]
cases:
- name: at the limit
  given: {temperature: 38}
  expect: fires
- name: below it
  given: {temperature: 37.9}
  expect: silent
- name: not measured
  given: {}
  expect: undetermined
  missing: [temperature]
"""

FLAG = """\
id: rf-meningism
title: Fever or a stiff neck with headache
status: draft
effective: 2026-12-01
reviewed: ''
rationale: Meningitis must not wait.
when:
  all: [headache, {any: [fever, neck-stiffness]}]
disposition: emergency
may_mean: [meningitis]
immediate_action: [hospital-now]
false_positives: [influenza]
sources: [{ref: cohort-2004, supports: most had one of these signs}]
cases:
- name: fever
  given: {headache: present, fever: present}
  expect: fires
- name: neither
  given: {headache: present, fever: absent, neck-stiffness: absent}
  expect: silent
- name: nobody looked
  given: {headache: present}
  expect: undetermined
  missing: [fever, neck-stiffness]
"""

CAUSE = """\
id: meningitis
title: Bacterial meningitis
category: infection
status: draft
effective: 2026-12-01
reviewed: ''
codings: [{system: snomed, code: 95883001, display: Bacterial meningitis, verified: yes}]
urgency: emergency
prevalence: rare
explains: [head, neck]
rationale: Inflamed meninges hurt from the head to the back.
cardinal: [headache]
required: headache
groups:
- {name: two signs, role: required, at_least: 2, of: [fever, neck-stiffness]}
supporting: [{when: pregnant, weight: minor}]
excluding: []
confirm: lumbar puncture
pitfalls: early disease has few signs
activities: [no-heat]
sources: [{ref: cohort-2004, supports: two signs in 95 of 100}]
cases:
- name: both signs
  given: {headache: present, fever: present, neck-stiffness: present}
  expect: fires
- name: no fever
  given: {headache: present, fever: absent, neck-stiffness: present}
  expect: silent
- name: neck not examined
  given: {headache: present, fever: present}
  expect: undetermined
  missing: [neck-stiffness]
"""

APPOINTMENT = """\
id: {id}
title: See somebody
kind: appointment
status: draft
effective: 2026-12-01
reviewed: ''
codings: []
classes: []
contraindications: []
cautions: []
clinical_text: Arrange to be seen.
patient_text: Come and see us.
sources: [{{ref: cohort-2004, supports: people were seen}}]
cases:
- name: always
  given: {{}}
  expect: fires
"""

PROHIBITION = """\
id: no-heat
title: No heat
kind: education
status: draft
effective: 2026-12-01
reviewed: ''
codings: []
classes: [physical]
prohibits: yes
indicated_when: {any: [fever, {finding: age, op: '>=', value: 65}]}
contraindications: [anticoagulant, {flag: rf-meningism}]
cautions: [{not_present: female}]
clinical_text: Do not apply heat.
patient_text: Do not use a hot pack.
sources: [{ref: cohort-2004, supports: heat did not help}]
cases:
- name: fever
  given: {fever: present, anticoagulant: absent}
  expect: fires
- name: old
  given: {age: 65}
  expect: undetermined
- name: young
  given: {age: 64, anticoagulant: absent}
  expect: silent
"""

FILES = {
    "ruleset.yaml": MANIFEST,
    "references.yaml": REFERENCES,
    "vocabulary/language.yaml": LANGUAGE,
    "vocabulary/words.yaml": WORDS,
    "derived/fever.yaml": FEVER,
    "red_flags/rf-meningism.yaml": FLAG,
    "causes/meningitis.yaml": CAUSE,
    "activities/no-heat.yaml": PROHIBITION,
    **{
        f"activities/{name}.yaml": APPOINTMENT.format(id=name)
        for name in ("safety-net", "hospital-now", "same-day", "next-days", "next-weeks")
    },
}


@dataclass(frozen=True)
class TinyRuleset:
    """The folder of the small ruleset, and the means to break it."""

    folder: Path

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        self.write(file, text.replace(old, new, 1))


@pytest.fixture
def tiny(tmp_path: Path) -> TinyRuleset:
    ruleset = TinyRuleset(tmp_path / "tiny")
    for file, text in FILES.items():
        ruleset.write(file, text)
    return ruleset


@pytest.fixture
def new_word(tiny: TinyRuleset) -> Callable[..., None]:
    def add(identifier: str, more: str = "") -> None:
        text = (tiny.folder / "vocabulary/words.yaml").read_text(encoding="utf-8")
        lines = [f"- id: {identifier}", f"  title: {identifier}", "  kind: symptom", "  question: And this?", "  look_back: P7D"]
        rest = more or f"  codes: []\n  synonyms: [{identifier}]\n"
        tiny.write("vocabulary/words.yaml", text + "\n".join(lines) + "\n" + rest)

    return add
