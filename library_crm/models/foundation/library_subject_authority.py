import re

import psycopg2

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ...lib.text_tokens import tokens

_COMMA = re.compile(r"[,，、;；]")
LEADS_LIMIT = 3


class LibrarySubject(models.Model):
    """Classes as an authority: words lead to them, and one that was merged leads on to another."""

    _inherit = "library.subject"

    merged_into_id = fields.Many2one(
        "library.subject", "Merged into", index="btree_not_null", ondelete="set null", readonly=True, copy=False,
        help="Everything that stood in this class stands there now; links to this class lead on.",
    )
    merge_target_id = fields.Many2one(
        "library.subject", "Merge into", compute="_compute_merge_target_id", store=False, readonly=False,
        domain="[('scheme', '=', scheme), ('id', '!=', id)]",
    )

    def _compute_merge_target_id(self):
        self.merge_target_id = False

    @api.model_create_multi
    def create(self, vals_list):
        subjects = super().create(vals_list)
        self.env.registry.clear_cache()
        return subjects

    def write(self, vals):
        result = super().write(vals)
        if {"name", "synonyms", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # Words lead to classes

    @api.model
    def _led_to_by(self, query):
        """The classes to which words of `query` lead in any language, those that more words lead to first."""
        asked = frozenset(tokens((query or "")[:400]))
        found = {}
        for words, ids in self._get_leading_words() if asked else ():
            if words <= asked:
                for subject_id in ids:
                    found[subject_id] = max(found.get(subject_id, 0), len(words))
        return self.browse(sorted(found, key=lambda subject_id: (-found[subject_id], subject_id))[:LEADS_LIMIT])

    @api.model
    @tools.ormcache()
    def _get_leading_words(self):
        """((tokens, ids of classes), ...) of every name and synonym in every language."""
        self.flush_model(["name", "synonyms", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id, words.value FROM library_subject s
                 CROSS JOIN LATERAL (
                       SELECT value FROM jsonb_each_text(s.name) UNION SELECT value FROM jsonb_each_text(s.synonyms)
                 ) words
                 WHERE s.active IS TRUE
                """
            )
        )
        leading = {}
        for subject_id, phrases in rows:
            for phrase in _COMMA.split(phrases or ""):
                if words := frozenset(tokens(phrase)):
                    leading.setdefault(words, set()).add(subject_id)
        return tuple((words, tuple(sorted(ids))) for words, ids in leading.items())

    def _learn_word(self, word):
        """Let `word` lead to this class from now on, in the language of the reader."""
        self.ensure_one()
        word = " ".join(_COMMA.sub(" ", word or "").split())[:60]
        known = [one.strip() for one in _COMMA.split(self.synonyms or "") if one.strip()]
        if word and word.lower() not in {one.lower() for one in known}:
            self.synonyms = ", ".join([*known, word])

    # One class is merged into another

    def action_merge(self):
        """Merge this class into the one that was chosen on the form."""
        self.ensure_one()
        if not self.merge_target_id:
            raise ValidationError(self.env._("Choose the class to merge into first."))
        target = self.merge_target_id
        self._merge_into(target)
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": target.id, "views": [(False, "form")],
        }

    def _merge_into(self, target):
        """Hand everything that stands in this class on to `target`; this class stays as a pointer to it.

        :raise AccessError: not a steward
        :raise ValidationError: another scheme, itself, or a narrower class of its own
        """
        self.ensure_one()
        if not self.env.user.has_group("library_crm.group_library_steward"):
            raise AccessError(self.env._("Only knowledge stewards merge classes."))
        if target.scheme != self.scheme or target == self or target in self.search([("id", "child_of", self.ids)]):
            raise ValidationError(
                self.env._("%(name)s cannot be merged into %(target)s.",
                           name=self.display_name, target=target.display_name)
            )
        # sudo: a steward merges the class for everybody, also where he does not write the records that stand in it
        subject_sudo = self.sudo()
        subject_sudo._hand_over(target.id)
        for lang, _name in self.env["res.lang"].get_installed():
            former = subject_sudo.with_context(lang=lang)
            for word in [former.name, *_COMMA.split(former.synonyms or "")]:
                target.sudo().with_context(lang=lang)._learn_word(word)
        subject_sudo.with_context(active_test=False).search([("merged_into_id", "=", self.id)]).merged_into_id = target
        subject_sudo.write({"merged_into_id": target.id, "active": False, "crosswalk_ids": [fields.Command.clear()]})
        self.env.registry.clear_cache()

    def _hand_over(self, target_id):
        """Point every record to the target. Figures that were counted by class and stand there too stay as counted."""
        self.env.flush_all()
        for table, column, other in self._get_pointers():
            column, table = SQL.identifier(column), SQL.identifier(table)
            if other:
                other = SQL.identifier(other)
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO %(table)s (%(other)s, %(column)s) SELECT %(other)s, %(target)s FROM %(table)s"
                        " WHERE %(column)s = %(old)s AND %(other)s <> %(target)s ON CONFLICT DO NOTHING",
                        table=table, column=column, other=other, target=target_id, old=self.id,
                    )
                )  # fmt: skip
                self.env.cr.execute(SQL("DELETE FROM %s WHERE %s = %s", table, column, self.id))
                continue
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        SQL("UPDATE %s SET %s = %s WHERE %s = %s", table, column, target_id, column, self.id)
                    )
            except psycopg2.IntegrityError:
                continue  # counted once for each class: the past keeps the class under which it was counted
        self.env.cr.execute(
            SQL(
                "UPDATE library_search_document SET subject_ids ="
                " array_append(array_remove(array_remove(subject_ids, %(old)s), %(new)s), %(new)s)"
                " WHERE subject_ids @> ARRAY[%(old)s]",
                old=self.id, new=target_id,
            )
        )  # fmt: skip
        self.env.invalidate_all()
        self._parent_store_compute()

    @api.model
    def _get_pointers(self):
        """(table, column, other column of a relation or None) of everything that points to a class."""
        found = set()
        for model in self.env.registry.values():
            if model._abstract or not model._auto or model._transient:
                continue
            for name, field in self.env[model._name]._fields.items():
                if field.comodel_name != self._name or not field.store or field.inherited:
                    continue
                if field.type == "many2one" and (model._name, name) != (self._name, "merged_into_id"):
                    found.add((model._table, name, None))
                elif field.type == "many2many":
                    found.add((field.relation, field.column2, field.column1))
                    if model._name == self._name:
                        found.add((field.relation, field.column1, field.column2))
        return sorted(found, key=str)
