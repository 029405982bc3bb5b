from odoo import models
from odoo.tools import SQL

from ...const import READ_MINUTES

CONTACTS = {
    # kind of contact: (how many of twenty, effort)
    "reference": (8, ("2", "3", "3", "4")), "directional": (6, ("1",)), "technical": (4, ("1", "2")),
    "instruction": (2, ("3", "4")),
}  # fmt: skip
CONTACT_CHANNELS = ("desk", "desk", "desk", "desk", "desk", "phone", "phone", "chat", "roving", "mail")


class LibraryDemoHistory(models.AbstractModel):
    """Contacts at the desk, and how articles were read and used."""

    _inherit = "library.demo.history"

    def _fill_contacts(self, count, patrons):
        """What was counted at the desk; a third of it with a known patron."""
        team = self.env["library.team"].search([("company_id", "=", self.env.company.id)], limit=1)
        teams = self.env["library.team"].search([
            ("company_id", "=", self.env.company.id), ("member_ids", "!=", False), ("branch_id", "!=", False)]) or team
        kinds = [kind for kind, (often, _efforts) in CONTACTS.items() for _number in range(often)]
        efforts = [efforts[number % len(efforts)] for often, efforts in CONTACTS.values() for number in range(often)]
        self.env.cr.execute(SQL(
            """
            CREATE TEMP TABLE demo_contact AS
            SELECT d.n, d.moment, p.patron_id, 1 + floor(pg_temp.draw(d.n, 'contact-kind') * %(kinds)s)::int AS kind,
                   1 + floor(power(pg_temp.draw(d.n, 'contact-team'), 1.5) * %(teams)s)::int AS team,
                   1 + floor(pg_temp.draw(d.n, 'contact-channel') * %(channels)s)::int AS channel
              FROM (SELECT n, moment,
                           CASE WHEN n %% 3 = 0
                                THEN floor(pg_temp.draw(n, 'contact-person') * %(patrons)s)::int END AS person
                      FROM (%(moments)s) AS drawn OFFSET 0) d
              LEFT JOIN demo_person p ON p.p = d.person
            """,
            moments=self._moments("contact", count), kinds=len(kinds), teams=len(teams), channels=len(CONTACT_CHANNELS),
            patrons=patrons,
        ))
        self._insert("library.interaction", "demo_contact", {
            "date": SQL("r.moment"), "create_date": SQL("r.moment"), "company_id": SQL("%s", self.env.company.id),
            "team_id": SQL("(%s::int[])[r.team]", teams.ids or [None]),
            "branch_id": SQL("(%s::int[])[r.team]", [one.branch_id.id or None for one in teams] or [None]),
            "user_id": SQL(
                "(%s)[r.team]", [one.member_ids[:1].user_id.id or self.env.uid for one in teams] or [self.env.uid]),
            "patron_id": SQL("r.patron_id"), "channel": SQL("(%s)[r.channel]", list(CONTACT_CHANNELS)),
            "kind": SQL("(%s)[r.kind]", kinds), "read_level": SQL("(%s)[r.kind]", efforts),
            "minutes": SQL("(%s)[(%s)[r.kind]::int]", list(READ_MINUTES.values()), efforts),
            "is_reference": SQL("(%s)[r.kind] = 'reference'", kinds),
        })
        self.env.cr.execute("DROP TABLE demo_contact")

    def _fill_knowledge(self, cases):
        """Articles that answered cases, and readers' votes on them."""
        cr = self.env.cr
        articles = self.env["library.article"].search([("state", "in", ("verified", "published"))], order="id").ids
        if not articles:
            return
        cr.execute(SQL(
            """
            INSERT INTO library_case_article_rel (case_id, article_id)
            SELECT case_id, pg_temp.pick(%s, drawn, 'cites', 2) FROM demo_row WHERE minutes_saved IS NOT NULL
            """,
            articles,
        ))
        cr.execute(SQL(
            """
            CREATE TEMP TABLE demo_vote AS
            SELECT d.n, d.moment, pg_temp.pick(%(articles)s, d.n, 'article', 2) AS article_id,
                   pg_temp.draw(d.n, 'helpful') < 0.8 AS is_helpful
              FROM (%(moments)s) d
            """,
            articles=articles, moments=self._moments("vote", max(cases // 3, 1)),
        ))
        self._insert("library.article.vote", "demo_vote", {
            "article_id": SQL("r.article_id"), "is_helpful": SQL("r.is_helpful"), "date_voted": SQL("r.moment"),
            "reason": SQL("CASE WHEN NOT r.is_helpful THEN (ARRAY['outdated', 'unclear'])[1 + r.n %% 2] END"),
            "voter_key": SQL("gen_random_uuid()::text"),
        })
        cr.execute("""
            UPDATE library_article a SET helpful_count = coalesce(a.helpful_count, 0) + v.helpful,
                   not_helpful_count = coalesce(a.not_helpful_count, 0) + v.other,
                   view_count = coalesce(a.view_count, 0) + 9 * (v.helpful + v.other)
              FROM (SELECT article_id, count(*) FILTER (WHERE is_helpful) AS helpful,
                           count(*) FILTER (WHERE NOT is_helpful) AS other FROM demo_vote GROUP BY article_id) v
             WHERE a.id = v.article_id;
            DROP TABLE demo_vote
        """)
