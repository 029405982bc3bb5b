from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...connectors.harvest_messages import HARVEST_CODES
from ...lib.feed_rules import back_off
from ...lib.links import safe_url

KINDS = [("rss", "RSS or Atom"), ("oai", "OAI-PMH")]
CADENCES = [("hour", "Every hour"), ("day", "Every day"), ("week", "Every week"), ("month", "Every month")]
DECISIONS = [("steward", "A steward decides"), ("keep", "Keep it"), ("drop", "Drop it")]
STATES = [("new", "Not fetched yet"), ("ok", "Running"), ("failing", "Failing"), ("paused", "Paused")]
HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}
PATIENCE = 3
"""Failed attempts in a row before a feed counts as failing: servers are down now and then."""


class LibraryFeed(models.Model):
    """A source outside that is followed: a feed of news, or a repository that can be harvested.

    What it brings are `library.feed.item`; how it is asked stands in `library_feed_harvest`.
    """

    _name = "library.feed"
    _description = "Feed"
    _order = "name, id"
    _check_company_auto = True

    # what is followed
    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="rss")
    url = fields.Char("Address", required=True)
    set_spec = fields.Char("Set", help="Only this part of the repository. Empty: all of it.")
    prefix = fields.Char(
        "Format", default="oai_dc", help="How the repository describes its records: oai_dc, marcxml or marc21."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company, index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="Steward", default=lambda self: self.env.user, index="btree_not_null", ondelete="set null",
        domain="[('share', '=', False)]",
    )

    # when
    cadence = fields.Selection(CADENCES, required=True, default="day", string="How often")
    date_next = fields.Datetime("Next time", readonly=True, copy=False, index=True)
    date_last = fields.Datetime("Last time", readonly=True, copy=False)

    # what becomes of what it brings
    default_decision = fields.Selection(
        DECISIONS, "What no rule names", required=True, default="steward",
        help="The rules beside it come first; what is to be dropped goes before what is to be kept.",
    )
    keep_words = fields.Text("Keep what says", help="Words or phrases, one a line or separated by commas.")
    drop_words = fields.Text("Drop what says", help="Words or phrases, one a line or separated by commas.")
    keep_subject_ids = fields.Many2many(
        "library.subject", "library_feed_keep_subject_rel", "feed_id", "subject_id", string="Keep the classes",
        help="With all that is below them; classes that are only suggested count too.",
    )
    drop_subject_ids = fields.Many2many(
        "library.subject", "library_feed_drop_subject_rel", "feed_id", "subject_id", string="Drop the classes"
    )
    subject_ids = fields.Many2many(
        "library.subject", "library_feed_subject_rel", "feed_id", "subject_id", string="Everything belongs to",
        help="Classes that each item gets, whatever else it says.",
    )
    lang = fields.Char("Language", help="Code of the language, e.g. en or zh, where the items do not say it.")

    # where it stands
    state = fields.Selection(STATES, required=True, default="new", readonly=True, copy=False, index=True)
    message_code = fields.Selection(HARVEST_CODES, readonly=True, copy=False)
    message_params = fields.Json(readonly=True, copy=False)
    message = fields.Char("What happened", compute="_compute_message")
    error_count = fields.Integer("Failed attempts in a row", readonly=True, copy=False)
    server_name = fields.Char("Calls itself", readonly=True, copy=False)
    server_sets = fields.Text("Sets it offers", readonly=True, copy=False)
    item_ids = fields.One2many("library.feed.item", "feed_id", string="Items")
    run_ids = fields.One2many("library.feed.run", "feed_id", string="Runs")
    item_count = fields.Integer("Items in all", compute="_compute_item_count")
    new_count = fields.Integer("To decide", compute="_compute_item_count")

    # where harvesting goes on
    etag = fields.Char(readonly=True, copy=False)
    last_modified = fields.Char(readonly=True, copy=False)
    granularity = fields.Char(readonly=True, copy=False)
    cursor = fields.Char("Harvested until", readonly=True, copy=False)

    _due_idx = models.Index("(date_next) WHERE active AND state <> 'paused'")

    @api.depends("message_code", "message_params")
    @api.depends_context("lang")
    def _compute_message(self):
        for feed in self:
            feed.message = feed._harvest_sentence(feed.message_code, feed.message_params)

    @api.model
    def _harvest_sentence(self, code, params=None):
        """What a code of harvesting means, in the reader's language."""
        sentence = dict(self._fields["message_code"]._description_selection(self.env)).get(code)
        try:
            return sentence % params if sentence and params else sentence or False
        except (KeyError, TypeError, ValueError):
            return sentence

    def _compute_item_count(self):
        Item = self.env["library.feed.item"]
        groups = Item._read_group([("feed_id", "in", self.ids)], ["feed_id", "state"], ["__count"])
        counts = {}
        for feed, state, count in groups:
            total, new = counts.get(feed, (0, 0))
            counts[feed] = (total + count, new + (count if state == "new" else 0))
        for feed in self:
            feed.item_count, feed.new_count = counts.get(feed, (0, 0))

    @api.constrains("url")
    def _check_url(self):
        for feed in self:
            if not safe_url(feed.url):
                raise ValidationError(
                    self.env._("%(name)s: the address must start with http:// or https://.", name=feed.name)
                )

    def write(self, vals):
        if {"url", "kind", "set_spec", "prefix"} & vals.keys():
            # another source: what was known of the old one says nothing about it
            vals = {
                **vals, "etag": False, "last_modified": False, "granularity": False, "cursor": False,
                "server_name": False, "server_sets": False,
            }  # fmt: skip
            # sudo: readings are written by the harvester only
            self.sudo().run_ids._give_up()
        return super().write(vals)

    # When it is asked

    @api.model
    def _domain_due(self):
        """Feeds that are to be asked now."""
        is_time = Domain("date_next", "=", False) | Domain("date_next", "<=", fields.Datetime.now())
        return Domain("state", "!=", "paused") & is_time

    def _on_success(self, code=False, params=None, is_complete=True):
        """Note that the source was read, and when to come again."""
        now = self.env.cr.now().replace(microsecond=0)
        self.write({
            "state": "ok", "error_count": 0, "message_code": code, "message_params": params or False,
            "date_last": now, "date_next": now + timedelta(hours=HOURS[self.cadence]) if is_complete else now,
        })

    def _on_failure(self, code, params=None, retry_seconds=None):
        """Note why the source could not be read, and come again later and later.

        :param retry_seconds: when the source itself says when to come again
        """
        now = self.env.cr.now().replace(microsecond=0)
        count = self.error_count + 1
        self.write({
            "state": "failing" if count >= PATIENCE else "ok" if self.date_last else "new",
            "error_count": count, "message_code": code, "message_params": params or False,
            "date_next": now + timedelta(seconds=back_off(count, retry_seconds)),
        })

    # What a steward can do

    def action_pause(self):
        """Do not ask these sources until somebody says so."""
        self.write({"state": "paused"})

    def action_resume(self):
        """Ask again, and at once."""
        self.write({"state": "new", "error_count": 0, "date_next": False, "message_code": False})

    def action_open_items(self):
        """What this source brought."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_feed_item_action")
        return action | {"domain": [("feed_id", "=", self.id)], "context": {}, "display_name": self.name}
