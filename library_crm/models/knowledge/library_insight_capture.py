from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from ...lib.form_input import as_id, clean_line, clean_text


class LibraryInsight(models.Model):
    """An insight noted from wherever one is, tied to the record that was open."""

    _inherit = "library.insight"

    res_model = fields.Char("About a record of", readonly=True, copy=False)
    res_id = fields.Many2oneReference("About record", model_field="res_model", readonly=True, copy=False)
    about_name = fields.Char("About", compute="_compute_about_name")

    @api.model
    def _get_about_models(self):
        """Models of records that an insight may be about; never a person."""
        return {"library.article", "library.solution", "library.resource"}

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_about_name(self):
        for insight in self:
            record = insight._about(insight.res_model, insight.res_id)
            insight.about_name = record.display_name if record else False

    @api.model
    def _about(self, res_model, res_id):
        """The record if an insight may be about it and the user may read it, else None."""
        if res_model not in self._get_about_models() or not as_id(res_id):
            return None
        return self.env[res_model].browse(res_id).exists()._filtered_access("read") or None

    @api.model
    def _about_subjects(self, record):
        """The classes of what an insight is about."""
        if record is None:
            return self.env["library.subject"]
        return record.coverage_ids if record._name == "library.resource" else record.subject_ids

    @api.model
    def capture_options(self, res_model=None, res_id=None):
        """What the form for a quick insight shows.

        :return: dict of about (str or False), kinds and rooms [(value, label)]
        """
        self.check_access("create")
        record = self._about(res_model, res_id)
        rooms = self.env["library.insight.room"].search([("company_id", "=", self.env.company.id)])
        kinds = dict(self.env["library.insight.room"]._fields["kind"]._description_selection(self.env))
        return {
            "about": record.display_name if record else False,
            "kinds": self._fields["kind"]._description_selection(self.env),
            "rooms": [(room.id, f"{room.name} ({kinds[room.kind]})") for room in rooms],
        }

    @api.model
    def capture(self, values):
        """Keep an insight in the own name.

        :param dict values: name, body (plain text), kind, room_id, res_model, res_id
        :return: id of the insight
        """
        name = clean_line(values.get("name"), 200)
        if not name:
            raise UserError(self.env._("Say it in one line first."))
        record = self._about(values.get("res_model"), values.get("res_id"))
        body = clean_text(values.get("body"), 20000)
        kind = values.get("kind") if values.get("kind") in dict(self._fields["kind"].selection) else "insight"
        room = self.env["library.insight.room"].search([("id", "=", as_id(values.get("room_id")))])
        insight = self.create({
            "name": name, "body": plaintext2html(body) if body else False, "kind": kind, "room_id": room.id,
            "company_id": (room.company_id or self.env.company).id,
            "subject_ids": [Command.set(self._about_subjects(record).ids)] if record else [],
            **self._about_values(record),
        })
        return insight.id

    @api.model
    def _about_values(self, record):
        """What an insight keeps of the record that it is about."""
        return {"res_model": record._name, "res_id": record.id} if record else {}

    def action_open_about(self):
        """Open what it is about."""
        self.ensure_one()
        if not self._about(self.res_model, self.res_id):
            raise UserError(self.env._("It is not there any more, or not for you."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
