from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...lib.blanks import fill_blanks, find_blanks


class LibrarySolutionTemplate(models.Model):
    """The bones of a kind of solution: its sections, how it is made, and blanks for what differs each time."""

    _name = "library.solution.template"
    _description = "Template of a Solution"
    _order = "name, id"

    name = fields.Char("Title", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null")
    value_kind = fields.Selection(
        lambda self: self.env["library.solution"]._fields["value_kind"]._description_selection(self.env),
        "Value added", required=True, default="answer",
    )  # fmt: skip
    lang = fields.Selection(
        lambda self: self.env["library.article"]._get_languages(), "Language", required=True,
        default=lambda self: self.env["library.article"]._default_lang(),
    )  # fmt: skip
    subject_ids = fields.Many2many("library.subject", string="Classes")
    title = fields.Char(
        "Title of the solution", help="With blanks, e.g. Books on {{topic}} for {{level}}. Empty: the template's name."
    )
    body = fields.Html(
        "Text", sanitize_style=True,
        help="A name in double braces is a blank: {{librarian}} is filled at once, every other before it is final.",
    )
    method = fields.Text(help="How it is found and made, step by step.")
    section_ids = fields.One2many("library.solution.template.section", "template_id", string="Sections", copy=True)
    blank_names = fields.Char("Blanks", compute="_compute_blank_names")
    solution_ids = fields.One2many("library.solution", "template_id", string="Solutions")
    solution_count = fields.Integer("Used", compute="_compute_solution_count")

    @api.depends("title", "body", "method", "section_ids.name", "section_ids.body")
    def _compute_blank_names(self):
        for template in self:
            template.blank_names = ", ".join(find_blanks(template._whole_text())) or False

    def _whole_text(self):
        parts = [self.title, self.body, self.method]
        for section in self.section_ids:
            parts += [section.name, section.body]
        return "\n".join(str(part) for part in parts if part)

    @api.depends("solution_ids")
    def _compute_solution_count(self):
        counts = dict(self.env["library.solution"]._read_group(
            [("template_id", "in", self.ids)], ["template_id"], ["__count"]
        ))
        for template in self:
            template.solution_count = counts.get(template, 0)

    def action_start(self):
        """Begin a solution from this template."""
        self.ensure_one()
        self.check_access("read")
        solution = self.env["library.solution"].create(self._prepare_solution())
        return {
            "type": "ir.actions.act_window", "res_model": solution._name, "res_id": solution.id, "view_mode": "form",
        }

    def _prepare_solution(self):
        """Values of a solution made from this template, with the blanks filled that are known."""
        known = {"librarian": self.env.user.name}

        def text(value):
            return fill_blanks(value or "", known)

        def html(value):
            return Markup(fill_blanks(str(value or ""), {name: str(escape(word)) for name, word in known.items()}))

        return {
            "name": text(self.title or self.name),
            "template_id": self.id,
            "value_kind": self.value_kind,
            "lang": self.lang,
            "company_id": self.company_id.id or self.env.company.id,
            "subject_ids": [Command.set(self.subject_ids.ids)],
            "body": html(self.body),
            "method": text(self.method),
            "section_ids": [
                Command.create({"sequence": one.sequence, "name": text(one.name), "body": html(one.body)})
                for one in self.section_ids
            ],
        }

    def action_open_solutions(self):
        """What was made from this template."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_solution_action") | {
            "domain": [("template_id", "=", self.id)], "context": {},
        }  # fmt: skip


class LibrarySolution(models.Model):
    """A solution knows the template it was made from, and is not final with blanks in it."""

    _inherit = "library.solution"

    template_id = fields.Many2one(
        "library.solution.template", string="From the template", index="btree_not_null", ondelete="set null",
        readonly=True, copy=True,
    )

    def _blanks_left(self):
        """Names of the blanks that nobody has filled yet."""
        self.ensure_one()
        parts = [self.name, self.body, self.method]
        for section in self.section_ids:
            parts += [section.name, section.body]
        return find_blanks("\n".join(str(part) for part in parts if part))

    def _check_no_blanks(self):
        for solution in self:
            if blanks := solution._blanks_left():
                raise UserError(self.env._(
                    "Fill in first, or take out: %(blanks)s.", blanks=", ".join(f"{{{{{name}}}}}" for name in blanks)
                ))

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "final":
            self.filtered("template_id")._check_no_blanks()
        return result
