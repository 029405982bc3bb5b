from statistics import median

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STAFF = "base.group_user"
DAYS_BACK = 180
MOST_CASES = 400  # the newest ones of a service say what is usual today


class LibraryService(models.Model):
    """What a service really takes and how patrons liked it, from the cases of the last half year."""

    _inherit = "library.service"

    real_count = fields.Integer("Cases answered in half a year", readonly=True, copy=False, groups=STAFF)
    real_answer_hours = fields.Float(
        "Really: first answer (hours)", readonly=True, copy=False, groups=STAFF,
        help="Median of the opening hours until a person answered, over the last half year.",
    )
    real_solution_count = fields.Integer("Cases finished in half a year", readonly=True, copy=False, groups=STAFF)
    real_solution_hours = fields.Float(
        "Really: solution (hours)", readonly=True, copy=False, groups=STAFF,
        help="Median of the opening hours until the case was closed, without the time we waited for somebody else.",
    )
    rated_count = fields.Integer("Ratings in half a year", readonly=True, copy=False, groups=STAFF)
    rated_mean = fields.Float(
        "Rated on average", readonly=True, copy=False, groups=STAFF, help="From one to five, by patrons."
    )
    date_figures = fields.Datetime("Figures from", readonly=True, copy=False, groups=STAFF)
    open_case_count = fields.Integer("Open cases", compute="_compute_open_case_count", groups=STAFF)

    def _compute_open_case_count(self):
        Case = self.env["library.case"]
        counts = dict(
            Case._read_group(Case._domain_open() & Domain("service_id", "in", self.ids), ["service_id"], ["__count"])
        )
        for service in self:
            service.open_case_count = counts.get(service, 0)

    def action_open_cases(self):
        """The open cases of this service."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action")
        action["domain"] = [("service_id", "=", self.id)]
        action["context"] = {"default_service_id": self.id}
        return action

    @api.model
    def _cron_refresh_figures(self):
        """Work out the figures of every service anew; run twice, it finds the same."""
        for service in self.with_context(active_test=False).search(Domain.TRUE):
            service._refresh_figures()

    def _refresh_figures(self):
        """The figures of one service from its newest cases."""
        self.ensure_one()
        now = fields.Datetime.now()
        since = fields.Datetime.subtract(now, days=DAYS_BACK)
        answered = self._hours_until("date_first_answer", since)
        solved = self._hours_until("date_closed", since)
        count, mean = self._ratings_since(since)
        self.with_context(tracking_disable=True).write({
            "real_count": len(answered), "real_answer_hours": median(answered) if answered else 0,
            "real_solution_count": len(solved), "real_solution_hours": median(solved) if solved else 0,
            "rated_count": count, "rated_mean": mean, "date_figures": now,
        })  # fmt: skip

    def _hours_until(self, name, since):
        """Opening hours from each newest question to the moment in the field `name`, without what was paused.

        :param str name: date_first_answer or date_closed
        :return: list of hours
        """
        cases_sudo = self.env["library.case"].sudo().with_context(active_test=False).search_fetch(  # sudo: figures
            [("service_id", "=", self.id), (name, ">=", since)], ["create_date", name, "team_id"],
            order=f"{name} desc", limit=MOST_CASES,
        )
        paused = dict(self._paused_minutes(cases_sudo, name))
        found = []
        for case in cases_sudo:
            if case[name] > case.create_date:
                minutes = case.team_id._opening_hours().between(case.create_date, case[name])
                found.append(max(0.0, minutes - paused.get(case.id, 0.0)) / 60)
        return found

    @api.model
    def _paused_minutes(self, cases, name):
        """(case id, opening minutes) for which the clock of a case stood still until the moment in the field `name`."""
        if not cases:
            return []
        self.env["library.clock.segment"].flush_model()
        cases.flush_model([name])
        return self.env.execute_query(SQL(
            """SELECT s.case_id, sum(s.minutes) FROM library_clock_segment s JOIN library_case c ON c.id = s.case_id
                WHERE s.case_id = ANY(%s) AND s.step_id IS NULL AND s.state = 'paused' AND s.date_end <= c.%s
                GROUP BY s.case_id""",
            list(cases.ids), SQL.identifier(name),
        ))

    def _ratings_since(self, since):
        """(how many, their mean) of what patrons gave cases of this service."""
        self.env["rating.rating"].flush_model()
        self.env["library.case"].flush_model(["service_id"])
        ((count, mean),) = self.env.execute_query(SQL(
            """SELECT count(*), coalesce(avg(r.rating), 0) FROM rating_rating r
                 JOIN library_case c ON c.id = r.res_id AND r.res_model = 'library.case'
                WHERE c.service_id = %s AND r.consumed AND r.rating > 0 AND r.write_date >= %s""",
            self.id, since,
        ))
        return count, round(float(mean), 2)
