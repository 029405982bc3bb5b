"""One dashboard as o-spreadsheet wants it: filters, figures, charts, rankings and lists, from top to bottom."""

import uuid

VERSION = "18.4.14"
ROW_HEIGHT = 23
# pixels: a label and three columns of figures, a gap, and the same again
HALF = (155, 95, 128, 97)
GAP = 50
HALF_WIDTH = sum(HALF)
LETTERS = "ABCDEFGHI"
CHART_HEIGHT = 300
SCORE_WIDTH, SCORE_HEIGHT = 190, 100
LINK = "odoo://ir_menu_xml_id/library_crm."

STYLES = {
    "1": {"textColor": "#01666b", "fontSize": 16, "bold": True},
    "2": {"textColor": "#434343", "bold": True, "fontSize": 11},
    "3": {"textColor": "#434343", "bold": True, "fontSize": 11, "align": "right"},
    "4": {"textColor": "#434343", "verticalAlign": "middle", "wrapping": "clip"},
    "5": {"textColor": "#434343", "italic": True},
    "6": {"textColor": "#434343", "wrapping": "wrap", "verticalAlign": "top"},
    "7": {"textColor": "#434343", "bold": True, "wrapping": "wrap", "verticalAlign": "top"},
    "8": {"textColor": "#434343", "verticalAlign": "middle", "align": "right"},
}
TITLE, HEAD, HEAD_RIGHT, BODY, NOTE, TEXT, TERM, FIGURE = list(STYLES)
BORDERS = {
    "1": {"bottom": {"style": "thin", "color": "#CCCCCC"}},
    "2": {"bottom": {"style": "thick", "color": "#FFFFFF"}},
}
FORMATS = {"1": "0", "2": "0.0%", "3": "0.0", "4": "#,##0", "5": "yyyy-mm-dd hh:mm"}
COUNT, SHARE, MEAN, LARGE, MOMENT = list(FORMATS)
COLOURS = ("#EFF6FF", "#FFF7ED", "#ECFDF5", "#FEF2F2", "#F5F3FF")
GOOD, BAD = "#00A04A", "#DC6965"
# shown where there is no figure: nothing happened, or fewer than five people stand behind it
NOTHING = "–"


