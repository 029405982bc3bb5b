from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...lib.alert_match import Wish, entries, next_moment
from ...lib.k_guard import K

CADENCES = [("daily", "Every day"), ("weekly", "Every week"), ("monthly", "Every month")]
CHANNELS = [("mail", "By e-mail"), ("portal", "Only on the portal"), ("rss", "As a feed (RSS)")]
STATES = [("draft", "Draft"), ("active", "Running"), ("paused", "Paused"), ("stopped", "Stopped")]
JOINED = [("both", "The words and the classes"), ("either", "The words or the classes")]


class LibraryAlertProfile(models.Model):
    """What a patron wants to hear of when it is new (SDI): words, classes, languages, how often and how."""

    _name = "library.alert.profile"
    _description = "Alert"
    _order = "id desc"
    _check_company_auto = True

    # who
    name = fields.Char("Topic", required=True)
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company,
        ondelete="cascade",
    )
    made_by = fields.Selection(
        [("staff", "Staff"), ("patron", "The patron")], string="Set up by", required=True, default="staff",
        readonly=True,
    )
    owner_id = fields.Many2one(
        "res.users", string="Looked after by", default=lambda self: self.env.user, index="btree_not_null",
        domain="[('share', '=', False)]", ondelete="set null",
    )

    # what
    words_any = fields.Text("One of these words", help="One word or phrase a line. A phrase is found as it stands.")
    words_all = fields.Text("All of these words", help="One word or phrase a line; every one has to be there.")
    words_none = fields.Text("None of these words", help="One word or phrase a line. What contains one is left out.")
    subject_ids = fields.Many2many("library.subject", string="Classes", help="Narrower classes are meant too.")
    joined = fields.Selection(JOINED, string="What has to fit", required=True, default="both")
    lang_ids = fields.Many2many(
        "res.lang", string="Languages", context={"active_test": False},
        help="Empty: every language. What has no known language is always taken.",
    )
    takes_items = fields.Boolean("New publications", default=True, help="What the library's sources announce.")
    takes_articles = fields.Boolean("Pages of the library's knowledge", default=True)
    takes_solutions = fields.Boolean(
        "Work done for others", default=True, help="Only what a colleague has read and declared free of names."
    )

    # how and when
    cadence = fields.Selection(CADENCES, string="How often", required=True, default="weekly")
    channel = fields.Selection(CHANNELS, string="How", required=True, default="mail")
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    date_next = fields.Datetime("Next mail", readonly=True, copy=False)
    date_last_run = fields.Datetime("Last mail", readonly=True, copy=False)
    date_until = fields.Date("Until", help="Afterwards nothing comes any more.")
    token = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # how good it is
    hit_ids = fields.One2many("library.alert.hit", "profile_id", string="Finds")
    hit_count = fields.Integer("Number of finds", compute="_compute_figures")
    vote_count = fields.Integer("Judged", compute="_compute_figures", help="Finds of which the patron said something.")
    precision_rate = fields.Float(
        "Useful", compute="_compute_figures", digits=(3, 2), aggregator=None,
        help="Share of useful finds among those that the patron judged; shown from five on.",
    )
    has_precision = fields.Boolean(compute="_compute_figures")

    _token_uniq = models.UniqueIndex("(token) WHERE token IS NOT NULL")
    _due_idx = models.Index("(date_next) WHERE state = 'active'")

    @api.depends("hit_ids.state")
    def _compute_figures(self):
        rows = self.env["library.alert.hit"]._read_group(
            [("profile_id", "in", self.ids)], ["profile_id", "state"], ["__count"])
        counts = {(profile.id, state): count for profile, state, count in rows}
        for profile in self:
            useful, useless = (counts.get((profile.id, state), 0) for state in ("relevant", "not_relevant"))
            profile.hit_count = sum(count for (number, _state), count in counts.items() if number == profile.id)
            profile.vote_count = useful + useless
            profile.has_precision = useful + useless >= K
            profile.precision_rate = useful / (useful + useless) if profile.has_precision else 0.0

    @api.constrains("words_any", "words_all", "subject_ids", "state")
    def _check_wish(self):
        for profile in self:
            if profile.state == "active" and not profile._has_wish():
                raise ValidationError(
                    self.env._("“%(name)s” needs a word or a class to look for.", name=profile.name or "")
                )

    @api.constrains("takes_items", "takes_articles", "takes_solutions", "state")
    def _check_kinds(self):
        for profile in self:
            if profile.state == "active" and not profile._kinds():
                raise ValidationError(self.env._("Choose at least one kind of thing to hear of."))

    def _has_wish(self):
        self.ensure_one()
        return bool(entries(self.words_any) or entries(self.words_all) or self.subject_ids)

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles.filtered(lambda profile: profile.state == "active")._plan_next()
        return profiles

    def write(self, vals):
        result = super().write(vals)
        if "cadence" in vals:
            self.filtered(lambda profile: profile.state == "active")._plan_next()
        return result

    # What it looks for

    @api.model
    def _domain_running(self):
        """Alerts that collect finds now."""
        over = Domain("date_until", "<", fields.Date.context_today(self))
        return Domain("state", "=", "active") & Domain("patron_id.active", "=", True) & ~over

    def _kinds(self):
        """The models whose new records are wanted."""
        self.ensure_one()
        wanted = {
            "library.feed.item": self.takes_items,
            "library.article": self.takes_articles,
            "library.solution": self.takes_solutions,
        }
        return frozenset(name for name, is_wanted in wanted.items() if is_wanted)

    def _wishes(self):
        """These alerts as the matching knows them; a form that is not saved has the key 0."""
        return [
            Wish(
                key=profile._origin.id or 0,
                any=entries(profile.words_any),
                all=entries(profile.words_all),
                none=entries(profile.words_none),
                subjects=frozenset(profile.subject_ids._origin.ids),
                needs_both=profile.joined == "both",
                langs=frozenset(code[:2] for code in profile.lang_ids.mapped("code")),
                kinds=profile._kinds(),
                owner=profile.company_id.id,
            )
            for profile in self
        ]

    # Where it stands

    def _plan_next(self):
        """Set when the next digest of these alerts is made up."""
        now = self.env.cr.now()
        for (cadence, zone), profiles in self.grouped(
            lambda one: (one.cadence, one.patron_id.tz or one.company_id.partner_id.tz or "UTC")
        ).items():
            profiles.write({"date_next": next_moment(cadence, now, zone)})

    def _start(self):
        """Let these alerts run from now on; what came before is not told."""
        self.write({"state": "active"})
        self._plan_next()

    def action_start(self):
        """Start alerts that the patron asked for. That the patron did so is logged as a consent."""
        self.check_access("write")
        for profile in self:
            patron = profile.patron_id
            answer = patron._newest_answers("alerts").get(patron.id)
            if answer is False:
                raise UserError(self.env._(
                    "%(name)s does not want alerts. They start again when the patron switches them on, on the portal.",
                    name=patron.display_name,
                ))
            if answer is None:
                patron._give("alerts", source="staff", note=profile.name)
        self._start()

    def action_pause(self):
        """Collect nothing until they are started again."""
        self.check_access("write")
        self.write({"state": "paused"})

    def action_stop(self):
        """End these alerts."""
        self.check_access("write")
        self.write({"state": "stopped"})

    def action_open_hits(self):
        """Show what was found."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_alert_hit_action") | {
            "domain": [("profile_id", "=", self.id)], "context": {},
        }

    @api.model
    def _cron_run(self):
        """Match what is new, then make up the digests that are due; killed anywhere, the next run goes on."""
        if self.env["library.alert.item"]._match_new():
            self.env["library.alert.digest"]._make_due()
