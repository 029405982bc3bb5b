from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import READ_LEVELS
from ...lib.form_input import headline

TEXT_LENGTH = 1500


class LibraryCalibrationVignette(models.Model):
    """A question and what was done about it, without people; without a round it is in stock."""

    _name = "library.calibration.vignette"
    _description = "Vignette of a READ Calibration"
    _order = "calibration_id desc, sequence, id"

    calibration_id = fields.Many2one("library.calibration", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one(related="calibration_id.company_id", store=True, index="btree_not_null")
    state = fields.Selection(related="calibration_id.state", store=True)
    sequence = fields.Integer(default=10)
    text = fields.Text("What happened", required=True, translate=True)
    reference_level = fields.Selection(
        READ_LEVELS, "Recorded as", groups="library_crm.group_library_lead",
        help="What was recorded at the time; nobody who codes sees it.",
    )
    key = fields.Char(readonly=True, copy=False, groups="base.group_system")
    code_ids = fields.One2many("library.calibration.code", "vignette_id", readonly=True)

    _key_uniq = models.UniqueIndex("(calibration_id, key) WHERE key IS NOT NULL", "This vignette is there already.")

    @api.depends("text")
    def _compute_display_name(self):
        for vignette in self:
            vignette.display_name = headline(vignette.text or "", 60)

    def write(self, vals):
        if set(vals) - {"sequence"} and any(one.calibration_id.state in ("open", "closed") for one in self):
            raise UserError(self.env._("A vignette does not change while it is coded."))
        return super().write(vals)

    @api.model
    def _from_cases(self, calibration, count):
        """The values of vignettes from cases closed in the month before, whose effort somebody has confirmed.

        Drawn by a hash, so that the same cases come out again, and none that was used before.
        """
        self.env["library.service.log"].flush_model()
        first, last = calibration._last_month()
        found = self.env.execute_query(SQL(
            """SELECT l.id, l.case_id FROM library_service_log l
                WHERE l.company_id = %(company)s AND l.date >= %(first)s AND l.date < %(last)s AND l.is_confirmed
                  AND l.case_id IS NOT NULL AND l.read_level IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM library_calibration_vignette v
                                   WHERE v.key = 'case:' || l.case_id AND v.company_id = %(company)s)
                ORDER BY md5('calibration:' || l.case_id) LIMIT %(count)s""",
            company=calibration.company_id.id, first=first, last=last, count=count,
        ))
        # sudo: texts of cases of any team, out of which people are taken before a lead reads them
        logs_sudo = self.env["library.service.log"].sudo().browse([log for log, _case in found])
        return [
            {"text": self._of_log(log), "reference_level": log.read_level, "key": f"case:{log.case_id.id}",
             "sequence": number * 10}
            for number, log in enumerate(logs_sudo, start=1)
        ]

    def _of_log(self, log):
        """What was asked and done, in a few lines that name nobody."""
        clean = log.case_id._file_cleaner()
        lines = [
            clean(log.problem or log.case_id.name), clean(log.solution or ""), clean(log.worked or ""),
            self.env._(
                "Messages from the patron: %(incoming)s · answers: %(outgoing)s", incoming=log.mail_in_count,
                outgoing=log.mail_out_count,
            ),
        ]
        return "\n".join(filter(None, lines))[:TEXT_LENGTH]

    @api.model
    def _from_stock(self, calibration, count):
        """The values of vignettes from the stock: those that were used longest ago, or never."""
        # sudo: which vignettes of the stock were used
        Vignette_sudo = self.sudo()
        stock = Vignette_sudo.search([("calibration_id", "=", False)], order="sequence, id")
        used = Vignette_sudo._read_group(
            [("calibration_id.company_id", "=", calibration.company_id.id), ("key", "=like", "stock:%")],
            ["key"], ["calibration_id:max", "__count"],
        )
        times = {key: number for key, _last, number in used}
        # sudo: keys of the round that the caller fills
        here = set(calibration.sudo().vignette_ids.mapped("key"))
        fresh = [one for one in stock if f"stock:{one.id}" not in here]
        fresh.sort(key=lambda one: (times.get(f"stock:{one.id}", 0), one.sequence, one.id))
        return [
            {"text": one.text, "reference_level": one.reference_level, "key": f"stock:{one.id}",
             "sequence": 100 + one.sequence}
            for one in fresh[:count]
        ]
