import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.alert_match import Item, Matcher

BATCH = 200
NEW_DAYS = 60
"""What is older than this when it is first seen is not new any more."""
KEEP_DAYS = 200
PREVIEW_LIMIT = 3000
"""Items of the last months that a preview reads, the newest ones."""


class LibraryAlertItem(models.Model):
    """That a new record has met the alerts. A record meets them once, in the transaction that keeps its finds."""

    _name = "library.alert.item"
    _description = "Record that met the Alerts"
    _log_access = False

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(res_model, res_id)")

    # What can be told to patrons

    @api.model
    def _domains(self):
        """{model: which of its records a patron may hear of}."""
        # sudo: whoever extends this may read more than the patron; what patrons may read is said here
        return {
            "library.feed.item": Domain("state", "in", ("kept", "acquired"))
            & Domain("is_deleted", "=", False) & Domain("duplicate_of_id", "=", False),
            "library.article": Domain("state", "=", "published") & Domain("visibility", "in", ("public", "patron")),
            "library.solution": Domain("state", "=", "final") & Domain("is_shareable", "=", True),
        }

    @api.model
    def _domain_new(self, name, days):
        """Records of a model that became readable within `days`."""
        since = fields.Datetime.subtract(self.env.cr.now(), days=days)
        columns = {
            "library.feed.item": ("date_seen", "date_decided"),
            "library.article": ("date_published",),
            "library.solution": ("write_date",),
        }[name]
        return self._domains()[name] & Domain.OR(Domain(column, ">=", since) for column in columns)

    @api.model
    def _still_open(self, name, numbers):
        """Ids among `numbers` that patrons may read now."""
        if name not in self.env or name not in self._domains():
            return []
        # sudo: asks only whether; the domain says what patrons may read
        return self.env[name].sudo().search(self._domains()[name] & Domain("id", "in", numbers)).ids

    @api.model
    def _query_unmatched(self, name):
        # sudo: the nightly job reads for all patrons; the domain says what they may hear of
        Model_sudo = self.env[name].sudo()
        self.flush_model()
        query = Model_sudo._search(self._domain_new(name, NEW_DAYS), order="id")
        query.add_where(SQL(
            "NOT EXISTS (SELECT 1 FROM library_alert_item met WHERE met.res_model = %s AND met.res_id = %s)",
            name, SQL.identifier(query.table, "id"),
        ))
        return query

    # As the matching sees them

    @api.model
    def _items(self, records):
        """Records of one model as the matching reads them."""
        found = []
        classes = self._class_paths()
        for record in records:
            if record._name == "library.feed.item":
                text = "\n".join(filter(None, [
                    record.title, record.subject_words, record.creators, record.publisher, record.summary]))
                lang = record.lang or ""
                subject_ids = (record.subject_ids or record.suggested_subject_ids).ids
            else:
                values = record._search_document_values()
                text = "\n".join(filter(None, [values["title"], values["words"], values["text"]]))
                lang, subject_ids = values["lang"] or "", values["subject_ids"]
            subjects = frozenset().union(*(classes.get(number, ()) for number in subject_ids))
            key = (record._name, record.id)
            found.append(Item(key, record._name, text, subjects, lang[:2].lower(), record.company_id.id or 0))
        return found

    @api.model
    def _class_paths(self):
        """{class: itself, all broader ones, and those of the other scheme that cover the same field}."""
        kept = self.env.cr.cache.get("library_alert_classes")
        if kept:
            return kept
        self.env["library.subject"].flush_model()
        paths = {
            number: frozenset(int(part) for part in (path or "").split("/") if part) | {number}
            for number, path in self.env.execute_query(SQL("SELECT id, parent_path FROM library_subject"))
        }
        same = {}
        for one, other in self.env.execute_query(SQL("SELECT subject_id, other_id FROM library_subject_crosswalk")):
            same.setdefault(one, set()).update(paths.get(other, ()))
            same.setdefault(other, set()).update(paths.get(one, ()))
        found = {
            number: path.union(*(same.get(part, ()) for part in path)) for number, path in paths.items()
        }
        self.env.cr.cache["library_alert_classes"] = found
        return found

    # Matching

    @api.model
    def _match_new(self):
        """Let every new record meet the running alerts, batch by batch.

        :return: whether all of them have met
        """
        names = [name for name in self._domains() if name in self.env]
        if not any(self.env.execute_query(self._query_unmatched(name).select(SQL("1")))[:1] for name in names):
            return True
        Profile = self.env["library.alert.profile"]
        profiles = Profile.search(Profile._domain_running())
        patrons = {profile.id: (profile.patron_id.id, profile.company_id.id) for profile in profiles}
        matcher = Matcher(profiles._wishes())
        commit = self.env["ir.cron"]._commit_progress
        for name in names:
            while True:
                query = self._query_unmatched(name)
                query.limit = BATCH
                numbers = list(query)
                if not numbers:
                    break
                # sudo: the job reads all that is new; what a patron may hear of is decided for each find
                self._match_batch(self.env[name].sudo().browse(numbers), matcher, patrons)
                if not commit(len(numbers)):
                    return False
        return True

    @api.model
    def _match_batch(self, records, matcher, patrons):
        """Keep the finds among some records, and that these have met the alerts."""
        rows = []
        for record, item in zip(records, self._items(records), strict=True):
            for match in matcher.match(item):
                patron_id, company_id = patrons[match.wish]
                why = json.dumps({"words": list(match.words), "subjects": list(match.subjects)}, ensure_ascii=False)
                rows.append((
                    match.wish, patron_id, company_id, record._name, record.id, record.display_name[:500], why,
                ))
        now, uid = self.env.cr.now(), self.env.uid
        self._insert_hits(rows, now, uid)
        self.env.cr.execute_values(
            "INSERT INTO library_alert_item (res_model, res_id, date) VALUES %s ON CONFLICT DO NOTHING",
            [(records._name, number, now) for number in records.ids],
        )
        self.env["library.alert.hit"].invalidate_model()
        self.env["library.alert.profile"].invalidate_model(["hit_ids"])

    @api.model
    def _insert_hits(self, rows, now, uid):
        if rows:
            self.env["library.alert.hit"].flush_model()
            # an alert that was deleted meanwhile has no finds any more
            self.env.cr.execute_values(
                """
                INSERT INTO library_alert_hit (profile_id, patron_id, company_id, res_model, res_id, title, why,
                                               state, date, create_date, write_date, create_uid, write_uid)
                SELECT r.profile_id, r.patron_id, r.company_id, r.res_model, r.res_id, r.title, r.why::jsonb,
                       'new', r.at, r.at, r.at, r.uid, r.uid
                  FROM (VALUES %s) AS r (profile_id, patron_id, company_id, res_model, res_id, title, why, at, uid)
                 WHERE EXISTS (SELECT 1 FROM library_alert_profile p WHERE p.id = r.profile_id)
                ON CONFLICT DO NOTHING
                """,
                [(*row, now, uid) for row in rows],
                template="(%s, %s, %s, %s, %s, %s, %s, %s::timestamp, %s)",
            )

    @api.model
    def _preview(self, profile, days=90):
        """What an alert would have found, whether or not it is saved; nothing is kept.

        :return: (number of finds, the newest ones as [(record in sudo mode, Match)])
        """
        found = []
        matcher = Matcher(profile._wishes())
        for name in profile._kinds():
            if name not in self.env:
                continue
            # sudo: what patrons may read, in the institution of the alert
            domain = self._domain_new(name, days) & Domain("company_id", "in", (profile.company_id.id, False))
            records_sudo = self.env[name].sudo().search(domain, order="id desc", limit=PREVIEW_LIMIT)
            for record, item in zip(records_sudo, self._items(records_sudo), strict=True):
                found += [(record, match) for match in matcher.match(item)]
        return len(found), found[:20]

    @api.autovacuum
    def _gc_old(self, limit=50000):
        """What is far too old to be new again need not be remembered."""
        before = fields.Datetime.subtract(self.env.cr.now(), days=KEEP_DAYS)
        self.env.cr.execute(SQL(
            "DELETE FROM library_alert_item WHERE id IN (SELECT id FROM library_alert_item WHERE date < %s LIMIT %s)",
            before, limit,
        ))
        return self.env.cr.rowcount, self.env.cr.rowcount == limit
