import json

import psycopg2

from odoo import models
from odoo.tools import SQL

TARGETS = ("library.patron", "res.partner")
# Rows that say something about one of the two records and not about the person: they stay where they are
STAYING = {
    "library.patron", "library.patron.duplicate", "library.patron.merge", "library.import.row", "ir.model.data",
    "res.users", "library.usage",
}
STAYING_FIELDS = {("res.partner", "commercial_partner_id")}
# Where two rows meet that may stand there once, these go; all others stay with the archived record
DISPENSABLE = {"mail_followers", "mail_notification"}


class LibraryPatronMerge(models.Model):
    """The rows that change hands: all that points to a patron or to its contact record, found in the registry."""

    _inherit = "library.patron.merge"

    # What points at a patron

    def _pointers(self):
        """(table, column, target model, model, field) of every stored many2one to a patron or a contact."""
        for name, model in self._stored_models():
            for field in model._fields.values():
                if (
                    field.type == "many2one" and field.store and field.comodel_name in TARGETS
                    and (name, field.name) not in STAYING_FIELDS
                ):
                    yield model._table, field.name, field.comodel_name, name

    def _documents(self):
        """(table, column of the id, column of the model's name, model) of messages, files, activities and the like."""
        for name, model in self._stored_models():
            for field in model._fields.values():
                if field.type == "many2one_reference" and field.store and model._fields[field.model_field].store:
                    yield model._table, field.name, field.model_field, name

    def _relations(self):
        """(table, own column, other column, target model) of many2many fields from or to a patron or a contact."""
        found = set()
        for name, model in self._stored_models(staying=()):
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation:
                    if field.comodel_name in TARGETS:
                        found.add((field.relation, field.column2, field.column1, field.comodel_name))
                    if name in TARGETS:
                        found.add((field.relation, field.column1, field.column2, name))
        return sorted(found)

    def _stored_models(self, staying=STAYING):
        for name in sorted(self.env.registry.models):
            model = self.env[name]
            if model._auto and not (model._abstract or model._transient or model._table_query or name in staying):
                yield name, model

    def _numbers(self, target):
        """(survivor's id, loser's id) in one of the two targets."""
        if target == "library.patron":
            return self.survivor_id.id, self.loser_id.id
        return self.survivor_id.partner_id.id, self.loser_id.partner_id.id

    # Counting, before anything moves

    def _preview_counts(self):
        """{model: number of rows that would change hands}, the most first."""
        counts = {}
        for table, column, target, model in self._pointers():
            if model != "library.patron.identity":
                counts[model] = counts.get(model, 0) + self._count(table, column, target)
        for table, column, model_column, model in self._documents():
            for target in TARGETS:
                counts[model] = counts.get(model, 0) + self._count(table, column, target, model_column)
        uses = self.env.execute_query(SQL(
            "SELECT count(*) FROM library_usage WHERE patron_id = %s", self.loser_id.id))[0][0]
        counts["library.usage"] = uses
        return dict(sorted(((model, count) for model, count in counts.items() if count), key=lambda item: -item[1]))

    def _count(self, table, column, target, model_column=None):
        return self.env.execute_query(SQL(
            "SELECT count(*) FROM %s WHERE %s = %s AND %s",
            SQL.identifier(table), SQL.identifier(column), self._numbers(target)[1],
            self._of_model(table, model_column, target),
        ))[0][0]

    def _of_model(self, table, model_column, target):
        if not model_column:
            return SQL("true")
        # a picture belongs to the record on which it is a field
        fields_apart = SQL(" AND res_field IS NULL") if table == "ir_attachment" else SQL("")
        return SQL("%s = %s%s", SQL.identifier(model_column), target, fields_apart)

    # Moving

    def _move_rows(self):
        """Give the survivor what was the loser's.

        :return: log: `rows` of {table, column, target, ids}, `deleted` rows as they were, `relations`, `usage` rows,
            `identities` with their flags
        """
        self.ensure_one()
        log = {"rows": [], "deleted": [], "relations": [], "identities": self._identity_flags()}
        for table, column, target, model in self._pointers():
            self._move(log, table, column, target, model)
        for table, column, model_column, model in self._documents():
            for target in TARGETS:
                self._move(log, table, column, target, model, model_column)
        self._move_relations(log)
        log["usage"] = self._move_usage()
        self.env.invalidate_all()
        for entry in log["rows"]:
            self._notify_moved(entry)
        return log

    def _identity_flags(self):
        identities = (self.survivor_id | self.loser_id).identity_ids
        return {str(one.id): [one.is_primary, one.state] for one in identities}

    def _move(self, log, table, column, target, model, model_column=None):
        """Move the rows of one column; where a unique rule forbids it, the row goes or stays."""
        keeps, gives = self._numbers(target)
        condition = SQL(
            "%s = %s AND %s", SQL.identifier(column), gives, self._of_model(table, model_column, target))
        found = [row[0] for row in self.env.execute_query(SQL(
            "SELECT id FROM %s WHERE %s ORDER BY id", SQL.identifier(table), condition))]
        if not found:
            return
        entry = {"table": table, "column": column, "target": target, "model": model, "ids": found}
        if not self._try_move(entry, found, keeps):
            entry["ids"] = [number for number in found if self._try_move(entry, [number], keeps)]
            left = sorted(set(found) - set(entry["ids"]))
            if left and table in DISPENSABLE:
                log["deleted"].append({"table": table, "rows": self._delete_rows(table, left)})
        if entry["ids"]:
            log["rows"].append(entry)

    def _try_move(self, entry, numbers, keeps):
        """Move rows, unless a rule of the database forbids it."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(SQL(
                    "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                    SQL.identifier(entry["table"]), SQL.identifier(entry["column"]), keeps, numbers,
                ))
        except psycopg2.IntegrityError:
            return False
        return True

    def _delete_rows(self, table, numbers):
        return [row[0] for row in self.env.execute_query(SQL(
            "DELETE FROM %(table)s t WHERE id = ANY(%(ids)s) RETURNING to_jsonb(t)",
            table=SQL.identifier(table), ids=numbers))]

    def _move_relations(self, log):
        for table, column, other, target in self._relations():
            keeps, gives = self._numbers(target)
            names = {"table": SQL.identifier(table), "column": SQL.identifier(column), "other": SQL.identifier(other)}
            both = [row[0] for row in self.env.execute_query(SQL(
                "DELETE FROM %(table)s l USING %(table)s k WHERE l.%(column)s = %(gives)s AND k.%(column)s = %(keeps)s"
                " AND k.%(other)s = l.%(other)s RETURNING l.%(other)s", gives=gives, keeps=keeps, **names))]
            moved = [row[0] for row in self.env.execute_query(SQL(
                "UPDATE %(table)s SET %(column)s = %(keeps)s WHERE %(column)s = %(gives)s RETURNING %(other)s",
                gives=gives, keeps=keeps, **names))]
            if both or moved:
                log["relations"].append({
                    "table": table, "column": column, "other": other, "target": target, "both": both, "moved": moved})

    def _move_usage(self):
        """Uses of the loser are the survivor's; rows of one kind and month are summed whenever they are read."""
        keeps, gives = self._numbers("library.patron")
        return [row[0] for row in self.env.execute_query(SQL(
            "UPDATE library_usage u SET patron_id = %s WHERE patron_id = %s RETURNING to_jsonb(u)", keeps, gives))]

    def _notify_moved(self, entry):
        """Let stored fields that follow from the moved column be computed again."""
        self.env[entry["model"]].browse(entry["ids"]).modified([entry["column"]])

    # Back

    def _return_rows(self):
        """Give the loser back what is still the survivor's of what was moved."""
        log = self.moved
        for entry in log["rows"]:
            keeps, gives = self._numbers(entry["target"])
            entry["ids"] = [row[0] for row in self.env.execute_query(SQL(
                "UPDATE %(table)s SET %(column)s = %(gives)s WHERE id = ANY(%(ids)s) AND %(column)s = %(keeps)s"
                " RETURNING id", table=SQL.identifier(entry["table"]), column=SQL.identifier(entry["column"]),
                gives=gives, keeps=keeps, ids=entry["ids"]))]
        for deleted in log["deleted"]:
            self.env.cr.execute(SQL(
                "INSERT INTO %(table)s SELECT * FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s::jsonb)"
                " ON CONFLICT DO NOTHING",
                table=SQL.identifier(deleted["table"]), rows=json.dumps(deleted["rows"])))
        for relation in log["relations"]:
            self._return_relation(relation)
        self._return_usage(log["usage"])
        for number, (is_primary, state) in log["identities"].items():
            self.env.cr.execute(SQL(
                "UPDATE library_patron_identity SET is_primary = %s, state = %s WHERE id = %s AND patron_id IN %s",
                is_primary, state, int(number), (self.survivor_id.id, self.loser_id.id)))
        self.env.cr.execute(SQL(
            "DELETE FROM library_consent WHERE id = ANY(%s)", log.get("refusals") or []))
        self.env.invalidate_all()
        for entry in log["rows"]:
            self._notify_moved(entry)

    def _return_relation(self, relation):
        keeps, gives = self._numbers(relation["target"])
        names = {name: SQL.identifier(relation[name]) for name in ("table", "column", "other")}
        self.env.cr.execute(SQL(
            "UPDATE %(table)s SET %(column)s = %(gives)s WHERE %(column)s = %(keeps)s AND %(other)s = ANY(%(moved)s)",
            gives=gives, keeps=keeps, moved=relation["moved"], **names))
        self.env.cr.execute(SQL(
            "INSERT INTO %(table)s (%(column)s, %(other)s) SELECT %(gives)s, unnest(%(both)s::int[])"
            " ON CONFLICT DO NOTHING", gives=gives, both=relation["both"], **names))

    def _return_usage(self, rows):
        """Give the counted uses back; those that were joined with others meanwhile are taken out of the sum."""
        keeps, gives = self._numbers("library.patron")
        if not self.survivor_id.allows_counts:
            return  # what was counted was deleted for good, whenever the patron said so
        back = {row[0] for row in self.env.execute_query(SQL(
            "UPDATE library_usage SET patron_id = %s WHERE patron_id = %s AND id = ANY(%s) RETURNING id",
            gives, keeps, [row["id"] for row in rows]))}
        joined = [{**row, "run_id": 0} for row in rows if row["id"] not in back]
        if joined:
            self.env.cr.execute(SQL(
                """
                WITH part AS (
                    SELECT company_id, month, kind, subject_id, branch_id, channel, run_id, sum(uses)::int4 AS uses
                      FROM jsonb_populate_recordset(NULL::library_usage, %(rows)s::jsonb) GROUP BY 1, 2, 3, 4, 5, 6, 7
                ), whole AS (
                    DELETE FROM library_usage u USING part p
                     WHERE u.patron_id = %(keeps)s AND u.run_id = 0 AND u.month = p.month AND u.kind = p.kind
                       AND u.channel = p.channel AND u.subject_id IS NOT DISTINCT FROM p.subject_id
                       AND u.branch_id IS NOT DISTINCT FROM p.branch_id AND u.uses >= p.uses
                 RETURNING p.*, u.uses - p.uses AS rest
                ), parted AS (
                    SELECT *, %(gives)s AS patron_id FROM whole
                     UNION ALL
                    SELECT company_id, month, kind, subject_id, branch_id, channel, run_id, rest, 0, %(keeps)s
                      FROM whole WHERE rest > 0
                )
                INSERT INTO library_usage
                       (company_id, month, kind, subject_id, branch_id, channel, run_id, uses, patron_id)
                SELECT company_id, month, kind, subject_id, branch_id, channel, run_id, uses, patron_id FROM parted
                """,
                rows=json.dumps(joined), keeps=keeps, gives=gives,
            ))
