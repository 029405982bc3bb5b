from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("article", "Article"),
    ("solution", "Solution"),
    ("resource", "Resource"),
    ("service", "Service"),
    ("training", "Training"),
    ("step", "Step"),
]
GRADES = [
    ("a", "A · checked by two people, with sources"),
    ("b", "B · rests on named sources"),
    ("c", "C · a librarian's experience"),
]


class LibraryPlanLine(models.Model):
    """One step of a plan: what, why, how sure we are of it, what else there is, and where it ends."""

    _name = "library.plan.line"
    _description = "Step of a Plan"
    _order = "plan_id, is_extra, sequence, id"

    plan_id = fields.Many2one("library.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="step")
    name = fields.Char("In words", help="Empty: the title of what it points to.")
    title = fields.Char("Step", compute="_compute_title")
    article_id = fields.Many2one(
        "library.article", index="btree_not_null", ondelete="cascade",
        domain="[('state', '=', 'published'), ('visibility', '!=', 'staff')]",
    )
    solution_id = fields.Many2one(
        "library.solution", index="btree_not_null", ondelete="cascade", domain="[('state', '=', 'final')]"
    )
    resource_id = fields.Many2one("library.resource", index="btree_not_null", ondelete="cascade")
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="cascade")
    event_id = fields.Many2one("event.event", "Training", index="btree_not_null", ondelete="cascade")

    # why, and how good it is
    origin = fields.Selection(
        [("knowledge", "From what we know"), ("similar", "Helped people alike"), ("manual", "By a librarian")],
        required=True, default="manual", readonly=True,
    )
    reason = fields.Json(readonly=True, help="Why it is proposed: a code and what it speaks of.")
    why = fields.Text(help="Instead of the words that follow from the reason.")
    grade = fields.Selection(GRADES, "Grade of evidence")
    alternatives = fields.Text("Or else", help="What the patron could do instead, in words.")
    alternative_refs = fields.Json("Alternatives", readonly=True)
    limits = fields.Text(help="Where it ends: what it does not tell, for whom it is not.")
    differences = fields.Json(readonly=True)
    notes = fields.Html("Differs from what was asked for", compute="_compute_notes", sanitize=False)

    # what helped people alike; empty where fewer than five stand behind it
    match = fields.Float("Alike", readonly=True, digits=(4, 2))
    match_reasons = fields.Json(readonly=True)
    match_people = fields.Integer("People alike", readonly=True)
    match_voices = fields.Integer("Said something", readonly=True)
    match_outcome = fields.Float("Helped", readonly=True, digits=(4, 2))

    # what the patron does with it
    is_extra = fields.Boolean("One useful thing more", readonly=True)
    welcome = fields.Selection([("yes", "Welcome"), ("no", "Not wanted")], readonly=True)
    is_ticked = fields.Boolean("Done", readonly=True)
    is_hidden = fields.Boolean("Hidden by the patron", readonly=True)
    is_swapped = fields.Boolean("Chosen instead", readonly=True)
    date_decided = fields.Datetime("On", readonly=True)

    _one_extra = models.UniqueIndex("(plan_id) WHERE is_extra", "A plan has one useful thing more, not several.")
    _match_range = models.Constraint(
        "CHECK (coalesce(match_people, 0) = 0 OR match_people >= 5)", "Fewer than five people are not told of."
    )
    _outcome_range = models.Constraint(
        "CHECK (coalesce(match_outcome, 0) = 0 OR match_voices >= 5)", "Fewer than five voices are not told of."
    )

    @api.depends("name", "kind", "article_id", "solution_id", "resource_id", "service_id", "event_id", "reason")
    @api.depends_context("lang")
    def _compute_title(self):
        for line in self:
            target = line._get_document() or line.resource_id or line.service_id or line.event_id
            # sudo: the title of what a plan offers, for whoever reads the plan
            line.title = line.name or target.sudo().name or line._get_step_words()

    @api.depends("differences")
    @api.depends_context("lang")
    def _compute_notes(self):
        for line in self:
            line.notes = line.plan_id._render_notes(line._get_differences())

    @api.constrains("article_id", "solution_id", "plan_id")
    def _check_may_be_given(self):
        """Only what may be read by patrons: no staff article, and no work that was made for somebody else."""
        for line in self:
            if line.article_id and not line.article_id._is_for_patrons():
                raise ValidationError(
                    self.env._("“%(name)s” is not published for patrons.", name=line.article_id.name)
                )
            if line.solution_id and not line.solution_id._is_for_patron(line.plan_id.patron_id):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” was made for another patron. Have it checked first: May be given to others.",
                        name=line.solution_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "kind" not in vals:
                vals["kind"] = next((kind for kind, name in self._targets() if vals.get(name)), "step")
        return super().create(vals_list)

    @api.model
    def _targets(self):
        return [
            ("article", "article_id"), ("solution", "solution_id"), ("resource", "resource_id"),
            ("service", "service_id"), ("training", "event_id"),
        ]  # fmt: skip

    def _get_document(self):
        """The article or solution of this step, or an empty record."""
        return self.article_id or self.solution_id

    def _is_offered(self):
        """Whether what this step points to may still be read by its patron."""
        self.ensure_one()
        line_sudo = self.sudo()  # sudo: asks whether a patron may read it
        if line_sudo.article_id:
            return line_sudo.article_id._is_for_patrons()
        if line_sudo.solution_id:
            return line_sudo.solution_id._is_for_patron(line_sudo.plan_id.patron_id)
        return True

    # In words, made when they are read

    def _get_step_words(self):
        codes = {
            "talk": self.env._("Talk it over with a librarian"),
            "result": self.env._("Tell us whether it helped"),
        }
        return codes.get((self.reason or {}).get("code"), self.env._("Step"))

    def _get_why(self):
        """Why this step is proposed, in the reader's language."""
        self.ensure_one()
        reason = self.reason or {}
        if self.why or not reason:
            return self.why or ""
        stages = dict(self.plan_id._fields["degree_stage"]._description_selection(self.env))
        # sudo: names of classes and types are no secret
        names = self.env["library.subject"].sudo().browse(reason.get("subject_ids", [])).exists().mapped("name")
        type_sudo = self.env["library.patron.type"].sudo().browse(reason.get("type_id")).exists()
        words = {
            "own": self.env._("We made it for you."),
            "words": self.env._("It answers what you asked."),
            "subject": self.env._("It treats %(classes)s, which you asked about.", classes=", ".join(names)),
            "stage": self.env._(
                "It was written for your stage of study: %(stage)s.", stage=stages.get(reason.get("stage"), "")
            ),
            "type": self.env._("It was written for %(type)s.", type=type_sudo.name or ""),
            "similar": self.env._("It helped people who asked for something like this."),
            "resource": self.env._("You can search on there yourself: it covers what you asked about."),
            "talk": self.env._("Ten minutes together often save an afternoon."),
            "result": self.env._("Then we know whether to go on."),
        }
        return words.get(reason.get("code"), "")

    def _get_differences(self):
        """In what this differs from what the patron asked for, as sentences."""
        self.ensure_one()
        langs = dict(self.env["library.article"]._get_languages())
        abilities = dict(self.plan_id._fields["ability"]._description_selection(self.env))
        sentences = []
        for one in self.differences or []:
            if one["code"] == "lang":
                sentences.append(
                    self.env._("It is in %(language)s.", language=langs.get(one["value"], one["value"]))
                )
            elif one["code"] == "ability":
                sentences.append(
                    self.env._("It is written for: %(ability)s.", ability=abilities.get(one["value"], ""))
                )
            elif one["code"] == "valid":
                day = self._say_day(fields.Date.to_date(one["value"]))
                sentences.append(self.env._("It holds until %(day)s only, before your deadline.", day=day))
        return sentences

    def _get_match_words(self):
        """What helped people alike, in what they are alike, as sentences; nothing without enough people."""
        self.ensure_one()
        if not self.match_people:
            return []
        names = {
            "type": self.env._("kind of patron"),
            "stage": self.env._("stage of study"),
            "classes": self.env._("subject"),
            "ability": self.env._("practice"),
            "preference": self.env._("how they want it"),
        }
        alike = [names[name] for name in self.match_reasons or [] if name in names]
        sentences = [
            self.env._("%(people)s people with questions like yours got this.", people=self.match_people)
        ]
        if alike:
            share = round(100 * self.match)
            sentences.append(
                self.env._("Alike to %(share)s %%: %(things)s.", share=share, things=", ".join(alike))
            )
        if self.match_voices:
            sentences.append(
                self.env._(
                    "It helped: %(share)s %% of those %(voices)s who said something.",
                    share=round(100 * self.match_outcome),
                    voices=self.match_voices,
                )
            )
        return sentences

    @api.model
    def _say_day(self, day):
        """A day as the pages for patrons say it."""
        return self.env["library.portal.mixin"]._portal_day(day)

    def _get_limits(self):
        """Where this step ends, as sentences: what colleagues wrote, what the document says of itself."""
        self.ensure_one()
        line_sudo = self.sudo()  # sudo: licence and end of validity of what the patron may read
        sentences = [self.limits] if self.limits else []
        solution = line_sudo.solution_id
        if solution.licence_note:
            sentences.append(solution.licence_note)
        if line_sudo.resource_id.access_note:
            sentences.append(line_sudo.resource_id.access_note)
        if solution.date_valid_until:
            sentences.append(self.env._("Valid until %(day)s", day=self._say_day(solution.date_valid_until)))
        return sentences


class LibraryArticle(models.Model):
    _inherit = "library.article"

    def _is_for_patrons(self):
        """Whether patrons read it on the knowledge pages."""
        self.ensure_one()
        article_sudo = self.sudo()  # sudo: two facts about an article
        return article_sudo.state == "published" and article_sudo.visibility in ("public", "patron")


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    def _is_for_patron(self, patron):
        """Whether this patron may get it: it was delivered to them, or a colleague checked that others may."""
        self.ensure_one()
        solution_sudo = self.sudo()  # sudo: compares the patrons it was delivered to
        own = patron and patron in solution_sudo.case_ids.patron_id
        return bool(own or (solution_sudo.state == "final" and solution_sudo.is_shareable))
