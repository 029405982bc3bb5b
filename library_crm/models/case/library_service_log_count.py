from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import CHANNELS
from ...lib.effort import is_reference_transaction, propose_warner


class LibraryServiceLog(models.Model):
    """What a service counts for in statistics: once, on the day of its first result, whatever comes later."""

    _inherit = "library.service.log"

    date_counted = fields.Datetime(
        "Counted on", readonly=True, copy=False, index=True,
        help="The first result. A case that is re-opened and closed again is the same one transaction.",
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    service_id = fields.Many2one("library.service", readonly=True, index="btree_not_null", ondelete="set null")
    branch_id = fields.Many2one("library.branch", readonly=True, index="btree_not_null", ondelete="set null")
    is_reference = fields.Boolean(
        "Reference transaction", compute="_compute_is_reference", store=True,
        help="Staff recommended, interpreted or used sources to meet a need (RUSA 2008). Loans of documents, "
             "purchases, accounts, rooms and teaching are counted elsewhere.",
    )  # fmt: skip
    reference_override = fields.Selection(
        [("yes", "Counts as a reference transaction"), ("no", "Does not count")], string="Counted otherwise",
        help="Empty: by the rule.",
    )
    reference_reason = fields.Char("Why otherwise")

    @api.depends("service_id.kind", "read_level", "warner", "source_count", "reference_override")
    def _compute_is_reference(self):
        for log in self:
            by_rule = is_reference_transaction(
                log.service_id.kind or "", log.read_level or "1", log.warner or "", log.source_count)
            log.is_reference = {"yes": True, "no": False}.get(log.reference_override, by_rule)

    @api.constrains("reference_override", "reference_reason")
    def _check_reference_reason(self):
        for log in self:
            if log.reference_override and not (log.reference_reason or "").strip():
                raise ValidationError(self.env._("Say why this is counted otherwise than by the rule."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("case_id"):
                vals.setdefault("date_counted", vals.get("date") or fields.Datetime.now())
        return super().create(vals_list)

    def action_confirm(self):
        """The proposed effort and kind are right; one key, and the next one."""
        self.check_access("write")
        self.write({"is_confirmed": True})


class LibraryCase(models.Model):
    _inherit = "library.case"

    def _prepare_log(self):
        values = super()._prepare_log()
        facts = self._effort_facts()
        log = self.log_ids[:1]
        if log.is_confirmed and log.warner and log.read_level == values["read_level"]:
            # a person said so; facts of later do not overrule it
            warner = log.warner
        else:
            warner = propose_warner(values["read_level"], sources=facts["source_count"], meetings=facts["meetings"],
                                    days=facts["days"], made_something=facts["version_count"] > 0)
        return {
            **values,
            **{name: facts[name] for name in ("source_count", "search_log_count", "version_count")},
            "warner": warner, "channel": self.channel, "service_id": self.service_id.id, "branch_id": self.branch_id.id,
        }

    def _effort_facts(self):
        """What is on record of the work on this case."""
        self.ensure_one()
        # sudo: counts work of all teams, shows nothing
        case_sudo = self.sudo()
        searches = case_sudo.workroom_ids.search_ids
        sources = {search.source for search in searches} | {source.name for source in case_sudo.solution_ids.source_ids}
        end = self.date_closed or fields.Datetime.now()
        return {
            "source_count": len(sources) + len(case_sudo.article_ids),
            "search_log_count": len(searches),
            "version_count": len(case_sudo.solution_ids.version_ids),
            "meetings": case_sudo._count_meetings(),
            "days": (end - (self.create_date or end)).total_seconds() / 86400,
        }

    def _count_meetings(self):
        """Talks by appointment that the patron of this case had while it was open."""
        if not self.patron_id:
            return 0
        until = self.date_closed or fields.Datetime.now()
        return self.env["library.booking"].search_count([
            ("patron_id", "=", self.patron_id.id), ("state", "=", "booked"),
            ("date_start", ">=", self.create_date), ("date_start", "<=", until),
        ])

    def _propose_read(self, answer_count, minutes):
        """Searches and sources count as work where nobody timed it."""
        level = super()._propose_read(answer_count, minutes)
        if minutes or not self.id:
            return level
        sources = self._effort_facts()["source_count"]
        return max(level, "4") if sources > 1 else max(level, "3") if sources else level
