from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.ability import current


class LibraryCompetency(models.Model):
    """How far a patron has come in a part of an ability, as one of three sources says on one day.

    Rows are never changed: what somebody says later stands beside it, and the newest of each source counts.
    """

    _name = "library.competency"
    _description = "Level of an Ability"
    _order = "date desc, id desc"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True)
    skill_id = fields.Many2one("library.ability.skill", string="Part of the ability", required=True, index=True,
                               ondelete="restrict")
    ability = fields.Selection(related="skill_id.ability", store=True)
    level = fields.Integer(required=True, aggregator="avg", help="From 0 to 4.")
    level_words = fields.Char("What it means", compute="_compute_level_words")
    source = fields.Selection(
        [("self", "The patron"), ("librarian", "A librarian"), ("quiz", "A quiz")],
        required=True, default="librarian", readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users", string="Said by", readonly=True, default=lambda self: self.env.user, ondelete="set null"
    )
    reason = fields.Char(help="What it rests on, e.g. a course or what was seen at the desk.")
    registration_id = fields.Many2one(
        "event.registration", string="Course attended", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_input_id = fields.Many2one(
        "survey.user_input", string="Quiz", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _level_range = models.Constraint("CHECK (level BETWEEN 0 AND 4)", "A level lies between 0 and 4.")
    _quiz_uniq = models.UniqueIndex(
        "(user_input_id, skill_id) WHERE user_input_id IS NOT NULL", "This quiz has given its level already."
    )
    _course_uniq = models.UniqueIndex(
        "(registration_id, skill_id) WHERE registration_id IS NOT NULL", "This course has given its level already."
    )

    @api.depends("skill_id", "level")
    @api.depends_context("lang")
    def _compute_level_words(self):
        for competency in self:
            competency.level_words = competency.skill_id and competency.skill_id._level_words(competency.level)

    @api.depends("skill_id", "level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for competency in self:
            competency.display_name = self.env._(
                "%(skill)s: %(level)s of 4", skill=competency.skill_id.name or "", level=competency.level
            )

    @api.model_create_multi
    def create(self, vals_list):
        """What staff write down is a librarian's view, of today; quizzes and patrons speak through the code."""
        if not self.env.su:
            own = {"source": "librarian", "user_id": self.env.uid, "date": self.env.cr.now(),
                   "registration_id": False, "user_input_id": False}
            vals_list = [{**vals, **own} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """A level once said is not changed: say a new one."""
        if not self.env.su and set(vals) - {"reason"}:
            raise AccessError(self.env._("A level that was said is not changed. Write down a new one."))
        return super().write(vals)

    @api.model
    def _newest(self, patron_ids):
        """The newest statement of each source.

        :return: {patron id: {skill id: {source: (date, level)}}}
        """
        self.flush_model()
        found = {}
        for patron_id, skill_id, source, date, level in self.env.execute_query(SQL(
            """SELECT DISTINCT ON (patron_id, skill_id, source) patron_id, skill_id, source, date, level
                 FROM library_competency WHERE patron_id = ANY (%s)
                ORDER BY patron_id, skill_id, source, date DESC, id DESC""",
            list(patron_ids),
        )):
            found.setdefault(patron_id, {}).setdefault(skill_id, {})[source] = (date, level)
        return found

    @api.model
    def _profile(self, patron):
        """Every part of the three abilities, with the level to work with and what each source says.

        :param patron: a patron whose levels the caller may know
        :return: list of dicts `id`, `ability`, `ability_name`, `name`, `frame`, `level` (or None), `words`, `lines`,
            `said` (list of dicts `source`, `label`, `level`, `date`)
        """
        skills = self.env["library.ability.skill"].search(Domain.TRUE)
        abilities = dict(skills._fields["ability"]._description_selection(self.env))
        frames = dict(skills._fields["frame"]._description_selection(self.env))
        sources = dict(self._fields["source"]._description_selection(self.env))
        known = self._newest(patron.ids).get(patron.id, {}) if patron else {}
        rows = []
        for skill in skills:
            said = known.get(skill.id, {})
            level = current(said)
            rows.append({
                "id": skill.id, "ability": skill.ability, "ability_name": abilities[skill.ability],
                "name": skill.name, "frame": frames.get(skill.frame, ""), "question": skill.question, "level": level,
                "words": skill._level_words(level), "lines": skill._level_lines(),
                "said": [
                    {"source": source, "label": sources[source], "level": said[source][1], "date": said[source][0]}
                    for source in sources if source in said
                ],
            })
        return rows
