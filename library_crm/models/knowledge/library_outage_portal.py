from datetime import timedelta

from lxml import etree

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

DAYS_SHOWN = 30
MOST_SHOWN = 100
MOMENT_FORMATS, MOMENT_FORMAT = {"zh": "M月d日 EEEE HH:mm"}, "EEEE, d MMMM, HH:mm"
ATOM = "http://www.w3.org/2005/Atom"


class LibraryOutage(models.Model):
    """What everybody may read of outages: what was announced, in plain words."""

    _inherit = "library.outage"

    @api.model
    def _portal_status(self):
        """What is out of order, what will be, and what was lately.

        :return: {"now", "coming", "past"}: lists of the dicts of `_portal_row`
        """
        since = self.env.cr.now() - timedelta(days=DAYS_SHOWN)
        now, coming = self._domain_now(), self._domain_coming()
        past = (
            Domain("state", "in", ("announced", "over")) & Domain("date_end", "<=", self.env.cr.now())
            & Domain("date_end", ">=", since)
        )  # fmt: skip
        return {
            "now": self._portal_rows(now, "date_start DESC"),
            "coming": self._portal_rows(coming, "date_start"),
            "past": self._portal_rows(past, "date_end DESC"),
        }

    @api.model
    def _portal_rows(self, domain, order="date_start DESC"):
        """Announced outages of the visitor's institutions."""
        here = Domain("company_id", "in", [*self.env.companies.ids, False]) & Domain("date_announced", "!=", False)
        # sudo: announced to everybody; only name, times and the text for patrons leave
        outages_sudo = self.sudo().search(here & domain, order=order, limit=MOST_SHOWN)
        return [outage_sudo._portal_row() for outage_sudo in outages_sudo]

    def _portal_row(self):
        """One outage as its reader sees it."""
        self.ensure_one()
        lang = self.env.lang or self.env.user.lang or "en_US"
        outage = self.with_context(lang=lang)

        zone = self.env.company.resource_calendar_id.tz or "UTC"

        def words(moment):
            pattern = MOMENT_FORMATS.get(lang[:2], MOMENT_FORMAT)
            return format_datetime(self.env, moment, tz=zone, dt_format=pattern, lang_code=lang) if moment else ""

        row = {
            "id": outage.id,
            "name": outage.resource_id.name,
            "is_planned": outage.kind == "planned",
            "text": outage.text or "",
            "start": words(outage.date_start),
            "end": words(outage.date_end),
            "is_over": outage.state == "over" or bool(outage.date_end and outage.date_end <= self.env.cr.now()),
            "announced": outage.date_announced,
            "updated": max(filter(None, [outage.date_announced, outage.write_date])),
        }
        return {**row, "headline": self._portal_headline(row), "when": self._portal_when(row)}

    @api.model
    def _portal_when(self, row):
        """From when until when, in a sentence."""
        facts = {"start": row["start"], "end": row["end"]}
        if row["is_planned"] and row["end"]:
            return self.env._("Maintenance from %(start)s until %(end)s", **facts)
        if row["is_planned"]:
            return self.env._("Maintenance from %(start)s; we do not know yet how long", **facts)
        if row["end"]:
            return self.env._("Fault from %(start)s until %(end)s", **facts)
        return self.env._("Fault since %(start)s; we do not know yet how long", **facts)

    @api.model
    def _portal_feed(self, base_url):
        """The same as an Atom feed.

        :param str base_url: of this site, with the slash at its end
        :return: bytes
        """
        status = self._portal_status()
        page = f"{base_url}library/status"
        rows = [*status["now"], *status["coming"], *status["past"]]
        rows.sort(key=lambda row: row["updated"], reverse=True)
        feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
        feed.set("{http://www.w3.org/XML/1998/namespace}lang", (self.env.lang or "en_US").replace("_", "-"))

        def add(parent, name, text=None, **attributes):
            element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
            element.text = text

        add(feed, "title", self.env._("Are our services working?"))
        add(feed, "id", page)
        add(feed, "link", href=page)
        add(feed, "link", rel="self", href=f"{page}.atom")
        newest = rows[0]["updated"] if rows else self.env.cr.now()
        add(feed, "updated", f"{newest:%Y-%m-%dT%H:%M:%SZ}")
        for row in rows:
            entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
            add(entry, "title", self._portal_headline(row))
            add(entry, "id", f"{page}#{row['id']}")
            add(entry, "link", href=f"{page}#{row['id']}")
            add(entry, "updated", f"{row['updated']:%Y-%m-%dT%H:%M:%SZ}")
            author = etree.SubElement(entry, f"{{{ATOM}}}author")
            add(author, "name", self.env.company.name)
            add(entry, "summary", row["text"])
        return etree.tostring(feed, xml_declaration=True, encoding="utf-8")

    @api.model
    def _portal_headline(self, row):
        """A title that says whether it works."""
        if row["is_over"]:
            return self.env._("%(resource)s works again", resource=row["name"])
        if row["is_planned"]:
            return self.env._("%(resource)s: maintenance from %(start)s", resource=row["name"], start=row["start"])
        return self.env._("%(resource)s is out of order since %(start)s", resource=row["name"], start=row["start"])
