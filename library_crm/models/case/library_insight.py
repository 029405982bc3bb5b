from odoo import fields, models


class LibraryInsight(models.Model):
    """From which work an insight came: the room knows what was told, never the other way round."""

    _inherit = "library.insight"

    workroom_id = fields.Many2one(
        "library.workroom", string="Learned in", index="btree_not_null", ondelete="set null", readonly=True,
        groups="library_crm.group_library_librarian",
    )
    step_id = fields.Many2one(
        "library.case.step", index="btree_not_null", ondelete="set null", readonly=True,
        groups="library_crm.group_library_librarian",
    )
    search_id = fields.Many2one(
        "library.search.log", index="btree_not_null", ondelete="set null", readonly=True,
        groups="library_crm.group_library_librarian",
    )


class LibraryCaseStep(models.Model):
    _inherit = "library.case.step"

    insight_ids = fields.One2many("library.insight", "step_id", string="Tried something new")

    def action_new_practice(self):
        """Note that something was done here as nobody did it before."""
        self.ensure_one()
        return self.workroom_id._open_new_practice({"default_step_id": self.id, "default_name": self.name})


class LibrarySearchLog(models.Model):
    _inherit = "library.search.log"

    insight_ids = fields.One2many("library.insight", "search_id", string="Tried something new")

    def action_new_practice(self):
        """Note that this search was done as nobody did it before."""
        self.ensure_one()
        return self.workroom_id._open_new_practice({"default_search_id": self.id, "default_name": self.source})


class LibraryWorkroom(models.Model):
    _inherit = "library.workroom"

    insight_ids = fields.One2many("library.insight", "workroom_id", string="Insights")
    question_ids = fields.One2many("library.insight.question", "workroom_id", string="Asked colleagues")

    def _open_new_practice(self, defaults):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.insight",
            "view_mode": "form",
            "views": [(self.env.ref("library_crm.library_insight_view_form_answer").id, "form")],
            "target": "new",
            "name": self.env._("Tried something new"),
            "context": {
                "default_workroom_id": self.id,
                "default_kind": "trick",
                "default_is_new_practice": True,
                **defaults,
            },
        }

    def action_new_practice(self):
        """Note that something was done here as nobody did it before."""
        self.ensure_one()
        return self._open_new_practice({})

    def action_ask_colleagues(self):
        """Ask people who could know; the question goes without the patron."""
        self.ensure_one()
        self.check_access("write")
        # sudo: the classes of the needs, which say nothing about the person
        subjects_sudo = self.sudo().case_id.need_ids.subject_ids
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.insight.question",
            "view_mode": "form",
            "target": "new",
            "views": [(self.env.ref("library_crm.library_insight_question_view_form_ask").id, "form")],
            "name": self.env._("Ask colleagues"),
            "context": {
                "default_workroom_id": self.id,
                "default_name": self.name,
                "default_body": self.question if self.question != self.name else False,
                "default_subject_ids": subjects_sudo.ids,
                "default_company_id": self.company_id.id,
            },
        }
