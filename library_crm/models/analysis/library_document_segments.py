from odoo import models
from odoo.fields import Domain

from ...lib import k_guard
from ...lib.workbook import Chart, Column

CARDS = ("segment_size", "segment_fact", "segment_difference")
MOST_SEGMENTS = 12
"""So many stand beside each other on a page that people can read; the largest ones are taken."""


class LibraryDocument(models.Model):
    """Segments side by side as a workbook: sizes, who is in both, facts, clear differences, what they ask for."""

    _inherit = "library.document"

    def _build_segment_comparison(self, book, period_from, period_to, company, segment_ids=(), **options):
        """Today's members; needs of the last quarters up to the end of the period.

        :param segment_ids: which segments; the largest ones without
        """
        segments = self._document_segments(company, segment_ids)
        self._sheet_segment_sizes(book, segments, company)
        apart = self._segments_apart(segments)
        self._sheet_segment_overlap(book, segments)
        self._sheet_segment_facts(book, apart, segments - apart)
        self._sheet_segment_differences(book, apart)
        self._sheet_tables(
            book, self.env._("Questions"), [(one, one._page_needs(period_to)) for one in segments],
            self.env._("Cases that members opened while they were members, by quarter."),
        )
        self._define(book, CARDS)

    def _document_segments(self, company, segment_ids=()):
        """The segments of a workbook, the largest first.

        :raise AccessError: for who does not look after relations
        """
        Segment = self.env["library.segment"]
        Segment._check_relations()
        self.env.flush_all()
        domain = Domain("company_id", "=", company.id)
        if segment_ids:
            domain &= Domain("id", "in", list(segment_ids))
        found = Segment.search(domain)
        sizes = self._segment_sizes(found)
        return found.sorted(lambda one: (-sizes.get(one, 0), one.id))[:MOST_SEGMENTS]

    def _segment_sizes(self, segments):
        return dict(self.env["library.segment.member"]._read_group(
            [("segment_id", "in", segments.ids), ("date_to", "=", False)], ["segment_id"], ["__count"]
        ))

    def _sheet_segment_sizes(self, book, segments, company):
        """How large they are, and what part of all patrons."""
        _ = self.env._
        sizes = self._segment_sizes(segments)
        total = self.env["library.patron"].sudo().search_count([("company_id", "=", company.id)])  # sudo: a number
        kinds = dict(segments._fields["kind"]._description_selection(self.env))
        few = _("under %(count)s", count=k_guard.K)

        def size(segment):
            count = sizes.get(segment, 0)
            if 0 < count < k_guard.K:
                return [few, None]
            return [count, count / total if total else None]

        book.sheet(
            _("Segments"),
            [Column(_("Segment"), width=34), Column(_("Kind")), Column(_("Patrons"), "int"),
             Column(_("Of all patrons"), "percent"), Column(_("Looked after by"))],
            ([one.name, kinds[one.kind], *size(one), one.user_id.name] for one in segments),
            note=_("Today's members of the %(count)s largest segments; a patron may be in several.",
                   count=MOST_SEGMENTS),
            chart=Chart("bar", _("Patrons by segment"), 0, [2]),
        )  # fmt: skip

    def _sheet_segment_overlap(self, book, segments):
        """How many patrons two segments share."""
        table = segments[:1].get_overlap() if segments else {"rows": []}
        places = {row["id"]: number for number, row in enumerate(table["rows"])}
        away = self.env._("not shown")
        book.sheet(
            self.env._("In both"),
            [Column(self.env._("Segment"), width=34), *(Column(one.name or "", "int", 20) for one in segments)],
            (
                [one.name, *(
                    away if (cell := table["rows"][places[one.id]]["cells"][places[two.id]]) is None else cell
                    for two in segments
                )]
                for one in segments
            ),
            note=self.env._("Patrons in both segments; the diagonal is the size of a segment."),
        )  # fmt: skip

    def _segments_apart(self, segments):
        """Those that differ from each other, and from those before them, by five patrons or more, and are as large."""
        kept, sizes = segments.browse(), self._segment_sizes(segments)
        for segment in segments:
            if sizes.get(segment, 0) >= k_guard.K and not any(segment._differ_by_few(other) for other in kept):
                kept |= segment
        return kept

    def _sheet_segment_facts(self, book, segments, left_out):
        """The share of each fact in each segment."""
        _ = self.env._
        counted = {one: one._count_facts() for one in segments}
        labels = self.env["library.segment"]._fact_labels()
        rows = []
        for kind, names in labels.items():
            sides = {}
            for one in segments:
                if facts := counted[one].get(kind):
                    sides[one] = facts["count"], k_guard.line(facts["hits"], facts["hits"], total=facts["count"])
            for value, label in names:
                cells = []
                for one in segments:
                    count, shown = sides.get(one, (0, {}))
                    hits = shown.get(value, 0)
                    cells.append(_("not shown") if hits is None else hits / count if count else None)
                if any(cell for cell in cells if not isinstance(cell, str)):
                    rows.append([label, *cells])
        note = _("Share of the members of whom the fact is known: patrons who let us count, and the patron record.")
        if left_out:
            note += " " + _("Left out, as too small or too much like another one: %(names)s.",
                            names=", ".join(left_out.mapped("name")))  # fmt: skip
        book.sheet(
            _("Facts"),
            [Column(_("Fact"), width=44), *(Column(one.name or "", "percent", 20) for one in segments)],
            rows, note=note,
            chart=Chart("bar", _("Facts by segment"), 0, list(range(1, min(len(segments), 4) + 1)), most=6)
            if segments else None,
        )

    def _sheet_segment_differences(self, book, segments):
        """What differs clearly between each two of them, with how sure that is."""
        _ = self.env._
        pairs = [(one, two) for number, one in enumerate(segments) for two in segments[number + 1:]]
        book.sheet(
            _("Differences"),
            [Column(_("Segment"), width=30), Column(_("Beside"), width=30), Column(_("Fact"), width=40),
             Column(_("Share here"), "percent"), Column(_("Share there"), "percent"),
             Column(_("Difference"), "percent"), Column(_("Difference, from"), "percent"),
             Column(_("Difference, to"), "percent"),
             Column(_("Times as frequent"), "float")],
            (
                [one.name, two.name, found["label"], found["rate"], found["other_rate"], found["difference"],
                 found["difference_low"], found["difference_high"], found["lift"] or None]
                for one, two in pairs for found in one._compare_facts(two) if found["clear"]
            ),
            note=_("Only clear differences: the 95 % interval (Newcombe) does not hold 0. Who is in both counts on "
                   "both sides."),
        )  # fmt: skip

    def _sheet_tables(self, book, name, pages, note):
        """Tables of several segments as one list, the segments side by side.

        :param pages: (segment, [{title, head, rows}]) pairs
        """
        _ = self.env._
        away = _("not shown")
        found = {}
        for segment, tables in pages:
            for table in tables:
                heads = self._different(table["head"])
                for line in table["rows"]:
                    for head, cell in zip(heads, line["cells"], strict=False):
                        place = found.setdefault((table["title"], line["label"], head), {})
                        place[segment] = away if cell is None else cell
        segments = [segment for segment, _tables in pages]
        is_whole = not any(isinstance(cell, float) for cells in found.values() for cell in cells.values())
        book.sheet(
            name,
            [Column(_("Table"), width=40), Column(_("Line"), width=34), Column(_("Column"), width=22),
             *(Column(one.name or "", "int" if is_whole else "float", 20) for one in segments)],
            ([*place, *(cells.get(one) for one in segments)] for place, cells in found.items()),
            note=note if found else _("There are no figures for this yet."),
        )  # fmt: skip

    @staticmethod
    def _different(heads):
        """Heads of columns, each by itself: a share says of which number it is one."""
        return [
            f"{heads[place - 1]} {head}" if place and heads.count(head) > 1 else head
            for place, head in enumerate(heads)
        ]
