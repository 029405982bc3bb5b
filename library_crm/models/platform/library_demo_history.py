from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.demo_topics import FAMILY_EN, FAMILY_ZH, GIVEN_EN, GIVEN_ZH, GROWTH, SEASON

# kinds of patrons and how many of ten they are
PATRON_TYPES = ("STU", "STU", "STU", "STU", "PHD", "FAC", "FAC", "STAFF", "PUB", "PUB")
STAGES = {"STU": "bachelor", "PHD": "doctoral", "FAC": "staff", "STAFF": "staff"}


class LibraryDemoHistory(models.AbstractModel):
    """Invented years of service for the demo library and for benchmarks; no library in service calls this.

    Everything is drawn from the number of the row, so that the same call makes the same years, whenever it is made.
    Rows are written by SQL: nobody is mailed, followed or given something to do, and all but a few of the newest cases
    are closed.
    """

    _name = "library.demo.history"
    _description = "Years of the Demo Library"

    @api.model
    def _fill(self, cases=500, months=26, patrons=150):
        """Add what happened in the last months.

        :param int cases: services to patrons; three times as many contacts at the desk come with them
        :param int months: how far back they go, the current month included
        :param int patrons: people who asked; new ones
        :raise AccessError: unless called by the superuser, as demo data and benchmarks are
        """
        if not self.env.su:
            raise AccessError(self.env._("The history of the demo library is written when demo data are loaded."))
        self.env.flush_all()
        self._prepare_draw()
        self._prepare_months(months)
        self._fill_people(patrons, months)
        self._prepare_rows(cases, patrons)
        self._fill_cases()
        self._fill_results()
        self._fill_contacts(3 * cases, patrons)
        self._fill_knowledge(cases)
        self.env.cr.execute("DROP TABLE demo_row, demo_person, demo_month")
        self.env.invalidate_all()

    def _prepare_draw(self):
        """Functions that draw, for a row and a purpose and always the same: a number from 0 to 1, one of a list.

        With a skew over 1 the first ones of the list are drawn more often.
        """
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION pg_temp.draw(row_number bigint, purpose text)
            RETURNS float LANGUAGE sql IMMUTABLE
            AS $$ SELECT ('x' || substr(md5(row_number || purpose), 1, 7))::bit(28)::int / 268435456.0 $$;
            CREATE OR REPLACE FUNCTION pg_temp.pick(
                choices anyarray, row_number bigint, purpose text, skew float DEFAULT 1
            ) RETURNS anyelement LANGUAGE sql IMMUTABLE
            AS $$ SELECT choices[
                1 + floor(power(pg_temp.draw(row_number, purpose), skew) * cardinality(choices))::int] $$
        """)

    def _prepare_months(self, months):
        """The table of months with the share of everything that falls into each."""
        now = self.env.cr.now()
        self.env.cr.execute(SQL(
            """
            CREATE TEMP TABLE demo_month AS
            WITH weighed AS (
                SELECT number, start, least(extract(epoch FROM start + interval '1 month' - start),
                                            extract(epoch FROM %(now)s - start)) AS seconds,
                       (%(season)s)[extract(month FROM start)::int] * power(%(growth)s, number) AS weight
                  FROM generate_series(0, %(months)s - 1) number,
                       LATERAL (SELECT date_trunc('month', %(now)s::timestamp)
                                       - (%(months)s - 1 - number) * interval '1 month' AS start) begins
            ), shared AS (
                SELECT number, start, seconds, weight * seconds AS share FROM weighed
            )
            SELECT number, start, seconds,
                   (sum(share) OVER (ORDER BY number) - share) / sum(share) OVER () AS share_from,
                   sum(share) OVER (ORDER BY number) / sum(share) OVER () AS share_to
              FROM shared
            """,
            now=now, season=list(SEASON), growth=GROWTH, months=months,
        ))

    @api.model
    def _moments(self, name, count):
        """SQL of a table (n, moment): working hours over the months, Sundays off."""
        return SQL(
            """
            SELECT n, least(day + (8 + 5 * (pg_temp.draw(n, %(early)s) + pg_temp.draw(n, %(late)s)))
                                  * interval '1 hour', %(now)s::timestamp - interval '2 hours') AS moment
              FROM (
                SELECT n, CASE WHEN extract(dow FROM day) = 0 THEN day - interval '1 day' ELSE day END AS day
                  FROM (
                    SELECT n, date_trunc('day', start + pg_temp.draw(n, %(day)s) * seconds * interval '1 second') AS day
                      -- drawn once for each row, not once for each month: OFFSET keeps PostgreSQL from merging the two
                      FROM (SELECT n, pg_temp.draw(n, %(month)s) AS drawn_month
                              FROM generate_series(1, %(count)s) n OFFSET 0) AS drawn
                      JOIN demo_month m ON drawn_month >= m.share_from AND drawn_month < m.share_to) AS any_day
              ) AS working_day
            """,
            now=self.env.cr.now(), count=count, month=f"{name}-month", day=f"{name}-day", early=f"{name}-early",
            late=f"{name}-late",
        )  # fmt: skip

    def _insert(self, model_name, source, values, condition=None):
        """Insert one row of a model for each row `r` of a table; columns not named get their defaults.

        :param str source: name of the table
        :param dict values: {column: SQL of the row `r`}
        :param SQL condition: which rows; all when None
        """
        model = self.env[model_name]
        others = [
            name for name, field in model._fields.items()
            if field.store and field.column_type and name not in values and not field.compute and field.type != "json"
        ]
        for name, value in model.default_get(others).items():
            if value not in (None, False):
                field = model._fields[name]
                values.setdefault(name, SQL("%s", field.convert_to_column_insert(value, model)))
        if model._log_access:
            values.setdefault("create_uid", SQL("%s", self.env.uid))
            values.setdefault("write_uid", SQL("%s", self.env.uid))
            values.setdefault("write_date", values.get("create_date") or SQL("%s", self.env.cr.now()))
            values.setdefault("create_date", SQL("%s", self.env.cr.now()))
        self.env.cr.execute(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s r WHERE %s",
            SQL.identifier(model._table), SQL(", ").join(map(SQL.identifier, values)), SQL(", ").join(values.values()),
            SQL.identifier(source), condition or SQL("true"),
        ))

    # people

    def _fill_people(self, count, months):
        """Patrons with a partner and an address each; more of them Chinese than not."""
        self._prepare_people(count, months)
        self._insert("res.partner", "demo_person", {
            "id": SQL("r.partner_id"), "name": SQL("r.name"), "complete_name": SQL("r.name"), "lang": SQL("r.lang"),
            "email": SQL("r.email"), "email_normalized": SQL("r.email"), "commercial_partner_id": SQL("r.partner_id"),
            "is_company": SQL("false"), "partner_share": SQL("true"), "create_date": SQL("r.since"),
        })
        self._insert("library.patron", "demo_person", {
            "id": SQL("r.patron_id"), "partner_id": SQL("r.partner_id"), "company_id": SQL("%s", self.env.company.id),
            "type_id": SQL("r.type_id"), "affiliation_id": SQL("r.affiliation_id"),
            "branch_id": SQL("r.branch_id"),
            "degree_stage": SQL("r.degree_stage"), "lifecycle": SQL("r.lifecycle"),
            "date_enrolled": SQL("r.since::date"),
            "date_expiry": SQL("(%s + interval '1 year')::date", self.env.cr.now()),
            "create_date": SQL("r.since"),
        })
        self._insert("library.patron.identity", "demo_person", {
            "patron_id": SQL("r.patron_id"), "company_id": SQL("%s", self.env.company.id), "kind": SQL("'email'"),
            "value": SQL("r.email"), "value_normalized": SQL("r.email"), "state": SQL("'active'"),
            "is_primary": SQL("true"), "is_verified": SQL("true"), "create_date": SQL("r.since"),
        })

    def _prepare_people(self, count, months):
        """The table of people, with the numbers that their rows will have."""
        types = {one.code: one.id for one in self.env["library.patron.type"].search([("code", "in", PATRON_TYPES)])}
        codes = [code for code in PATRON_TYPES if code in types] or [None]
        leaves = self.env["library.affiliation"].search([("child_ids", "=", False)]).ids or [None]
        branches = self.env["library.branch"].search([("company_id", "=", self.env.company.id)]).ids or [None]
        self.env.cr.execute(SQL(
            """
            CREATE TEMP TABLE demo_person AS
            SELECT p, nextval('res_partner_id_seq')::int AS partner_id,
                   nextval('library_patron_id_seq')::int AS patron_id,
                   CASE WHEN p %% 2 = 0
                        THEN (%(given_en)s)[1 + p / 2 %% %(given_en_count)s] || ' '
                             || (%(family_en)s)[1 + p / 2 %% %(family_en_count)s]
                        ELSE substr(%(family_zh)s, 1 + p / 2 %% length(%(family_zh)s), 1)
                             || (%(given_zh)s)[1 + p / 2 %% %(given_zh_count)s] END AS name,
                   CASE WHEN p %% 2 = 0 THEN 'en_US' ELSE 'zh_CN' END AS lang,
                   '' AS email, pg_temp.pick(%(type_ids)s::int[], p, 'type') AS type_id,
                   pg_temp.pick(%(stages)s::text[], p, 'type') AS degree_stage,
                   pg_temp.pick(%(leaves)s::int[], p, 'leaf') AS affiliation_id,
                   pg_temp.pick(%(branches)s::int[], p, 'branch', 2) AS branch_id,
                   (ARRAY['active', 'regular', 'regular', 'loyal', 'at_risk'])[1 + p %% 5] AS lifecycle,
                   %(now)s::timestamp - (%(months)s + 24 * pg_temp.draw(p, 'since')) * interval '1 month' AS since
              FROM generate_series(0, %(count)s - 1) p
            """,
            count=count, months=months, now=self.env.cr.now(),
            given_en=list(GIVEN_EN), given_en_count=len(GIVEN_EN), family_en=list(FAMILY_EN),
            family_en_count=len(FAMILY_EN), family_zh=FAMILY_ZH, given_zh=list(GIVEN_ZH), given_zh_count=len(GIVEN_ZH),
            type_ids=[types.get(code) for code in codes], stages=[STAGES.get(code) for code in codes],
            leaves=leaves, branches=branches,
        ))  # fmt: skip
        self.env.cr.execute("""
            UPDATE demo_person SET email = 'reader' || patron_id || '@readers.example.org';
            ALTER TABLE demo_person ADD PRIMARY KEY (p);
            ANALYZE demo_person
        """)
