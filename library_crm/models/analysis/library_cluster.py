from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryCluster(models.Model):
    """One group that a run found among the patrons. It is used only after a person has given it a name."""

    _name = "library.cluster"
    _description = "Found Group"
    _order = "fit_id desc, size desc, id"

    fit_id = fields.Many2one("library.cluster.fit", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="fit_id.company_id", store=True, index=True, precompute=True)
    kind = fields.Selection(related="fit_id.kind")
    label = fields.Integer("Number", required=True, readonly=True)
    size = fields.Integer("Patrons", readonly=True)
    share = fields.Float(readonly=True, aggregator="avg")
    facts = fields.Json(readonly=True, help="What the description is made of.")
    sentence = fields.Char("In a sentence", compute="_compute_sentence")
    name = fields.Char("Your name for it", help="Needed before the group can become a segment.")
    segment_id = fields.Many2one("library.segment", compute="_compute_segment_id")

    _once = models.Constraint("UNIQUE (fit_id, label)", "This group has been found already.")

    @api.depends("name", "facts")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cluster in self:
            cluster.display_name = cluster.name or cluster.sentence

    def _compute_segment_id(self):
        segments = self.env["library.segment"].with_context(active_test=False).search([("cluster_id", "in", self.ids)])
        by_cluster = {segment.cluster_id.id: segment for segment in segments}
        for cluster in self:
            cluster.segment_id = by_cluster.get(cluster.id)

    @api.depends("facts", "size")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for cluster in self:
            facts = cluster.facts or {}
            make = cluster._sentence_of_subjects if cluster.kind == "subject" else cluster._sentence_of_use
            cluster.sentence = make(facts) if facts else ""

    def _sentence_of_use(self, facts):
        """How lately, how often and how much, in words."""
        lately = {
            "fresh": self.env._("were here lately"),
            "cooling": self.env._("have not been here for some months"),
            "gone": self.env._("have been away for long"),
        }[facts["lately"]]
        often = {
            "daily": self.env._("come nearly every week"),
            "often": self.env._("come every month"),
            "seldom": self.env._("come a few times a year"),
            "once": self.env._("came once or twice"),
        }[facts["often"]]
        return self.env._(
            "%(count)s patrons who %(often)s and %(lately)s: %(uses)s uses on %(days)s days in a year",
            count=self.size,
            often=often,
            lately=lately,
            uses=facts["uses"],
            days=facts["days"],
        )

    def _sentence_of_subjects(self, facts):
        """The classes that stand out, and from where they are used."""
        subjects = self.env["library.subject"].browse(facts["subjects"]).exists()
        names = [subject.name for subject in subjects]
        where = {
            "remote": self.env._("mostly remote"),
            "onsite": self.env._("mostly on site"),
            "both": self.env._("on site and remote"),
        }[facts["where"]]
        if not names:
            return self.env._("A bit of everything, %(where)s, %(count)s patrons", where=where, count=self.size)
        if len(names) == 1:
            return self.env._("%(first)s, %(where)s, %(count)s patrons", first=names[0], where=where, count=self.size)
        return self.env._(
            "%(first)s beside %(second)s, %(where)s, %(count)s patrons",
            first=names[0],
            second=names[1],
            where=where,
            count=self.size,
        )

    def _find_patron_ids(self, as_of):
        """The patrons who belong to this group today."""
        self.ensure_one()
        return self.fit_id._assign(as_of).get(self.label, [])

    def action_use(self):
        """Make a segment of these groups; each needs a name that a person gave it."""
        self.check_access("write")
        for cluster in self:
            if not (cluster.name or "").strip():
                raise UserError(self.env._("Give the group a name that colleagues understand before you use it."))
            if not cluster.segment_id:
                self.env["library.segment"].create(
                    {
                        "name": cluster.name,
                        "kind": "cluster",
                        "cluster_id": cluster.id,
                        "domain": "[]",
                        "company_id": cluster.company_id.id,
                    }
                )._refresh_now()
        self.invalidate_recordset(["segment_id"])
        if len(self) == 1:
            return self._open_segment()
        return True

    def action_open_segment(self):
        """The segment that stands for this group."""
        return self._open_segment()

    def _open_segment(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.segment",
            "res_id": self.segment_id.id,
            "view_mode": "form",
        }
