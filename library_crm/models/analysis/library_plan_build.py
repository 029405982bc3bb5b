from odoo import api, fields, models
from odoo.fields import Domain

# how many documents a plan proposes, by the depth that the patron wants
STEPS_BY_DEPTH = {"pointer": 2, "summary": 4, "full": 6}
USUAL_STEPS = 4
CANDIDATES = 40
ALTERNATIVES = 2
# what shares words with the question but earns less than this share of the best document is beside the point
NEAR = 0.6
# an extra that nearly nobody welcomed is not offered any more; told of enough people only
WELCOME_FROM = 0.2
WELCOME_PEOPLE = 5
# after so many unwelcome extras in a row the patron gets none
UNWELCOME = 2


class LibraryPlan(models.Model):
    """How the steps of a plan are proposed: from the knowledge for this kind of patron and question.

    Nothing here looks at other patrons; what helped people alike comes after it, in a file of its own.
    """

    _inherit = "library.plan"

    def _build(self):
        """Propose the steps anew; what the patron or a colleague decided stays."""
        for plan in self:
            kept = plan.line_ids.filtered(
                lambda line: line.origin == "manual" or line.is_ticked or line.is_hidden or line.is_swapped
            )
            (plan.line_ids - kept).unlink()
            documents = [line._get_document() for line in kept if line._get_document() and not line.is_extra]
            known = {plan._get_original(document) for document in documents}
            found = [item for item in plan._find_candidates() if plan._get_original(item["document"]) not in known]
            room = max(STEPS_BY_DEPTH.get(plan.depth, USUAL_STEPS) - len(known), 0)
            plan._add_steps(found[:room], found[room:], kept)
            plan._add_extra(found)
            plan._add_similar()
            plan._update_state()

    def _add_steps(self, chosen, others, kept):
        """The documents as steps, each with what else there is, then what every plan ends with."""
        self.ensure_one()
        readable = [item["document"] for item in others if not self._find_differences(item["document"])]
        spare = [self._get_ref(document) for document in readable[:ALTERNATIVES]]
        vals_list = [
            {
                **self._prepare_step(item),
                "sequence": 10 * (place + 1),
                # the next best ones are what the last chosen one can be changed for
                "alternative_refs": spare if place == len(chosen) - 1 else False,
            }
            for place, item in enumerate(chosen)
        ]
        codes = {(line.reason or {}).get("code") for line in kept}
        resource = self._find_resource() if "resource" not in codes else None
        if resource:
            vals_list.append(
                {
                    "kind": "resource", "resource_id": resource.id, "origin": "knowledge", "sequence": 700,
                    "reason": {"code": "resource"},
                }
            )
        ending = [("talk", 900)] if self.depth == "full" or self.ability == "novice" else []
        ending.append(("result", 910))
        vals_list += [
            {"kind": "step", "origin": "knowledge", "reason": {"code": code}, "sequence": sequence}
            for code, sequence in ending
            if code not in codes
        ]
        self.env["library.plan.line"].create([{"plan_id": self.id, **vals} for vals in vals_list])

    def _prepare_step(self, item):
        """The values of a step for a found document."""
        document = item["document"]
        return {
            self._get_field(document): document.id,
            "origin": "knowledge",
            "reason": item["reason"],
            "grade": self._get_grade(document),
            "differences": self._find_differences(document) or False,
        }

    @api.model
    def _get_field(self, document):
        return "article_id" if document._name == "library.article" else "solution_id"

    @api.model
    def _get_ref(self, document):
        return [self._get_field(document), document.id]

    # What the library knows for this kind of patron and question

    def _find_candidates(self):
        """Documents that may be steps, the best first: [{document, reason, score}].

        What was made for this case comes first, then what answers the words of the question, then what treats its
        classes; each is better when it was written for this kind of patron, in a language the patron reads.
        """
        self.ensure_one()
        found = {}
        # sudo: the plan offers only what its patron may read, which the domains below say
        plan_sudo = self.sudo()
        for solution in plan_sudo.case_id.solution_ids:
            found[solution] = (100.0, {"code": "own"})
        for document, score in plan_sudo._find_by_words():
            found.setdefault(document, (10.0 + score, {"code": "words"}))
        for document in plan_sudo._find_by_class():
            found.setdefault(document, (5.0, plan_sudo._get_class_reason(document)))
        items = [
            {"document": document, "reason": reason, "score": score + plan_sudo._get_fit(document)}
            for document, (score, reason) in found.items()
            if document._name == "library.article" or document._is_for_patron(self.patron_id)
        ]
        items.sort(key=lambda item: (-item["score"], item["document"]._name, item["document"].id))
        # the same text in two languages is one step: in the language that fits better
        best = {}
        for item in items:
            best.setdefault(self._get_original(item["document"]), item)
        return list(best.values())

    @api.model
    def _get_original(self, document):
        """What a translation is a translation of; else the document itself."""
        return document.translation_of_id or document if document._name == "library.article" else document

    def _domain_documents(self, model):
        """What patrons of this kind may get, in a language they may read."""
        Model = self.env[model]
        domain = Model._domain_for(self.type_id.id, self.degree_stage)
        domain &= Domain("company_id", "in", (False, self.company_id.id))
        if model == "library.article":
            return domain & Domain("state", "=", "published") & Domain("visibility", "in", ("public", "patron"))
        today = fields.Date.context_today(self)
        valid = Domain("date_valid_until", "=", False) | Domain("date_valid_until", ">=", today)
        return domain & Domain("state", "=", "final") & Domain("is_shareable", "=", True) & valid

    def _find_by_words(self):
        """Documents that answer the question's words: (document, score from 0 to 5)."""
        words = self.question or self.name
        Document = self.env["library.search.document"]
        hits = []
        for model in ("library.article", "library.solution"):
            page = Document._search_page(words, models=[model], limit=10, only=self._domain_documents(model))
            hits += page["hits"]
        best = max((hit.score for hit in hits), default=0)
        return [
            (self.env[hit.model].browse(hit.res_id), 5.0 * hit.score / best)
            for hit in hits if hit.score >= NEAR * best
        ]  # fmt: skip

    def _find_by_class(self):
        """Documents of the question's classes, and of the same field in other schemes."""
        if not self.subject_ids:
            return []
        subjects = self.subject_ids | self.subject_ids.crosswalk_ids
        found = []
        for model in ("library.article", "library.solution"):
            domain = self._domain_documents(model) & Domain("subject_ids", "child_of", subjects.ids)
            found += list(self.env[model].search(domain, limit=CANDIDATES))
        return found

    def _get_class_reason(self, document):
        """Why a document of the question's classes is proposed: for whom it is, else what it treats."""
        if self.degree_stage and document.degree_stage == self.degree_stage:
            return {"code": "stage", "stage": self.degree_stage}
        if self.type_id and self.type_id in document.patron_type_ids:
            return {"code": "type", "type_id": self.type_id.id}
        return {"code": "subject", "subject_ids": (self.subject_ids & document.subject_ids or self.subject_ids).ids[:3]}

    def _get_fit(self, document):
        """How well a document fits the patron, beside what it treats."""
        fit = 4.0 if not self.lang or document.lang == self.lang else 0.0
        fit += 3.0 if self.degree_stage and document.degree_stage == self.degree_stage else 0.0
        fit += 2.0 if self.type_id and self.type_id in document.patron_type_ids else 0.0
        if self.ability and document.ability:
            fit += 1.0 if document.ability == self.ability else -1.0
        return fit

    @api.model
    def _get_grade(self, document):
        """How far a document can be trusted: two people and sources, sources, experience."""
        if document._name == "library.article" and document.verifier_id and document.source_ids:
            return "a"
        return "b" if document.source_ids or document._name == "library.article" else "c"

    def _find_differences(self, document):
        """In what a document differs from what this plan asks for, as codes with values."""
        found = []
        if self.lang and document.lang != self.lang:
            found.append({"code": "lang", "value": document.lang})
        if self.ability and document.ability and document.ability != self.ability:
            found.append({"code": "ability", "value": document.ability})
        until = document._name == "library.solution" and document.date_valid_until
        if until and self.date_deadline and until < self.date_deadline:
            found.append({"code": "valid", "value": fields.Date.to_string(until)})
        return found

    def _find_resource(self):
        """The registered source that covers most of the question's classes, works, and that patrons may use."""
        # sudo: the register is for staff; what a patron may use of it is said by kind and access
        Resource_sudo = self.env["library.resource"].sudo()
        subjects = self.subject_ids | self.subject_ids.crosswalk_ids
        if not subjects:
            return None
        found = Resource_sudo.search(
            Domain("kind", "in", ("collection", "database", "web"))
            & Domain("company_id", "in", (False, self.company_id.id))
            & Domain("coverage_ids", "parent_of", subjects.ids)
            & Domain("health", "!=", "broken"),
            limit=CANDIDATES,
        )
        wanted = (self.lang or "")[:2]

        def worth(resource):
            return (
                len(resource.coverage_ids & subjects), wanted in (resource.langs or ""), resource.access == "public",
                -resource.id,
            )  # fmt: skip

        return max(found, key=worth) if found else None

    # One useful thing more

    def _add_extra(self, found):
        """Add the one thing that nobody asked for, when the patron wants such things and there is a good one."""
        self.ensure_one()
        if self.line_ids.filtered("is_extra") or not self._wants_extra():
            return
        item = self._find_extra(found)
        if item:
            vals = {**self._prepare_step(item), "plan_id": self.id, "is_extra": True, "sequence": 990}
            self.env["library.plan.line"].create(vals)

    def _wants_extra(self):
        """Whether this patron welcomes what was not asked for."""
        patron_sudo = self.sudo().patron_id  # sudo: a wish of the patron whose plan it is
        if not patron_sudo.wants_extras:
            return False
        latest = self.env["library.plan.line"].sudo().search(  # sudo: the patron's own earlier plans
            [("plan_id.patron_id", "=", patron_sudo.id), ("is_extra", "=", True), ("welcome", "!=", False)],
            order="date_decided desc, id desc", limit=UNWELCOME,
        )
        return len(latest) < UNWELCOME or any(line.welcome == "yes" for line in latest)

    def _find_extra(self, found):
        """The best document that was written for exactly this kind of patron and is about something else."""
        plan_sudo = self.sudo()  # sudo: the domains below say what its patron may read
        own = Domain.FALSE
        if self.degree_stage:
            own |= Domain("degree_stage", "=", self.degree_stage)
        if plan_sudo.type_id:
            own |= Domain("patron_type_ids", "in", plan_sudo.type_id.ids)
        documents = [item["document"] for item in found] + [line._get_document() for line in plan_sudo.line_ids]
        known = {self._get_original(document) for document in documents}
        items = []
        for model in ("library.article", "library.solution"):
            for document in plan_sudo.env[model].search(plan_sudo._domain_documents(model) & own, limit=CANDIDATES):
                if self._get_original(document) not in known and document._is_extra_welcome():
                    reason = plan_sudo._get_class_reason(document)
                    items.append({"document": document, "reason": reason, "score": plan_sudo._get_fit(document)})
        return max(items, key=lambda item: (item["score"], -item["document"].id)) if items else None


class LibraryArticle(models.Model):
    _inherit = "library.article"

    def _is_extra_welcome(self):
        return self.env["library.plan.line"]._is_welcome("article_id", self.id)


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    def _is_extra_welcome(self):
        return self.env["library.plan.line"]._is_welcome("solution_id", self.id)


class LibraryPlanLine(models.Model):
    _inherit = "library.plan.line"

    @api.model
    def _is_welcome(self, name, document_id):
        """Whether those who got a document as an extra welcomed it; yes as long as too few said something."""
        lines_sudo = self.sudo().search(  # sudo: one share over at least five people
            [(name, "=", document_id), ("is_extra", "=", True), ("welcome", "!=", False)]
        )
        if len(lines_sudo.plan_id.patron_id) < WELCOME_PEOPLE:
            return True
        return len(lines_sudo.filtered(lambda line: line.welcome == "yes")) / len(lines_sudo) >= WELCOME_FROM
