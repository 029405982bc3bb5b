from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.survey_figures import nonresponse, response

BATCH = 500
SERVED_WITHIN = "1 year"


class LibraryGapSurvey(models.Model):
    """Who is asked, who has answered, and whether those who did differ from those who did not."""

    _inherit = "library.gap.survey"

    asked_count = fields.Integer("Asked", compute="_compute_response")
    answered_count = fields.Integer("Answered", compute="_compute_response")
    response_rate = fields.Float("Response rate", compute="_compute_response", digits=(5, 3))
    response_low = fields.Float("Response rate from", compute="_compute_response", digits=(5, 3))
    response_high = fields.Float("Response rate to", compute="_compute_response", digits=(5, 3))
    is_response_told = fields.Boolean(compute="_compute_response")
    rating_count = fields.Integer("Statements rated", compute="_compute_ratings")
    half_count = fields.Integer("A rating is missing", compute="_compute_ratings")
    half_rate = fields.Float("Share with a rating missing", compute="_compute_ratings", digits=(5, 3))
    reversed_count = fields.Integer(
        "Rejected", compute="_compute_ratings", help="The least accepted was above the wish: such rows make no figure."
    )
    reversed_rate = fields.Float("Share rejected", compute="_compute_ratings", digits=(5, 3))
    nonresponse_verdict = fields.Selection(
        [
            ("same", "No sign that those who answered differ from those who were asked."),
            ("small", "Those who answered differ a little from those who were asked."),
            ("some", "Those who answered differ from those who were asked: read the figures with care."),
            ("large", "Those who answered differ much from those who were asked: the figures speak for them alone."),
            ("few", "Too few were asked or have answered to compare them."),
        ],
        "Who did not answer", compute="_compute_nonresponse",
    )

    def _invited(self):
        """{round: {state is answered: number}} of those who were drawn."""
        # sudo: numbers only; single invitations are for leads
        Invitation_sudo = self.env["library.evaluation.invitation"].sudo()
        keys = {f"gap:{gap.id}": gap.id for gap in self}
        found = {gap.id: [0, 0] for gap in self}
        for key, state, count in Invitation_sudo._read_group(
            [("instrument", "=", "gap"), ("key", "in", list(keys))], ["key", "state"], ["__count"]
        ):
            found[keys[key]][0] += count
            found[keys[key]][1] += count if state == "answered" else 0
        return found

    @api.depends("state")
    def _compute_response(self):
        invited = self._invited()
        for gap in self:
            asked, answered = invited.get(gap.id, (0, 0))
            rate = response(answered, asked)
            gap.asked_count, gap.answered_count = asked, answered
            gap.is_response_told = rate["told"]
            gap.response_rate, gap.response_low, gap.response_high = (
                rate["value"] or 0, rate["low"] or 0, rate["high"] or 0
            )

    @api.depends("state")
    def _compute_ratings(self):
        # sudo: numbers only
        found = self.env["library.gap.answer"].sudo()._read_group(
            [("gap_id", "in", self.ids)], ["gap_id", "state"], ["__count"]
        )
        counts = {(gap.id, state): count for gap, state, count in found}
        for gap in self:
            whole, half, turned = (counts.get((gap.id, state), 0) for state in ("whole", "half", "reversed"))
            total = whole + half + turned
            gap.rating_count, gap.half_count, gap.reversed_count = total, half, turned
            gap.half_rate = half / total if total else 0
            gap.reversed_rate = turned / total if total else 0

    @api.depends("state")
    def _compute_nonresponse(self):
        for gap in self:
            gap.nonresponse_verdict = nonresponse(gap._asked_by_type())["verdict"]

    def _asked_by_type(self):
        """{kind of patron: (answered, asked)}"""
        self.env["library.evaluation.invitation"].flush_model(["key", "instrument", "state", "patron_id"])
        self.env["library.patron"].flush_model(["type_id"])
        return {
            type_id: (answered, asked)
            for type_id, answered, asked in self.env.execute_query(SQL(
                """SELECT p.type_id, count(*) FILTER (WHERE i.state = 'answered'), count(*)
                     FROM library_evaluation_invitation i JOIN library_patron p ON p.id = i.patron_id
                    WHERE i.instrument = 'gap' AND i.key = %(key)s GROUP BY p.type_id""",
                key=f"gap:{self.id}",
            ))
        }

    # Asking

    @api.model
    def _cron_gap(self):
        """Ask for open rounds, end those that are over, and keep the figures fresh; may be killed at any point."""
        commit = self.env["ir.cron"]._commit_progress
        today = self._today()
        for gap in self.search(self._domain_open(), order="id"):
            if gap.date_end and gap.date_end < today:
                gap._close()
            elif gap.date_start <= today:
                if gap.date_asked != today and not gap._ask_all(commit):
                    return
                gap._rebuild()
            if not commit(1):
                return

    def _ask_all(self, commit):
        """Ask those of the sample who were not asked yet; a run that was killed begins anew and asks nobody twice.

        It is tried each day of the round: who was asked something else within 60 days may be asked later.

        :return: False if time ran out
        """
        last = 0
        while found := self._served(last):
            self.env["library.evaluation.invitation"]._invite("gap", [self._row(one) for one in found], self.share)
            last = found[-1]
            if not commit(0):
                return False
        self.date_asked = self._today()
        return True

    def _row(self, patron_id):
        return {"patron_id": patron_id, "key": f"gap:{self.id}", "service_id": self.service_id.id or None}

    def _served(self, last):
        """The next patrons, by number, who had a case (of the round's service) within a year."""
        self.env["library.case"].flush_model(["patron_id", "service_id", "create_date"])
        self.env["library.patron"].flush_model(["company_id", "active", "is_anonymised"])
        self.env["library.evaluation.invitation"].flush_model(["patron_id", "instrument", "key"])
        service = SQL("AND c.service_id = %s", self.service_id.id) if self.service_id else SQL()
        return [row[0] for row in self.env.execute_query(SQL(
            """SELECT p.id FROM library_patron p
                WHERE p.company_id = %(company)s AND p.id > %(last)s AND p.active AND p.is_anonymised IS NOT TRUE
                  AND EXISTS (SELECT 1 FROM library_case c WHERE c.patron_id = p.id
                                 AND c.create_date > %(now)s - %(within)s::interval %(service)s)
                  AND NOT EXISTS (SELECT 1 FROM library_evaluation_invitation i WHERE i.patron_id = p.id
                                     AND i.instrument = 'gap' AND i.key = %(key)s)
                ORDER BY p.id LIMIT %(limit)s""",
            company=self.company_id.id, last=last, now=self.env.cr.now(), within=SERVED_WITHIN, limit=BATCH,
            service=service, key=f"gap:{self.id}",
        ))]
