from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib.redact import lines_of_html
from ...lib.text_diff import diff_html

_KEY = "library_solution_version"
TEXT_FIELDS = {"name", "body", "method", "section_ids", "state"}


class LibrarySolutionVersion(models.Model):
    """A solution as it stood when it was final: what a patron was given, kept as long as the solution."""

    _name = "library.solution.version"
    _description = "Version of a Solution"
    _order = "solution_id, number desc"
    _rec_name = "number"

    solution_id = fields.Many2one("library.solution", required=True, readonly=True, index=True, ondelete="cascade")
    number = fields.Integer("Version", required=True, readonly=True, aggregator=None)
    date = fields.Datetime("Final since", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    snapshot = fields.Json(readonly=True)
    is_current = fields.Boolean("Current", compute="_compute_is_current")
    difference = fields.Html("Against the version before", compute="_compute_difference", sanitize=False)
    pdf = fields.Binary("PDF", readonly=True, attachment=True, copy=False)

    _number_uniq = models.Constraint("UNIQUE (solution_id, number)", "This version is kept already.")

    @api.depends("solution_id.version", "number")
    def _compute_is_current(self):
        for version in self:
            version.is_current = version.number == version.solution_id.version

    @api.depends("snapshot")
    def _compute_difference(self):
        for version in self:
            earlier = version.solution_id.version_ids.filtered(lambda one, number=version.number: one.number < number)
            before = max(earlier, key=lambda one: one.number) if earlier else self.browse()
            version.difference = diff_html(before._plain_text(), version._plain_text())

    def _plain_text(self):
        """The version as lines of text; nothing of no version."""
        kept = self.snapshot or {}
        lines = [kept.get("name"), lines_of_html(kept.get("body") or "")]
        for section in kept.get("sections", ()):
            lines += [section["name"], lines_of_html(section["body"] or "")]
        return "\n".join(filter(None, [*lines, kept.get("method")]))

    def action_restore(self):
        """Make this text the current one again; nothing in between is lost."""
        self.ensure_one()
        self.solution_id.check_access("write")
        self.solution_id._restore(self.snapshot or {})
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class LibrarySolution(models.Model):
    """Each change of a final text is kept as a version of its own."""

    _inherit = "library.solution"

    version_ids = fields.One2many("library.solution.version", "solution_id", string="Versions")

    @api.model_create_multi
    def create(self, vals_list):
        # what a solution is made with is its first text, sections that follow in the same call included
        solutions = super(LibrarySolution, self.with_context(**{_KEY: True})).create(vals_list)
        solutions = solutions.with_env(self.env)
        for solution in solutions.filtered(lambda solution: solution.state == "final"):
            solution._keep_version(solution.create_date)
        return solutions

    def write(self, vals):
        if TEXT_FIELDS.isdisjoint(vals):
            return super().write(vals)
        with self._noting_version() as solutions:
            return super(LibrarySolution, solutions).write(vals)

    @contextmanager
    def _noting_version(self):
        """Whatever changes the text of final solutions inside makes one new version of each.

        :return: the solutions, whose further writes inside are noted at the end
        """
        if self.env.context.get(_KEY):
            yield self
            return
        before = {solution.id: (solution.version, solution._snapshot()) for solution in self}
        was_final = self.filtered(lambda solution: solution.state == "final")
        yield self.with_context(**{_KEY: True})
        for solution in self.exists().filtered(lambda solution: solution.state == "final"):
            number, text = before[solution.id]
            changed = solution in was_final and solution._snapshot() != text
            if changed and solution.version == number:
                solution._renumber(number + 1)
            solution._keep_version()

    def _renumber(self, number):
        """Give this solution its next number."""
        self.with_context(**{_KEY: True}).write({"version": number})

    def _snapshot(self):
        """Text and sections as they stand, as plain values."""
        self.ensure_one()
        return {
            "name": self.name,
            "body": str(self.body or ""),
            "method": self.method or "",
            "sections": [
                {"id": section.id, "name": section.name, "body": str(section.body or "")}
                for section in self.section_ids.sorted(lambda section: (section.sequence, section.id))
            ],
        }

    def _keep_version(self, moment=None):
        """Keep the text under its number; a final text that was worked on again gets the next one.

        :param moment: naive UTC datetime since when it is final, now when None
        """
        self.ensure_one()
        snapshot = self._snapshot()
        kept = self.version_ids.filtered(lambda version: version.number == self.version)
        if kept and kept.snapshot == snapshot:
            return
        if kept:
            self._renumber(self.version + 1)
        # sudo: versions are evidence, made here and by nobody
        self.env["library.solution.version"].sudo().create(
            {
                "solution_id": self.id,
                "number": self.version,
                "date": moment or self.env.cr.now(),
                "user_id": self.env.uid,
                "snapshot": snapshot,
            }
        )

    def _restore(self, snapshot):
        """Put the text of a version back; sections that are still there keep their identity."""
        self.ensure_one()
        if not snapshot:
            raise UserError(self.env._("Nothing is kept of this version."))
        wanted = {section["id"]: section for section in snapshot["sections"]}
        Command = fields.Command
        commands = [Command.delete(section.id) for section in self.section_ids if section.id not in wanted]
        here = set(self.section_ids.ids)
        for place, (section_id, section) in enumerate(wanted.items()):
            values = {"name": section["name"], "body": section["body"], "sequence": 10 * (place + 1)}
            commands.append(Command.update(section_id, values) if section_id in here else Command.create(values))
        texts = {name: snapshot[name] for name in ("name", "body", "method")}
        self.write({**texts, "section_ids": commands})

    def _version_day(self):
        """The day from which the current text is final; the day of the last change of a draft."""
        self.ensure_one()
        kept = self.version_ids.filtered(lambda version: version.number == self.version)
        return (kept.date or self.write_date).date()
