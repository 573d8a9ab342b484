"""Accepts plainly valid resources fast; whatever it does not accept is for fhir.resources to judge.

Every shape here is derived from the fields of fhir.resources and is as narrow as or narrower
than they are, so that nothing is accepted that they refuse (tests/intake/test_acceptance.py
compares both on mutated resources). What seldom occurs (url, base64Binary, uuid, primitive
extensions, odd years) has no shape and is left to the judge.
"""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from fhir.resources.R4B import get_fhir_model_class
from fhir_core.constraints import FHIR_PRIMITIVES_MAPS
from fhir_core.types import FhirBase
from pydantic_core import SchemaValidator, core_schema
from pydantic_core.core_schema import CoreSchema, TypedDictField

_DAY: Final = (
    r"(19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"  # 29 February: the judge
)
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_ZONE: Final = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_MONTH_OR_YEAR: Final = r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?"


def _text(pattern: str | None = None) -> CoreSchema:
    return core_schema.str_schema(strict=True, pattern=pattern)


_PRIMITIVES: Final[Mapping[str, CoreSchema]] = {
    "boolean": core_schema.bool_schema(strict=True),
    "string": _text(r"\S"),
    "markdown": _text(r"\S"),
    "xhtml": _text(r"\S"),
    "code": _text(r"^[^\s]+( [^\s]+)*$"),
    "id": _text(r"^[A-Za-z0-9\-.]{1,64}$"),
    "uri": _text(r"^\S+$"),
    "canonical": _text(r"^\S+$"),
    "decimal": core_schema.float_schema(strict=True, allow_inf_nan=False),
    "integer": core_schema.int_schema(strict=True, ge=-2147483648, le=2147483647),
    "unsignedInt": core_schema.int_schema(strict=True, ge=0, le=2147483647),
    "positiveInt": core_schema.int_schema(strict=True, ge=1, le=2147483647),
    "date": _text(f"^({_MONTH_OR_YEAR}|{_DAY})$"),
    "dateTime": _text(f"^({_MONTH_OR_YEAR}|{_DAY}(T{_CLOCK}{_ZONE})?)$"),
    "instant": _text(f"^{_DAY}T{_CLOCK}{_ZONE}$"),
    "time": _text(f"^{_CLOCK}$"),
}
# Of the fifty types of Extension.value[x] those that charts use; each further one would have to be built at start-up.
_EXTENSION_VALUES: Final = frozenset({"CodeableConcept", "Coding", "Identifier", "Period", "Quantity", "Range", "Ratio", "Reference"})
_ANY_RESOURCE: Final = "Resource"


class Acceptor:
    """Says of a resource that it certainly has the structure of its type."""

    def __init__(self, resource_types: Iterable[str]) -> None:
        self._shapes: dict[str, CoreSchema] = {}
        names = sorted(resource_types)
        for name in names:
            self._shape(name)
        kinds = core_schema.tagged_union_schema({name: _reference(name) for name in names}, discriminator="resourceType")
        self._shapes[_ANY_RESOURCE] = {**kinds, "ref": _ANY_RESOURCE}
        self._validator = SchemaValidator(core_schema.definitions_schema(_reference(_ANY_RESOURCE), list(self._shapes.values())))

    def accepts(self, resource: Mapping[str, Any]) -> bool:
        """Whether `resource` is valid for certain; False says nothing."""
        return self._validator.isinstance_python(resource)

    def _shape(self, name: str) -> CoreSchema:
        """The reference to the shape of the type `name`, which is derived on its first use."""
        if name not in self._shapes and name != _ANY_RESOURCE:
            self._shapes[name] = core_schema.any_schema()  # holds the place: types contain themselves
            self._shapes[name] = self._derived(get_fhir_model_class(name), name)
        return _reference(name)

    def _derived(self, model: Any, name: str) -> CoreSchema:  # noqa: ANN401  fhir.resources makes its models at run time
        hints = get_type_hints(model, include_extras=True)
        required = {element for element, _ in model.get_required_fields(None)}
        fields: dict[str, TypedDictField] = {}
        choices: dict[str, set[str]] = {}
        for field_name, info in model.model_fields.items():
            element = info.alias or field_name
            schema = self._element(hints[field_name], of=name)
            if schema is None:
                continue
            fields[element] = core_schema.typed_dict_field(schema, required=info.is_required() or element in required)
            choice = (info.json_schema_extra or {}).get("one_of_many")
            if choice:
                choices.setdefault(f"{choice}{'!' if info.json_schema_extra['one_of_many_required'] else ''}", set()).add(element)
        if model.has_resource_base():
            fields["resourceType"] = core_schema.typed_dict_field(core_schema.literal_schema([name]), required=True)
        shape = core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)
        if not choices:
            return {**shape, "ref": name}
        checked = core_schema.no_info_after_validator_function(_one_of_each(choices), shape)
        return {**checked, "ref": name}

    def _element(self, hint: object, *, of: str) -> CoreSchema | None:
        """The shape of an element with the type `hint`; None when it is left to the judge."""
        kind = _without_none(hint)
        if get_origin(kind) is list:
            item = self._element(get_args(kind)[0], of=of)
            return None if item is None else core_schema.list_schema(item, strict=True, min_length=1)
        if kind is bool:
            return _PRIMITIVES["boolean"]
        if isinstance(kind, type) and issubclass(kind, FhirBase):
            name = kind._model_klass.rpartition(".")[2]  # noqa: SLF001  its one name for the model that is not yet loaded
            seldom = of == "Extension" and name not in _EXTENSION_VALUES | {"Extension"}
            return None if seldom or name == "FHIRPrimitiveExtension" else self._shape(name)
        return _PRIMITIVES.get(FHIR_PRIMITIVES_MAPS.get(kind, ""))


def _reference(name: str) -> CoreSchema:
    return core_schema.definition_reference_schema(name)


def _without_none(hint: object) -> Any:  # noqa: ANN401  a type expression
    if get_origin(hint) not in {Union, UnionType}:
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 else hint


def _one_of_each(choices: Mapping[str, set[str]]) -> Any:  # noqa: ANN401  a validator function of pydantic
    """Refuses a choice of types that is made twice, or not made where it must be."""
    groups = [(frozenset(elements), choice.endswith("!")) for choice, elements in choices.items()]

    def check(value: dict[str, Any]) -> dict[str, Any]:
        for elements, is_required in groups:
            made = len(elements & value.keys())
            if made > 1 or (is_required and not made):
                raise ValueError
        return value

    return check
