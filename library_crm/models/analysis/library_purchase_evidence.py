from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import k_guard, purchase_rank

MONTHS = 12
RANKED = ("new",)
COUNTED = ("new", "accepted", "arrived")


class LibraryPurchaseEvidence(models.Model):
    """What speaks for a purchase: who needs it, what its class lacks, and what it costs; the strongest first.

    Counted every night, when suggestions change, and by a button. No figure is kept that is about fewer than five
    people, whoever reads it; the place in the list rests on the figures before they are hidden.
    """

    _name = "library.purchase.evidence"
    _description = "Evidence for a Purchase"
    _order = "state desc, rank, id"
    _rec_name = "suggestion_id"

    suggestion_id = fields.Many2one(
        "library.purchase.suggestion", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="suggestion_id.company_id", store=True, index=True)
    state = fields.Selection(related="suggestion_id.state", store=True)
    subject_id = fields.Many2one(related="suggestion_id.subject_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(related="suggestion_id.price", store=True, aggregator="sum")

    rank = fields.Integer(readonly=True, aggregator=None, help="Among those to decide; 0: decided already.")
    people = fields.Integer("People who need it", readonly=True, aggregator=None)
    is_people_few = fields.Boolean(readonly=True, export_string_translation=False)
    people_words = fields.Char("Asked for by", compute="_compute_words")
    needs_per_cost = fields.Float(
        "Needs per 100 of cost", readonly=True, digits=(12, 2), aggregator=None,
        help="People who need it for each 100 of the price. Not shown for fewer than five people.",
    )
    met_people = fields.Integer("People whose need it met", readonly=True, aggregator=None)
    cost_per_met_need = fields.Monetary("Cost of a need met", readonly=True, aggregator=None)

    lacking = fields.Integer("Needs without a source", readonly=True, aggregator=None)
    is_lacking_few = fields.Boolean(readonly=True, export_string_translation=False)
    lacking_words = fields.Char("Unserved in the class", compute="_compute_words")
    referrals = fields.Integer("Asked of partners", readonly=True, aggregator=None,
                               help="Requests to partner libraries about this class in twelve months.")  # fmt: skip
    ills = fields.Integer("Interlibrary loans", readonly=True, aggregator=None)
    is_ills_few = fields.Boolean(readonly=True, export_string_translation=False)
    ills_words = fields.Char("Borrowed elsewhere", compute="_compute_words")
    turned_away = fields.Integer("Readers turned away", readonly=True, aggregator=None,
                                 help="No_License and Limit_Exceeded as providers counted them.")  # fmt: skip
    uses = fields.Integer("Uses of the class", readonly=True, aggregator=None)
    is_uses_few = fields.Boolean(readonly=True, export_string_translation=False)
    uses_words = fields.Char("Class used", compute="_compute_words")
    why = fields.Text("What speaks for it", compute="_compute_why")
    date_counted = fields.Datetime("Figures of", readonly=True)

    _once = models.UniqueIndex("(suggestion_id)", "The evidence of this suggestion is counted already.")

    @api.depends("people", "lacking", "ills", "uses")
    @api.depends_context("lang")
    def _compute_words(self):
        few = self.env._("under %(count)s", count=k_guard.K)
        of_few = self.env._("under %(count)s people", count=k_guard.K)
        for row in self:
            row.people_words = few if row.is_people_few else str(row.people)
            for name in ("lacking", "ills", "uses"):
                row[f"{name}_words"] = of_few if row[f"is_{name}_few"] else str(row[name])

    @api.depends("people", "referrals", "turned_away", "price", "rank")
    @api.depends_context("lang")
    def _compute_why(self):
        """The evidence in one line; what is nothing is not named."""
        _ = self.env._
        for row in self:
            said = [
                (row.people or row.is_people_few) and _("Needed by: %(count)s", count=row.people_words),
                (row.lacking or row.is_lacking_few)
                and _("needs of the class without a source: %(count)s", count=row.lacking_words),
                row.referrals and _("requests to partners: %(count)s", count=row.referrals),
                (row.ills or row.is_ills_few) and _("interlibrary loans: %(count)s", count=row.ills_words),
                row.turned_away and _("readers turned away: %(count)s", count=row.turned_away),
                (row.uses or row.is_uses_few) and _("uses of the class: %(count)s", count=row.uses_words),
                not row.price and row.state == "new" and _("no price yet"),
            ]
            row.why = " · ".join(filter(None, said))

    # Counting

    @api.model
    def _cron_count(self):
        """Count for every institution; run again, it leaves the same rows."""
        commit = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search(Domain.TRUE)
        for done, company in enumerate(companies, start=1):
            self._count(company)
            if not commit(1, remaining=len(companies) - done):
                break

    @api.model
    def action_count(self):
        """Count anew, now."""
        self.check_access("read")
        for company in self.env.companies:
            self._count(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _count(self, company):
        """Bring the rows of one institution up to date."""
        # sudo: nobody writes these figures by hand; what is kept is hidden where it must be
        this_sudo = self.sudo()
        suggestions = this_sudo.env["library.purchase.suggestion"].search([
            ("company_id", "=", company.id), ("state", "in", COUNTED),
        ])
        known = {row.suggestion_id: row for row in this_sudo.search([("company_id", "=", company.id)])}
        values = this_sudo._figures(company, suggestions)
        missing = []
        for suggestion in suggestions:
            if row := known.pop(suggestion, None):
                row.write(values[suggestion.id])
            else:
                missing.append({"suggestion_id": suggestion.id, **values[suggestion.id]})
        this_sudo.create(missing)
        this_sudo.union(*known.values()).unlink()

    @api.model
    def _figures(self, company, suggestions):
        """{suggestion id: values of its row}, places included."""
        today = fields.Date.context_today(self)
        by_class = suggestions.subject_id._evidence(company, today - relativedelta(months=MONTHS), today)
        asking = self._asking(suggestions)
        rows, values = [], {}
        for suggestion in suggestions:
            seen = by_class.get(suggestion.subject_id.id, {})
            people, met = asking.get(suggestion.id, (0, 0))
            values[suggestion.id] = self._prepare_row(suggestion.price, people, met, seen)
            if suggestion.state in RANKED:
                rows.append({
                    "id": suggestion.id, "people": people, "price": suggestion.price,
                    "borrowed": seen.get("referrals", 0) + seen.get("ills", 0),
                    "turned_away": seen.get("turned_away", 0), "uses": seen.get("uses", 0),
                })
        places = purchase_rank.ranked(rows)
        for suggestion_id, row in values.items():
            row["rank"] = places.get(suggestion_id, 0)
        return values

    @api.model
    def _prepare_row(self, price, people, met, seen):
        """What is kept of the figures of one suggestion: nothing about fewer than five people."""
        is_few = 0 < people < k_guard.K
        row = {
            "people": 0 if is_few else people,
            "is_people_few": is_few,
            "needs_per_cost": 0 if is_few else purchase_rank.needs_per_cost(people, price) or 0,
            "met_people": met if met >= k_guard.K else 0,
            "cost_per_met_need": price / met if met >= k_guard.K else 0,
            "referrals": seen.get("referrals", 0),
            "turned_away": seen.get("turned_away", 0),
            "date_counted": self.env.cr.now(),
        }
        for name, who in (("lacking", "lacking_people"), ("ills", "ill_users"), ("uses", "users")):
            is_few = 0 < seen.get(who, 0) < k_guard.K
            row |= {name: 0 if is_few else seen.get(name, 0), f"is_{name}_few": is_few}
        return row

    @api.model
    def _asking(self, suggestions):
        """{suggestion id: (people who need the work, people whose need it met)}.

        Who suggested the same work counts, and whose need stands behind one of those suggestions or their task.
        """
        self.env.flush_all()
        return {number: (people, met) for number, people, met in self.env.execute_query(SQL(
            """
            WITH same AS (
                SELECT mine.id, other.id AS other_id, other.patron_id, other.task_id
                  FROM library_purchase_suggestion mine
                  JOIN library_purchase_suggestion other
                    ON other.id = mine.id OR other.work_key = mine.work_key AND other.company_id = mine.company_id
                 WHERE mine.id = ANY(%s)),
            behind AS (
                SELECT same.id, r.need_id FROM same
                  JOIN library_purchase_suggestion_need_rel r ON r.suggestion_id = same.other_id
                 UNION
                SELECT same.id, r.need_id FROM same
                  JOIN library_collection_task_need_rel r ON r.task_id = same.task_id),
            people AS (
                SELECT id, patron_id, FALSE AS is_met FROM same WHERE patron_id IS NOT NULL
                 UNION
                SELECT behind.id, n.patron_id, n.state IN ('met', 'partly')
                  FROM behind JOIN library_need n ON n.id = behind.need_id
                 WHERE n.patron_id IS NOT NULL AND n.active IS TRUE AND n.state <> 'withdrawn')
            SELECT id, count(DISTINCT patron_id), count(DISTINCT patron_id) FILTER (WHERE is_met)
              FROM people GROUP BY id
            """,
            suggestions.ids,
        ))}  # fmt: skip

    @api.model
    def action_meaning(self):
        """The definitions of the figures of the ranking."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_figure_card_action"),
            "domain": [("code", "=like", "purchase_%")],
        }

    def action_open_suggestion(self):
        """The suggestion itself, to decide about it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "library.purchase.suggestion",
            "res_id": self.suggestion_id.id, "views": [(False, "form")],
        }
