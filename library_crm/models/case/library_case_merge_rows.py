import psycopg2

from odoo import models
from odoo.tools import SQL

# Rows that say something about one of the two cases, not about the question, stay where they are.
STAYING = {"library.case", "library.workroom", "library.search.document", "ir.model.data"}
# Follow from other fields.
STAYING_RELATIONS = {"library_case_reader_rel", "library_workroom_team_rel"}
# Where two rows meet that may stand there once, these go; all others stay with the case that went.
DISPENSABLE = {"mail_followers"}


class LibraryCase(models.Model):
    """The rows that change hands in a merge: whatever points to a case or to its workroom, found in the registry."""

    _inherit = "library.case"

    def _merge_targets(self, other):
        """{model: (id that gets the rows, id that gives them)}"""
        targets = {"library.case": (self.id, other.id)}
        if other.workroom_ids:
            targets["library.workroom"] = (self._ensure_workroom().id, other.workroom_ids.id)
        return targets

    def _merge_models(self, staying=STAYING):
        for name in sorted(self.env.registry.models):
            model = self.env[name]
            if model._auto and not (model._abstract or model._transient or model._table_query or name in staying):
                yield name, model

    def _merge_columns(self, targets):
        """(table, column, column of the model's name or None, target, model) of every row that points at one."""
        for name, model in self._merge_models():
            for field in model._fields.values():
                if not field.store:
                    continue
                if field.type == "many2one" and field.comodel_name in targets:
                    yield model._table, field.name, None, field.comodel_name, name
                elif field.type == "many2one_reference" and model._fields[field.model_field].store:
                    for target in targets:
                        yield model._table, field.name, field.model_field, target, name

    def _merge_relations(self, targets):
        """(table, own column, other column, target) of many2many fields from or to one of the targets."""
        found = set()
        for name, model in self._merge_models(staying=()):
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation not in STAYING_RELATIONS:
                    if field.comodel_name in targets:
                        found.add((field.relation, field.column2, field.column1, field.comodel_name))
                    if name in targets:
                        found.add((field.relation, field.column1, field.column2, name))
        return sorted(found)

    def _move_rows(self, other):
        """Give this case what was the other's.

        :return: {"rows": …, "relations": …, "targets": …}, by which `_return_rows` gives it back
        """
        targets = self._merge_targets(other)
        self.env.flush_all()
        record = {"rows": [], "relations": [], "targets": targets}
        for table, column, model_column, target, model in self._merge_columns(targets):
            moved = self._move_column(table, column, model_column, target, *targets[target])
            if moved:
                record["rows"].append(
                    {"table": table, "column": column, "model": model, "target": target, "ids": moved})
        for table, column, far, target in self._merge_relations(targets):
            both, moved = self._move_relation(table, column, far, *targets[target])
            if both or moved:
                record["relations"].append(
                    {"table": table, "column": column, "far": far, "target": target, "both": both, "moved": moved})
        self._after_moving(record)
        return record

    def _move_column(self, table, column, model_column, target, keeps, gives):
        """Move the rows of one column; where a rule of the database forbids it, the row stays or goes.

        :return: ids of the rows that moved
        """
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
        named = SQL("%s = %s", SQL.identifier(model_column), target) if model_column else SQL("true")
        found = [row[0] for row in self.env.execute_query(SQL(
            "SELECT id FROM %(table)s WHERE %(column)s = %(gives)s AND %(named)s ORDER BY id",
            gives=gives, named=named, **names))]
        if not found or self._try_move(names, found, keeps):
            return found
        moved = [number for number in found if self._try_move(names, [number], keeps)]
        if table in DISPENSABLE:
            self.env.cr.execute(SQL(
                "DELETE FROM %s WHERE id = ANY(%s)", names["table"], sorted(set(found) - set(moved))))
        return moved

    def _try_move(self, names, numbers, keeps):
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(SQL(
                    "UPDATE %(table)s SET %(column)s = %(keeps)s WHERE id = ANY(%(ids)s)",
                    keeps=keeps, ids=numbers, **names), log_exceptions=False)
        except psycopg2.IntegrityError:
            return False
        return True

    def _move_relation(self, table, column, far, keeps, gives):
        """Move the links of one relation.

        :return: (other ids that both had, other ids that moved)
        """
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column), "far": SQL.identifier(far)}
        both = [row[0] for row in self.env.execute_query(SQL(
            "DELETE FROM %(table)s l USING %(table)s k WHERE l.%(column)s = %(gives)s AND k.%(column)s = %(keeps)s"
            " AND k.%(far)s = l.%(far)s RETURNING l.%(far)s", gives=gives, keeps=keeps, **names))]
        moved = [row[0] for row in self.env.execute_query(SQL(
            "UPDATE %(table)s SET %(column)s = %(keeps)s WHERE %(column)s = %(gives)s RETURNING %(far)s",
            gives=gives, keeps=keeps, **names))]
        return both, moved

    def _after_moving(self, record):
        """Let the cache, and stored fields that follow, know what SQL changed."""
        self.env.invalidate_all()
        # colleagues to whom the one case was opened see the other from now on
        self.env.registry.clear_cache()
        for entry in record["rows"]:
            self.env[entry["model"]].browse(entry["ids"]).exists().modified([entry["column"]])
        self.env.flush_all()

    def _return_rows(self, whole, record):
        """Take back from `whole` what is still there of what was moved to it."""
        self.env.flush_all()
        for entry in record["rows"]:
            keeps, gives = record["targets"][entry["target"]]
            entry["ids"] = [row[0] for row in self.env.execute_query(SQL(
                "UPDATE %(table)s SET %(column)s = %(gives)s WHERE id = ANY(%(ids)s) AND %(column)s = %(keeps)s"
                " RETURNING id", table=SQL.identifier(entry["table"]), column=SQL.identifier(entry["column"]),
                gives=gives, keeps=keeps, ids=entry["ids"]))]
        for entry in record["relations"]:
            keeps, gives = record["targets"][entry["target"]]
            names = {name: SQL.identifier(entry[name]) for name in ("table", "column", "far")}
            self.env.cr.execute(SQL(
                "UPDATE %(table)s SET %(column)s = %(gives)s WHERE %(column)s = %(keeps)s AND %(far)s = ANY(%(moved)s)",
                gives=gives, keeps=keeps, moved=entry["moved"], **names))
            self.env.cr.execute(SQL(
                "INSERT INTO %(table)s (%(column)s, %(far)s) SELECT %(gives)s, unnest(%(both)s::int[])"
                " ON CONFLICT DO NOTHING", gives=gives, both=entry["both"], **names))
        self._after_moving(record)


class LibraryWorkroom(models.Model):
    _inherit = "library.workroom"

    def _merged_room(self):
        """The room in which colleagues go on: this one, unless its case was merged."""
        # sudo: follows links of ours, shows nothing
        case_sudo = self.sudo().case_id
        whole_sudo = case_sudo._merged_whole()
        return self if whole_sudo == case_sudo else whole_sudo._ensure_workroom().with_env(self.env)

    def message_post(self, **kwargs):
        """What is said in the room of a case that was merged is said in the room of the case that stayed."""
        room = self._merged_room()
        if room != self:
            return room.message_post(**kwargs)
        return super().message_post(**kwargs)


class LibraryMailMerged(models.AbstractModel):
    """Mail to either address reaches the one case."""

    _inherit = "library.mail.intake"

    def _find_target(self, arrival):
        target = super()._find_target(arrival)
        if target and target._name == "library.case":
            return target._merged_whole()
        if target and target._name == "library.workroom":
            return target._merged_room()
        return target
