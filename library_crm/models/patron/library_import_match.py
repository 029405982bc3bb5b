from odoo import models
from odoo.tools import SQL

from ...const import SAID_BY_PEOPLE
from ...lib.import_columns import COLUMNS

ALIASES = {"partner": "rp", "patron": "p"}
# these only ever grow: an older file does not set them back
GROWING = ("date_last_seen",)


class LibraryImportRun(models.Model):
    """Finds for each staged row its patron and what the row would change: one query, the same for preview and run."""

    _inherit = "library.import.run"

    def _match_rows(self, stage, plan, draw_ids=False):
        """Make the table `plan` from `stage`: each row with its action and what it would change.

        ``ils``, then ``card``, then ``sso`` decide whose row it is; a mail address only for a person of the same name
        who has neither number nor card yet, and no account behind the address unless that was verified. A row about
        another card of the same person (two records were merged) and a row older than what we know do nothing.

        - ``action``: new, changed, unchanged, skip or anonymise
        - ``fields``: names that change; ``withheld``: kept because a person entered them; ``before``, ``after``: values
        - ``moved``: a card or account that has belonged to somebody else

        :param draw_ids: whether new rows get the numbers of their records
        """
        self.ensure_one()
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(plan)))
        cr.execute(SQL("ANALYZE %s (ils, card, sso, email_normalized)", SQL.identifier(stage)))
        draw = SQL("nextval('res_partner_id_seq'), nextval('library_patron_id_seq')")
        cr.execute(
            SQL(
                """
            CREATE UNLOGGED TABLE %(plan)s AS
            WITH found AS MATERIALIZED (%(found)s),
                 ranked AS (%(ranked)s),
                 compared AS (%(compared)s)
            SELECT c.*, d.new_partner_id, d.new_patron_id
              FROM (SELECT *, %(action)s AS action FROM compared) c
              LEFT JOIN LATERAL (SELECT %(draw)s WHERE c.action = 'new') d(new_partner_id, new_patron_id) ON true
             ORDER BY c.line
            """,
                plan=SQL.identifier(plan),
                found=self._sql_found(stage),
                ranked=self._sql_ranked(),
                compared=self._sql_compared(),
                action=self._sql_action(),
                draw=draw if draw_ids else SQL("0, 0"),
            )
        )
        cr.execute(SQL("ANALYZE %s (action, owner, partner_id)", SQL.identifier(plan)))

    def _sql_found(self, stage):
        """Staged rows beside the owners of their number, card, account and address."""

        def owner(alias, kind):
            # LIMIT makes the planner look each value up; joined freely, it reads whole tables that it knows nothing of
            return SQL(
                "LEFT JOIN LATERAL (SELECT x.id, x.patron_id, x.is_primary FROM library_patron_identity x"
                " WHERE x.company_id = %(company)s AND x.kind = %(kind)s AND x.value_normalized = s.%(column)s"
                " AND x.state <> 'wrong' LIMIT 1) %(alias)s ON s.%(column)s IS NOT NULL",
                alias=SQL.identifier(alias),
                kind=kind,
                column=SQL.identifier(kind),
                company=self.company_id.id,
            )

        return SQL(
            """
            SELECT s.*, i.patron_id AS ils_owner, c.patron_id AS card_owner, u.patron_id AS sso_owner,
                   CASE WHEN i.id IS NOT NULL THEN i.patron_id
                        WHEN c.id IS NOT NULL AND (s.ils IS NULL OR NOT %(c_numbered)s) THEN c.patron_id
                        WHEN u.id IS NOT NULL AND (s.ils IS NULL OR NOT %(u_numbered)s) THEN u.patron_id
                        ELSE e.patron_id END AS patron_id,
                   i.id IS NULL AND c.id IS NULL AND u.id IS NULL AS by_email,
                   CASE WHEN s.ils IS NULL THEN c.id IS NULL OR c.is_primary OR NOT %(c_other)s
                        ELSE i.id IS NULL OR i.is_primary OR NOT %(i_other)s END AS leads
              FROM %(stage)s s
              %(ils)s %(card)s %(sso)s
              LEFT JOIN LATERAL (%(email)s) e
                     ON i.id IS NULL AND c.id IS NULL AND u.id IS NULL AND s.email_normalized IS NOT NULL
            """,
            stage=SQL.identifier(stage),
            ils=owner("i", "ils"),
            card=owner("c", "card"),
            sso=owner("u", "sso"),
            c_numbered=_has_identity("c", SQL("x.kind = 'ils'")),
            u_numbered=_has_identity("u", SQL("x.kind = 'ils'")),
            c_other=_has_identity("c", SQL("x.kind = 'card' AND x.is_primary")),
            i_other=_has_identity("i", SQL("x.kind = 'ils' AND x.is_primary")),
            email=self._sql_email_owner(),
        )

    def _sql_email_owner(self):
        return SQL(
            """
            SELECT m.patron_id
              FROM library_patron_identity m
              JOIN library_patron mp ON mp.id = m.patron_id AND mp.active
              JOIN res_partner mr ON mr.id = mp.partner_id
             WHERE m.company_id = %(company)s AND m.kind = 'email' AND m.value_normalized = s.email_normalized
               AND m.state <> 'wrong' AND %(folded)s = s.name_folded AND NOT %(carded)s
               AND (m.is_verified OR NOT EXISTS (SELECT 1 FROM res_users WHERE partner_id = mr.id))
             LIMIT 1
            """,
            company=self.company_id.id,
            carded=_has_identity("m", SQL("x.kind IN ('ils', 'card')")),
            folded=SQL(
                "(SELECT string_agg(word, ' ' ORDER BY word COLLATE \"C\")"
                " FROM regexp_split_to_table(lower(replace(mr.name, ',', ' ')), '\\s+') word WHERE word <> '')"
            ),
        )

    def _sql_ranked(self):
        """One row for each patron; a second one that only the address led here is a person of its own."""
        return SQL(
            """
            SELECT f.*, CASE WHEN by_email AND place > 1 THEN NULL ELSE patron_id END AS owner,
                   leads AND (place = 1 OR by_email) AS is_first
              FROM (SELECT *, row_number() OVER (PARTITION BY patron_id ORDER BY leads DESC, line) AS place
                      FROM found) f
            """
        )

    def _sql_compared(self):
        """Rows beside what is known of their patron."""
        stays = self._manual_wins()
        changes = [_change(column, stays) for column in COLUMNS]
        changes.append(
            SQL(
                "CASE WHEN r.properties IS NOT NULL AND NOT coalesce(p.properties, '{}') @> r.properties"
                " THEN 'properties' END"
            )
        )
        pairs = [(column.name, _change(column, stays), _old(column), _new(column)) for column in COLUMNS]
        withheld = [_withheld(column) for column in COLUMNS if column.name in stays]
        return SQL(
            """
            SELECT r.*, p.partner_id, coalesce(p.is_anonymised, false) AS was_anonymised,
                   coalesce(r.date_ils_updated < p.date_ils_updated, false) AS is_older,
                   CASE WHEN p.id IS NULL THEN '{}' ELSE array_remove(ARRAY[%(changes)s], NULL) END AS fields,
                   CASE WHEN p.id IS NULL THEN '{}' ELSE array_remove(ARRAY[%(withheld)s], NULL) END AS withheld,
                   CASE WHEN p.id IS NULL THEN NULL
                        ELSE jsonb_strip_nulls(jsonb_build_object(%(before)s, 'properties', p.properties))
                   END AS before,
                   CASE WHEN p.id IS NULL THEN NULL
                        ELSE jsonb_strip_nulls(jsonb_build_object(%(after)s, 'properties', r.properties)) END AS after,
                   array_remove(ARRAY[
                       CASE WHEN r.card_owner <> coalesce(p.id, 0) THEN 'card' END,
                       CASE WHEN r.sso_owner <> coalesce(p.id, 0) THEN 'sso' END], NULL) AS moved,
                   CASE WHEN p.id IS NULL THEN true ELSE %(new_identity)s END AS has_new_identity
              FROM ranked r
              LEFT JOIN LATERAL (SELECT * FROM library_patron WHERE id = r.owner LIMIT 1) p ON r.owner IS NOT NULL
              LEFT JOIN LATERAL (SELECT * FROM res_partner WHERE id = p.partner_id LIMIT 1) rp ON p.id IS NOT NULL
            """,
            changes=SQL(", ").join(changes),
            withheld=SQL(", ").join(withheld),
            before=_pairs((name, change, old) for name, change, old, _new_value in pairs),
            after=_pairs((name, change, new) for name, change, _old_value, new in pairs),
            new_identity=SQL(
                """EXISTS (SELECT 1 FROM %(identities)s
                    WHERE NOT EXISTS (
                        SELECT 1 FROM library_patron_identity x
                         WHERE x.patron_id = p.id AND x.kind = k.kind AND x.value_normalized = k.normalized)
                      AND (k.kind IN ('card', 'sso') OR NOT EXISTS (
                        SELECT 1 FROM library_patron_identity x
                         WHERE x.company_id = %(company)s AND x.kind = k.kind AND x.value_normalized = k.normalized
                           AND x.state <> 'wrong')))""",
                identities=self._sql_identities("r"),
                company=self.company_id.id,
            ),
        )

    def _sql_identities(self, alias):
        """The identities that a row names: k(kind, value, normalized, position)."""
        return SQL(
            """(
                SELECT v.kind, v.value, v.normalized, 1 AS position
                  FROM (VALUES ('card', %(row)s.card_value, %(row)s.card), ('ils', %(row)s.ils, %(row)s.ils),
                               ('sso', %(row)s.sso, %(row)s.sso)) v(kind, value, normalized)
                 WHERE v.normalized IS NOT NULL
                UNION ALL
                SELECT 'email', e.value, lower(e.value), e.position
                  FROM unnest(string_to_array(%(row)s.emails, E'\n')) WITH ORDINALITY e(value, position)
                UNION ALL
                SELECT 'phone', t.value, regexp_replace(t.value, '[^0-9+]', '', 'g'), t.position
                  FROM unnest(string_to_array(%(row)s.phones, E'\n')) WITH ORDINALITY t(value, position)
                 WHERE t.value ~ '[0-9]'
            ) k""",
            row=SQL.identifier(alias),
        )

    def _sql_action(self):
        return SQL(
            """CASE WHEN partner_id IS NULL AND is_anonymised THEN 'skip'
                    WHEN partner_id IS NULL THEN 'new'
                    WHEN was_anonymised OR is_older OR NOT is_first THEN 'skip'
                    WHEN is_anonymised THEN 'anonymise'
                    WHEN cardinality(fields) > 0 OR cardinality(moved) > 0 OR has_new_identity THEN 'changed'
                    ELSE 'unchanged' END"""
        )


