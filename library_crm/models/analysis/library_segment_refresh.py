from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

SMALL = 5
ALERT_FROM = 20
"""A segment of fewer patrons than this changes by a fifth whenever somebody moves: no alert."""


class LibrarySegment(models.Model):
    """Who belongs to a segment: kept by sets, every night and whenever the rule changes."""

    _inherit = "library.segment"

    @api.model
    def _analyse_segments(self, as_of, cursor):
        """A batch of the nightly run: one segment. See `library.analysis.job`."""
        # sudo: the job sees all institutions
        every = self.sudo().with_context(active_test=True).search(Domain.TRUE, order="id")
        last = (cursor or {}).get("segment", 0)
        left = every.filtered(lambda segment: segment.id > last)
        if left:
            left[0]._refresh(as_of)
        done = len(every) - len(left[1:])
        return ({"segment": left[0].id} if left[1:] else None), done, len(every)

    @api.model
    def _forget_segments(self):
        """Undo the last run: who came in leaves without a trace, who left is back. Earlier history is no result."""
        for segment in self.sudo().search([("date_refreshed", "!=", False)]):  # sudo: started by a manager
            self._forget_members(segment, segment.date_refreshed)

    @api.model
    def _forget_members(self, segment, as_of):
        Member = self.env["library.segment.member"].sudo()  # sudo: nobody writes memberships by hand
        came = Member.search([("segment_id", "=", segment.id), ("date_from", "=", as_of)])
        self.env["library.segment.suggestion"].sudo().search([("member_id", "in", came.ids)])._end(
            as_of
        )  # sudo: as above
        came.unlink()
        left = Member.search([("segment_id", "=", segment.id), ("date_to", "=", as_of)])
        left.write({"date_to": False})
        segment.snapshot_ids.filtered(lambda snapshot: snapshot.as_of == as_of).unlink()
        segment.date_refreshed = False

    @api.model
    def _sentence_segments(self, numbers):
        return self.env._(
            "%(segments)s segments, %(members)s memberships.", segments=numbers["segments"], members=numbers["members"]
        )

    @api.model
    def _summary_segments(self, as_of):
        # sudo: two counts over all institutions, for whoever may read the list of jobs
        members = self.env["library.segment.member"].sudo().search_count([("date_to", "=", False)])
        return {"segments": self.sudo().search_count([]), "members": members}

    def _refresh_now(self):
        """Bring the memberships of these segments up to date, today."""
        today = fields.Date.context_today(self)
        for segment in self.exists().filtered("active"):
            segment._refresh(today)

    def _refresh(self, as_of):
        """Open and close memberships so that they say what rule, found group and people's decisions say.

        A rule that cannot be answered any more changes nothing; whoever keeps the segment is told.

        :param date as_of: the day on which changes happen
        """
        self.ensure_one()
        # sudo: members are never written by hand; the rule was checked when it was saved and is checked again here
        segment_sudo = self.sudo()
        try:
            wanted = segment_sudo._wanted(as_of)
        except (ValidationError, ValueError) as error:
            segment_sudo._tell(self.env._("The rule of this segment does not work any more: %(why)s", why=error))
            return
        self.env.flush_all()
        left = segment_sudo._close_members(wanted, as_of)
        segment_sudo._open_members(wanted, as_of)
        self.env["library.segment.member"].invalidate_model()
        left.env["library.segment.suggestion"].search([("member_id", "in", left.ids)])._end(as_of)
        left.filtered(lambda member: member.date_from == as_of).unlink()
        made = segment_sudo.playbook_ids._apply(segment_sudo, as_of)
        made._make_tasks()
        segment_sudo.date_refreshed = as_of
        segment_sudo._take_snapshot(as_of)

    def _wanted(self, as_of):
        """SQL of (patron_id, how): everybody who belongs to the segment on that day."""
        pins = SQL(
            "SELECT patron_id, 'hand' AS how FROM library_segment_pin WHERE segment_id = %s AND direction = 'in'",
            self.id,
        )
        fixed = SQL("SELECT patron_id FROM library_segment_pin WHERE segment_id = %s", self.id)
        if self.kind == "hand":
            return pins
        if self.kind == "cluster":
            found = SQL("SELECT unnest(%s::int[]) AS id", self.cluster_id._find_patron_ids(as_of))
        else:
            query = self.env["library.patron"].with_context(active_test=True)._search(self._rule_domain())
            found = SQL("SELECT patron.id FROM library_patron patron WHERE patron.id IN %s", query.subselect())
        return SQL(
            "%s UNION ALL SELECT found.id, %s FROM (%s) found WHERE found.id NOT IN (%s)", pins, self.kind, found, fixed
        )

    def _close_members(self, wanted, as_of):
        """End the memberships of those who do not belong to it any more; they are returned."""
        rows = self.env.execute_query(
            SQL(
                """
            WITH wanted AS (%s)
            UPDATE library_segment_member member SET date_to = %s, write_date = %s, write_uid = %s
             WHERE member.segment_id = %s AND member.date_to IS NULL
               AND NOT EXISTS (SELECT FROM wanted WHERE wanted.patron_id = member.patron_id)
            RETURNING member.id
            """,
                wanted,
                as_of,
                self.env.cr.now(),
                self.env.uid,
                self.id,
            )
        )
        return self.env["library.segment.member"].browse([row[0] for row in rows])

    def _open_members(self, wanted, as_of):
        """Begin a membership for everybody who belongs to it and is not in it."""
        self.env.cr.execute(
            SQL(
                """
            WITH wanted AS (%s)
            INSERT INTO library_segment_member
                   (segment_id, company_id, patron_id, how, version, date_from,
                    create_uid, create_date, write_uid, write_date)
            SELECT %s, %s, wanted.patron_id, min(wanted.how), %s, %s, %s, %s, %s, %s
              FROM wanted
             GROUP BY wanted.patron_id
             ORDER BY wanted.patron_id
            ON CONFLICT (segment_id, patron_id) WHERE date_to IS NULL DO NOTHING
            """,
                wanted,
                self.id,
                self.company_id.id,
                self.version,
                as_of,
                self.env.uid,
                self.env.cr.now(),
                self.env.uid,
                self.env.cr.now(),
            )
        )

    def _take_snapshot(self, as_of):
        """Note the size of the running quarter; a size that changed much since the last one is told."""
        quarter = date_utils.start_of(as_of, "quarter")
        size = self.env["library.segment.member"].search_count([("segment_id", "=", self.id), ("date_to", "=", False)])
        is_small = 0 < size < SMALL
        values = {"as_of": as_of, "size": 0 if is_small else size, "is_small": is_small, "version": self.version}
        known = self.env["library.segment.snapshot"].search([("segment_id", "=", self.id), ("quarter", "=", quarter)])
        if known:
            known.write(values)
        else:
            self.env["library.segment.snapshot"].create(
                {**values, "segment_id": self.id, "company_id": self.company_id.id, "quarter": quarter}
            )
        self._tell_of_change(quarter, size, as_of)

    def _tell_of_change(self, quarter, size, as_of):
        """One activity a quarter for whoever keeps the segment, when its size left the bounds that were set."""
        before = self.env["library.segment.snapshot"].search(
            [("segment_id", "=", self.id), ("quarter", "=", quarter - relativedelta(months=3))], limit=1
        )
        if not before or before.is_small or before.size < ALERT_FROM or before.version != self.version:
            return
        if self.date_told and self.date_told >= quarter:
            return
        change = size / before.size - 1
        if self.alert_rate and abs(change) > self.alert_rate and (size >= SMALL or not size):
            self._tell(
                self.env._(
                    "Changed by %(percent)+d %% since the quarter before: from %(before)s to %(now)s patrons.",
                    percent=round(100 * change),
                    before=before.size,
                    now=size,
                )
            )
            self.date_told = as_of

    def _tell(self, words):
        """An activity for whoever keeps the segment; never a second one while one is open."""
        summary = self.env._("Look at this segment")
        if self.user_id and summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.user_id.id, summary=summary, note=words
            )
