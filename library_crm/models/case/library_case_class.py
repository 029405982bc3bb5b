from odoo import api, fields, models


class LibraryCase(models.Model):
    """The class under which a case is counted."""

    _inherit = "library.case"

    # kept with the case: figures over a million cases would otherwise read a million needs
    main_class_id = fields.Many2one(
        "library.subject", string="Main class", compute="_compute_main_class_id", store=True, ondelete="set null",
        index="btree_not_null", groups="base.group_user",
    )

    @api.depends("need_ids.main_class_id")
    def _compute_main_class_id(self):
        for case in self:
            case.main_class_id = case.need_ids.main_class_id.sorted("id")[:1]
