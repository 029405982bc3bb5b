from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

ENDS = ("library.article", "library.solution", "library.insight")
KINDS = [
    ("see_also", "See also"),
    ("supersedes", "Supersedes"),
    ("contradicts", "Contradicts"),
    ("part_of", "Part of"),
]
FOUND_BY = [
    ("same_source", "Rest on the same source"),
    ("cited_together", "Given together"),
    ("same_need", "Served the same need"),
    ("near_text", "Texts are alike"),
    ("numbers_differ", "Give different numbers"),
    ("staff", "Noticed by staff"),
]
LINKS_LIMIT = 40


class LibraryKnowledgeLink(models.Model):
    """Two pieces of knowledge that belong together, with the reason; suggested by the nightly job or by staff.

    What somebody decided is never suggested again.
    """

    _name = "library.knowledge.link"
    _description = "Relation of Knowledge"
    _order = "score desc, id desc"
    _rec_name = "reason"

    from_model = fields.Char(required=True, readonly=True)
    from_id = fields.Many2oneReference("From record", model_field="from_model", required=True, readonly=True)
    to_model = fields.Char(required=True, readonly=True)
    to_id = fields.Many2oneReference("To record", model_field="to_model", required=True, readonly=True)
    from_name = fields.Char("From", compute="_compute_names")
    to_name = fields.Char("To", compute="_compute_names")
    kind = fields.Selection(KINDS, "Relation", required=True, default="see_also")
    found_by = fields.Selection(FOUND_BY, "Why", required=True, default="staff", readonly=True)
    words = fields.Char(readonly=True)
    reason = fields.Char(compute="_compute_reason")
    score = fields.Float(readonly=True, digits=(6, 3))
    state = fields.Selection(
        [("suggested", "Suggested"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True, default="suggested", readonly=True, index=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, readonly=True, ondelete="cascade",
        default=lambda self: self.env.company,
    )

    _once = models.UniqueIndex("(from_model, from_id, to_model, to_id, found_by)", "This relation is noted already.")
    _to_idx = models.Index("(to_model, to_id)")
    _not_itself = models.Constraint("CHECK (from_model <> to_model OR from_id <> to_id)", "Nothing relates to itself.")

    @api.depends("found_by", "words")
    @api.depends_context("lang")
    def _compute_reason(self):
        names = dict(self._fields["found_by"]._description_selection(self.env))
        for link in self:
            link.reason = ": ".join(filter(None, [names.get(link.found_by), link.words]))

    def _ends(self):
        """[(model, id)] of both ends of each link, as a set."""
        return {(link.from_model, link.from_id) for link in self} | {(link.to_model, link.to_id) for link in self}

    @api.model
    def _names_of(self, keys):
        """{(model, id): name} of those records that the user may read."""
        names = {}
        for model in ENDS:
            ids = [res_id for name, res_id in keys if name == model]
            for record in self.env[model].search([("id", "in", ids)]) if ids else ():
                names[model, record.id] = record.display_name
        return names

    @api.depends("from_model", "from_id", "to_model", "to_id")
    @api.depends_context("uid")
    def _compute_names(self):
        names = self._names_of(self._ends())
        for link in self:
            link.from_name = names.get((link.from_model, link.from_id), False)
            link.to_name = names.get((link.to_model, link.to_id), False)

    @api.model
    def _domain_about(self, record):
        """Links of which `record` is an end."""
        return (Domain("from_model", "=", record._name) & Domain("from_id", "in", record.ids)) | (
            Domain("to_model", "=", record._name) & Domain("to_id", "in", record.ids)
        )

    # Decisions

    def _decide(self, state):
        if not self.env.user.has_group("library_crm.group_library_steward"):
            raise AccessError(self.env._("Knowledge stewards decide about relations."))
        self.check_access("write")
        self.write({"state": state, "decided_by_id": self.env.uid})

    def action_accept(self):
        """Let the relation be shown, to patrons where they may read both ends."""
        self._decide("accepted")

    def action_refuse(self):
        """These do not belong together; never suggest it again for this reason."""
        self._decide("refused")

    def _open_end(self, model, res_id):
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": res_id, "views": [(False, "form")]}

    def action_open_from(self):
        """Open the one end."""
        self.ensure_one()
        return self._open_end(self.from_model, self.from_id)

    def action_open_to(self):
        """Open the other end."""
        self.ensure_one()
        return self._open_end(self.to_model, self.to_id)

    # The graph

    @api.model
    def graph(self, res_model, res_id):
        """What is related to a record, in two steps, for those who may read it.

        :return: dict of nodes and edges as the graph takes them, the record first
        """
        if res_model not in ENDS or not isinstance(res_id, int):
            raise AccessError(self.env._("Relations are kept for articles, solutions and insights."))
        record = self.env[res_model].browse(res_id)
        record.check_access("read")
        wanted = Domain("state", "!=", "refused")
        near = self.search(self._domain_about(record) & wanted, limit=LINKS_LIMIT)
        further = self.browse()
        for model in ENDS:
            ends = [key for name, key in near._ends() if name == model and (name, key) != (res_model, res_id)]
            further |= self.search(self._domain_about(self.env[model].browse(ends)) & wanted, limit=LINKS_LIMIT)
        links = near | further.filtered(lambda link: link.state == "accepted")
        names = self._names_of(links._ends() | {(res_model, res_id)})
        first = (res_model, res_id)
        keys = [first, *sorted(names.keys() - {first})]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "nodes": [
                {"id": f"{model},{key}", "label": names[model, key] or "", "kind": model.rpartition(".")[2],
                 "kind_name": self.env["ir.model"]._get(model).name, "model": model, "res_id": key}
                for model, key in keys
            ],
            "edges": [
                {"from": f"{link.from_model},{link.from_id}", "to": f"{link.to_model},{link.to_id}",
                 "kind": link.kind if link.state == "accepted" else "suggested",
                 "kind_name": kinds[link.kind] if link.state == "accepted"
                 else self.env._("%(relation)s?", relation=kinds[link.kind]),
                 "reason": link.reason}
                for link in links
                if (link.from_model, link.from_id) in names and (link.to_model, link.to_id) in names
            ],
        }  # fmt: skip
