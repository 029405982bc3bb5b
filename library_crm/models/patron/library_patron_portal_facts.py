from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.image import image_data_uri

from ...lib.provenance import TRACKED_FIELDS, read

MONTHS_OF_A_TERM = 5
# what stands on the page beside the tracked facts, with no origin of its own
ALSO_HELD = (
    "date_renewed", "is_restricted", "date_restricted_until", "is_address_wrong", "is_card_lost", "statistics_1",
    "statistics_2", "ils_patron_note", "date_confirmed",
)  # fmt: skip
PROPOSABLE = ("name", "card_number", "type_id")


class LibraryPatron(models.Model):
    """What patrons see of their own record: every fact with its origin, their people, their permissions."""

    _inherit = "library.patron"

    @api.model
    def _portal_own_values(self):
        values = super()._portal_own_values()
        patron_sudo = values["patron"]  # sudo: the visitor's own record
        return {
            **values,
            "facts": patron_sudo._portal_facts(),
            "needs_confirming": patron_sudo._portal_needs_confirming(),
            "librarian": patron_sudo._portal_librarian(),
            "related": patron_sudo._portal_related(),
            "projects": patron_sudo._portal_projects(),
            "consents": patron_sudo._portal_consents(),
            "waiting": [
                {"label": one._field_label(), "value": one.value}
                for one in patron_sudo.proposal_ids if one.state == "waiting" and one.source == "portal"
            ],
            "choices": self._portal_choices(patron_sudo),
            "quiet": patron_sudo._portal_quiet_hours(),
            "profiled": bool(patron_sudo) and patron_sudo.ils_privacy != "2" and patron_sudo.allows_counts,
        }

    @api.model
    def _portal_choices(self, patron_sudo):
        """What the forms offer: {field: (value, label) pairs}."""
        selections = ("degree_stage", "preferred_format", "preferred_channel", "preferred_time")
        # sudo: names of faculties, types and classes are no secret
        company_id = (patron_sudo or self.env.user).company_id.id
        Affiliation_sudo = self.env["library.affiliation"].sudo()
        affiliations_sudo = Affiliation_sudo.search([("company_id", "=", company_id)], limit=1000)
        types_sudo = self.env["library.patron.type"].sudo().search([("company_id", "in", (company_id, False))])
        subjects = self.env["library.subject"].sudo().search([("parent_id", "=", False)])
        fixed = ("affiliation_id", "degree_stage", "date_stage_end")
        return {
            **{name: self._fields[name]._description_selection(self.env) for name in selections},
            "affiliation_id": [(str(one.id), one.complete_name) for one in affiliations_sudo],
            "type_id": [(str(one.id), one.name) for one in types_sudo],
            "subject_id": [(str(one.id), one.display_name) for one in subjects],
            "labels": {name: self._fields[name]._description_string(self.env) for name in (*fixed, *PROPOSABLE)},
        }

    def _portal_quiet_hours(self):
        """Quiet hours as the page's time fields take them."""
        if self.quiet_from == self.quiet_to:
            return "", ""
        return self._clock(self.quiet_from).zfill(5), self._clock(self.quiet_to).zfill(5)

    def _portal_needs_confirming(self):
        """Whether to ask once a term if the facts are still right."""
        if not self:
            return False
        since = fields.Date.context_today(self) - relativedelta(months=MONTHS_OF_A_TERM)
        return not self.date_confirmed or self.date_confirmed < since

    def _portal_facts(self):
        """Each fact held, with where it comes from.

        :return: list of dicts of `name`, `label`, `value`, `source` and `day`
        """
        held, shown = [], set(self.identity_ids.mapped("value"))
        for name in (*TRACKED_FIELDS, *ALSO_HELD) if self else ():
            value = self._portal_words(name)
            if not value or value in shown and name in ("email", "phone", "card_number"):
                continue
            kept = read(self.provenance, name)
            held.append({
                "name": name,
                "label": self._fields[name]._description_string(self.env),
                "value": value,
                "source": self._portal_source_words().get(kept[0], "") if kept else "",
                "day": format_date(self.env, kept[2]) if kept and kept[2] else "",
            })
        return held + self._portal_type_facts()

    def _portal_type_facts(self):
        """The facts that the patron's type adds, as far as they are plain words, numbers or days."""
        found = []
        for fact in self.read(["properties"])[0]["properties"] if self else ():
            value = fact.get("value")
            if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
                options = dict(fact.get("selection") or [])
                found.append({
                    "name": "", "label": fact.get("string") or "", "value": str(options.get(value, value)),
                    "source": "", "day": "",
                })
        return found

    def _portal_words(self, name):
        """A field's value as a patron reads it."""
        value, field = self[name], self._fields[name]
        if name in ("quiet_from", "quiet_to"):
            return self._clock(value) if self.quiet_from != self.quiet_to else ""
        if name == "lang":
            return dict(self.env["res.lang"].get_installed()).get(value, value)
        if isinstance(value, models.BaseModel):
            return value.display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "boolean":
            return self.env._("Yes") if value else ""
        return str(value) if value else ""

    @api.model
    def _portal_source_words(self):
        """{source: words}, said to the patron."""
        system = self.env._("from the library's own system")
        return {
            "koha_csv": system, "koha_rest": system, "file": self.env._("from a file given to the library"),
            "prospect_list": self.env._("from a list of a course or event"),
            "manual": self.env._("entered by staff"), "portal": self.env._("from you, on this page"),
            "mail": self.env._("from a mail of yours"), "merge": self.env._("from another record of yours"),
        }

    def _portal_librarian(self):
        """Who looks after this patron: name, picture when there is one, since, purpose; None when nobody does."""
        relationship = self.relationship_ids.filtered(lambda one: one.state == "active")[:1]
        if not relationship:
            return None
        owner = relationship.owner_id
        return {
            "name": owner.name,
            "picture": image_data_uri(owner.image_128) if owner.image_128 else None,
            "since": self.env["library.portal.mixin"]._portal_day(relationship.date_since),
            "purpose": relationship.purpose,
            "cadence": dict(relationship._fields["cadence"]._description_selection(self.env)).get(relationship.cadence),
            "stands_in": relationship._standing_in().name if relationship._standing_in() != owner else None,
        }

    def _portal_related(self):
        """What other patrons are to this one, and this one to others: (relation, name) pairs."""
        today = fields.Date.context_today(self)
        here = self.relation_ids.filtered(lambda one: not one.date_to or one.date_to >= today)
        there = self.relation_there_ids.filtered(lambda one: not one.date_to or one.date_to >= today)
        kinds = dict(here._fields["kind"]._description_selection(self.env))
        kinds_there = dict(there._fields["kind_there"]._description_selection(self.env))
        return [(kinds[one.kind], one.other_id.name) for one in here] + [
            (kinds_there[one.kind], one.patron_id.name) for one in there
        ]

    def _portal_projects(self):
        """The patron's projects that are not over, as the page's forms show them."""
        day = self.env["library.portal.mixin"]._portal_day
        return [
            {
                "id": member.project_id.id, "name": member.project_id.name,
                "subject": member.project_id.subject_id.display_name or "", "end": day(member.project_id.date_end),
            }
            for member in self.project_member_ids if member.project_id.state in ("planned", "running")
        ]

    def _portal_consents(self):
        """The permissions a patron gives or withdraws, in plain words.

        :return: list of dicts of `purpose`, `label`, `words`, `is_given` and `locked` (a sentence, or False)
        """
        labels = dict(self.env["library.consent"]._fields["purpose"]._description_selection(self.env))
        keeps_nothing = self.ils_privacy == "2" and self.env._(
            "You chose in the library's system to keep nothing; we follow that here."
        )
        given = {
            "counts": self.allows_counts if self else True,
            "interests": self.allows_interests,
            "outreach": self.allows_outreach,
        }
        words = {
            "counts": self.env._(
                "We count how often you borrow, visit, download or ask, by month. We never keep which titles. It shows"
                " us whether the library reaches people like you. When you switch this off, what was counted is"
                " deleted at once."
            ),
            "interests": self.env._(
                "We may use the subject classes of what you use, never the titles, to tell you and our staff what"
                " might help you next. When you switch this off, what we drew from them is deleted."
            ),
            "outreach": self.env._("We may write to you of our own accord, with news and invitations that fit you."),
        }
        return [
            {"purpose": purpose, "label": labels[purpose], "words": words[purpose], "is_given": is_given,
             "locked": keeps_nothing if purpose in ("counts", "interests") else False}
            for purpose, is_given in given.items()
        ]
