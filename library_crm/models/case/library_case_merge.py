from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import SQL, email_normalize

from ...lib.form_input import same_secret

UNDO_DAYS = 30
FILLED = ("patron_id", "email_from", "service_id", "lang", "user_id")
"""Fields of the case that stays which are taken from the other one where they are empty."""


class LibraryCase(models.Model):
    """Two cases that are one question become one: both threads stay readable, both addresses reach it."""

    _inherit = "library.case"

    merged_into_id = fields.Many2one(
        "library.case", string="Merged into", readonly=True, copy=False, index="btree_not_null", ondelete="set null",
        groups="base.group_user",
    )
    merged_ids = fields.One2many(
        "library.case", "merged_into_id", string="Merged from", context={"active_test": False}, readonly=True,
        groups="base.group_user",
    )
    merged_count = fields.Integer("Merged questions", readonly=True, copy=False, groups="base.group_user")
    date_merged = fields.Datetime("Merged on", readonly=True, copy=False, groups="base.group_user")
    merge_record = fields.Json(readonly=True, copy=False, prefetch=False, groups=fields.NO_ACCESS)

    # Which case it is now

    def _merged_whole(self):
        """The case in which this one goes on: itself, unless it was merged."""
        whole_sudo = self.sudo()  # sudo: follows a link of ours, shows nothing
        seen = set()
        while whole_sudo.merged_into_id and whole_sudo.id not in seen:
            seen.add(whole_sudo.id)
            whole_sudo = whole_sudo.merged_into_id
        return self.browse(whole_sudo.id)

    def _merged_parts(self):
        """All cases that became part of this one, in sudo mode."""
        # sudo: whoever may act on the whole, acts on what became part of it
        parts_sudo = found_sudo = self.sudo().with_context(active_test=False)
        while parts_sudo := parts_sudo.merged_ids - found_sudo:
            found_sudo |= parts_sudo
        return found_sudo - self

    # Merge

    def _other_askers(self, others):
        """[(name, address, partner)] of those who asked `others` and have no voice in this case yet."""
        self.ensure_one()
        found = {}
        Intake = self.env["library.mail.intake"].sudo()  # sudo: compares addresses of the cases at hand
        for other in others.sudo():
            address = email_normalize(other.email_from or other.partner_id.email or "")
            same = self.patron_id == other.patron_id or not (self.patron_id and other.patron_id)
            if not same or (address and self.patron_id and Intake._speaker(self.sudo(), address) is False):
                found[address or other.partner_id] = (other.partner_id.name or address, address, other.partner_id)
        return list(found.values())

    def _check_may_merge(self, others, lets_in):
        """Raise unless `others` can become part of this case."""
        self.ensure_one()
        whole = self | others
        if not others or self in others:
            raise UserError(self.env._("Choose at least two cases, and one of them to keep."))
        whole.check_access("write")
        # whoever moves, answers or merges one of them at this moment comes before or after, never in between
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT id FROM library_case WHERE id IN %s ORDER BY id FOR UPDATE", tuple(whole.ids)))
        if len(whole.company_id) > 1:
            raise UserError(self.env._("These cases belong to different institutions."))
        if merged := whole.filtered("merged_into_id"):
            raise UserError(self.env._("“%(name)s” was merged already.", name=merged[0].display_name))
        if closed := whole.filtered(lambda case: case.stage_code == "closed" or not case.active):
            raise UserError(self.env._("“%(name)s” is closed: re-open it before you merge it.",
                                       name=closed[0].display_name))
        askers = self._other_askers(others)
        if askers and not lets_in:
            names = ", ".join(name or "?" for name, _address, _partner in askers)
            raise UserError(self.env._(
                "Not asked by the same person: %(names)s. They can take part only if everybody may read both "
                "conversations; tick that, or merge the patrons first.", names=names))
        if nameless := [name for name, address, _partner in askers if not address]:
            raise UserError(self.env._("%(name)s has no mail address, so keep the case of this patron.",
                                       name=nameless[0] or "?"))

    def _merge(self, others, lets_in=False):
        """Make `others` part of this case: threads, rooms, needs, people, drafts and clocks go along.

        Nothing is mailed. Each merge can be undone by `action_unmerge` of the case that went.

        :param others: cases of the same institution, open like this one
        :param lets_in: whether other people who asked take part from now on, and read everything
        :return: this case
        :raise AccessError, UserError: when this user may not, or these cases cannot be merged
        """
        self._check_may_merge(others, lets_in)
        for other in others.sorted("id"):
            self._merge_one(other)
        return self

    def _merge_one(self, other):
        # sudo: rows of every model change hands; both cases were checked to be writable
        whole_sudo, other_sudo = self.sudo(), other.sudo()
        people = [
            {"case_id": self.id, "name": name or address, "email": address, "partner_id": partner.id, "role": "patron",
             "state": "accepted", "may_read": True, "may_be_mailed": True}
            for name, address, partner in whole_sudo._other_askers(other_sudo)
        ]
        record = {"values": {}, "state": {name: other_sudo._plain(name) for name in ("date_promised", "promise_kept")}}
        other_sudo._end_segments(fields.Datetime.now())
        if other_sudo.workroom_ids:
            whole_sudo._ensure_workroom()
        whole_sudo._join_drafts(other_sudo)
        record |= whole_sudo._move_rows(other_sudo)
        known = set(whole_sudo.participant_ids.mapped("email_normalized"))
        added = whole_sudo.participant_ids.create([row for row in people if email_normalize(row["email"]) not in known])
        record["people"] = added.ids
        record["values"] = whole_sudo._take_values(other_sudo)
        other_sudo.write({
            "active": False, "merged_into_id": self.id, "date_merged": self.env.cr.now(), "merge_record": record,
        })
        other_sudo.promise_kept = False
        whole_sudo._update_readers()
        whole_sudo.merged_count = len(whole_sudo.merged_ids)
        whole_sudo._mark_asked()
        whole_sudo._ensure_workroom()._note(self.env._(
            "%(name)s merged “%(case)s” into this case. It can be undone for %(days)s days.",
            name=self.env.user.name, case=other_sudo.display_name, days=UNDO_DAYS))

    def _join_drafts(self, other):
        """Two drafts become one, so that neither colleague's words are lost."""
        ours, theirs = self.draft_ids[:1], other.draft_ids[:1]
        if ours and theirs:
            ours.write({
                "body": (ours.body or "") + (theirs.body or ""),
                "date_changed": self.env.cr.now(),
                **{name: [Command.link(one) for one in theirs[name].ids]
                   for name in ("attachment_ids", "solution_ids", "article_ids")},
            })

    def _take_values(self, other):
        """Let this case wait, remember and promise for both.

        :return: {field: [before, after]} as Json can keep it, for the undo
        """
        values = {name: other._fields[name].convert_to_write(other[name], other)
                  for name in FILLED if other[name] and not self[name]}
        waits = [case for case in (self, other) if case.waits_for == "library"]
        if waits:
            values["waits_for"] = "library"
            values["date_promised"] = min((c.date_promised for c in waits if c.date_promised), default=False)
        for name, choose in (("date_first_answer", min), ("date_last_message", max), ("date_acknowledged", min)):
            values[name] = choose((c[name] for c in (self, other) if c[name]), default=False)
        values["has_news"] = self.has_news or other.has_news
        values["minutes"] = self.minutes + other.minutes
        values["priority"] = max(self.priority or "0", other.priority or "0")
        if other.team_id not in self.team_id | self.contributing_team_ids:
            values["contributing_team_ids"] = [Command.link(other.team_id.id)]
        names = [name for name in values if name != "contributing_team_ids"]
        before = {name: self._plain(name) for name in names}
        changed = {name: value for name, value in values.items()
                   if name not in before or before[name] != self._plain(name, value)}
        self.with_context(library_clock_reason="merged", tracking_disable=True).write(changed)
        if self.team_id in self.contributing_team_ids:
            self.contributing_team_ids -= self.team_id
        record = {name: [before[name], self._plain(name)] for name in names if name in changed}
        joined = other.team_id.id if "contributing_team_ids" in values else False
        return record | {"team_joined": [False, joined]}

    def _plain(self, name, *value):
        """A value of this case, or `value` of that field, as Json can keep it."""
        field = self._fields[name]
        value = value[0] if value else self[name]
        if isinstance(value, models.BaseModel):
            return value.id
        return fields.Datetime.to_string(value) if field.type == "datetime" and value else value or False

    # Undo

    def action_unmerge(self):
        """Take this case out of the one it was merged into; what was written since stays there."""
        self.ensure_one()
        whole = self.merged_into_id
        record = self.sudo().merge_record  # sudo: the record of what was done
        if not whole or not record:
            raise UserError(self.env._("This case was not merged."))
        (self | whole).check_access("write")
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "SELECT id FROM library_case WHERE id IN %s ORDER BY id FOR UPDATE", tuple((self | whole).ids)))
        if fields.Datetime.add(self.date_merged, days=UNDO_DAYS) < self.env.cr.now():
            raise UserError(self.env._("Merging can be undone for %(days)s days.", days=UNDO_DAYS))
        if whole.merged_into_id:
            raise UserError(self.env._("“%(name)s” was merged again afterwards. Undo that first.",
                                       name=whole.display_name))
        self.sudo()._unmerge(whole.sudo(), record)  # sudo: as for the merge itself
        return self._open_record(self)

    def _unmerge(self, whole, record):
        whole.participant_ids.browse(record["people"]).exists().unlink()
        self._return_rows(whole, record)
        values = {name: before for name, (before, after) in record["values"].items()
                  if name in whole._fields and whole._plain(name) == after}
        joined = record["values"]["team_joined"][1]
        if joined and joined != whole.team_id.id:
            values["contributing_team_ids"] = [Command.unlink(joined)]
        whole.with_context(tracking_disable=True).write(values)
        self.with_context(library_clock_reason="resumed").write({
            "active": True, "merged_into_id": False, "merge_record": False, "date_merged": False, **record["state"],
        })
        (whole | self)._update_readers()
        whole.merged_count = len(whole.merged_ids)
        (whole | self)._mark_asked()
        whole._ensure_workroom()._note(self.env._(
            "%(name)s undid the merge with “%(case)s”.", name=self.env.user.name, case=self.display_name))

    # What still comes to the case that went

    def message_post(self, **kwargs):
        """What is said to a case that was merged is said in the case that stayed."""
        whole = self._merged_whole()
        if whole != self:
            return whole.message_post(**kwargs)
        return super().message_post(**kwargs)

    def _answer(self, body, attachment_ids=(), solutions=None, articles=None, author=None):
        # a merge at this very moment waits for the answer, or the answer for the merge
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(self.env._(
                "A colleague is changing this case at this very moment. Nothing was sent: send once more.")) from None
        return super()._answer(
            body, attachment_ids=attachment_ids, solutions=solutions, articles=articles, author=author)

    def _check_not_merged(self):
        for case in self.sudo():  # sudo: where the case went is no secret to whoever works on it
            if case.merged_into_id:
                raise UserError(self.env._("This case was merged into “%(name)s”: go on there.",
                                           name=case.merged_into_id.display_name))

    def _close(self, resolution, unmet_reason=False, lacks=False):
        self._check_not_merged()
        return super()._close(resolution, unmet_reason, lacks)

    def _assign(self, user):
        self._check_not_merged()
        return super()._assign(user)

    def _transfer(self, team, reason=False):
        self._check_not_merged()
        return super()._transfer(team, reason)

    # On the portal

    @api.model
    def _portal_find(self, record_id, access_token=None):
        """Links to a case that was merged lead to the one that stayed, for those who take part in it."""
        case_sudo = super()._portal_find(record_id, access_token)
        whole = case_sudo._merged_whole() if case_sudo else case_sudo
        if whole == case_sudo:
            return case_sudo
        allowed = whole.with_env(self.env).has_access("read") or whole._portal_opens(access_token)
        return whole.sudo() if allowed else whole.sudo().browse()  # sudo: as in the mixin, after the check

    def _portal_opens(self, access_token):
        if super()._portal_opens(access_token):
            return True
        whole_sudo = self.sudo()  # sudo: compares secrets, shows nothing
        return not whole_sudo._portal_link_expired() and any(
            same_secret(access_token, part.access_token) and part.partner_id in whole_sudo.reader_partner_ids
            for part in whole_sudo._merged_parts()
        )

    @api.model
    def _portal_find_rating(self, case_id, token):
        case = self.browse(case_id if isinstance(case_id, int) else None)
        return super()._portal_find_rating(case._merged_whole().id if case.exists() else case_id, token)

    # Buttons

    def action_open_merged(self):
        """The questions that were merged into this case."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action_merged")
        return action | {"domain": [("merged_into_id", "=", self.id)]}

    def action_open_whole(self):
        """Go to the case that stayed."""
        self.check_access("write")
        return self._open_record(self._merged_whole())
