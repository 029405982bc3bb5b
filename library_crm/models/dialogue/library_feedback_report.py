from odoo import api, fields, models
from odoo.fields import Domain

from ...const import FEEDBACK_FACETS, FEEDBACK_KINDS, FEEDBACK_SOURCES

KINDS_OF_VOICE = {"criticism": ("complaint", "error"), "wish": ("suggestion", "question"), "praise": ("praise",)}
VOICES = [("criticism", "Criticism"), ("wish", "Wishes"), ("praise", "Praise")]


class LibraryFeedbackReport(models.Model):
    """What people tell the library about, by facet, service and month; no cell says something about fewer than five."""

    _name = "library.feedback.report"
    _description = "Feedback by Facet"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = (
        "company_id", "month", "kind", "voice", "facet", "source", "service_id", "team_id", "type_id", "lifecycle",
    )

    _figure_cards = {"persons": "feedback_persons", "__count": "feedback_count"}

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    kind = fields.Selection(FEEDBACK_KINDS, "What it is", readonly=True)
    voice = fields.Selection(VOICES, "Criticism, wish or praise", readonly=True)
    facet = fields.Selection(FEEDBACK_FACETS, readonly=True)
    source = fields.Selection(FEEDBACK_SOURCES, "Came by", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True)
    lifecycle = fields.Selection(
        lambda self: self.env["library.patron"]._fields["lifecycle"].selection, readonly=True
    )
    persons = fields.Integer("People", readonly=True, aggregator="count_distinct")

    @property
    def _table_query(self):
        self.env["library.feedback"].flush_model()
        self.env["library.patron"].flush_model(["type_id", "lifecycle"])
        # who gave no patron's name counts by address, and without one each time anew; numbers of patrons are positive
        return """
            SELECT f.id, f.company_id, date_trunc('month', f.date)::date AS month, f.kind,
                   CASE WHEN f.kind IN ('complaint', 'error') THEN 'criticism' WHEN f.kind = 'praise' THEN 'praise'
                        ELSE 'wish' END AS voice,
                   f.facet, f.source, f.service_id, f.team_id, p.type_id, p.lifecycle,
                   coalesce(f.patron_id, CASE WHEN f.email_normalized IS NULL THEN -f.id
                       ELSE -1073741824 - abs(hashtext(f.email_normalized) %% 1073741823) END) AS persons
              FROM library_feedback f LEFT JOIN library_patron p ON p.id = f.patron_id
             WHERE f.look_reason IS DISTINCT FROM 'machine'
        """

    @api.model
    def figures(self, type_id=None):
        """How many people criticise, wish and praise what, for the radar; None where they are fewer than five.

        :param int type_id: number of a library.patron.type, for its patrons only
        :return: {axes: [{facet, name, criticism, wish, praise}], most, types: [{id, name}]}
        """
        self.check_access("read")
        domain = Domain("company_id", "in", self.env.companies.ids)
        if type_id:
            domain &= Domain("type_id", "=", int(type_id))
        names = dict(self._fields["facet"]._description_selection(self.env))
        axes = {facet: {"facet": facet, "name": names[facet]} for facet, _label in FEEDBACK_FACETS}
        said = {
            (facet, voice): count
            for facet, voice, count in self._read_group(domain, ["facet", "voice"], ["persons:count_distinct"])
        }
        for facet, axis in axes.items():
            axis.update({voice: said.get((facet, voice)) or None for voice, _label in VOICES})
        types = self.env["library.patron.type"].search_read(Domain.TRUE, ["name"])
        most = max([axis[voice] or 0 for axis in axes.values() for voice, _label in VOICES])
        return {"axes": list(axes.values()), "most": most, "types": types}

    @api.model
    def action_open_words(self, facet, voice):
        """The words behind a corner of the radar, as far as the colleague may read them."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_feedback_action")
        return {
            **action, "context": {},
            "domain": [("facet", "=", str(facet)), ("kind", "in", KINDS_OF_VOICE.get(voice, ()))],
        }
