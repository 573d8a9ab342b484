"""The addresses below /rules."""

import re
from difflib import get_close_matches
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from nuchal.rules.model import Disposition, NotCovered, Ruleset
from nuchal.rules.pages import KINDS, expected, given
from nuchal.rules.source_attributes import source_attributes
from nuchal.rules.usage import readers
from nuchal.rules.vocabulary import WordKind
from nuchal.web.addresses import public_url
from nuchal.web.described import HTML_TYPES, Answer, Parameter, described, refusals
from nuchal.web.rules_pages import attributes
from nuchal.web.rules_pages.cases import CaseResults
from nuchal.web.rules_pages.catalogue import KIND_NAMES, Catalogue
from nuchal.web.rules_pages.missing import silence_counts_as_no, when_missing
from nuchal.web.rules_pages.sections import logic, relations
from nuchal.web.rules_pages.words import SYSTEM_NAMES, facts, findings_of_rule, look_back

_ALIKE = 0.5  # how alike an id must be to be proposed (difflib's ratio)
_PROPOSED = 6
_TAG = "Rules"
_PAGE = Answer(200, "A page", schema={"type": "string"}, types=HTML_TYPES)
_NO_SUCH = Answer(404, "A page that names what looks like it", schema={"type": "string"}, types=HTML_TYPES)
_RULE_ID = Parameter("rule_id", "The id of a rule of any kind", place="path", example="rf-thunderclap")


def blueprint(ruleset: Ruleset) -> Blueprint:
    """The pages of the rules of `ruleset`. They hold nothing of a patient: who keeps one asks only whether it changed."""
    views = Blueprint("rules", __name__, url_prefix="/rules", template_folder="templates", static_folder="static")
    browser = _Browser(ruleset)
    for address, view in (
        ("", browser.browse),
        ("/not-covered", browser.not_covered),
        ("/source-attributes", browser.all_attributes),
        ("/vocabulary", browser.vocabulary),
        ("/vocabulary/<word_id>", browser.word),
        ("/<rule_id>", browser.rule),
        ("/<rule_id>/source-attributes", browser.rule_attributes),
    ):
        views.add_url_rule(address, view.__name__, view)
    views.add_app_template_filter(_anchor, "anchor")
    views.after_request(_with_etag)
    return views


