from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LibraryNeedBoard(models.Model):
    """One board of what patrons need: stated, unspoken and predicted, by main class.

    A row is an open need, or an open prediction that nobody has decided about. Nothing is stored here.
    """

    _name = "library.need.board"
    _description = "Needs Board"
    _auto = False
    _order = "date_deadline, id desc"
    _depends = {
        "library.need": [
            "name", "origin", "patron_id", "company_id", "main_class_id", "service_id", "state", "offer",
            "date_deadline", "date_not_before", "active", "case_ids",
        ],
        "library.prediction": [
            "patron_id", "company_id", "subject_id", "service_id", "state", "confidence", "date_expected",
        ],
        "library.subject": ["parent_path"],
    }

    name = fields.Char("Need", compute="_compute_name")
    evidence = fields.Text("Rests on", compute="_compute_name")
    need_id = fields.Many2one("library.need", string="Need record", readonly=True)
    prediction_id = fields.Many2one("library.prediction", readonly=True)
    origin = fields.Selection(
        [("stated", "Stated"), ("latent", "Unspoken"), ("predicted", "Predicted")], readonly=True
    )
    patron_id = fields.Many2one("library.patron", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    main_class_id = fields.Many2one("library.subject", string="Main class", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    state = fields.Selection(
        [("stated", "Stated"), ("understood", "Understood"), ("planned", "Planned"), ("open", "To decide")],
        readonly=True,
    )
    offer = fields.Selection(
        [("none", "Not asked"), ("offered", "Asked"), ("yes", "Yes"), ("no", "No"), ("later", "Not now")],
        string="Useful to the patron?", readonly=True,
    )
    confidence = fields.Float(readonly=True, digits=(6, 3), aggregator="avg")
    date_deadline = fields.Date("Needed by", readonly=True)
    date_not_before = fields.Date("Not before", readonly=True)
    has_case = fields.Boolean("In a case", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT n.id * 2 AS id, n.id AS need_id, NULL::int AS prediction_id, n.origin, n.patron_id, n.company_id,
                   n.main_class_id, n.service_id, n.state, n.offer, NULL::float AS confidence, n.date_deadline,
                   n.date_not_before,
                   EXISTS (SELECT FROM library_case_need_rel r WHERE r.need_id = n.id) AS has_case
              FROM library_need n
             WHERE n.state IN ('stated', 'understood', 'planned') AND n.active IS TRUE
             UNION ALL
            SELECT p.id * 2 + 1, NULL, p.id, 'predicted', p.patron_id, p.company_id,
                   split_part(s.parent_path, '/', 1)::int, p.service_id, 'open', 'none', p.confidence,
                   p.date_expected, NULL, FALSE
              FROM library_prediction p LEFT JOIN library_subject s ON s.id = p.subject_id
             WHERE p.state = 'open'
            """
        )

    @api.depends("need_id", "prediction_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for row in self:
            row.name = row.need_id.name or row.prediction_id.name
            row.evidence = row.need_id.evidence if row.need_id else row.prediction_id.basis

    def action_open(self):
        """Open the need, or the prediction."""
        self.ensure_one()
        record = self.need_id or self.prediction_id
        return {
            "type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_accept(self):
        """Make needs of predictions, in the way predictions are accepted everywhere."""
        self.check_access("read")
        predictions = self.prediction_id
        if not predictions:
            raise UserError(self.env._("Only a prediction can be accepted."))
        return predictions.action_accept()

    def action_offer(self):
        """Ask the patron whether it would be useful."""
        self.check_access("read")
        return self.need_id.action_offer()

    def action_open_case(self):
        """Open a case for the need."""
        self.ensure_one()
        self.check_access("read")
        return self.need_id.action_open_case()
