import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.link_health import judge, should_ask_again
from ...lib.safe_fetch import FetchError, fetch

_logger = logging.getLogger(__name__)

DAYS_BETWEEN = 7
DAYS_AFTER_FAILURE = 1
BATCH = 20
AT_ONCE = 5
SECONDS = 15
MOST_BYTES = 65536
ALLOWED_PARAMETER = "library_crm.fetch_allowed_hosts"
"""Hosts of the library's own network that may be asked, separated by commas; a setting for administrators."""

CODES = [
    ("answers", "Answers"),
    ("login", "Answers and asks who comes"),
    ("busy", "Answers that we ask too often"),
    ("not_found", "The page is gone"),
    ("server", "The server has a fault"),
    ("refused", "The server does not want to answer"),
    ("name", "Nobody knows the name of the server"),
    ("connect", "Nothing answers there"),
    ("certificate", "The certificate does not fit"),
    ("time", "No answer in time"),
    ("size", "More than a page"),
    ("redirect", "Leads in circles"),
    ("answer", "Answers what no browser understands"),
    ("scheme", "No web address"),
    ("host", "No web address"),
    ("port", "A port that no web server uses"),
    ("private", "In the library's own network: not checked from here"),
]


class LibraryResource(models.Model):
    """Whether the link of a resource still opens: asked once a week, from a place that cannot be sent inside."""

    _inherit = "library.resource"

    health = fields.Selection(
        [("ok", "Opens"), ("broken", "Broken"), ("unknown", "Not known")], string="Link check", default="unknown",
        required=True, readonly=True, copy=False, index=True,
    )
    health_code = fields.Selection(CODES, readonly=True, copy=False)
    health_status = fields.Integer("Status of the answer", readonly=True, copy=False)
    health_note = fields.Char("What the check found", compute="_compute_health_note")
    failed_checks = fields.Integer(readonly=True, copy=False)
    date_checked = fields.Datetime("Checked", readonly=True, copy=False)

    @api.depends("health_code", "health_status")
    @api.depends_context("lang")
    def _compute_health_note(self):
        labels = dict(self._fields["health_code"]._description_selection(self.env))
        for resource in self:
            words = labels.get(resource.health_code, "")
            if resource.health_status and resource.health != "ok":
                words = self.env._("%(words)s (status %(status)s)", words=words, status=resource.health_status)
            resource.health_note = words

    def write(self, vals):
        if "url" in vals:
            changed = self.filtered(lambda resource: resource.url != vals["url"])
            super(LibraryResource, changed).write(
                {"health": "unknown", "health_code": False, "health_status": 0, "failed_checks": 0,
                 "date_checked": False}
            )  # fmt: skip
        return super().write(vals)

    def action_check_health(self):
        """Check these links now."""
        self.check_access("write")
        with_link = self.filtered("url")
        with_link._check_health()
        broken = with_link.filtered(lambda resource: resource.health == "broken")
        message = self.env._(
            "%(count)s checked, %(broken)s broken.", count=len(with_link), broken=len(broken)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if broken else "success", "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_health(self):
        """Ask each link, several at a time, and keep what came back."""
        allowed = self._fetch_allowed_hosts()
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            answers = list(pool.map(lambda url: _ask(url, allowed), self.mapped("url")))
        now = self.env.cr.now()
        for resource, (status, error) in zip(self, answers, strict=True):
            health, code, failures = judge(status, error, resource.failed_checks)
            resource.write({
                "health": health, "health_code": code, "health_status": status or 0, "failed_checks": failures,
                "date_checked": now,
            })

    @api.model
    def _fetch_allowed_hosts(self):
        """Hosts inside that may be asked, as the administrator wrote them."""
        # sudo: one line of the configuration
        text = self.env["ir.config_parameter"].sudo().get_param(ALLOWED_PARAMETER) or ""
        return frozenset(host.strip().lower() for host in text.split(",") if host.strip())

    @api.model
    def _domain_to_check(self):
        """Links not asked for a week, or not since yesterday when they failed."""
        now = fields.Datetime.now()
        old = Domain("date_checked", "<", now - timedelta(days=DAYS_BETWEEN))
        failed = Domain("failed_checks", ">", 0) & Domain("date_checked", "<", now - timedelta(days=DAYS_AFTER_FAILURE))
        return Domain("url", "!=", False) & (Domain("date_checked", "=", False) | old | failed)

    @api.model
    def _cron_check_health(self):
        """Check what is due, a few at a time; stopped at any point it goes on from there."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_to_check()
        commit(remaining=self.search_count(domain))
        while due := self.search(domain, limit=BATCH, order="date_checked NULLS FIRST, id"):
            due._check_health()
            _logger.info("Checked %s links.", len(due))
            if not commit(len(due)):
                break


def _ask(url, allowed):
    """(status, None) of an answer or (None, code of the error); runs in a thread, without the database."""
    options = {"allowed": allowed, "seconds": SECONDS, "most_bytes": MOST_BYTES, "cut": True}
    try:
        status = fetch(url, method="HEAD", **options).status
        if should_ask_again(status):
            status = fetch(url, **options).status
    except FetchError as error:
        return None, error.code
    return status, None
