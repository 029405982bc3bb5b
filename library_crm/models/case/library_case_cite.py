from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import ASKED_MODELS

_OPEN, LOG = ASKED_MODELS
SENDABLE = {
    "library.article": Domain("state", "=", "published") & Domain("visibility", "!=", "staff"),
    "library.solution": Domain("state", "=", "final"),
}


class LibraryCase(models.Model):
    """What was found goes into the answer or the workroom by one click, with its source."""

    _inherit = "library.case"

    @api.model
    def _usable_in_answer(self, keys, facts):
        """Those of the (model, id) `keys` that may be sent to a patron."""
        by_model = {}
        for model, res_id in keys:
            by_model.setdefault(model, []).append(res_id)
        usable = set()
        for model, sendable in SENDABLE.items():
            if by_model.get(model):
                found = self.env[model]._search(Domain("id", "in", by_model[model]) & sendable)
                usable |= {(model, res_id) for res_id in found}
        usable |= {key for key in keys if key[0] == "library.resource"}
        # an earlier case is worth what was delivered in it
        return usable | {key for key in keys if key in facts and facts[key].get("delivered")}

    @api.model
    def cite_answered(self, key, case_id=False):
        """What a record brings into an answer.

        :param str key: of `find_answered`
        :return: dict of article_ids, solution_ids (lists of {id, display_name}) and html (str, a citation to put into
                 the text); empty ones where nothing may be sent to a patron
        """
        self._check_may_look_up(case_id)
        record = self._answered_record(key)
        cited = self._citation(record) if record else None
        if not cited or not any(cited.values()):
            raise UserError(self.env._("Nothing of this may be sent to a patron."))
        return {
            "article_ids": [{"id": one.id, "display_name": one.display_name} for one in cited["articles"]],
            "solution_ids": [{"id": one.id, "display_name": one.display_name} for one in cited["solutions"]],
            "html": cited["html"],
        }

    @api.model
    def _citation(self, record):
        """The articles, solutions and words that `record` brings into an answer."""
        articles, solutions = self.env["library.article"], self.env["library.solution"]
        words = Markup()
        if record._name == articles._name:
            articles = record
        elif record._name == solutions._name:
            solutions = record
        elif record._name == LOG:
            # sudo: what was delivered in a case that may be another team's; the records are filtered below
            case_sudo = record.sudo().case_id
            articles = articles.search([("id", "in", case_sudo.article_ids.ids)])
            solutions = solutions.search([("id", "in", case_sudo.solution_ids.ids)])
        elif record._name == "library.resource":
            words = self._cite_resource(record)
        return {
            "articles": articles.filtered_domain(SENDABLE[articles._name]),
            "solutions": solutions.filtered_domain(SENDABLE[solutions._name]),
            "html": words,
        }

    @api.model
    def _cite_resource(self, resource):
        """A resource as patrons find it: its name, its link and how to get in."""
        link = Markup('<a href="%s">%s</a>') % (resource.href, resource.name) if resource.href else resource.name
        notes = ", ".join(filter(None, [resource.access_note]))
        return Markup("<p>%s%s</p>") % (link, f" ({notes})" if notes else "")

    def action_answer_with(self, key):
        """Write to the patron with what was found in the answer already."""
        self.ensure_one()
        self.check_access("write")
        self.cite_answered(key, self.id)
        action = self.action_answer()
        action["context"] = {**action["context"], "library_cited": key}
        return action

    def action_note_answered(self, key):
        """Leave what was found in the workroom, for the colleagues who work on the case."""
        self.ensure_one()
        self.check_access("write")
        self._check_may_look_up(self.id)
        record = self._answered_record(key)
        if not record or (record._name == self._name and record == self):
            raise UserError(self.env._("This cannot be cited."))
        title = self.env["library.search.document"]._get_titles([(record._name, record.id)])
        name = title.get((record._name, record.id)) or record.display_name
        link = Markup('<a href="%s" data-oe-model="%s" data-oe-id="%s">%s</a>') % (
            f"/odoo/{record._name}/{record.id}", record._name, record.id, name,
        )  # fmt: skip
        body = Markup("<p>%s: %s</p>") % (self._kind_of(record._name), link)
        self._ensure_workroom()._note(body)
        return True