class _Browser:
    """One method for each address."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._catalogue = Catalogue(ruleset)
        self._results = CaseResults(ruleset)
        self._used_by = readers(ruleset)

    @described(
        "All rules, to be searched and filtered",
        tag=_TAG,
        public=True,
        parameters=[
            Parameter("q", "Words that title, texts, codes or findings of a rule hold", example="stiff neck"),
            Parameter("kind", "The kind of rule", schema={"enum": list(KIND_NAMES)}, example="cause"),
            Parameter("category", "A category of causes or the kind of a suggestion"),
            Parameter("speed", "How soon", schema={"enum": list(Disposition)}),
            Parameter("source", "The id of a reference that the rule cites"),
        ],
        answers=[_PAGE, *refusals(422)],
    )
    def browse(self) -> str:
        catalogue = self._catalogue
        query = catalogue.query(request.args)
        return render_template(
            "rules/browse.html",
            query=query,
            found=catalogue.find(query),
            choices=catalogue.choices,
            ruleset=self._ruleset,
            all=len(catalogue.rules),
            reviewed=sum(bool(rule.reviewed) for rule in catalogue.rules.values()),
        )

    @described(
        "One rule: logic, evidence, cases, source attributes", tag=_TAG, public=True, parameters=[_RULE_ID], answers=[_PAGE, _NO_SUCH]
    )
    def rule(self, rule_id: str) -> str | Response:
        rule, ruleset = self._catalogue.rules.get(rule_id), self._ruleset
        if rule is None:
            return self._no_such(rule_id)
        vocabulary = ruleset.vocabulary
        return render_template(
            "rules/rule.html",
            rule=rule,
            entry=self._catalogue.entry(rule_id),
            kind=KINDS[type(rule)],
            ruleset=ruleset,
            logic=logic(rule, ruleset),
            relations=relations(rule, ruleset),
            missing=when_missing(rule, ruleset),
            silence=silence_counts_as_no(rule, ruleset),
            findings=[(word, look_back(word)) for word in findings_of_rule(rule, ruleset)],
            cases=[(ran, given(ran.case, vocabulary), expected(rule, ran.case, vocabulary)) for ran in self._results.of(rule)],
            history=[(release, release.naming((rule.title, rule.id))) for release in ruleset.releases],
            attributes=source_attributes(rule, ruleset),
            system_names=SYSTEM_NAMES,
        )

    @described(
        "The source attributes of one rule (45 CFR 170.315(b)(11))",
        tag=_TAG,
        public=True,
        parameters=[_RULE_ID],
        answers=[Answer(200, "The thirteen attributes"), *refusals(404)],
    )
    def rule_attributes(self, rule_id: str) -> Response:
        if rule_id not in self._catalogue.rules:
            raise NotFound
        return _json(attributes.of_rule(self._catalogue.rules[rule_id], self._ruleset, _address(rule_id)))

    @described("Which data of a person each rule uses", tag=_TAG, public=True, answers=[Answer(200, "All rules")])
    def all_attributes(self) -> Response:
        rules = [(entry.rule, _address(entry.rule.id)) for entry in self._catalogue.entries]
        return _json(attributes.of_all(rules, self._ruleset))

    @described("The findings that rules may speak of", tag=_TAG, public=True, answers=[_PAGE])
    def vocabulary(self) -> str:
        words = {kind: [word for word in self._ruleset.vocabulary.values() if word.kind is kind] for kind in WordKind}
        return render_template("rules/vocabulary.html", words=words, used_by=self._used_by, ruleset=self._ruleset)

    @described(
        "One finding: its codes, texts, and the rules that read it",
        tag=_TAG,
        public=True,
        parameters=[Parameter("word_id", "A word of the vocabulary", place="path", example="fever")],
        answers=[_PAGE, _NO_SUCH],
    )
    def word(self, word_id: str) -> str | Response:
        word, ruleset = self._ruleset.vocabulary.get(word_id), self._ruleset
        if word is None:
            return self._no_such(word_id)
        return render_template(
            "rules/word.html",
            word=word,
            facts=list(facts(word, ruleset)),
            derived=ruleset.derived.get(word_id),
            used_by=self._used_by[word_id],
            kinds=KINDS,
            system_names=SYSTEM_NAMES,
        )

    @described("What no rule weighs, and why", tag=_TAG, public=True, answers=[_PAGE])
    def not_covered(self) -> str:
        groups: dict[str, list[NotCovered]] = {}
        for gap in self._ruleset.not_covered:
            groups.setdefault(gap.group, []).append(gap)
        return render_template("rules/not_covered.html", ruleset=self._ruleset, groups=groups)

    def _no_such(self, id_: str) -> Response:
        """A page for an id that nothing has, with those that look like it; what was asked for is not repeated."""
        rules, words = self._catalogue.rules, self._ruleset.vocabulary
        near = [rules[each] for each in get_close_matches(id_, rules, n=_PROPOSED, cutoff=_ALIKE)]
        findings = [words[each] for each in get_close_matches(id_, words, n=_PROPOSED, cutoff=_ALIKE)]
        return make_response(render_template("rules/no_such.html", near=near, words=findings), 404)


def _address(id_: str) -> str:
    return public_url(url_for("rules.rule", rule_id=id_))


def _anchor(heading: str) -> str:
    """What leads to a heading within a page."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _json(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document, option=orjson.OPT_INDENT_2), content_type="application/json")


def _with_etag(response: Response) -> Response:
    """Let caches keep what is the same for everybody, and answer 304 while it has not changed."""
    if response.status_code == 200 and not response.is_streamed:
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response
