from datetime import UTC, datetime

from odoo import api, models
from odoo.exceptions import UserError

from ...connectors import koha_rest
from ...connectors.messages import ApiRefused
from ...connectors.table_file import Chunk, facts_of_rows

PREVIEW_PAGES = 2
RETURNED = 1_000_000  # places from here on are pages of loans that came back


class LibraryImportRun(models.Model):
    """Koha's REST interface as a source: its pages are the chunks, their number is the cursor."""

    _inherit = "library.import.run"

    @api.model
    def _loaders(self):
        return {**super()._loaders(), "koha_rest": "patrons"}

    def _loader_suffix(self):
        if self.source == "koha_rest" and self.profile_id.rest_object == "checkouts":
            return self._loaders()["koha_circulation"]
        return super()._loader_suffix()

    def _chunks(self, first_line):
        if self.source != "koha_rest":
            return super()._chunks(first_line)
        return self._fetched_chunks(first_line)

    def _fetched_chunks(self, first_place):
        """Pages of the library system as chunks; a preview looks at the first ones only."""
        for page, place, next_place in self._pages(first_place):
            if page.total:
                self.total_rows = max(page.total, self.total_rows)
            if page.newest:
                newest = max(page.newest.astimezone(UTC).isoformat(), (self.facts or {}).get("newest", ""))
                self.facts = {**(self.facts or {}), "newest": newest}
            yield Chunk(place, next_place, page.frame, [])
            if self.state == "reading" and place >= PREVIEW_PAGES:
                return

    def _pages(self, first_place):
        """(page, its place, the next place); loans that came back follow those that are out."""
        client = self.profile_id._client()
        since = self.profile_id._fetched_up_to()
        if self.profile_id.rest_object == "patrons":
            for page in client.patrons(since, first_page=first_place):
                yield page, page.number, page.next_number or page.number + 1
            return
        if first_place < RETURNED:
            for page in client.checkouts(since, first_page=first_place):
                yield page, page.number, page.next_number or RETURNED + 1
        for page in client.checkouts(since, first_page=max(first_place - RETURNED, 1), returned=True):
            yield page, RETURNED + page.number, RETURNED + (page.next_number or page.number + 1)

    def _facts(self):
        """Pages are no file; those of their rows that are refused go into one."""
        if self.source != "koha_rest":
            return super()._facts()
        rows = self.env["library.import.row"].search(
            [("run_id", "=", self.id), ("kind", "=", "refused"), ("is_preview", "=", False)]
        )
        return facts_of_rows(dict.fromkeys(column for row in rows for column in row.raw))

    def _finish(self):
        fetched = self.source == "koha_rest" and self.state == "running"
        result = super()._finish()
        if fetched and (self.facts or {}).get("newest"):
            self.profile_id.rest_cursor = self.facts["newest"]
        return result

    @api.model
    def _cron_fetch(self):
        """Every night: a run of each profile that is fetched by itself, unless its last one still goes on."""
        profiles = self.env["library.import.profile"].search(
            [("source", "=", "koha_rest"), ("is_scheduled", "=", True)]
        )
        for profile in profiles:
            if not self.search_count(
                [("profile_id", "=", profile.id), ("state", "in", ("running", "paused"))], limit=1
            ):
                run = self.create({"profile_id": profile.id})
                run.action_run()


class LibraryImportProfile(models.Model):
    """How a library system is reached."""

    _inherit = "library.import.profile"

    def _client(self):
        """A client of this profile's library system."""
        self.ensure_one()
        profile_sudo = self.sudo()  # sudo: the secret, which only the client gets
        if not (profile_sudo.rest_url and profile_sudo.rest_user and profile_sudo.rest_secret):
            raise UserError(self.env._("Enter the address, the user and the secret of the library system first."))
        kind = koha_rest.BasicAuth if profile_sudo.rest_auth == "basic" else koha_rest.ClientCredentials
        return koha_rest.KohaClient(profile_sudo.rest_url, kind(profile_sudo.rest_user, profile_sudo.rest_secret))

    def _fetched_up_to(self):
        return datetime.fromisoformat(self.rest_cursor) if self.rest_cursor else None

    def action_test_connection(self):
        """Ask the library system how many patrons it has for us."""
        self.ensure_one()
        try:
            count = self._client().check()
        except ApiRefused as refusal:
            sentence = self.env["library.import.run"]._sentence(refusal.code, refusal.params)
            raise UserError(sentence) from refusal
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The library system answers; it has %(count)s patrons for us.", count=count),
            },
        }

    def action_fetch_all(self):
        """Forget how far was fetched: the next run asks for everybody."""
        self.rest_cursor = False
