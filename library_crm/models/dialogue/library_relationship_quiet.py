from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ACTIVITY = "library_crm.mail_activity_contact_quiet"


class LibraryRelationship(models.Model):
    """When there was contact last, over every way, and whether that is too long ago."""

    _inherit = "library.relationship"

    date_last_contact = fields.Date("Last contact", readonly=True, copy=False)
    quiet_days = fields.Integer("Quiet days", readonly=True, copy=False)
    quiet_allowed = fields.Integer("Quiet days at most", readonly=True, copy=False,
                                   help="The shortest of the contact plans that hold, else what was agreed.")
    is_quiet = fields.Boolean("Quiet too long", readonly=True, copy=False, index=True)

    @api.model
    def _refresh_contact(self, now=None):
        """Look up the last contact of everybody who is looked after; one statement.

        Who asked for a pause, or has left, is not quiet too long.
        """
        now = now or self.env.cr.now()
        for model in ("library.relationship", "library.patron", "library.case", "library.interaction",
                      "event.registration", "event.event", "library.outreach", "library.contact.plan"):
            self.env[model].flush_model()
        self.env.cr.execute(SQL(
            """UPDATE library_relationship r
                  SET date_last_contact = f.last, quiet_days = %(today)s - f.last, quiet_allowed = f.most,
                      is_quiet = r.state = 'active' AND %(today)s - f.last > f.most
                                 AND coalesce(f.pause, %(today)s) <= %(today)s AND f.lifecycle <> 'left'
                 FROM (SELECT x.id, p.date_pause_until AS pause, p.lifecycle,
                              greatest(x.date_since,
                                  (SELECT max(greatest(c.date_last_message, c.create_date))::date FROM library_case c
                                    WHERE c.patron_id = p.id),
                                  (SELECT max(i.date)::date FROM library_interaction i WHERE i.patron_id = p.id),
                                  (SELECT max(e.date_begin)::date FROM event_registration g
                                     JOIN event_event e ON e.id = g.event_id
                                    WHERE g.partner_id = p.partner_id AND g.state = 'done'),
                                  (SELECT max(o.date)::date FROM library_outreach o
                                    WHERE o.patron_id = p.id AND o.state = 'sent' AND o.kind LIKE 'next:%%')) AS last,
                              coalesce((SELECT min(k.days) FROM library_contact_plan k WHERE %(holds)s),
                                  CASE x.cadence WHEN 'month' THEN 45 WHEN 'quarter' THEN 120 WHEN 'term' THEN 210
                                                 ELSE 400 END) AS most
                         FROM library_relationship x JOIN library_patron p ON p.id = x.patron_id) f
                WHERE f.id = r.id""",
            today=now.date(), holds=self.env["library.contact.plan"]._sql_holds(),
        ))
        self.invalidate_model(["date_last_contact", "quiet_days", "quiet_allowed", "is_quiet"])

    @api.model
    def _cron_quiet(self):
        """An activity for whoever looks after somebody who was quiet too long; no more at a time than one can do."""
        self._refresh_contact()
        kind = self.env.ref(ACTIVITY)
        quiet = self.search(Domain("is_quiet", "=", True), order="quiet_days desc, id")
        reminded = quiet.filtered(lambda one: kind in one.activity_ids.activity_type_id)
        # sudo: how many such activities colleagues have
        waiting = dict(self.env["mail.activity"].sudo()._read_group(
            [("activity_type_id", "=", kind.id), ("user_id", "!=", False)], ["user_id"], ["__count"]))
        for relationship in quiet - reminded:
            user = relationship._standing_in()
            if waiting.get(user, 0) >= relationship.company_id.library_quiet_cap:
                continue
            waiting[user] = waiting.get(user, 0) + 1
            relationship.activity_schedule(ACTIVITY, user_id=user.id, summary=self.env._(
                "%(name)s: no contact for %(days)s days", name=relationship.display_name, days=relationship.quiet_days))
        heard = self.search([("is_quiet", "=", False), ("activity_ids.activity_type_id", "=", kind.id)])
        heard.activity_unlink([ACTIVITY])
