from odoo import fields, models
from odoo.tools import SQL

from ...lib.lift import compare


class LibraryCampaign(models.Model):
    """What came of a campaign: the mails by what became of them, and the treated beside those held out.

    Compared is what was drawn, not what arrived: who was drawn and got nothing after all stays on the side of the
    treated, as leaving them out would favour the mail.
    """

    _inherit = "library.campaign"

    handed_count = fields.Integer("Handed over", compute="_compute_numbers")
    waiting_count = fields.Integer("Waiting", compute="_compute_numbers")
    sent_count = fields.Integer("Sent", compute="_compute_numbers")
    bounced_count = fields.Integer("Came back", compute="_compute_numbers")
    replied_count = fields.Integer("Answered", compute="_compute_numbers")
    failed_count = fields.Integer("Not sent", compute="_compute_numbers")
    unsure_count = fields.Integer(
        "Perhaps sent", compute="_compute_numbers", help="The connection ended just when the mail server took the mail."
    )
    unsubscribed_count = fields.Integer("Unsubscribed", compute="_compute_numbers")

    lift_is_told = fields.Boolean(compute="_compute_lift")
    lift_words = fields.Text("What it changed", compute="_compute_lift")
    treated_rate = fields.Float("Of those who got it", compute="_compute_lift", digits=(6, 4))
    holdout_rate = fields.Float("Of those held out", compute="_compute_lift", digits=(6, 4))
    difference = fields.Float(compute="_compute_lift", digits=(6, 4))
    difference_low = fields.Float("From", compute="_compute_lift", digits=(6, 4))
    difference_high = fields.Float("To", compute="_compute_lift", digits=(6, 4))
    lift_verdict = fields.Selection(
        [("more", "It brought more"), ("less", "It brought less"), ("unclear", "No difference can be told"),
         ("hidden", "Too few people to tell"), ("open", "Not measured yet")],
        string="Effect", compute="_compute_lift",
    )

    def _compute_numbers(self):
        names = ("handed", "waiting", "sent", "bounced", "replied", "failed", "unsure", "unsubscribed")
        numbers = self._numbers()
        for campaign in self:
            for name in names:
                campaign[f"{name}_count"] = numbers.get(campaign.id, {}).get(name, 0)

    def _numbers(self):
        """{campaign id: counts of mails by what became of them}; every mail handed over is in one of
        waiting, sent and failed; those that came back or were answered are among the sent."""
        if not self.ids:
            return {}
        for model in ("library.campaign.member", "mailing.trace", "mail.mail", "library.outreach"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(SQL(
            """
            SELECT m.campaign_id AS id, count(*) AS handed,
                   count(*) FILTER (WHERE x.is_sent) AS sent,
                   count(*) FILTER (WHERE t.trace_status = 'bounce') AS bounced,
                   count(*) FILTER (WHERE t.trace_status = 'reply') AS replied,
                   count(*) FILTER (WHERE NOT x.is_sent AND x.is_waiting) AS waiting,
                   count(*) FILTER (WHERE NOT x.is_sent AND NOT x.is_waiting) AS failed,
                   count(*) FILTER (WHERE l.state = 'sent' AND l.library_handover = 'handed') AS unsure,
                   count(*) FILTER (WHERE o.date_unsubscribed IS NOT NULL) AS unsubscribed
              FROM library_campaign_member m
              JOIN mailing_trace t ON t.id = m.trace_id
         LEFT JOIN mail_mail l ON l.id = t.mail_mail_id
         LEFT JOIN library_outreach o ON o.patron_id = m.patron_id AND o.kind = 'campaign:' || m.campaign_id
                                     AND o.key = 'mail'
        CROSS JOIN LATERAL (
                   SELECT t.trace_status IN ('sent', 'open', 'reply', 'bounce')
                          OR coalesce(l.state = 'sent', false) AS is_sent,
                          coalesce(l.state = 'outgoing' OR (l.state = 'exception' AND l.library_date_retry IS NOT NULL),
                                   false) AS is_waiting) x
             WHERE m.campaign_id = ANY(%s) AND m.date_handed IS NOT NULL
             GROUP BY m.campaign_id
            """,
            self.ids,
        ))
        return {row["id"]: row for row in rows}

    # the effect

    def _goal_end(self):
        return fields.Datetime.add(self.date_started, days=self.goal_days)

    def _measure(self):
        """Note who did what the campaign is for; after its days the answer stands for ever."""
        now = self.env.cr.now()
        for campaign in self.filtered("date_started"):
            self.env.flush_all()
            is_reached, is_counted = campaign._sql_goal()
            self.env.cr.execute(SQL(
                """
                UPDATE library_campaign_member m SET is_reached = %s, is_counted = %s
                  FROM library_patron p
                 WHERE p.id = m.patron_id AND m.campaign_id = %s AND m.side <> 'left_out'
                """,
                is_reached, is_counted, campaign.id,
            ))
            if campaign._goal_end() <= now:
                campaign.date_measured = now
        self.env["library.campaign.member"].invalidate_model()

    def _sql_goal(self):
        """(whether patron `p` did it in time, whether p can be counted at all) as SQL expressions."""
        self.ensure_one()
        begin, end = self.date_started, self._goal_end()
        match self.goal:
            case "case":
                return SQL(
                    "EXISTS (SELECT 1 FROM library_case c WHERE c.patron_id = p.id AND c.create_date >= %s"
                    " AND c.create_date < %s)", begin, end,
                ), SQL("true")
            case "course":
                return SQL(
                    "EXISTS (SELECT 1 FROM event_registration r WHERE r.partner_id = p.partner_id"
                    " AND r.state <> 'cancel' AND r.create_date >= %s AND r.create_date < %s)", begin, end,
                ), SQL("true")
        # days of use are kept of those only who let us count
        return SQL("coalesce(p.date_last_visit >= %s, false)", begin.date()), SQL("coalesce(p.allows_counts, false)")

    def _compare(self):
        """{campaign id: the treated beside those held out, as lib.lift.compare says it}."""
        self.env["library.campaign.member"].flush_model()
        found = {campaign.id: {} for campaign in self}
        for campaign_id, side, count, hits in self.env.execute_query(SQL(
            "SELECT campaign_id, side, count(*), count(*) FILTER (WHERE is_reached) FROM library_campaign_member"
            " WHERE campaign_id = ANY(%s) AND side <> 'left_out' AND is_counted GROUP BY 1, 2", self.ids,
        )):
            found[campaign_id][side] = (hits, count)
        return {
            campaign_id: compare(*sides.get("treated", (0, 0)), *sides.get("holdout", (0, 0)))
            for campaign_id, sides in found.items()
        }

    def _compute_lift(self):
        compared = self._compare()
        for campaign in self:
            found = compared.get(campaign.id) or {"told": False}
            told = bool(campaign.date_started and found["told"])
            campaign.lift_is_told = told
            for name, key in (("treated_rate", "rate"), ("holdout_rate", "other_rate"), ("difference", "difference"),
                              ("difference_low", "difference_low"), ("difference_high", "difference_high")):
                campaign[name] = found[key] if told else 0
            campaign.lift_verdict = campaign._verdict(found)
            campaign.lift_words = campaign._lift_sentence(found) if told else False

    def _verdict(self, found):
        if not self.date_started:
            return "open"
        if not found["told"]:
            return "hidden"
        if not found["clear"]:
            return "unclear"
        return "more" if found["difference"] > 0 else "less"

    def _lift_sentence(self, found):
        """The comparison in words, with the numbers of people and the interval."""
        def percent(value):
            return f"{value * 100:.1f} %"

        words = [self.env._(
            "%(rate)s of %(count)s who were to get it did so, %(other_rate)s of %(other_count)s held out.",
            rate=percent(found["rate"]), count=found["n"], other_rate=percent(found["other_rate"]),
            other_count=found["other_n"],
        ), self.env._(
            "The difference is %(difference)s points (95 %% interval from %(low)s to %(high)s).",
            difference=f"{found['difference'] * 100:+.1f}", low=f"{found['difference_low'] * 100:+.1f}",
            high=f"{found['difference_high'] * 100:+.1f}",
        )]
        gained = found["difference"] * found["n"]
        if found["clear"] and gained >= 1 and self.cost_minutes:
            words.append(self.env._(
                "That is %(minutes)s minutes for each person more.", minutes=round(self.cost_minutes / gained, 1)
            ))
        if not self.date_measured:
            words.append(self.env._("The days are not over yet: these are the figures so far."))
        return "\n".join(words)