class Dashboard:
    """Builds one dashboard; whatever is added stands below what was added before, unless it is put on the right."""

    def __init__(self, name):
        self.name = name
        self.filters, self.pivots, self.lists, self.figures, self.menus = [], {}, {}, [], {}
        self.cells, self.styles, self.formats, self.borders, self.rows, self.merges = {}, {}, {}, {}, {}, []
        self.data, self.bars = {}, []
        self.data_rows = 1
        self.scores = 0
        # next free pixel in the left and the right half
        self.next = [10, 10]

    # filters

    def filter_period(self, label, default="last_12_months"):
        """Months that everything with a date matches."""
        self.filters.append({"id": self._id("period"), "type": "date", "label": label, "defaultValue": default})

    def filter_record(self, key, label, model):
        """Records of a model that are chosen by name."""
        self.filters.append({
            "id": self._id(key), "type": "relation", "label": label, "modelName": model, "defaultValueDisplayNames": [],
        })

    def _matching(self, match, offset=0):
        """Which fields of a source the filters speak about; a field that has hours, too, ends in "@"."""
        found = {}
        for one in self.filters:
            key = next((key for key in match if self._id(key) == one["id"]), None)
            if key == "period":
                kind = "datetime" if match[key].endswith("@") else "date"
                found[one["id"]] = {"chain": match[key].rstrip("@"), "type": kind, "offset": offset}
            elif key:
                found[one["id"]] = {"chain": match[key], "type": "many2one"}
        return found

    # sources

    def pivot(self, model, measures, match=None, rows=(), domain=(), offset=0, order=None):
        """A source of figures.

        :param measures: names of fields that are summed, or "name:aggregator"
        :param dict match: {filter: field}
        :param rows: fields to group by
        :param int offset: -1 for the period before
        :param str order: measure by which the rows stand, the largest first
        :return: its number
        """
        number = str(len(self.pivots) + 1)
        self.pivots[number] = {
            "type": "ODOO", "id": number, "formulaId": number, "name": f"{self.name} {number}", "model": model,
            "fieldMatching": self._matching(match or {}, offset), "context": {}, "domain": list(domain), "columns": [],
            "measures": [self._measure(name) for name in measures],
            "rows": [self._dimension(name) for name in rows],
            "sortedColumn": {"measure": self._measure(order)["id"], "order": "desc", "domain": []} if order else None,
        }
        return number

    @staticmethod
    def _measure(name):
        if name == "__count":
            return {"id": "__count", "fieldName": "__count"}
        field, _colon, aggregator = name.partition(":")
        # people are counted, whatever they are counted with
        aggregator = aggregator or ("count_distinct" if field == "persons" else "sum")
        return {"id": f"{field}:{aggregator}", "fieldName": field, "aggregator": aggregator}

    @staticmethod
    def _dimension(name):
        field, _colon, granularity = name.partition(":")
        return {"fieldName": field, **({"granularity": granularity} if granularity else {})}

    # figures at the top

    def value(self, pivot, measure):
        """Formula of one figure of a source without groups."""
        return f'PIVOT.VALUE({pivot},"{self._measure(measure)["id"]}")'

    def score(self, title, formula, before=None, number_format=COUNT, menu=None, less_is_better=False):
        """One figure with its change.

        :param str formula: without the equals sign
        :param str before: formula of the figure of the period before
        :param bool less_is_better: whether a fall is good news
        """
        row = self.data_rows + 1
        self.data_rows = row
        self.data[f"A{row}"] = f'=_t("{title}")'
        for column, text in (("B", formula), ("C", before)):
            if text:
                self.data[f"{column}{row}"] = f'=IFERROR(IF(({text})="","{NOTHING}",{text}),"{NOTHING}")'
        chart = {
            "type": "scorecard", "title": {"text": title, "bold": True, "color": "#434343"}, "keyValue": f"Data!B{row}",
            "background": COLOURS[self.scores % len(COLOURS)], "humanize": False, "baselineMode": "text",
            "baselineColorDown": BAD, "baselineColorUp": GOOD, "baselineDescr": {"text": ""},
        }
        if less_is_better:
            chart |= {"baselineColorDown": GOOD, "baselineColorUp": BAD}
        if before:
            chart |= {
                "baseline": f"Data!C{row}", "baselineDescr": {"text": "vs. before"},
                "baselineMode": "difference" if number_format in (SHARE, MEAN) else "percentage",
            }
        self._data_format(row, number_format)
        column = self.scores % 5
        self._figure(
            chart, column * (SCORE_WIDTH + 12.5), self.next[0], SCORE_WIDTH, SCORE_HEIGHT, menu, f"score {title}")
        self.scores += 1
        if self.scores % 5 == 0:
            self.end_scores()

    def _data_format(self, row, number_format):
        self.data.setdefault("formats", {})[f"B{row}:C{row}"] = int(number_format)

    def end_scores(self):
        """What follows stands below the row of figures."""
        top = max(self.next) + SCORE_HEIGHT + 15
        self.next = [top, top]
        self.scores += -self.scores % 5

    # charts

    def chart(self, kind, title, model, measure, groups, side, match=None, domain=(), menu=None, **options):
        """A chart of Odoo's data under its heading.

        :param str kind: bar, line or pie
        :param list groups: what it is grouped by, "month:month" for months
        :param int side: 0 left, 1 right
        :param options: stacked, colours of the series, order of the groups, and whatever the chart takes
        """
        groups = list(groups)
        self._heading(title, side, menu)
        data = {
            "type": f"odoo_{kind}", "title": {"text": ""}, "background": "#FFFFFF",
            "dataSets": [{"backgroundColor": colour} for colour in options.pop("colours", ())],
            "legendPosition": "top" if len(groups) > 1 or kind == "pie" else "none", "verticalAxisPosition": "left",
            "stacked": bool(options.pop("stacked", False)), "fieldMatching": self._matching(match or {}),
            "metaData": {
                "groupBy": groups, "measure": measure, "order": options.pop("order", None), "resModel": model,
                "mode": kind, "cumulatedStart": False,
            },
            "searchParams": {
                "comparison": None, "context": {}, "domain": list(domain), "groupBy": groups, "orderBy": [],
            },
            **options,
        }
        self._figure(data, side * (HALF_WIDTH + GAP), self.next[side], HALF_WIDTH, CHART_HEIGHT, menu, f"chart {title}")
        self.next[side] += CHART_HEIGHT + 20

    def reserve(self, title, side, menu=None):
        """Room for a chart whose figures stand in a table further down."""
        self._heading(title, side, menu)
        place = (side, self.next[side], menu, title)
        self.next[side] += CHART_HEIGHT + 20
        return place

    def chart_of(self, place, table, columns, kind="bar", **options):
        """A chart of a table's cells, in the room kept for it.

        :param table: what `ranking` or `listing` gave back
        :param columns: numbers of its columns with figures; column 0 has the labels
        """
        side, top, menu, title = place
        table_side, first, last = table

        def cells(column):
            letter = self._column(table_side, column)
            # the heading stands in the line above
            return f"{letter}{first - 1}:{letter}{last}"

        data = {
            "type": kind, "title": {"text": ""}, "background": "#FFFFFF", "stacked": False, "horizontal": True,
            "legendPosition": "top" if len(columns) > 1 else "none", "dataSetsHaveTitle": True,
            "dataSets": [{"dataRange": cells(column)} for column in columns], "labelRange": cells(0), **options,
        }
        self._figure(data, side * (HALF_WIDTH + GAP), top, HALF_WIDTH, CHART_HEIGHT, menu, f"chart of {title}")

    def _figure(self, data, left, top, width, height, menu, key):
        figure_id = self._id(key)
        self.figures.append({
            "id": figure_id, "tag": "chart", "width": width, "height": height, "data": data, "col": 0, "row": 0,
            "offset": {"x": left, "y": top},
        })
        if menu:
            self.menus[figure_id] = f"library_crm.{menu}"

    # tables

    def ranking(
        self, title, model, group, columns, side, match=None, domain=(), rows=8, order=None, menu=None, what=""
    ):
        """The largest groups of a source with their figures.

        :param columns: [(heading, measure, format)]; a measure may be (over, under) for a share
        :param str what: heading of the groups
        """
        names = []
        for _heading, measure, _format in columns:
            names += measure if isinstance(measure, tuple) else [measure]
        # a share's parts may be sums themselves: "met+partly_met"
        fields = list(dict.fromkeys(part for name in names for part in name.split("+")))
        pivot = self.pivot(model, fields, match, [group], domain, order=order or fields[0])
        self._heading(title, side, menu)
        first = self._header(side, [what, *(heading for heading, _measure, _format in columns)])
        for number in range(1, rows + 1):
            row = first + number - 1
            place = f'"#{group}",{number}'
            self._put(side, 0, row, f"=PIVOT.HEADER({pivot},{place})", BODY)
            for column, (_heading, measure, number_format) in enumerate(columns, start=1):
                self._put(side, column, row, f"={self._cell(pivot, measure, place)}", FIGURE, number_format)
        self._bars(side, first, first + rows - 1)
        self._close(side, first + rows)
        return side, first, first + rows - 1

    def _cell(self, pivot, measure, place):
        def one(names):
            return "+".join(
                f'SUM(PIVOT.VALUE({pivot},"{self._measure(name)["id"]}",{place}))' for name in names.split("+"))

        if isinstance(measure, tuple):
            return f'IFERROR(({one(measure[0])})/({one(measure[1])}),"")'
        # what is about fewer than five people comes empty, which is an error to the sheet
        return f'IFERROR(IF(({one(measure)})=0,"",{one(measure)}),"{NOTHING}")'

    def listing(self, title, model, columns, side, domain=(), order="id", rows=8, match=None, menu=None):
        """Records with some of their fields.

        :param columns: [(heading, field)]; a heading that ends in "#" stands over figures, a field that ends in "@" has
            hours, too
        :return: where it stands
        """
        number = str(len(self.lists) + 1)
        formats = [MOMENT if name.endswith("@") else None for _heading, name in columns]
        columns = [(heading, name.rstrip("@")) for heading, name in columns]
        field, _space, direction = order.partition(" ")
        self.lists[number] = {
            "id": number, "name": title, "model": model, "columns": [name.split(".")[0] for _heading, name in columns],
            "domain": list(domain), "context": {}, "fieldMatching": self._matching(match or {}),
            "orderBy": [{"name": field, "asc": direction != "desc"}],
        }
        self._heading(title, side, menu)
        first = self._header(side, [heading for heading, _name in columns], text=True)
        for place in range(1, rows + 1):
            for column, (_heading, name) in enumerate(columns):
                content = f'=ODOO.LIST({number},{place},"{name}")'
                self._put(side, column, first + place - 1, content, BODY, formats[column])
        self._close(side, first + rows)
        return side, first, first + rows - 1

    def definitions(self, codes):
        """What the figures mean: the definition cards, in the reader's language."""
        self._level()
        number = str(len(self.lists) + 1)
        names = ("name", "numerator", "denominator", "period", "exclusions")
        self.lists[number] = {
            "id": number, "name": "Definitions", "model": "library.figure.card", "columns": list(names),
            "domain": [["code", "in", list(codes)]], "context": {}, "fieldMatching": {},
            "orderBy": [{"name": "sequence", "asc": True}],
        }
        self._heading("What these figures mean", 0, None)
        row = self._row(0)
        for column, heading in ((0, "Figure"), (1, "What is counted"), (5, "Out of what"), (7, "Left out")):
            self._set(f"{LETTERS[column]}{row}", f'=_t("{heading}")', HEAD)
        self.borders[f"A{row}:I{row}"] = 1
        for place in range(1, len(codes) + 1):
            here = row + place
            self.rows[str(here - 1)] = {"size": 78}
            for column, until, name in (
                (0, 0, "name"), (1, 3, "numerator"), (5, 6, "denominator"), (7, 8, "exclusions"),
            ):
                style = TEXT if column else TERM
                self._set(f"{LETTERS[column]}{here}", f'=ODOO.LIST({number},{place},"{name}")', style)
                if until > column:
                    self.merges.append(f"{LETTERS[column]}{here}:{LETTERS[until]}{here}")
        self.last_row = row + len(codes)

    def note(self, text):
        """A sentence over the whole width."""
        self._level()
        row = self._row(0)
        self._set(f"A{row}", f'=_t("{text}")', NOTE)
        self.next = [self.next[0] + ROW_HEIGHT] * 2

    # places

    def _level(self):
        self.next = [max(self.next)] * 2

    def _row(self, side):
        """The first row of the sheet that begins at or below the next free pixel; counted from 1."""
        row = -(-self.next[side] // ROW_HEIGHT)
        self.next[side] = row * ROW_HEIGHT
        return int(row) + 1

    def _column(self, side, column):
        return LETTERS[side * (len(HALF) + 1) + column]

    def _set(self, cell, content, style):
        self.cells[cell] = content
        self.styles[cell] = int(style)

    def _put(self, side, column, row, content, style, number_format=None):
        cell = f"{self._column(side, column)}{row}"
        self._set(cell, content, style)
        if number_format:
            self.formats[cell] = int(number_format)

    def _heading(self, title, side, menu):
        row = self._row(side)
        content = f"[{title}]({LINK}{menu})" if menu else f'=_t("{title}")'
        # twice the height of a row: the first one holds the words, the second keeps the charts off
        self._put(side, 0, row, content, TITLE)
        self.borders[f"{self._column(side, 0)}{row + 1}:{self._column(side, 3)}{row + 1}"] = 1
        self.merges.append(f"{self._column(side, 0)}{row}:{self._column(side, 3)}{row + 1}")
        self.next[side] += 2 * ROW_HEIGHT + 4

    def _header(self, side, headings, text=False):
        """The line of headings; the number of the row below it."""
        row = self._row(side)
        for column, heading in enumerate(headings):
            style = HEAD_RIGHT if heading.endswith("#") or (column and not text) else HEAD
            self._put(side, column, row, f'=_t("{heading.rstrip("#")}")' if heading else "", style)
        return row + 1

    def _bars(self, side, first, last):
        label, figure = self._column(side, 0), self._column(side, 1)
        self.bars.append({
            "id": self._id(f"bars {label}{first}"), "ranges": [f"{label}{first}:{label}{last}"],
            "rule": {"type": "DataBarRule", "color": 15726335, "rangeValues": f"{figure}{first}:{figure}{last}"},
        })

    def _close(self, side, row):
        self.next[side] = row * ROW_HEIGHT + 10

    def _id(self, key):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"library_crm {self.name} {key}"))

    def build(self):
        """The whole spreadsheet as a dict."""
        self._level()
        data_formats = self.data.pop("formats", {})
        widths = {str(number): {"size": size} for number, size in enumerate((*HALF, GAP, *HALF))}
        rows = max(int(-(-self.next[0] // ROW_HEIGHT)), getattr(self, "last_row", 0)) + 1
        common = {"dataValidationRules": [], "tables": [], "headerGroups": {"ROW": [], "COL": []}, "comments": {},
                  "isVisible": True}
        sheets = [
            {
                "id": "dashboard", "name": "Dashboard", "colNumber": len(LETTERS), "rowNumber": rows, "rows": self.rows,
                "cols": widths, "merges": self.merges, "cells": self.cells, "styles": self.styles,
                "formats": self.formats, "borders": self.borders, "conditionalFormats": self.bars,
                "figures": self.figures, "areGridLinesVisible": False, **common,
            },
            {
                "id": "data", "name": "Data", "colNumber": 26, "rowNumber": self.data_rows + 1, "rows": {}, "cols": {},
                "merges": [], "cells": self.data, "styles": {}, "formats": data_formats, "borders": {},
                "conditionalFormats": [], "figures": [], "areGridLinesVisible": True, **common,
            },
        ]
        return {
            "version": VERSION, "sheets": sheets, "styles": STYLES, "formats": FORMATS, "borders": BORDERS,
            "revisionId": "START_REVISION", "uniqueFigureIds": True, "settings": {}, "pivots": self.pivots,
            "pivotNextId": len(self.pivots) + 1, "customTableStyles": {}, "globalFilters": self.filters,
            "lists": self.lists, "listNextId": len(self.lists) + 1, "chartOdooMenusReferences": self.menus,
        }
