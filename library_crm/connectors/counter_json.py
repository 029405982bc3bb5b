"""COUNTER reports as JSON, as SUSHI servers send them: release 5 with lists of instances, 5.1 nested by attributes."""

import json

from .counter_messages import CounterRefused
from .counter_months import read_month
from .counter_table import TITLES, Row

DEEPEST = 4
ATTRIBUTES = ("Data_Type", "Section_Type", "YOP", "Access_Type", "Access_Method")
IDENTIFIERS = ("DOI", "ISBN", "Print_ISSN", "Online_ISSN", "URI")


def read(data):
    """Take a JSON report apart.

    :param data: bytes, or what they mean already
    :return: (header by name, columns, Rows); see counter_report.build
    :raise CounterRefused: when it is no report
    """
    if isinstance(data, bytes):
        try:
            data = json.loads(data.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as error:
            raise CounterRefused("not_json") from error
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    head = data.get("Report_Header") if isinstance(data, dict) else None
    if not isinstance(head, dict):
        raise CounterRefused("not_counter")
    items = data.get("Report_Items") or []
    if not isinstance(items, list):
        raise CounterRefused("not_counter")
    rows = []
    for place, item in enumerate(items, 1):
        rows += _rows_of_item(place, item, {}, 0)
    months = sorted({month for row in rows for month in row.months})
    columns = [*(name.capitalize() for name in TITLES), "Platform", *IDENTIFIERS, *ATTRIBUTES, "Metric_Type",
               "Reporting_Period_Total", *(f"{month:%b-%Y}" for month in months)]
    for row in rows:
        row.cells = _cells(row, months)
    return _head(head), columns, rows


def _head(head):
    """The header by lower names; filters and exceptions in the form that tables give."""
    found = {name.casefold(): value for name, value in head.items() if isinstance(value, str)}
    filters = _pairs(head.get("Report_Filters"))
    found["report_filters"] = filters
    found["begin_date"], found["end_date"] = filters.get("begin_date", ""), filters.get("end_date", "")
    exceptions = head.get("Exceptions") or []
    exceptions = exceptions if isinstance(exceptions, list) else [exceptions]
    found["exceptions"] = "; ".join(
        str(each.get("Message") or "") for each in exceptions if isinstance(each, dict) and each.get("Message")
    )
    found["_lines"] = [
        ["Report_Name", found.get("report_name", "")], ["Report_ID", found.get("report_id", "")],
        ["Release", found.get("release", "")], ["Institution_Name", found.get("institution_name", "")],
        ["Reporting_Period", f"Begin_Date={found['begin_date']}; End_Date={found['end_date']}"],
        ["Created_By", found.get("created_by", "")],
    ]  # fmt: skip
    return found


def _pairs(filters):
    """Filters as a dict, from a list of names and values (5) or an object (5.1)."""
    if isinstance(filters, dict):
        return {str(name).casefold(): _plain(value) for name, value in filters.items()}
    pairs = [each for each in filters or [] if isinstance(each, dict)] if isinstance(filters, list) else []
    return {str(each.get("Name")).casefold(): _plain(each.get("Value")) for each in pairs}


def _plain(value):
    if isinstance(value, list):
        return "|".join(str(each) for each in value)
    return "" if value is None else str(value)


def _rows_of_item(place, item, above, depth):
    """Rows of an item and of the parts inside it, whose names the whole lends."""
    if not isinstance(item, dict) or depth > DEEPEST:
        return [Row(place, {}, {}, [], problem=("no_platform", {}))]
    values = {**above, **_values(item)}
    rows = []
    for part in _dicts(item.get("Items")):
        rows += _rows_of_item(place, part, values, depth + 1)
    for group in _dicts(item.get("Attribute_Performance")):
        rows += _rows_nested(place, {**values, **_values(group)}, group.get("Performance"))
    if isinstance(item.get("Performance"), list):
        rows += _rows_listed(place, values, item["Performance"])
    return rows


def _dicts(values):
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _values(item):
    """Names, identifiers and attributes of an item, by lower names."""
    found = {
        name.casefold(): " ".join(str(value).split())
        for name, value in item.items() if isinstance(value, (str, int)) and not isinstance(value, bool)
    }
    identifiers = item.get("Item_ID") or {}
    pairs = identifiers.items() if isinstance(identifiers, dict) else [
        (each.get("Type"), each.get("Value")) for each in _dicts(identifiers)
    ]
    return found | {str(name).casefold(): _plain(value) for name, value in pairs if name and value}


def _rows_nested(place, values, performance):
    """Rows of release 5.1: {metric: {month: count}}."""
    for metric, counts in (performance if isinstance(performance, dict) else {}).items():
        yield _row(place, values, str(metric), counts.items() if isinstance(counts, dict) else [("", counts)])


def _rows_listed(place, values, performance):
    """Rows of release 5: a list of periods, each with its instances."""
    by_metric = {}
    for period in _dicts(performance):
        begin = (period.get("Period") or {}).get("Begin_Date") if isinstance(period.get("Period"), dict) else ""
        for instance in _dicts(period.get("Instance")):
            metric = str(instance.get("Metric_Type") or "")
            by_metric.setdefault(metric, []).append((begin, instance.get("Count")))
    for metric, counts in by_metric.items():
        yield _row(place, values, metric, counts)


def _row(place, values, metric, counts):
    """A row with the months that can be read, and what is wrong with the others."""
    months, problem = {}, None
    for text, count in counts:
        month = read_month(str(text or ""))
        if not month:
            problem = problem or ("bad_month", {"value": str(text)[:40]})
        elif not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 10**9:
            problem = problem or ("bad_count", {"value": str(count)[:40], "month": f"{month:%Y-%m}"})
        else:
            months[month] = months.get(month, 0) + count
    values = {**values, "metric_type": metric}
    return Row(place, values, months, [], None, problem, tuple(sorted(values.items())))


def _cells(row, months):
    names = [*TITLES, "platform", *(name.casefold() for name in (*IDENTIFIERS, *ATTRIBUTES)), "metric_type"]
    return [*(row.values.get(name, "") for name in names), str(sum(row.months.values())),
            *(str(row.months.get(month, "")) for month in months)]
