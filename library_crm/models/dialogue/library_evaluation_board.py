from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.survey_figures import mean_of_sums, nonresponse, nps, response, share

MEASURES = ("asked", "responded", "answers", "positives", "negatives", "score", "squares")
CARDS = ("csat", "csat_mean", "return", "transfer", "nps", "response", "nonresponse")
GROUPS = {"service": "service_id", "team": "team_id", "month": "month:month"}
MOST_MONTHS = 60


class LibraryEvaluationReport(models.Model):
    """The board: each figure with how many answered, how many were asked, how sure it is, and its definition."""

    _inherit = "library.evaluation.report"

    @api.model
    def board(self, months=12, group="service"):
        """All that the board shows in one call.

        :param int months: how far back
        :param str group: service, team or month
        :return: dict: `figures` by code, `rows` [{name, figures}], `cards`, `nonresponse`
        """
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for the library's staff."))
        months = months if isinstance(months, int) and 0 < months <= MOST_MONTHS else 12
        group = group if group in GROUPS else "service"
        since = fields.Date.context_today(self).replace(day=1) - relativedelta(months=months - 1)
        domain = [("month", ">=", since), ("company_id", "=", self.env.company.id)]
        sums = self._sums(domain, None).get(None, {})
        names = self._sums(domain, GROUPS[group])
        rows = [{"name": self._group_name(key), "figures": self._figures(found)} for key, found in names.items()]
        return {
            "months": months, "group": group, "figures": self._figures(sums), "rows": rows,
            "cards": self.env["library.figure.card"]._cards(CARDS), "nonresponse": self._nonresponse(since),
        }

    @api.model
    def _sums(self, domain, group):
        """{group: {question: {measure: sum}}}; what must not be shown is missing."""
        groupby = ["instrument", *([group] if group else [])]
        order = f"{group}" if group else None
        found = {}
        for row in self._read_group(domain, groupby, [f"{name}:sum" for name in MEASURES], order=order):
            key = row[1] if group else None
            sums = dict(zip(MEASURES, row[len(groupby):], strict=True))
            found.setdefault(key, {})[row[0]] = {name: value or 0 for name, value in sums.items()}
        return found

    @api.model
    def _group_name(self, key):
        if not key:
            return self.env._("Without one")
        return key.display_name if isinstance(key, models.BaseModel) else fields.Date.to_string(key)[:7]

    @api.model
    def _figures(self, sums):
        """The figures of one group, each as `lib.survey_figures` gives it, with the response rate beside it."""
        nothing = dict.fromkeys(MEASURES, 0)
        csat, again, outcome, recommend = (
            {**nothing, **sums.get(name, {})} for name in ("csat", "return", "outcome", "nps")
        )
        figures = {
            "csat": share(csat["positives"], csat["answers"]),
            "csat_mean": mean_of_sums(csat["answers"], csat["score"], csat["squares"]),
            "return": share(again["positives"], again["answers"]),
            "transfer": share(outcome["positives"], outcome["answers"]),
            "nps": nps(recommend["positives"], recommend["negatives"], recommend["answers"]),
        }
        asked = {"csat": csat, "csat_mean": csat, "return": csat, "transfer": outcome, "nps": recommend}
        return {
            name: {**figure, "response": response(asked[name]["responded"], asked[name]["asked"])}
            for name, figure in figures.items()
        }

    @api.model
    def _nonresponse(self, since):
        """Whether those who answered are like those who were asked: by type of patron and by stage of life.

        Sums only, and none about fewer than five people.
        """
        found = {}
        for name, column in (("type", SQL("t.name->>%s", "en_US")), ("lifecycle", SQL("p.lifecycle"))):
            rows = self.env.execute_query(SQL(
                """SELECT %(column)s, count(*) FILTER (WHERE i.state = 'answered'), count(*),
                          count(DISTINCT i.patron_id)
                     FROM library_evaluation_invitation i
                     JOIN library_patron p ON p.id = i.patron_id
                     LEFT JOIN library_patron_type t ON t.id = p.type_id
                    WHERE i.company_id = %(company)s AND i.date_invited >= %(since)s
                      AND i.state NOT IN ('waiting', 'bounced')
                    GROUP BY 1 HAVING count(DISTINCT i.patron_id) >= 5 ORDER BY 1""",
                column=column, company=self.env.company.id, since=since,
            ))
            check = nonresponse({row[0] or "": (row[1], row[2]) for row in rows})
            check.pop("rates")
            found[name] = {**check, "sentence": self._nonresponse_sentence(check)}
        return found

    @api.model
    def _nonresponse_sentence(self, check):
        _ = self.env._
        return {
            "few": _("Too few were asked to tell whether those who answered are like the others."),
            "same": _("No sign that those who answered differ from those who were asked."),
            "small": _("Some groups answer more often than others, by little."),
            "some": _("Some groups answer clearly more often than others: read the figures with care."),
            "large": _("Some groups answer far more often than others: the figures speak for those only."),
        }[check["verdict"]]
