from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import html_to_inner_content

from ...lib.k_guard import K
from ...lib.product_clusters import groups, kind_of, shared_words

MOST_TEXTS = 4000
"""The newest needs and solutions of an institution that are compared."""
NEED_DAYS = 730
SAME = 0.5
"""Share of a group that an earlier proposal has to hold to be the same proposal."""


class LibraryProductProposal(models.Model):
    """Where one product would serve many: groups of needs and solutions that are alike."""

    _inherit = "library.product.proposal"

    @api.model
    def _cron_find(self):
        for company in self.env["res.company"].search(Domain.TRUE):
            self.with_company(company)._find(company)

    @api.model
    def _find(self, company):
        """Propose what is new, bring open proposals up to date, leave alone what was decided."""
        texts = self._get_texts(company)
        # sudo: finds for the whole institution; what it shows of people is a number of five and more
        self_sudo = self.sudo()
        known = self_sudo.search([("company_id", "=", company.id)])
        members = {proposal: self_sudo._get_members(proposal) for proposal in known}
        for group in groups(texts):
            keys = set(group)
            if not any(model == "library.need" for model, _number in keys):
                continue
            same = next((one for one in known if len(members[one] & keys) >= SAME * len(keys)), None)
            vals = self_sudo._prepare_proposal(company, group, texts)
            if same is None:
                self_sudo.create(vals)
            elif same.state == "proposed":
                # a title that somebody has bettered stays
                same.write({key: value for key, value in vals.items() if key not in ("name", "kind")})

    @api.model
    def _get_members(self, proposal):
        return {("library.need", number) for number in proposal.need_ids.ids} | {
            ("library.solution", number) for number in proposal.solution_ids.ids
        }

    @api.model
    def _get_texts(self, company):
        """{(model, id): what it is about} of needs and final solutions."""
        since = fields.Datetime.subtract(self.env.cr.now(), days=NEED_DAYS)
        # sudo: the texts are compared and not shown
        needs_sudo = self.env["library.need"].sudo().search_fetch(
            [("company_id", "=", company.id), ("create_date", ">=", since), ("origin", "=", "stated")],
            ["name", "statement", "restatement"], limit=MOST_TEXTS, order="id desc",
        )  # fmt: skip
        solutions_sudo = self.env["library.solution"].sudo().search_fetch(
            [("company_id", "=", company.id), ("state", "=", "final")], ["name", "method", "body"],
            limit=MOST_TEXTS, order="id desc",
        )  # fmt: skip
        return {
            **{(one._name, one.id): " ".join(filter(None, [one.name, one.restatement or one.statement]))
               for one in needs_sudo},
            **{(one._name, one.id): f"{one.name} {html_to_inner_content(one.body or '')[:1000]}"
               for one in solutions_sudo},
        }  # fmt: skip

    @api.model
    def _prepare_proposal(self, company, group, texts):
        chosen = [texts[key] for key in group]
        needs = self.env["library.need"].browse(number for model, number in group if model == "library.need")
        solutions = self.env["library.solution"].browse(
            number for model, number in group if model == "library.solution")
        kind, shared = kind_of(chosen), shared_words(chosen, list(texts.values()))
        subjects = needs.subject_ids | solutions.subject_ids
        title = ", ".join(shared[:3]) or subjects[:1].name or self.env._("Something that many ask")
        people = self._count_people(needs)
        return {
            "name": title[:1].upper() + title[1:],
            "kind": kind,
            "company_id": company.id,
            "subject_ids": [fields.Command.set(subjects.ids)],
            "need_ids": [fields.Command.set(needs.ids)],
            "solution_ids": [fields.Command.set(solutions.ids)],
            "need_count": len(needs),
            "solution_count": len(solutions),
            "audience": people if people >= K else 0,
            "why": self.env._(
                "%(needs)s needs and %(solutions)s solutions say much the same. Words they share: %(words)s",
                needs=len(needs), solutions=len(solutions), words=", ".join(shared),
            ),
        }  # fmt: skip

    @api.model
    def _count_people(self, needs):
        """How many different patrons have these needs."""
        if not needs:
            return 0
        needs.flush_model(["patron_id"])
        return self.env.execute_query(SQL(
            "SELECT count(DISTINCT patron_id) FROM library_need WHERE id IN %s", tuple(needs.ids)
        ))[0][0]  # fmt: skip
