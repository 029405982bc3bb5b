import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, file_open

TRANSLATED = ("name", "summary", "description")
PLAIN = ("kind", "answer_hours", "solution_hours", "is_published", "domain")


class LibrarySetupPack(models.Model):
    """What a kind of library starts with: patron types, services with promises, segments, retention rules.

    The content stands in `data/packs/<code>.json`, with its names in each language. Applying a pack adds what is
    missing and changes what nobody has changed by hand; applied twice it changes nothing. Each room says by which model
    it takes a part of the content (`_parts`).
    """

    _name = "library.setup.pack"
    _description = "Setup Pack"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Text(translate=True, readonly=True)
    icon = fields.Char(readonly=True)
    sequence = fields.Integer(readonly=True)
    date_applied = fields.Datetime("Set up", readonly=True)
    applied = fields.Json(readonly=True, help="What packs wrote, by record and field; the pack in use keeps it.")

    _code_uniq = models.Constraint("UNIQUE (code)", "There is a pack with this code already.")

    # What is in it

    def _content(self):
        """The content of the pack's file."""
        self.ensure_one()
        with file_open(f"library_crm/data/packs/{self.code}.json") as file:
            return json.load(file)

    @api.model
    def _parts(self):
        """[(key in the file, model, is it each institution's own)]; higher rooms add theirs."""
        return [("services", "library.service", False)]

    # What it would do

    def _plan(self, company):
        """What applying would do, one dict a record: part, code, name, action, values.

        :param company: the institution for which the pack is applied
        """
        self.ensure_one()
        content = self._content()
        plan = []
        for key, model, is_own in self._parts():
            known = self._known(model, company, is_own)
            for position, entry in enumerate(content.get(key, [])):
                plan.append(self._plan_entry(key, model, known.pop(entry["code"], None), entry, position))
            plan += [self._plan_leftover(key, model, record) for record in known.values() if record.active]
        return plan + self._plan_settings(content, company)

    @api.model
    def _known(self, model, company, is_own):
        """{code: record}, archived ones too."""
        domain = [("code", "!=", False)]
        domain.append(("company_id", "=", company.id) if is_own else ("company_id", "in", (False, company.id)))
        # sudo: setting up is for managers, which was checked; some of these models are others' to look after
        records = self.env[model].sudo().with_context(active_test=False, lang="en_US").search(domain)
        return {record.code: record for record in records}

    def _plan_entry(self, key, model, record, entry, position):
        values = self._entry_values(model, entry)
        label = in_language(entry.get("name"), self.env.lang) or (record and self._label(record)) or entry["code"]
        row = {"part": key, "model": model, "code": entry["code"], "name": label, "entry": entry, "values": values}
        if not record:
            return {**row, "action": "add", "position": position, "kept": {"active": True}}
        changed = {name: value for name, value in values.items() if record[name] != value}
        own = [name for name in changed if not self._is_untouched(record, name)]
        changed = {name: value for name, value in changed.items() if name not in own}
        if not record.active and self._is_untouched(record, "active"):
            changed["active"] = True
        facts = self._missing_facts(record, entry)
        action = "change" if changed or facts else "own" if own else "same"
        kept = {name: value for name, value in values.items() if name not in own}
        return {**row, "action": action, "record": record, "values": changed, "kept": {**kept, "active": True}}

    @api.model
    def _entry_values(self, model, entry):
        """The values of an entry in English and without language."""
        names = self.env[model]._fields
        values = {name: entry[name] for name in PLAIN if name in entry and name in names}
        values.update({name: entry[name]["en_US"] for name in TRANSLATED if name in entry and name in names})
        return values

    @api.model
    def _missing_facts(self, record, entry):
        """Facts that the entry adds to a record; see the patron types."""
        return []

    def _plan_leftover(self, key, model, record):
        """A record that this pack does not know: archived when an other pack brought it and nobody needs it."""
        row = {"part": key, "model": model, "code": record.code, "name": self._label(record), "record": record}
        theirs = record.code in self._codes_of_packs(key)
        if theirs and self._is_untouched(record, "active") and not self._is_used(record):
            return {**row, "action": "archive", "values": {"active": False}}
        return {**row, "action": "keep", "values": {}}

    @api.model
    def _codes_of_packs(self, key):
        return {entry["code"] for pack in self.search(Domain.TRUE) for entry in pack._content().get(key, [])}

    @api.model
    def _label(self, record):
        return record.with_context(lang=self.env.lang).display_name

    @api.model
    def _is_untouched(self, record, name):
        """Whether nobody but the installation or a pack ever set this field of a record."""
        written = self._written().get(f"{record._name},{record.id}", {})
        return written[name] == record[name] if name in written else record.write_uid.id in (False, 1)

    @api.model
    def _written(self):
        """{record: {field: value}} as packs have written them so far."""
        # sudo: the log of what packs wrote is nobody's secret
        return self.sudo().search([("applied", "!=", False)], limit=1).applied or {}

    @api.model
    def _is_used(self, record):
        """Whether anything in the database points to a record."""
        self.env.flush_all()
        for name in self.env.registry.models:
            model = self.env[name]
            if not model._auto or model._abstract or model._transient or model._table_query:
                continue
            for field in model._fields.values():
                if field.type == "many2one" and field.store and field.comodel_name == record._name and (
                    self.env.execute_query(SQL(
                        "SELECT 1 FROM %s WHERE %s = %s LIMIT 1",
                        SQL.identifier(model._table), SQL.identifier(field.name), record.id))
                ):
                    return True
        return False

    # Rules and settings

    def _plan_settings(self, content, company):
        """Rows for retention rules: set where the institution has no rule of its own."""
        # sudo: as in _known
        policies = self.env["library.retention.policy"].sudo().search([("company_id", "=", company.id)])
        known = {policy.kind: policy for policy in policies}
        labels = dict(policies._fields["kind"]._description_selection(self.env))
        plan = []
        for kind, keep_count in content.get("retention", {}).items():
            row = {"part": "retention", "model": policies._name, "code": kind, "entry": {},
                   "name": self._retention_label(labels[kind], policies._unit_of(kind), keep_count),
                   "values": {"keep_count": keep_count}}
            policy = known.get(kind)
            if not policy:
                plan.append({**row, "action": "add"})
            elif policy.keep_count == keep_count:
                plan.append({**row, "action": "same", "record": policy})
            else:
                is_ours = self._is_untouched(policy, "keep_count")
                values = row["values"] if is_ours else {}
                plan.append({**row, "action": "change" if is_ours else "own", "record": policy, "values": values})
        return plan

    @api.model
    def _retention_label(self, what, unit, count):
        if unit == "months":
            return self.env._("%(what)s: %(count)s months", what=what, count=count)
        return self.env._("%(what)s: %(count)s days", what=what, count=count)

    # Doing it

    def _apply(self, company):
        """Set the library up with this pack.

        :param company: the institution
        :return: {action: number of records}
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("library_crm.group_library_manager"):
            raise AccessError(self.env._("Only a manager of the library sets it up."))
        counts, written = {}, dict(self._written())
        for row in self._plan(company):
            counts[row["action"]] = counts.get(row["action"], 0) + 1
            record = row.get("record")
            if row["action"] in ("add", "change", "archive"):
                record = self._apply_row(row, company)
            if record and row["action"] != "keep":
                key = f"{record._name},{record.id}"
                written[key] = {**written.get(key, {}), **row.get("kept", {}), **row["values"]}
        # sudo: packs are read-only for people, what they did is noted here
        (self.search(Domain.TRUE) - self).sudo().write({"applied": False, "date_applied": False})
        self.sudo().write({"applied": written, "date_applied": self.env.cr.now()})
        return counts

    def _apply_row(self, row, company):
        """Make or change one record."""
        record = row.get("record")
        if not record:
            record = self._create_row(row, company)
        elif row["values"]:
            record.write(row["values"])
        self._translate(record, row)
        self._add_facts(record, row.get("entry") or {})
        return record

    def _create_row(self, row, company):
        values = dict(row["values"])
        Model_sudo = self.env[row["model"]].sudo().with_context(lang="en_US")  # sudo: as in _known
        if row["part"] == "retention":
            return Model_sudo.create({**values, "kind": row["code"], "company_id": company.id})
        is_own = next(is_own for key, _model, is_own in self._parts() if key == row["part"])
        values.update(code=row["code"], company_id=company.id if is_own else False)
        if "sequence" in Model_sudo._fields:
            values["sequence"] = 10 * (row["position"] + 1)
        return Model_sudo.create(values)

    def _translate(self, record, row):
        """Write the names of an entry in every language that is switched on."""
        entry = row.get("entry") or {}
        for code, _name in self.env["res.lang"].get_installed():
            values = {
                name: entry[name][code] for name in TRANSLATED
                if name in row["values"] and code in entry.get(name, {}) and record._fields[name].translate
            }
            if values and code != "en_US":
                record.with_context(lang=code).write(values)

    def _add_facts(self, record, entry):
        """Add facts to a record; see the patron types."""

    def action_set_up(self):
        """Show what this pack would do."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Set up your library"), "res_model": "library.setup",
            "view_mode": "form", "target": "new", "context": {"default_pack_id": self.id},
        }


def in_language(texts, code):
    """One of several translations: the asked one, else English."""
    return texts and (texts.get(code) or texts.get("en_US"))
