"""Fills a database by set-based SQL: 100 000 contacts, as many cases or tickets, a message for each.

Both sides read what a record says, when it came and how it stands from one table, so that they differ in nothing but
their own design. A record is first made through the ORM, as the addon means it; its row is then cloned.
"""

from psycopg2 import sql

from odoo.fields import Command

from . import texts
from .facts import BASE, DOMAIN, LIBRARIAN, PASSWORD, READERS, ROWS, TEAMS

_BENCH_ROW = """
    CREATE TABLE bench_row AS
    SELECT n,
           n %% 3 = 0 AS is_chinese,
           CASE WHEN n %% 3 = 0 THEN format((%(asks_zh)s)[1 + n %% 6], (%(topics_zh)s)[1 + (n / 6) %% 16])
                ELSE format((%(asks_en)s)[1 + n %% 6], (%(topics_en)s)[1 + (n / 6) %% 16]) END AS title,
           now() AT TIME ZONE 'UTC' - interval '3 years' * (1 - n / %(rows)s.0) AS moment,
           n > %(rows)s * 0.8 AND (n::bigint * 7919) %% 5 < 3 AS is_open,
           ((n::bigint * 104729) %% 12)::int AS twelfth,
           1 + (n %% %(teams)s) AS team,
           CASE WHEN n %% 1000 <= %(readers)s AND n / 1000 < (%(records)s)[n %% 1000] THEN n %% 1000
                ELSE 1 + %(readers)s + ((n::bigint * 7919) %% 60000)::int END AS contact
      FROM generate_series(1, %(rows)s) AS n
"""
_BENCH_BODY = """
    ALTER TABLE bench_row ADD COLUMN body text, ADD COLUMN contact_name text, ADD COLUMN email text;
    UPDATE bench_row SET
        email = 'reader' || n || '@campus' || n %% 50 || '.example',
        contact_name = CASE WHEN is_chinese THEN (%(names_zh)s)[1 + (n / 3) %% 10] || n
                       ELSE concat_ws(' ', (%(given_en)s)[1 + n %% 10], (%(family_en)s)[1 + (n / 10) %% 10], n) END,
        body = (SELECT string_agg('<p>' || CASE WHEN is_chinese THEN (%(sentences_zh)s)[1 + (n + k) %% 6]
                                                ELSE (%(sentences_en)s)[1 + (n + k) %% 6] END || '</p>', '')
                  FROM generate_series(0, 2 + n %% 4) AS k);
    ALTER TABLE bench_row ADD PRIMARY KEY (n);
    ANALYZE bench_row;
"""


def describe_rows(cr):
    """Make the table that both sides fill their records from."""
    lists = {name.lower(): list(value) for name, value in vars(texts).items() if name.isupper()}
    # foreign keys are checked by plans made while the tables were empty: without this each check scans the table
    cr.execute("SET LOCAL enable_seqscan = off")
    numbers = {"rows": ROWS, "teams": TEAMS, "readers": len(READERS), "records": list(READERS.values())}
    cr.execute(_BENCH_ROW, {**lists, **numbers})
    cr.execute(_BENCH_BODY, lists)


def clone(cr, table, template_id, values, condition="true"):
    """Insert one row for each row `r` of ``bench_row``, like row `template_id` of `table` but for `values`.

    :param dict values: {column: SQL expression}; `r` is the described row, `t` the template
    :param str condition: SQL condition on `r`
    """
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    columns = [name for (name,) in cr.fetchall()]
    unknown = set(values) - set(columns)
    if unknown:
        raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
    values = {"id": f"{BASE} + r.n", **values}
    chosen = sql.SQL(", ").join(
        sql.SQL(values[name]) if name in values else sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns
    )
    query = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {chosen} FROM bench_row r, {table} t"
        " WHERE t.id = {id} AND ({condition})"
    )
    cr.execute(query.format(
        table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)), chosen=chosen,
        id=sql.Literal(template_id), condition=sql.SQL(condition),
    ))
    cr.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, BASE + ROWS])
    cr.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def link(cr, table, columns, expressions, condition="true"):
    """Insert into a relation table without ids, one row for each row `r` of ``bench_row``."""
    cr.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM bench_row r WHERE {}").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.SQL, expressions)), sql.SQL(condition),
    ))


def pick(ids, expression):
    """SQL that takes one of `ids`, counted from 1 by `expression`."""
    return f"(ARRAY[{', '.join(str(int(one)) for one in ids)}])[{expression}]"


def text_of(ids, expression):
    """SQL that takes one of the texts, counted from 1 by `expression`; for codes, never for foreign input."""
    return "(ARRAY[{}])[{}]".format(", ".join(f"'{one}'" for one in ids), expression)


# rows whose contact is not a portal reader's
OTHERS = f"r.n > {len(READERS)}"


