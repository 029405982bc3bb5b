from odoo import fields, models
from odoo.tools import SQL

SNAPSHOT = """
    WITH person AS (
        SELECT p.id, a.email_normalized AS email, md5(%(campaign)s || ':' || p.id) AS draw,
               (SELECT t.id FROM library_campaign_text t WHERE t.campaign_id = %(campaign)s
                 ORDER BY t.lang = coalesce(a.lang, '') DESC, left(t.lang, 2) = left(a.lang, 2) DESC NULLS LAST,
                          t.lang = %(lang)s DESC, t.id LIMIT 1) AS text_id,
               %(allowed)s AS refusal
          FROM library_segment_member s
          JOIN library_patron p ON p.id = s.patron_id AND p.company_id = %(company)s
          JOIN res_partner a ON a.id = p.partner_id
         WHERE s.segment_id = %(segment)s AND s.date_to IS NULL
    ), single AS (
        SELECT id, text_id, draw, CASE WHEN refusal IS NULL
               AND row_number() OVER (PARTITION BY email, refusal IS NULL ORDER BY id) > 1
               THEN 'same_address' ELSE refusal END AS refusal
          FROM person
    ), drawn AS (
        SELECT id, text_id, draw, refusal,
               CASE WHEN refusal IS NOT NULL THEN 'left_out'
                    WHEN ('x' || substr(draw, 1, 8))::bit(32)::bigint < %(share)s * 42949672.96 THEN 'holdout'
                    ELSE 'treated' END AS side
          FROM single
    )
    INSERT INTO library_campaign_member (campaign_id, company_id, patron_id, text_id, side, reason, wave)
    SELECT %(campaign)s, %(company)s, id, text_id, side, refusal,
           CASE WHEN side <> 'treated' THEN 0 WHEN %(size)s = 0 THEN 1
                ELSE 1 + (row_number() OVER (PARTITION BY side ORDER BY substr(draw, 9), id) - 1)
                         / greatest(%(size)s, 1) END
      FROM drawn
     ORDER BY id
"""


class LibraryCampaign(models.Model):
    """Who is in a campaign: one statement draws the snapshot, one looks again before anything leaves."""

    _inherit = "library.campaign"

    treated_count = fields.Integer("Get it", compute="_compute_audience")
    holdout_count = fields.Integer("Held out", compute="_compute_audience")
    left_out_count = fields.Integer("Left out", compute="_compute_audience")
    left_out_words = fields.Text("Why they are left out", compute="_compute_audience")

    def _compute_audience(self):
        # sudo: counts of a campaign that the caller may read
        groups = self.env["library.campaign.member"].sudo()._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "side", "reason"], ["__count"]
        )
        labels = dict(self.env["library.campaign.member"]._fields["reason"]._description_selection(self.env))
        for campaign in self:
            sides = dict.fromkeys(("treated", "holdout", "left_out"), 0)
            reasons = []
            for one, side, reason, count in groups:
                if one.id != campaign.id:
                    continue
                sides[side] += count
                if side == "left_out":
                    reasons.append((count, labels.get(reason, "")))
            campaign.treated_count, campaign.holdout_count = sides["treated"], sides["holdout"]
            campaign.left_out_count = sides["left_out"]
            campaign.left_out_words = "\n".join(
                f"{count:,} · {label}" for count, label in sorted(reasons, reverse=True)
            )

    def _take_snapshot(self):
        """Write down the audience anew: everybody in the segment today, with the side that chance gives them.

        Who may not be written to is left out first, for its own reason; the hold-out is drawn from the others by a
        hash, so that the same campaign draws the same people again. Of people with one address, one gets the mail.
        """
        self.ensure_one()
        segment = self.segment_id
        if segment.kind == "rule" and segment.date_refreshed != fields.Date.context_today(self):
            segment.sudo()._refresh_now()  # sudo: who belongs to it by its own rule, as every night
        # sudo: rows that nobody writes by hand, of the campaign that the caller may change
        Outreach_sudo = self.env["library.outreach"].sudo()
        Outreach_sudo._flush_allowed()
        self.flush_recordset()
        for model in ("library.segment.member", "library.campaign.text", "library.campaign.member"):
            self.env[model].flush_model()
        self.env.cr.execute(SQL("DELETE FROM library_campaign_member WHERE campaign_id = %s", self.id))
        self.env.cr.execute(SQL(
            SNAPSHOT,
            campaign=self.id, company=self.company_id.id, segment=segment.id, share=self.holdout_percent,
            size=self.wave_size, lang=self.company_id.partner_id.lang or "en_US",
            allowed=Outreach_sudo._sql_allowed(self.purpose, "mail"),
        ))
        self.env["library.campaign.member"].invalidate_model()
        self.invalidate_recordset()

    def _check_again(self):
        """Before mails leave: who has refused, complained or asked for quiet since gets none. Sides stay as drawn."""
        self.ensure_one()
        Outreach_sudo = self.env["library.outreach"].sudo()  # sudo: decides about people, shows nothing
        Outreach_sudo._flush_allowed()
        self.env["library.campaign.member"].flush_model()
        self.env.cr.execute(SQL(
            """
            UPDATE library_campaign_member m SET reason = found.refusal
              FROM (SELECT p.id, %(allowed)s AS refusal FROM library_patron p
                     WHERE p.id IN (SELECT w.patron_id FROM library_campaign_member w
                                     WHERE w.campaign_id = %(campaign)s AND w.side = 'treated' AND w.reason IS NULL
                                       AND w.date_handed IS NULL AND w.wave <= %(wave)s)) found
             WHERE m.campaign_id = %(campaign)s AND m.patron_id = found.id AND m.date_handed IS NULL
               AND found.refusal IS NOT NULL
            """,
            campaign=self.id, wave=self.wave, allowed=Outreach_sudo._sql_allowed(self.purpose, "mail"),
        ))
        self.env["library.campaign.member"].invalidate_model()
