from odoo import api, fields, models


class LibraryProcess(models.Model):
    """The way in which a kind of service is done: steps from understanding to verifying.

    It is a template: a case gets copies of its steps, so a change here changes no running case.
    """

    _name = "library.process"
    _description = "Process"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, help="Empty: for every institution."
    )
    note = fields.Text(translate=True, help="When this way is the right one, and who answers for it.")
    version = fields.Integer(default=1, readonly=True, copy=False, help="Grows with each change of the steps.")
    step_ids = fields.One2many("library.process.step", "process_id", string="Steps", copy=True)
    service_ids = fields.One2many("library.service", "process_id", string="Services")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Another process has this code already.")

    def copy_data(self, default=None):
        values = super().copy_data(default)
        for process, copied in zip(self, values, strict=True):
            copied.update(code=False, name=self.env._("%(name)s (copy)", name=process.name))
        return values

    @api.model_create_multi
    def create(self, vals_list):
        # the steps that come along are those of the first version
        processes = super(LibraryProcess, self.with_context(library_process_counted=True)).create(vals_list)
        return processes.with_context(self.env.context)

    def write(self, vals):
        if "step_ids" not in vals:
            return super().write(vals)
        result = super(LibraryProcess, self.with_context(library_process_counted=True)).write(vals)
        self._count_version()
        return result

    def _count_version(self):
        """Another version of these processes is in force from now on."""
        for process in self.exists():
            process.version += 1
