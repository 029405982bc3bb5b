from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 500


class ResCompany(models.Model):
    _inherit = "res.company"

    library_silent_days = fields.Integer(
        "Silent after days", default=21,
        help="A patron who has not said by then whether it helped counts as silent: neither confirmed nor doubted.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_silent_days = fields.Integer(related="company_id.library_silent_days", readonly=False)


class LibraryCase(models.Model):
    """What the patron says of the result. Silence is no consent: it is counted apart."""

    _inherit = "library.case"

    confirmation = fields.Selection(selection_add=[("silent", "No answer from the patron")])
    minutes_saved = fields.Integer(
        "Minutes saved, says the patron", readonly=True, copy=False, groups="base.group_user", aggregator="sum"
    )
    date_saved_said = fields.Datetime("Said what it saved", readonly=True, copy=False, groups="base.group_user")

    _silence_idx = models.Index("(date_closed) WHERE stage_code = 'closed' AND confirmation = 'none'")

    @api.model
    def _domain_silent(self):
        """Closed cases whose patrons had their days to say whether it helped, and did not."""
        domains = [
            Domain("company_id", "=", company.id)
            & Domain("date_closed", "<", fields.Datetime.subtract(self.env.cr.now(), days=days))
            for company in self.env["res.company"].search(Domain.TRUE)
            if (days := max(company.library_silent_days, 1))
        ]
        return Domain("stage_code", "=", "closed") & Domain("confirmation", "=", "none") & Domain.OR(domains)

    @api.model
    def _cron_note_silence(self):
        """Note the silence of those who had time enough; in batches that may be killed at any point."""
        Case = self.with_context(active_test=False, tracking_disable=True)
        domain = Case._domain_silent()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=Case.search_count(domain))
        while cases := Case.search(domain, limit=BATCH).try_lock_for_update(allow_referencing=True):
            cases.write({"confirmation": "silent"})
            if not commit(len(cases)):
                break

    # What it saved

    @api.model
    def _portal_saved_choices(self):
        """What a patron can say with one tap: [(minutes, words)]."""
        _ = self.env._
        return [
            (0, _("Nothing")),
            (10, _("Ten minutes")),
            (30, _("Half an hour")),
            (120, _("Two hours")),
            (480, _("A day or more")),
        ]

    def _portal_saved_values(self, may_say):
        """What the pages need to ask how much time it saved; nothing is asked where nothing was found.

        :param bool may_say: whether it is time, and the visitor's turn, to say it
        """
        self.ensure_one()
        asks = may_say and self.resolution != "unmet"
        return {
            "saved_choices": self._portal_saved_choices() if asks else [],
            "saved": self.minutes_saved if self.date_saved_said else -1,
        }

    def _portal_saved(self, form, access_token=None):
        """The patron says, on the page of the case, how much time it saved."""
        self._portal_check_decider(access_token)
        self._note_saved(form)

    def _note_saved(self, form):
        """Keep what the patron tapped; the last tap counts and anything else is ignored.

        :param dict form: untrusted; minutes is read
        """
        self.ensure_one()
        known = {str(minutes): minutes for minutes, _words in self._portal_saved_choices()}
        minutes = known.get(str(form.get("minutes")))
        if minutes is not None:
            # sudo: the patron's word about the own case; one of five values
            self.sudo().with_context(tracking_disable=True).write(
                {"minutes_saved": minutes, "date_saved_said": self.env.cr.now()}
            )

    def _portal_outcome(self):
        """What is missing when not everything was found, in plain words: (reason or False, what lacks or False)."""
        self.ensure_one()
        if self.stage_code != "closed" or self.resolution not in ("partly", "unmet"):
            return False, False
        _ = self.env._
        reasons = {
            "no_source": _("We found no source that answers it."),
            "no_access": _("We know of a source, and could not get access to it."),
            "no_time": _("We could not do it in the time we had."),
            "unclear": _("It stayed unclear to us what you need."),
            "out_of_scope": _("It lies outside what this library can do."),
            "referred": _("Somebody else can answer it better, and we told you who."),
        }
        lacks = [need.lacks for need in self.need_ids if need.lacks]
        return reasons.get(self.unmet_reason, False), "\n".join(lacks) or False

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        case_sudo = values["case"]
        reason, lacks = case_sudo._portal_outcome()
        return {
            **values,
            "unmet_words": reason,
            "lacks_words": lacks,
            **case_sudo._portal_saved_values(values["may_decide"] and case_sudo.stage_code == "closed"),
        }
