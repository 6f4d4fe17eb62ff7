"""The contract of one dataset, loaded from `warehouse/datasets/NAME.toml` (written up in docs/contracts.md)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from pioneer_etl.contract.expression import PREVIOUS, Expression, ExpressionError, check_fields, parse_expression
from pioneer_etl.contract.model import Aggregation, Check, Dataset, Field, FieldType
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.contract.toml import Section, closest, read_toml
from pioneer_etl.contract.units import conversion, parse_unit

PERIOD_TYPES: Final = ("year", "half", "quarter", "month", "none")
PERSONAL: Final = ("name", "id", "phone", "birth", "origin", "address", "opinion")
MISSING: Final = ("skip_any", "skip_all", "zero")
SCOPES: Final = ("record", "submission")
SEVERITIES: Final = ("error", "warning", "note")
RESERVED: Final = frozenset(
    "period year township_code township village_code village submission_id part line place_code".split()  # noqa: SIM905
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TYPES: Final = tuple(each.value for each in FieldType)
_AGGREGATIONS: Final = tuple(each.value for each in Aggregation)
_NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
PERSONAL_TYPES: Final[Mapping[FieldType, str]] = {
    FieldType.PERSON_NAME: "name",
    FieldType.ID: "id",
    FieldType.PHONE: "phone",
}


def load_dataset(path: Path, code_lists: Collection[str] = ()) -> Dataset:
    """The dataset that a file declares; its name is the file's.

    `code_lists` are the names that a field's `codes` may take.  ConfigurationError names file, line and key, and
    what was probably meant.
    """
    root = read_toml(path)
    if not _NAME.fullmatch(path.stem):
        reasons = {"reason_zh": "数据集名只能用小写字母、数字和下划线", "reason_en": "use a-z, 0-9 and _ in its name"}
        raise root.error("config.bad_value", found=path.name, **reasons)
    fields = tuple(_field(name, section, code_lists) for name, section in root.named_sections("fields"))
    if not fields:
        raise root.error("config.missing_key", "fields")
    names = [each.name for each in fields]
    place_field = root.optional_text("place_field")
    if place_field is not None:
        _known_field(root, "place_field", place_field, names)
        place = next(each for each in fields if each.name == place_field)
        if place.type is not FieldType.PLACE:
            raise _bad(root, "place_field", place_field, "该字段类型不是 place", "that field is not of type place")
    for each in fields:
        if each.name in RESERVED and each.name != place_field:
            section = root.section("fields")
            raise _bad(section, each.name, each.name, "这是数据仓库自用的列名", "the warehouse uses this name itself")
    key = root.texts("key")
    for name in key:
        _known_field(root, "key", name, names)
    _ratios(root, fields)
    _synonyms(root, fields)
    dataset = Dataset(
        name=path.stem,
        title=root.label("title"),
        grain=root.label("grain"),
        key=key,
        period_type=root.choice("period_type", PERIOD_TYPES),
        fields=fields,
        checks=tuple(_check(name, section, names) for name, section in root.named_sections("checks")),
        place_field=place_field,
        mixed_levels=root.flag("mixed_levels"),
        titles=root.texts("titles"),
        source=root.optional_text("source"),
    )
    root.close()
    return dataset


def _bad(section: Section, key: str, found: object, zh: str, en: str) -> Exception:
    return section.error("config.bad_value", key, found=found, reason_zh=zh, reason_en=en)


def _known_field(section: Section, key: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        raise section.unknown_word(key, name, names)


def _field(name: str, section: Section, code_lists: Collection[str]) -> Field:
    if not _NAME.fullmatch(name):
        raise section.error(
            "config.bad_value",
            found=name,
            reason_zh="字段名只能用小写字母、数字和下划线",
            reason_en="use a-z, 0-9 and _",
        )
    kind = FieldType(section.choice("type", _TYPES))
    unit, accepted = _unit(section, kind)
    codes = section.optional_text("codes")
    if (codes is None) == (kind is FieldType.CODE):
        if codes is None:
            raise section.error("config.missing_key", "codes")
        raise _bad(
            section, "codes", codes, '只有 type = "code" 的字段才有代码表', 'only fields of type "code" have codes'
        )
    if codes is not None and codes not in code_lists:
        raise section.unknown_word("codes", codes, code_lists)
    personal = section.choice("personal", PERSONAL) if "personal" in section else PERSONAL_TYPES.get(kind)
    aggregation = Aggregation(section.choice("aggregation", _AGGREGATIONS, "none"))
    if aggregation is Aggregation.SUM and kind not in (FieldType.INTEGER, FieldType.DECIMAL):
        raise _bad(
            section, "aggregation", "sum", "只有整数和小数才能相加", "only integers and decimals can be added up"
        )
    ratio = section.texts("ratio")
    if len(ratio) not in (0, 2) or (bool(ratio) != (aggregation is Aggregation.RATIO)):
        zh, en = (
            'aggregation = "ratio" 要写分子、分母两个字段',
            'aggregation "ratio" needs ratio = [numerator, denominator]',
        )
        raise _bad(section, "ratio", list(ratio), zh, en)
    places = section.optional_integer("places")
    if places is not None and not 0 <= places <= 9:
        raise _bad(section, "places", places, "小数位数为 0 到 9", "0 to 9 decimal places can be stored")
    field = Field(
        name=name,
        label=section.label("label"),
        type=kind,
        unit=unit,
        accepted_units=accepted,
        synonyms=section.texts("synonyms"),
        required=section.flag("required"),
        codes=codes,
        aggregation=aggregation,
        ratio=(ratio[0], ratio[1]) if ratio else None,
        stock=section.optional_flag("stock"),
        personal=personal,
        places=places,
        minimum=section.optional_number("minimum"),
        maximum=section.optional_number("maximum"),
        plausible=_plausible(section),
    )
    if kind not in _NUMERIC and (field.minimum is not None or field.maximum is not None or field.plausible):
        raise _bad(section, "type", kind.value, "只有数值字段才有上下限", "only numbers have limits")
    section.close()
    return field


def _plausible(section: Section) -> tuple[Decimal, Decimal] | None:
    limits = section.numbers("plausible", 2)
    if limits is None:
        return None
    if limits[0] > limits[1]:
        raise _bad(
            section, "plausible", f"{limits[0]}, {limits[1]}", "下限大于上限", "the lower limit is above the upper"
        )
    return limits[0], limits[1]


def _unit(section: Section, kind: FieldType) -> tuple[str | None, tuple[str, ...]]:
    """The stored unit and the accepted ones, all known and of one kind."""
    unit, accepted = section.optional_text("unit"), section.texts("accepted_units")
    if unit is None:
        if accepted:
            raise section.error("config.missing_key", "unit")
        return None, ()
    if kind not in _NUMERIC:
        raise _bad(section, "unit", unit, "只有数值字段才有单位", "only numbers have a unit")
    for key, name in (("unit", unit), *(("accepted_units", each) for each in accepted)):
        if parse_unit(name) is None:
            raise _bad(section, key, name, "不认识这个单位", "this unit is unknown")
    stored = str(parse_unit(unit))
    for name in accepted:
        if conversion(name, stored) is None:
            zh, en = f"不能换算成 {stored}", f"it cannot be converted to {stored}"
            raise _bad(section, "accepted_units", name, zh, en)
    return stored, tuple(str(parse_unit(each)) for each in accepted)


def _ratios(root: Section, fields: tuple[Field, ...]) -> None:
    names = [each.name for each in fields]
    for each in fields:
        for part in each.ratio or ():
            if part not in names:
                raise root.section("fields").section(each.name).unknown_word("ratio", part, names)


def _synonyms(root: Section, fields: tuple[Field, ...]) -> None:
    """Refuses one spelling for two fields: a sheet could not tell them apart."""
    owners: dict[str, str] = {}
    for each in fields:
        for spelling in (each.label.zh, each.label.en, *each.synonyms):
            first = owners.setdefault(normalise_path(spelling.split("/")), each.name)
            if first != each.name:
                section = root.section("fields").section(each.name)
                raise section.error(
                    "config.ambiguous_synonym", "synonyms", found=spelling, first=first, second=each.name
                )


def _check(name: str, section: Section, names: Collection[str]) -> Check:
    scope = section.choice("scope", SCOPES, "record")
    expression, where = section.text("expression"), section.optional_text("where")
    fields: dict[str, None] = {}
    forms: dict[str, None] = {}
    for key, text, language in (("expression", expression, scope), ("where", where, "record")):
        if text is None:
            continue
        try:
            parsed = parse_expression(text, language)
            check_fields(parsed, names)
        except ExpressionError as error:
            raise section.error("config.bad_expression", key, reason_zh=error.zh, reason_en=error.en) from error
        fields.update(dict.fromkeys(parsed.fields))
        forms.update(dict.fromkeys(parsed.forms))
    message = section.label("message")
    for placeholder in re.findall(r"\{(\w*)\}", message.zh + message.en):
        if placeholder not in (*names, "missing", "count", "registered"):
            raise section.unknown_word("message", placeholder, names)
    check = Check(
        name=name,
        expression=expression,
        severity=section.choice("severity", SEVERITIES, "error"),
        message=message,
        tolerance=_tolerance(section),
        missing=section.choice("missing", MISSING, "skip_any"),
        scope=scope,
        where=where,
        fields=tuple(fields),
        forms=tuple(forms),
    )
    section.close()
    return check


def check_other_forms(datasets: Mapping[str, Dataset], dataset: Dataset, path: Path) -> None:
    """ConfigurationError when a check of a dataset speaks of a form or field that there is not, or cannot be joined.

    `path` is the file that declares the dataset.
    """
    for check in dataset.checks:
        for key, text, scope in (("expression", check.expression, check.scope), ("where", check.where, "record")):
            if text is None or not check.forms:
                continue
            try:
                _other_forms(parse_expression(text, scope), datasets, dataset)
            except ExpressionError as error:
                section = read_toml(path).section("checks").section(check.name)
                raise section.error("config.bad_expression", key, reason_zh=error.zh, reason_en=error.en) from error


def _other_forms(expression: Expression, datasets: Mapping[str, Dataset], own: Dataset) -> None:
    def form(name: str) -> Dataset:
        if name == PREVIOUS:
            return own
        if name not in datasets or datasets[name].source is not None:
            near = closest(name, [each.name for each in datasets.values() if each.source is None])
            raise ExpressionError(
                f"没有数据集 {name}" + (f"，是不是 {near}" if near else ""),
                f"there is no dataset {name}" + (f"; did you mean {near}" if near else ""),
            )
        return datasets[name]

    for each in expression.others:
        name, field = each.split(".")
        other = form(name)
        _has_field(other, field)
        if name != PREVIOUS and (own.place_field is None or other.key != (other.place_field,)):
            raise ExpressionError(
                f"{name} 和本表不是一村一条，要用 records({name}, …) 或 total({each}, …)",
                f"{name} and this dataset do not both have one record a place: use records({name}, …) or total({each}, …)",  # noqa: E501
            )
    for count in expression.counts:
        other = form(count.form)
        if count.field is not None:
            _has_field(other, count.field)
        if count.condition is not None:
            check_fields(count.condition, [each.name for each in other.fields])


def _has_field(dataset: Dataset, field: str) -> None:
    """ExpressionError when a dataset has no such field."""
    names = [each.name for each in dataset.fields]
    if field not in names:
        near = closest(field, names)
        raise ExpressionError(
            f"数据集 {dataset.name} 没有字段 {field}" + (f"，是不是 {near}" if near else ""),
            f"the dataset {dataset.name} has no field {field}" + (f"; did you mean {near}" if near else ""),
        )


def _tolerance(section: Section) -> str:
    """ "printed", a number, or a percentage such as "1%"."""
    raw = section.get("tolerance")
    text = "printed" if raw is None else str(raw).strip()
    if text == "printed":
        return text
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        zh, en = '应为 "printed"、一个数或百分数', 'it must be "printed", a number or a percentage'
        raise _bad(section, "tolerance", text, zh, en)
    return text
