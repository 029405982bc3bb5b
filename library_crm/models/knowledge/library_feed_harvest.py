import logging
from datetime import UTC

from odoo import api, models
from odoo.fields import Domain

from ...connectors import oai_harvest, rss_feed
from ...connectors.harvest_messages import HarvestError
from ...lib.safe_fetch import FetchError, fetch

_logger = logging.getLogger(__name__)

USER_AGENT = "library_crm harvester"
MOST_PAGES = 2000
MOST_RESTARTS = 2
WEBSITE_CODES = ("html_page", "not_xml", "not_a_feed", "not_oai", "bad_format")


class LibraryFeed(models.Model):
    """Asking the sources: each step reads one feed, or one page of a repository, and keeps where it goes on.

    What a page brings and where the list goes on are kept in one transaction, and items are known by their
    identifiers: killed at any point, the next run ends where this one would have ended.
    """

    _inherit = "library.feed"

    @api.model
    def _cron_harvest(self):
        """Read what is due, oldest first; a long list takes turns with the other feeds."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_due()
        commit(remaining=self.search_count(domain))
        while due := self.search(domain, limit=10, order="date_next NULLS FIRST, id"):
            feed = due.try_lock_for_update(allow_referencing=True)[:1]
            if not feed:
                break
            feed._harvest_step()
            domain = self._domain_due()
            if not commit(1, remaining=self.search_count(domain)):
                break

    def action_harvest(self):
        """Read these sources now: one step here and the rest by the scheduled action."""
        self.check_access("write")
        for feed in self.try_lock_for_update(allow_referencing=True):
            if feed.state == "paused":
                feed.action_resume()
            feed._harvest_step()
        # sudo: starts the scheduled action early; it does what it does anyway
        self.env.ref("library_crm.ir_cron_library_feed_harvest").sudo()._trigger()
        failed = self.filtered("error_count")
        created = sum(feed._get_last_run().created_count for feed in self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "message": failed[:1].message or self.env._("%(count)s new items.", count=created),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _fetch(self, url, headers=None, seconds=oai_harvest.SECONDS, most_bytes=oai_harvest.MOST_BYTES):
        """Ask the source, never inside the library's own network unless an administrator allowed the host."""
        allowed = self.env["library.resource"]._fetch_allowed_hosts()
        return fetch(url, allowed=allowed, seconds=seconds, most_bytes=most_bytes, cut=True,
                     headers={"User-Agent": USER_AGENT, **(headers or {})})

    def _harvest_step(self):
        """Read the feed, or one page of the repository; whatever goes wrong is noted and tried again later."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                (self._step_rss if self.kind == "rss" else self._step_oai)()
        except FetchError as error:
            self._on_refused(error.code)
        except HarvestError as error:
            self._on_refused(error.code, error.params, error.retry_seconds)
        except Exception:
            # one source that no reader foresaw must not keep the others from being read
            _logger.exception("Feed %s could not be read.", self.id)
            self.env.invalidate_all(flush=False)
            self._on_refused("answer")

    def _on_refused(self, code, params=None, retry_seconds=None):
        """A step that brought nothing."""
        run = self._get_running()
        if not run:
            run = self._begin_run()
        if self.kind == "rss" or code in WEBSITE_CODES:
            run._finish("failed", code, params)
        else:
            # the list goes on from its token when the server is back
            run.write({"message_code": code, "message_params": params or False})
        self._on_failure(code, params, retry_seconds)

    # Readings

    def _get_last_run(self):
        return self.env["library.feed.run"].search([("feed_id", "=", self.id)], limit=1)

    def _get_running(self):
        # sudo: readings are written by the harvester only
        return self.env["library.feed.run"].sudo().search(
            Domain("feed_id", "=", self.id) & Domain("state", "=", "running"), limit=1)

    def _begin_run(self, **values):
        # sudo: see above
        return self.env["library.feed.run"].sudo().create({
            "feed_id": self.id, "name": self.name, "company_id": self.company_id.id, **values,
        })

    def _keep(self, run, rows):
        """Keep what a page brought, and count it."""
        # sudo: items are written by the harvester only
        counts = self.env["library.feed.item"].sudo()._upsert(rows, self.company_id, self, run)
        run._count(page=1, found=len(rows), **counts)

    # RSS and Atom

    def _step_rss(self):
        headers = rss_feed.conditions(self.etag, self.last_modified)
        fetched = self._fetch(self.url, headers, rss_feed.SECONDS, rss_feed.MOST_BYTES)
        feed = rss_feed.read(fetched, self._moment())
        if feed is None:
            self._on_success("nothing_new")
            return
        run = self._begin_run()
        self._keep(run, feed.rows)
        run._finish("partial" if feed.code else "ok", feed.code, feed.params)
        self.write({
            "server_name": feed.name or self.server_name, "etag": feed.etag or False,
            "last_modified": feed.last_modified or False,
        })
        self._on_success(feed.code or (False if run.created_count else "nothing_new"), feed.params)

    def _moment(self):
        """The time of this transaction, with its zone."""
        return self.env.cr.now().replace(tzinfo=UTC)

    # OAI-PMH

    def _step_oai(self):
        run = self._get_running()
        if not self.granularity:
            self._ask_server()
        if not run:
            run = self._begin_run(cursor=oai_harvest.since(self.cursor, self.granularity))
        try:
            page = oai_harvest.list_records(
                self._fetch, self.url, self._moment(), token=run.token or None, prefix=self.prefix or "oai_dc",
                set_spec=self.set_spec, since=run.cursor or None)
        except oai_harvest.BadToken:
            self._on_forgotten(run)
            return
        if page.mark and run._seen_before(page.mark):
            self._stop_list(run, "loop")
            return
        self._keep(run, page.rows)
        run._count(refused=page.refused)
        if not run.token:
            run.next_cursor = page.moment or self._moment().strftime("%Y-%m-%dT%H:%M:%SZ")
        if not page.token:
            self._end_list(run, page.code)
        elif run.page_count >= MOST_PAGES:
            self._stop_list(run, "many", {"limit": run.found_count})
        elif page.token == run.token and not page.rows:
            self._stop_list(run, "loop")
        else:
            run.write({"token": page.token, "message_code": page.code, "message_params": False})
            self._on_success(page.code, is_complete=False)

    def _end_list(self, run, code):
        """The last page was read; the next list begins where this one was begun."""
        if code:
            # the end is missing: what may have come after it has to be asked for again
            self._stop_list(run, code)
            return
        run._finish("ok")
        self.cursor = run.next_cursor
        self._on_success(False if run.created_count or run.changed_count else "nothing_new")

    def _stop_list(self, run, code, params=None):
        """Keep what came, and ask for the same list again next time."""
        run._finish("partial", code, params)
        self._on_success(code, params)

    def _on_forgotten(self, run):
        """The server does not know where we are: begin again, but not for ever."""
        run.restart_count += 1
        if run.restart_count > MOST_RESTARTS:
            self._stop_list(run, "restarted_often")
            return
        run.write({"token": False, "marks": False, "message_code": "restarted"})
        self._on_success("restarted", is_complete=False)

    def _ask_server(self):
        """What the repository says about itself and its parts."""
        moment = self._moment()
        identity = oai_harvest.identify(self._fetch, self.url, moment)
        try:
            sets = oai_harvest.list_sets(self._fetch, self.url, moment)
        except (FetchError, HarvestError):
            # not every repository answers this, and nothing hangs on it
            sets = []
        self.write({
            "granularity": identity.granularity, "server_name": identity.name,
            "server_sets": "\n".join(f"{spec} – {name}" for spec, name in sets) or False,
        })