def _has_identity(alias, condition):
    """Whether the patron in `alias`.patron_id has an identity for which the condition on `x` holds."""
    return SQL(
        "EXISTS (SELECT 1 FROM library_patron_identity x WHERE x.patron_id = %s AND x.state <> 'wrong' AND %s)",
        SQL.identifier(alias, "patron_id"),
        condition,
    )


def _old(column):
    return SQL.identifier(ALIASES[column.table], column.name)


def _new(column):
    return SQL.identifier("r", column.name)


def _differs(column):
    if column.name in GROWING:
        return SQL("%s > coalesce(%s, '-infinity')", _new(column), _old(column))
    return SQL("%(new)s IS NOT NULL AND %(new)s IS DISTINCT FROM %(old)s", new=_new(column), old=_old(column))


def _by_people(column):
    return SQL("coalesce(p.provenance->%s->>0, '') IN %s", column.name, SAID_BY_PEOPLE)


def _change(column, stays):
    """The column's name where the row changes it; what people entered in one of `stays` does."""
    if column.name in stays:
        return SQL("CASE WHEN %s AND NOT %s THEN %s END", _differs(column), _by_people(column), column.name)
    return SQL("CASE WHEN %s THEN %s END", _differs(column), column.name)


def _withheld(column):
    """The column's name where a person's value is kept against the row's."""
    return SQL("CASE WHEN %s AND %s THEN %s END", _differs(column), _by_people(column), column.name)


def _pairs(triples):
    """Arguments of jsonb_build_object: a value for each changed column, NULL for the others."""
    return SQL(", ").join(
        SQL("%s, CASE WHEN %s IS NOT NULL THEN to_jsonb(%s) END", name, change, value)
        for name, change, value in triples
    )
