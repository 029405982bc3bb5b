from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import ABILITIES, DEPTHS
from ...lib.form_input import FormRefused, as_date, as_id, clean_line


class LibraryPlan(models.Model):
    """A patron's plan on the portal: tick steps, change facts, choose otherwise. Every value is untrusted."""

    _inherit = "library.plan"

    # Lists

    @api.model
    def _portal_own_domain(self):
        """The visitor's own plans; the record rules say the same."""
        own = Domain("patron_id.partner_id", "=", self.env.user.partner_id.id)
        return own & Domain("state", "!=", "draft")

    @api.model
    def _portal_filters(self):
        """{name: (label, domain)} of the tabs of the list."""
        return {
            "open": (self.env._("Open"), Domain("state", "=", "given")),
            "done": (self.env._("Done"), Domain("state", "=", "done")),
            "all": (self.env._("All"), Domain.TRUE),
        }

    @api.model
    def _portal_orders(self):
        """{name: (label, order)} of the list."""
        return {
            "date": (self.env._("Newest"), "id desc"),
            "deadline": (self.env._("Needed by"), "date_deadline, id desc"),
        }

    @api.model
    def _portal_search_domain(self, words):
        words = clean_line(words, 200)
        return Domain("name", "ilike", words) if words else Domain.TRUE

    @api.model
    def _portal_fetch(self, domain, order, limit, offset):
        return self.search(domain, order=order, limit=limit, offset=offset)

    @api.model
    def _portal_find(self, record_id, access_token=None):
        """A plan that is still in work is seen by staff only."""
        found = super()._portal_find(record_id, access_token)
        return found.filtered(lambda plan: plan.state != "draft" or self.env.user._is_internal())

    def _portal_may_change(self, access_token=None):
        """Whether the visitor is the patron of this plan, or came by the link that the patron got; staff only look."""
        self.ensure_one()
        plan_sudo = self.sudo()  # sudo: compares the patron with the visitor
        is_own = not self.env.user._is_public() and plan_sudo.patron_id.partner_id == self.env.user.partner_id
        return plan_sudo.state != "draft" and (is_own or plan_sudo._portal_opens(access_token))

    def _portal_act(self, verb, form, access_token=None):
        """Do what the patron asks on the page of the plan.

        :param str verb: tick, choose, extra, compare or change
        :param dict form: untrusted
        :raise AccessError: for anybody but the patron
        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        if not self._portal_may_change(access_token):
            raise AccessError(self.env._("Only the patron decides this."))
        # sudo: patrons may write nothing; each verb takes its own checked values
        plan_sudo = self.sudo()
        verbs = {
            "tick": plan_sudo._portal_tick,
            "choose": plan_sudo._portal_choose,
            "extra": plan_sudo._portal_extra,
            "compare": plan_sudo._portal_compare,
            "change": plan_sudo._portal_change,
        }
        verbs[verb](form)

    # The page

    def _portal_values(self, access_token=None):
        """All that the page shows; called on a plan, in sudo mode, that the visitor may read."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line._is_offered() and not line.is_hidden)
        return {
            "plan": self,
            "access_token": access_token if self._portal_opens(access_token) else "",
            "may_change": self._portal_may_change(access_token),
            "steps": [line._portal_step(access_token) for line in lines if not line.is_extra],
            "extras": [line._portal_step(access_token) for line in lines if line.is_extra],
            "facts": self._portal_facts(),
            "notes": self._get_parameter_notes(),
            "choices": self._portal_choices(),
            "may_compare": self.patron_id._allows("counts"),
            "case_url": self.case_id.access_url if self.case_id and not self._portal_opens(access_token) else "",
        }

    def _portal_facts(self):
        """What the plan takes into account: (label, words)."""
        facts = []
        for name in ("degree_stage", "ability", "lang", "depth", "date_deadline"):
            value = self[name]
            if name == "date_deadline":
                value = self._portal_day(value)
            elif value:
                value = dict(self._fields[name]._description_selection(self.env)).get(value, value)
            facts.append((self._fields[name]._description_string(self.env), value or self.env._("not said")))
        return facts

    def _portal_choices(self):
        """{field: (value, label) pairs} of what can be changed."""
        return {
            name: self._fields[name]._description_selection(self.env)
            for name in ("degree_stage", "ability", "lang", "depth")
        }

    def _portal_line(self, line_id):
        """A step of this plan that is offered; an empty one for any other number."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.id == as_id(line_id) and line._is_offered())

    # What the patron does; called in sudo mode on a plan that the visitor may open

    def _portal_tick(self, form):
        """Tick a step, or take the tick back."""
        line = self._portal_line(form.get("line_id"))
        line.write({"is_ticked": form.get("done") == "yes", "date_decided": fields.Datetime.now()})
        if line.is_extra and line.is_ticked:
            line.welcome = "yes"
        self._update_state()

    def _portal_choose(self, form):
        """Take an alternative instead of what was proposed; the choice is kept."""
        line = self._portal_line(form.get("line_id"))
        place = as_id(form.get("place"))
        if line and 0 < place <= len(line.alternative_refs or []):
            line._swap(place - 1)

    def _portal_extra(self, form):
        """Say whether the one thing more was welcome; what was not is hidden, and some want no more of it."""
        line = self._portal_line(form.get("line_id")).filtered("is_extra")
        answer = form.get("answer")
        if not line or answer not in ("yes", "no", "never"):
            return
        line.write(
            {
                "welcome": "yes" if answer == "yes" else "no",
                "is_hidden": answer != "yes",
                "date_decided": fields.Datetime.now(),
            }
        )
        if answer == "never":
            self.patron_id.wants_extras = False

    def _portal_compare(self, form):
        """Have the plan with or without what helped people alike."""
        if form.get("use") == "off":
            self.uses_similar = False
            self._forget_similar()
        elif form.get("use") == "on" and self.patron_id._allows("counts"):
            self.uses_similar = True
            self._build()

    def _portal_change(self, form):
        """Change what the plan takes into account, and have it made anew.

        :raise FormRefused: for a date that is none
        """
        deadline = clean_line(form.get("date_deadline"), 20)
        if deadline and not as_date(deadline):
            words = self.env._("Please give the date as year-month-day, for example 2027-03-31.")
            raise FormRefused({"date_deadline": words})
        values = {
            name: form.get(name) if form.get(name) in dict(choices) else False
            for name, choices in self._portal_choices().items()
        }
        self.write({**values, "date_deadline": as_date(deadline) or False})
        if form.get("keep") == "yes":
            # the patron's own word, for the services to come
            kept = {"depth": dict(DEPTHS), "ability": dict(ABILITIES)}
            wanted = {name: values[name] for name, known in kept.items() if values[name] in known}
            self.patron_id.with_context(provenance=["portal", self.env.uid]).write(wanted)
        self._build()

    # A solution of the plan

    def _portal_solution(self, solution_id):
        """A solution that is a step of this plan and may still be read, or an empty one."""
        solutions = self.line_ids.filtered(lambda line: line._is_offered() and not line.is_hidden).solution_id
        return solutions.filtered(lambda solution: solution.id == as_id(solution_id))


class LibraryPlanLine(models.Model):
    _inherit = "library.plan.line"

    def _portal_step(self, access_token=None):
        """One step as its page shows it, in plain values."""
        self.ensure_one()
        grades = {
            "a": self.env._("Checked by two people, with sources"),
            "b": self.env._("Rests on named sources"),
            "c": self.env._("A librarian's experience"),
        }
        return {
            "id": self.id,
            "title": self.title,
            "kind": dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            "url": self._portal_url(access_token),
            "why": self._get_why(),
            "grade": grades.get(self.grade, ""),
            "or_else": self.alternatives or "",
            "others": self._portal_others(),
            "limits": self._get_limits(),
            "notes": self._get_differences(),
            "match": self._get_match_words() if self.plan_id._may_compare() else [],
            "is_ticked": self.is_ticked,
            "is_swapped": self.is_swapped,
            "welcome": self.welcome,
        }

    def _portal_url(self, access_token=None):
        """Where the patron reads or does it; nothing for a step in words."""
        opens = access_token if self.plan_id._portal_opens(access_token) else ""
        query = f"?access_token={opens}" if opens else ""
        if self.article_id:
            return self.article_id.access_url
        if self.solution_id:
            return f"/my/plans/{self.plan_id.id}/solutions/{self.solution_id.id}{query}"
        if self.resource_id:
            return self.resource_id.href or ""
        if self.service_id.is_published:
            return f"/library/ask/{self.service_id.id}"
        codes = {"talk": "/library/ask", "result": self.plan_id.case_id.access_url if not opens else ""}
        return codes.get((self.reason or {}).get("code")) or ""

    def _find_others(self):
        """The documents that this step can be changed for, as far as its patron may still get them."""
        found = []
        for place, (name, document_id) in enumerate(self.alternative_refs or []):
            document = self.env[self._fields[name].comodel_name].browse(document_id).exists()
            if not document:
                continue
            is_fine = document._is_for_patrons() if name == "article_id" else document._is_for_patron(
                self.plan_id.patron_id
            )
            if is_fine:
                found.append((place, document))
        return found

    def _portal_others(self):
        return [{"place": place + 1, "title": document.name} for place, document in self._find_others()]

    def _swap(self, place):
        """Take one of the alternatives; what was proposed first becomes an alternative."""
        self.ensure_one()
        chosen = dict(self._find_others()).get(place)
        if not chosen:
            return
        refs = list(self.alternative_refs)
        refs[place] = self.plan_id._get_ref(self._get_document())
        item = {"document": chosen, "reason": self.plan_id._get_class_reason(chosen)}
        empty = {"article_id": False, "solution_id": False, "name": False, "why": False}
        self.plan_id._forget_match(self)
        self.write(
            {
                **empty,
                **self.plan_id._prepare_step(item),
                "kind": "article" if chosen._name == "library.article" else "solution",
                "alternative_refs": refs,
                "is_swapped": True,
                "date_decided": fields.Datetime.now(),
            }
        )
