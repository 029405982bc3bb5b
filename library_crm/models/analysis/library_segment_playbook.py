from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import CHANNELS

PLAYBOOK_KINDS = [
    ("service", "Offer a service"),
    ("article", "Send an article"),
    ("channel", "Write by this channel"),
    ("cadence", "Be in touch"),
    ("team", "Looked after by a team"),
    ("activity", "Task for a colleague"),
]


class LibrarySegmentPlaybook(models.Model):
    """One thing that the library does for whoever enters a segment, and stops when they leave it."""

    _name = "library.segment.playbook"
    _description = "Segment Playbook"
    _order = "segment_id, sequence, id"
    _check_company_auto = True

    segment_id = fields.Many2one("library.segment", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="segment_id.company_id", store=True, index=True, precompute=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(PLAYBOOK_KINDS, string="What", required=True, default="service")
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="cascade", check_company=True)
    article_id = fields.Many2one("library.article", index="btree_not_null", ondelete="cascade", check_company=True)
    channel = fields.Selection(CHANNELS)
    cadence_months = fields.Integer("Every so many months", default=6)
    team_id = fields.Many2one("library.team", index="btree_not_null", ondelete="cascade", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Empty: who looks after the segment.",
    )
    note = fields.Char("Words for the colleague", translate=True)

    _cadence_positive = models.Constraint("CHECK (cadence_months > 0)", "The rhythm must be at least a month.")

    @api.depends("kind", "service_id", "article_id", "channel", "cadence_months", "team_id", "note")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for line in self:
            line.display_name = (
                {
                    "service": line.service_id.display_name,
                    "article": line.article_id.display_name,
                    "channel": channels.get(line.channel),
                    "cadence": self.env._("Be in touch every %(count)s months", count=line.cadence_months),
                    "team": line.team_id.display_name,
                    "activity": line.note,
                }.get(line.kind)
                or dict(self._fields["kind"]._description_selection(self.env)).get(line.kind)
                or ""
            )

    @api.constrains("kind", "service_id", "article_id", "channel", "team_id", "note")
    def _check_kind(self):
        needed = {
            "service": "service_id",
            "article": "article_id",
            "channel": "channel",
            "team": "team_id",
            "activity": "note",
        }
        for line in self:
            if line.kind in needed and not line[needed[line.kind]]:
                label = self._fields[needed[line.kind]]._description_string(self.env)
                raise ValidationError(self.env._("Fill in “%(field)s” for this line of the playbook.", field=label))

    def _apply(self, segment, as_of):
        """Suggest these lines for everybody in the segment for whom they are not noted yet.

        :param date as_of: the day of the run
        :return: ids of the new suggestions
        """
        self.flush_model()
        Suggestion = self.env["library.segment.suggestion"]
        Suggestion.flush_model()
        self.env.cr.execute(
            """
            INSERT INTO library_segment_suggestion
                   (company_id, segment_id, patron_id, member_id, playbook_id, date_from, state,
                    create_uid, create_date, write_uid, write_date)
            SELECT member.company_id, member.segment_id, member.patron_id, member.id, line.id, %(as_of)s, 'open',
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM library_segment_member member
              JOIN library_segment_playbook line ON line.segment_id = member.segment_id AND line.active
             WHERE member.segment_id = %(segment)s AND member.date_to IS NULL
            ON CONFLICT (member_id, playbook_id) DO NOTHING
            RETURNING id
            """,
            {"as_of": as_of, "segment": segment.id, "uid": self.env.uid, "now": self.env.cr.now()},
        )
        made = Suggestion.browse([row[0] for row in self.env.cr.fetchall()])
        Suggestion.invalidate_model()
        return made
