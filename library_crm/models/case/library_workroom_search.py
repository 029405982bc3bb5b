from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_datetime

from ...lib.search_appendix import appendix_workbook

TABLE = Markup(
    '<h2>%s</h2><p>%s</p><table class="table"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
)


class LibraryWorkroom(models.Model):
    """The search log of a case, and the appendix that it makes."""

    _inherit = "library.workroom"

    search_ids = fields.One2many("library.search.log", "workroom_id", string="Searches")

    def _search_appendix(self):
        """The searches of this case as a table, without the people who asked or searched.

        :return: dict of title, notes (list of sentences), head (list of str), rows (lists of str and int)
        """
        self.ensure_one()
        self.check_access("read")
        _ = self.env._
        kept = sum(self.search_ids.mapped("kept"))
        return {
            "title": _("How it was searched"),
            "notes": [
                self.name,
                _(
                    "%(searches)s searches in %(sources)s sources, %(hits)s hits, %(kept)s kept.",
                    searches=len(self.search_ids),
                    sources=len(set(self.search_ids.mapped("source"))),
                    hits=sum(self.search_ids.mapped("hits")),
                    kept=kept,
                ),
            ],
            "head": [
                _("Date"), _("Source"), _("Search as typed"), _("Limits"), _("Hits"), _("Kept"), _("Why these"),
            ],
            "rows": [log._appendix_row() for log in self.search_ids],
        }  # fmt: skip

    def _search_appendix_html(self):
        """The same as a table for the text of a solution, escaped."""
        table = self._search_appendix()
        head = Markup().join(Markup("<th>%s</th>") % name for name in table["head"])
        rows = Markup().join(
            Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % cell for cell in row) for row in table["rows"]
        )
        return TABLE % (table["title"], table["notes"][-1], head, rows)

    def _search_appendix_file(self):
        """The same as a workbook, bytes."""
        table = self._search_appendix()
        return appendix_workbook(table["title"], table["notes"], table["head"], table["rows"])

    def action_search_appendix(self):
        """Download the search log."""
        self.ensure_one()
        self.check_access("read")
        url = f"/library/workrooms/{self.id}/searches.xlsx"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_earlier_searches(self):
        """Choose searches of other cases to do again here."""
        self.ensure_one()
        self.check_access("write")
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_search_log_action_again") | {
            "context": {"library_workroom_id": self.id},
            "domain": [("workroom_id", "!=", self.id)],
        }


class LibrarySearchLog(models.Model):
    _inherit = "library.search.log"

    def _appendix_row(self):
        """The cells of the appendix; names of the people are taken out of what was typed."""
        case_sudo = self.sudo().case_id  # sudo: the words are taken out of a text, never shown
        source, query, limits, reason = (
            case_sudo._remove_identity(text or "") for text in (self.source, self.query, self.limits, self.reason)
        )
        moment = format_datetime(self.env, self.date, dt_format="yyyy-MM-dd HH:mm")
        return [moment, source, query, limits, self.hits, self.kept, reason]
