from odoo import models
from odoo.tools import SQL

from ...lib.import_columns import COLUMNS, TOLD
from ...lib.provenance import TRACKED_FIELDS

PARTNER = tuple(column for column in COLUMNS if column.table == "partner")
PATRON = tuple(column for column in COLUMNS if column.table == "patron")
PROVENANCE_SOURCES = {"koha_patrons": "koha_csv", "koha_rest": "koha_rest", "table": "file"}


class LibraryImportRun(models.Model):
    """Writes what a plan says: contacts, patrons and identities, each by one statement for all rows of a chunk.

    Nothing of the ORM runs here, so what it would do is done by hand: display names, normalised mail, defaults, who and
    when, tracking; a test compares the outcome with that of the ORM column by column.
    """

    _inherit = "library.import.run"

    def _write_plan(self, plan):
        """Write the rows of `plan`.

        :return: which actions there were, a set
        """
        self.ensure_one()
        table = SQL.identifier(plan)
        actions = {row[0] for row in self.env.execute_query(SQL("SELECT DISTINCT action FROM %s", table))}
        if "new" in actions:
            self._insert_partners(table)
            self._insert_patrons(table)
        if actions & {"new", "changed"}:
            self._take_moved_identities(table)
        if "changed" in actions:
            self._keep_before(table)
            self._tell_changes(table)
            self._update_partners(table)
        if actions & {"new", "changed"}:
            self._insert_identities(table)
        if "changed" in actions:
            self._update_patrons(table)
            self._put_main_identities(table)
        if "unchanged" in actions:
            self._note_digests(table)
        self.env["res.partner"].invalidate_model()
        self.env["library.patron"].invalidate_model()
        self.env["library.patron.identity"].invalidate_model()
        return actions

    def _insert(self, model, values, source):
        """INSERT … SELECT with the defaults of `model` for what `values` does not name.

        :param dict values: {column: SQL expression}
        :param SQL source: what follows FROM
        """
        Model = self.env[model]
        names = [
            name
            for name, field in Model._fields.items()
            if field.store
            and field.column_type
            and name not in values
            and name != "id"
            and not field.inherited
            and field.default
            and not field.compute
        ]
        defaults = {
            name: SQL("%s", Model._fields[name].convert_to_column_insert(value, Model))
            for name, value in Model.default_get(names).items()
            if name in names and value is not False
        }
        stamp = {
            "create_uid": SQL("%s", self._writer_id()),
            "write_uid": SQL("%s", self._writer_id()),
            "create_date": SQL("%s", self.env.cr.now()),
            "write_date": SQL("%s", self.env.cr.now()),
        }
        values = {**defaults, **stamp, **values}
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s",
                SQL.identifier(Model._table),
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(values.values()),
                source,
            )
        )

    def _writer_id(self):
        """Whose work a run is: the user who started it, wherever it runs."""
        return self.user_id.id or self.env.uid

    def _insert_partners(self, table):
        lang = self.company_id.partner_id.lang or self.env.lang or "en_US"
        values = {
            "id": SQL("r.new_partner_id"),
            "commercial_partner_id": SQL("r.new_partner_id"),
            **{column.name: SQL.identifier("r", column.name) for column in PARTNER},
            "lang": SQL("coalesce(r.lang, %s)", lang),
            "complete_name": SQL("r.name"),
            "email_normalized": SQL("r.email_normalized"),
            "type": SQL("'contact'"),
            "active": SQL("true"),
            "is_company": SQL("false"),
            "color": SQL("0"),
            "partner_share": SQL("true"),
            "message_bounce": SQL("0"),
        }
        if "phone_sanitized" in self.env["res.partner"]._fields:
            values["phone_sanitized"] = SQL("r.phone_sanitized")
        # contacts of a library belong to all its institutions, as the ORM has it
        self._insert(
            "res.partner", {**values, "company_id": SQL("NULL::integer")}, SQL("%s r WHERE action = 'new'", table)
        )

    def _insert_patrons(self, table):
        opted_in = self.company_id.library_interest_basis == "opt_out"
        values = {
            "id": SQL("r.new_patron_id"),
            "partner_id": SQL("r.new_partner_id"),
            "company_id": SQL("%s", self.company_id.id),
            **{column.name: SQL.identifier("r", column.name) for column in PATRON},
            "lifecycle": SQL("CASE WHEN r.card IS NULL THEN 'prospect' ELSE 'registered' END"),
            "active": SQL("true"),
            "has_bounced": SQL("false"),
            "allows_counts": SQL("r.ils_privacy IS DISTINCT FROM '2'"),
            "allows_interests": SQL("r.ils_privacy IS DISTINCT FROM '2' AND %s", opted_in),
            "properties": SQL("nullif(coalesce(r.property_defaults, '{}') || coalesce(r.properties, '{}'), '{}')"),
            "date_ils_updated": SQL("r.date_ils_updated"),
            "import_digest": SQL("r.digest"),
            "date_imported": SQL("%s", self.env.cr.now()),
            "import_number": SQL("%s", self.id),
        }
        values["provenance"] = SQL("coalesce(o.provenance, '{}')")
        mask, origins = self._sql_filled(), self._sql_origins(table)
        self._insert(
            "library.patron",
            values,
            SQL("%s r LEFT JOIN (%s) o ON o.mask = %s WHERE r.action = 'new'", table, origins, mask),
        )

    def _sql_filled(self):
        """A number with a bit for each traced fact that the row `r` has."""
        return SQL(" + ").join(
            SQL("CASE WHEN %s IS NULL THEN 0 ELSE %s END", SQL.identifier("r", column), 1 << place)
            for place, column in enumerate(self._traced().values())
        )

    def _sql_origins(self, table):
        """The origin of the facts of new rows, made once for all rows that have the same ones: (mask, provenance)."""
        return SQL(
            "SELECT d.mask, jsonb_object_agg(f.name, %s::jsonb) AS provenance"
            "  FROM (SELECT DISTINCT %s AS mask FROM %s r WHERE r.action = 'new') d"
            "  JOIN unnest(%s) WITH ORDINALITY f(name, place) ON d.mask >> (f.place - 1)::integer & 1 = 1"
            " GROUP BY d.mask",
            self._provenance_entry(),
            self._sql_filled(),
            table,
            list(self._traced()),
        )

    def _traced(self):
        """Facts whose origin is kept: {field: staged column}."""
        return {
            **{column.name: column.name for column in COLUMNS if column.name in TRACKED_FIELDS},
            "card_number": "card",
        }

    def _provenance_entry(self):
        """The origin of every fact of this run, as JSON text."""
        day = self.env.cr.now().date().isoformat()
        return f'["{PROVENANCE_SOURCES.get(self.source, "file")}", {self.id}, "{day}", false]'

    def _insert_identities(self, table):
        """Identities of new patrons, and new ones of known patrons; one that another patron has stays there.

        Who brought them is told by the source and the number of the import, not by a user: checking two references more
        for each of half a million rows costs a third of the import.
        """
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO library_patron_identity (patron_id, company_id, kind, value, value_normalized, is_primary,
                   source, state, import_number, create_date, write_date)
            SELECT coalesce(r.new_patron_id, r.owner), %(company)s, k.kind, k.value, k.normalized,
                   k.position = 1 AND NOT (k.kind = ANY (r.withheld))
                       AND (r.action = 'new' OR k.kind NOT IN ('email', 'phone') OR k.kind = ANY (r.fields)),
                   %(source)s, 'active', %(run)s, %(now)s, %(now)s
              FROM %(table)s r, LATERAL (SELECT * FROM %(identities)s) k
             WHERE r.action = 'new'
                OR r.action = 'changed' AND NOT EXISTS (
                       SELECT 1 FROM library_patron_identity x
                        WHERE x.patron_id = r.owner AND x.kind = k.kind AND x.value_normalized = k.normalized)
            ON CONFLICT (company_id, kind, value_normalized) WHERE state <> 'wrong' DO NOTHING
            """,
                table=table,
                company=self.company_id.id,
                identities=self._sql_identities("r"),
                run=self.id,
                source=PROVENANCE_SOURCES.get(self.source, "file"),
                user=self._writer_id(),
                now=self.env.cr.now(),
            )
        )

    def _take_moved_identities(self, table):
        """A card or account that the library system gives to another person now belongs to nobody else."""
        self.env.cr.execute(
            SQL(
                """
            WITH moved AS (
                UPDATE library_patron_identity x SET state = 'wrong', is_primary = false, write_date = %(now)s
                  FROM (SELECT owner, kind, CASE kind WHEN 'card' THEN card ELSE sso END AS value
                          FROM %(table)s, unnest(moved) kind WHERE action IN ('new', 'changed')) r
                 WHERE x.company_id = %(company)s AND x.kind = r.kind AND x.value_normalized = r.value
                   AND x.state <> 'wrong' AND x.patron_id <> coalesce(r.owner, 0)
             RETURNING x.id, x.patron_id, x.value
            ), doubted AS (
                UPDATE library_patron SET import_digest = NULL WHERE id IN (SELECT patron_id FROM moved)
            )
            INSERT INTO library_import_row (run_id, company_id, kind, patron_id, identity_id, label, before)
            SELECT %(run)s, %(company)s, 'identity', patron_id, id, value, '{"state": "active"}' FROM moved
            """,
                table=table,
                company=self.company_id.id,
                run=self.id,
                now=self.env.cr.now(),
            )
        )

    def _keep_before(self, table):
        """What changed patrons looked like, for undoing."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO library_import_row (run_id, company_id, kind, line, patron_id, before, after, params)
            SELECT %(run)s, %(company)s, 'before', r.line, p.id, r.before, r.after,
                   jsonb_build_object('provenance', p.provenance, 'lifecycle', p.lifecycle)
              FROM %(table)s r JOIN library_patron p ON p.id = r.owner
             WHERE r.action = 'changed'
            """,
                table=table,
                run=self.id,
                company=self.company_id.id,
            )
        )

    def _update_partners(self, table):
        columns = {column.name: _changed_or_kept(column.name, "rp") for column in PARTNER}
        columns["complete_name"] = _changed_or_kept("name", "rp", "name", "complete_name")
        columns["email_normalized"] = _changed_or_kept("email", "rp", "email_normalized", "email_normalized")
        if "phone_sanitized" in self.env["res.partner"]._fields:
            columns["phone_sanitized"] = _changed_or_kept("phone", "rp", "phone_sanitized", "phone_sanitized")
        columns.update(write_uid=SQL("%s", self._writer_id()), write_date=SQL("%s", self.env.cr.now()))
        changed = self.env.execute_query(
            SQL(
                "UPDATE res_partner rp SET %(values)s FROM %(table)s r"
                " WHERE rp.id = r.partner_id AND r.action = 'changed' AND r.fields && %(names)s::text[]"
                " RETURNING rp.id, 'name' = ANY (r.fields)",
                values=_assignments(columns),
                table=table,
                names=[column.name for column in PARTNER],
            )
        )
        self._recompute_odd_names([partner_id for partner_id, is_renamed in changed if is_renamed])

    def _recompute_odd_names(self, partner_ids):
        """Display names in which a company takes part are left to the ORM: there are few."""
        if not partner_ids:
            return
        Partner = self.env["res.partner"].with_context(active_test=False)
        odd = Partner.search(
            [
                "|",
                ("parent_id", "in", partner_ids),
                "&",
                ("id", "in", partner_ids),
                "|",
                ("parent_id", "!=", False),
                ("company_name", "!=", False),
            ]
        )
        if odd:
            self.env.add_to_compute(Partner._fields["complete_name"], odd)
            odd.flush_recordset(["complete_name"])

    def _update_patrons(self, table):
        columns = {column.name: _changed_or_kept(column.name, "p") for column in PATRON}
        columns.update(
            properties=SQL(
                "CASE WHEN 'properties' = ANY (r.fields) THEN coalesce(p.properties, '{}') || r.properties"
                " ELSE p.properties END"
            ),
            provenance=SQL(
                "coalesce(p.provenance, '{}') || coalesce((SELECT jsonb_object_agg(name, %s::jsonb)"
                " FROM unnest(r.fields) name WHERE name = ANY (%s)), '{}')",
                self._provenance_entry(),
                list(self._traced()),
            ),
            lifecycle=SQL(
                "CASE WHEN p.lifecycle = 'prospect' AND r.card IS NOT NULL THEN 'registered' ELSE p.lifecycle END"
            ),
            date_ils_updated=SQL("greatest(p.date_ils_updated, r.date_ils_updated)"),
            import_digest=SQL("r.digest"),
            date_imported=SQL("%s", self.env.cr.now()),
            write_uid=SQL("%s", self._writer_id()),
            write_date=SQL("%s", self.env.cr.now()),
        )
        self.env.cr.execute(
            SQL(
                "UPDATE library_patron p SET %s FROM %s r WHERE p.id = r.owner AND r.action = 'changed'",
                _assignments(columns),
                table,
            )
        )

    def _put_main_identities(self, table):
        """The card of the row is the main one, and so is the address that stands on the contact."""
        self.env.cr.execute(
            SQL(
                """
            UPDATE library_patron_identity x SET is_primary = x.value_normalized = w.value
              FROM (SELECT owner, 'card' AS kind, card AS value FROM %(table)s
                     WHERE action = 'changed' AND card IS NOT NULL
                    UNION ALL
                    SELECT owner, 'email', email_normalized FROM %(table)s
                     WHERE action = 'changed' AND 'email' = ANY (fields)) w
             WHERE x.patron_id = w.owner AND x.kind = w.kind AND x.state <> 'wrong'
               AND x.is_primary IS DISTINCT FROM (x.value_normalized = w.value)
            """,
                table=table,
            )
        )
        self.env.cr.execute(
            SQL(
                """
            UPDATE library_patron p
               SET has_bounced = EXISTS (
                       SELECT 1 FROM library_patron_identity x
                        WHERE x.patron_id = p.id AND x.kind = 'email' AND x.state = 'bounced'
                          AND x.value_normalized = r.email_normalized)
              FROM %(table)s r WHERE p.id = r.owner AND r.action = 'changed' AND 'email' = ANY (r.fields)
            """,
                table=table,
            )
        )

    def _note_digests(self, table):
        """Rows that say what is known already are recognised faster next time."""
        self.env.cr.execute(
            SQL(
                """
            UPDATE library_patron p
               SET import_digest = r.digest, date_imported = %(now)s,
                   date_ils_updated = greatest(p.date_ils_updated, r.date_ils_updated)
              FROM %(table)s r
             WHERE p.id = r.owner AND r.action = 'unchanged'
            """,
                table=table,
                now=self.env.cr.now(),
            )
        )

    def _tell_changes(self, table):
        """One note in the chatter for each patron whose name, address, type or expiry changes; none for new ones."""
        self.env.cr.execute(
            SQL(
                """
            WITH told AS (
                SELECT r.owner, r.before, r.after, f.name, nextval('mail_tracking_value_id_seq') AS number
                  FROM %(table)s r, unnest(r.fields) f(name)
                 WHERE r.action = 'changed' AND f.name = ANY (%(names)s)
            ), message AS (
                INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, email_from, body,
                       is_internal, record_company_id, date, create_uid, write_uid, create_date, write_date, message_id)
                SELECT 'library.patron', owner, 'notification', %(subtype)s, %(author)s, %(email_from)s, '', true,
                       %(company)s, %(now)s, %(user)s, %(user)s, %(now)s, %(now)s,
                       '<library-import-%(run)s-' || owner || '@library-crm>'
                  FROM told GROUP BY owner
             RETURNING id, res_id
            )
            INSERT INTO mail_tracking_value (id, field_id, mail_message_id, old_value_char, new_value_char,
                   old_value_integer, new_value_integer, old_value_datetime, new_value_datetime,
                   create_uid, write_uid, create_date, write_date)
            SELECT t.number, f.id, m.id,
                   CASE WHEN f.ttype = 'char' THEN t.before->>t.name WHEN f.ttype = 'many2one' THEN old_type.name END,
                   CASE WHEN f.ttype = 'char' THEN t.after->>t.name WHEN f.ttype = 'many2one' THEN new_type.name END,
                   old_type.id, new_type.id,
                   CASE WHEN f.ttype = 'date' THEN (t.before->>t.name)::timestamp END,
                   CASE WHEN f.ttype = 'date' THEN (t.after->>t.name)::timestamp END,
                   %(user)s, %(user)s, %(now)s, %(now)s
              FROM told t
              JOIN message m ON m.res_id = t.owner
              JOIN ir_model_fields f ON f.model = 'library.patron' AND f.name = t.name
              LEFT JOIN LATERAL (%(old_type)s) old_type ON t.name = 'type_id'
              LEFT JOIN LATERAL (%(new_type)s) new_type ON t.name = 'type_id'
            """,
                table=table,
                names=list(TOLD),
                subtype=self.env.ref("mail.mt_note").id,
                run=self.id,
                author=self.user_id.partner_id.id,
                email_from=self.user_id.email_formatted or None,
                company=self.company_id.id,
                now=self.env.cr.now(),
                user=self._writer_id(),
                old_type=self._sql_type_name("before"),
                new_type=self._sql_type_name("after"),
            )
        )
        self.env["mail.message"].invalidate_model()

    def _sql_type_name(self, side):
        return SQL(
            "SELECT id, coalesce(name->>%s, name->>'en_US') AS name FROM library_patron_type"
            " WHERE id = (t.%s->>'type_id')::integer",
            self.user_id.lang or "en_US",
            SQL.identifier(side),
        )


def _changed_or_kept(name, alias, source=None, target=None):
    """The row's value where `name` changes, else what stands there."""
    return SQL(
        "CASE WHEN %s = ANY (r.fields) THEN %s ELSE %s END",
        name,
        SQL.identifier("r", source or name),
        SQL.identifier(alias, target or name),
    )


def _assignments(columns):
    return SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns.items())