def of_contact(own):
    """SQL that names what belongs to the contact of row `r`: one of the readers' `own` records, or a cloned one."""
    return f"CASE WHEN r.contact <= {len(READERS)} THEN {pick(own.ids, 'r.contact')} ELSE {BASE} + r.contact END"


# steps that both sides share

def prepare_mail(env):
    """Give the institution a mail domain, so that aliases and replies work."""
    domain = env["mail.alias.domain"].create({"name": DOMAIN})
    env["res.company"].search([]).alias_domain_id = domain
    env["ir.config_parameter"].set_param("ir_attachment.location", "db")
    # bundles of the template belong to its file store, which a copied database has not
    env["ir.attachment"].search([("url", "=like", "/web/assets/%")]).unlink()


def make_users(env, librarian_group):
    """One normal librarian and the readers of the portal.

    :return: (librarian, readers)
    """
    quiet = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
    company = {"company_id": env.company.id, "company_ids": [Command.set(env.company.ids)]}
    librarian = quiet.create({
        "name": "Hannah Weber", "login": LIBRARIAN, "password": PASSWORD, "email": f"{LIBRARIAN}@{DOMAIN}", "tz": "UTC",
        "group_ids": [Command.set([env.ref("base.group_user").id, env.ref(librarian_group).id])], **company,
    })
    readers = quiet.create([
        {
            "name": f"Odile Bennett {number}", "login": login, "password": PASSWORD, "tz": "UTC",
            "email": f"reader{number}@campus{number}.example",
            "group_ids": [Command.set(env.ref("base.group_portal").ids)], **company,
        }
        for number, login in enumerate(READERS, start=1)
    ])
    return librarian, readers


def add_contacts(env, readers):
    """A contact for each row; the first are the portal readers' own.

    :return: SQL that names the contact of a described row `r`
    """
    template = env["res.partner"].create({"name": "x", "email": "x@campus.example", "lang": "en_US"})
    env.flush_all()
    clone(env.cr, "res_partner", template.id, {
        "name": "r.contact_name", "complete_name": "r.contact_name", "email": "r.email", "email_normalized": "r.email",
        "commercial_partner_id": f"{BASE} + r.n", "create_date": "r.moment", "write_date": "r.moment",
    }, condition=OTHERS)
    return of_contact(readers.partner_id)


def add_messages(env, record, contact):
    """The mail by which each record came, cloned from one posted on `record`."""
    template = record.message_post(
        body="x", message_type="email", subtype_xmlid="mail.mt_comment", email_from="x@x.example"
    )
    env.flush_all()
    address = f"(SELECT email FROM res_partner WHERE id = {contact})"
    clone(env.cr, "mail_message", template.id, {
        "res_id": f"{BASE} + r.n", "message_id": "'<bench-' || r.n || '@library.example>'", "subject": "r.title",
        "body": "r.body", "author_id": contact, "email_from": address, "reply_to": "NULL", "parent_id": "NULL",
        "date": "r.moment", "create_date": "r.moment", "write_date": "r.moment",
    })


def add_followers(env, record, condition):
    """Whoever follows `record` follows every row where `condition` holds."""
    cr = env.cr
    followers = record.message_follower_ids
    cr.execute(sql.SQL("""
        WITH made AS (
            INSERT INTO mail_followers (res_model, res_id, partner_id)
            SELECT f.res_model, {base} + r.n, f.partner_id FROM mail_followers f, bench_row r
             WHERE f.id = ANY(%s) AND {condition}
            RETURNING id, partner_id
        )
        INSERT INTO mail_followers_mail_message_subtype_rel (mail_followers_id, mail_message_subtype_id)
        SELECT made.id, s.mail_message_subtype_id
          FROM made JOIN mail_followers f ON f.partner_id = made.partner_id AND f.id = ANY(%s)
          JOIN mail_followers_mail_message_subtype_rel s ON s.mail_followers_id = f.id
    """).format(base=sql.Literal(BASE), condition=sql.SQL(condition)), [followers.ids, followers.ids])


def add_activities(env, record, librarian):
    """An open activity of the owner on each open record that is claimed, due around today."""
    template = record.activity_schedule("mail.mail_activity_data_todo", user_id=librarian.id, summary="Answer")
    env.flush_all()
    clone(env.cr, "mail_activity", template.id, {
        "res_id": f"{BASE} + r.n", "res_name": "r.title", "date_deadline": "current_date + r.n % 9 - 3",
        "create_date": "r.moment", "write_date": "r.moment",
    }, condition="r.is_open AND r.twelfth >= 3")


def finish(env):
    """Leave the database as a quiet night would: committed, vacuumed, analysed."""
    env.cr.execute("DROP TABLE bench_row")
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False

