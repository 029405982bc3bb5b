import json

from odoo import api, models
from odoo.tools import SQL

from ...lib.bib_ids import title_key
from ...lib.feed_rules import decide, phrases
from ...lib.text_tokens import tokens

COLUMNS = (
    "identifier", "title", "title_key", "creators", "publisher", "summary", "url", "doi", "isbn", "issn",
    "date_published", "year", "lang", "type", "subject_words",
)  # fmt: skip
LOCK = 0x6C666974
STATE_OF = {"steward": "new", "keep": "kept", "drop": "dropped"}


class LibraryFeedItem(models.Model):
    """How items come in: set-based, by their identifiers, so that the same page read again changes nothing."""

    _inherit = "library.feed.item"

    @api.model
    def _upsert(self, rows, company, feed=None, run=None):
        """Keep what a source brought.

        :param rows: list of `connectors.harvested.Harvested`, tidied
        :param company: whose items they are
        :param feed: where they come from, if from a feed
        :param run: with which reading
        :return: dict of the counts created, changed, duplicate and deleted
        """
        self.flush_model()
        # two readings at once would not see what is the same in each other
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, company.id])
        rows = list({row.identifier: row for row in rows}.values())
        deleted = self._withdraw([row.identifier for row in rows if row.is_deleted], company)
        rows = [row for row in rows if not row.is_deleted and row.title]
        written = self._write_rows(rows, company, feed, run)
        created = {identifier: number for identifier, number, is_new in written if is_new}
        self.invalidate_model()
        changed = {identifier: number for identifier, number, _is_new in written}
        texts = {changed[row.identifier]: row for row in rows if row.identifier in changed}
        self._classify(texts, feed)
        duplicates = self._find_duplicates(list(created.values()), company)
        self._apply_rules({number: texts[number] for number in created.values() if number not in duplicates}, feed)
        self.invalidate_model()
        return {
            "created": len(created), "changed": len(written) - len(created), "duplicate": len(duplicates),
            "deleted": deleted,
        }

    @api.model
    def _withdraw(self, identifiers, company):
        """Mark what a source took back; what was decided about it stays."""
        if not identifiers:
            return 0
        self.env.cr.execute(SQL(
            """UPDATE library_feed_item SET is_deleted = true, write_date = now() AT TIME ZONE 'UTC'
                WHERE company_id = %s AND identifier = ANY(%s) AND is_deleted IS NOT TRUE""",
            company.id, identifiers,
        ))
        return self.env.cr.rowcount

    @api.model
    def _write_rows(self, rows, company, feed, run):
        """Insert or update.

        :return: [(identifier, id, whether it is new)] of what is not as it was
        """
        if not rows:
            return []
        values = [[self._column(name, row, feed) for name in COLUMNS] for row in rows]
        table = SQL(", ").join(SQL("(%s)", SQL(", ").join(SQL("%s", cell) for cell in row)) for row in values)
        names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        told = [name for name in COLUMNS if name != "identifier"]
        return self.env.execute_query(SQL(
            """
            INSERT INTO library_feed_item AS i (%(names)s, company_id, feed_id, run_id, state, is_deleted, date_seen,
                                                create_uid, create_date, write_uid, write_date)
            SELECT identifier, title, title_key, creators, publisher, summary, url, doi, isbn, issn,
                   date_published::date, year, lang, type, subject_words, %(company)s, %(feed)s, %(run)s, 'new', false,
                   %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM (VALUES %(table)s) AS t (%(names)s)
            ON CONFLICT (company_id, identifier) DO UPDATE
               SET %(changes)s, is_deleted = false, feed_id = coalesce(i.feed_id, excluded.feed_id),
                   write_date = excluded.write_date
             WHERE i.is_deleted OR (%(mine)s) IS DISTINCT FROM (%(theirs)s)
            RETURNING identifier, id, xmax = 0
            """,
            names=names, table=table, company=company.id, feed=feed.id if feed else None, run=run.id if run else None,
            now=self.env.cr.now().replace(microsecond=0), uid=self.env.uid,
            changes=SQL(", ").join(
                SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name)) for name in told),
            mine=SQL(", ").join(SQL.identifier("i", name) for name in told),
            theirs=SQL(", ").join(SQL.identifier("excluded", name) for name in told),
        ))

    @api.model
    def _column(self, name, row, feed):
        """What of a record goes into a column; None for nothing."""
        if name == "title_key":
            return title_key(row.title)
        if name == "creators":
            return "; ".join(row.creators) or None
        if name == "subject_words":
            return "; ".join(row.subjects)[:500] or None
        if name == "lang":
            return row.lang or (feed and feed.lang) or None
        return getattr(row, name) or None

    # Where it belongs

    @api.model
    def _classify(self, texts, feed):
        """Classes by the source's own marks and by the feed, and a suggestion by the words.

        :param texts: {id: Harvested}
        """
        if not texts:
            return
        Subject = self.env["library.subject"]
        by_mark = Subject._find_by_marks({mark for row in texts.values() for mark in row.marks})
        always = feed.subject_ids.ids if feed else []
        sure = [(number, subject) for number, row in texts.items()
                for subject in {*always, *(by_mark[mark] for mark in row.marks if mark in by_mark)}]
        suggested = Subject._suggest_many({number: _text(row) for number, row in texts.items()})
        guessed = [(number, subject) for number, found in suggested.items() for subject, _score, _words in found]
        self._link("library_feed_item_subject_rel", sure)
        self.env.cr.execute("DELETE FROM library_feed_item_suggested_rel WHERE item_id = ANY(%s)", [list(texts)])
        self._link("library_feed_item_suggested_rel", guessed)
        # words of the item only, never a class's name: names differ by language
        words = [(number, ", ".join(dict.fromkeys(word for _subject, _score, led in found for word in led))[:300])
                 for number, found in suggested.items()]
        self.env.cr.execute(SQL(
            "UPDATE library_feed_item i SET suggested_words = nullif(t.words, '')"
            " FROM unnest(%s::int[], %s::text[]) AS t (id, words) WHERE i.id = t.id",
            [number for number, _words in words], [led for _number, led in words],
        ))

    @api.model
    def _link(self, table, pairs):
        if pairs:
            self.env.cr.execute(SQL(
                "INSERT INTO %s (item_id, subject_id) SELECT * FROM unnest(%s::int[], %s::int[])"
                " ON CONFLICT DO NOTHING",
                SQL.identifier(table), [item for item, _subject in pairs], [subject for _item, subject in pairs],
            ))

    # What is there already

    @api.model
    def _find_duplicates(self, numbers, company):
        """Drop new items that say the same as an older one: same DOI, ISBN or address, or same title and year.

        :return: set of ids
        """
        if not numbers:
            return set()
        found = self.env.execute_query(SQL(
            """
            UPDATE library_feed_item n SET duplicate_of_id = o.id, state = 'dropped'
              FROM (SELECT DISTINCT ON (n.id) n.id AS new_id, coalesce(o.duplicate_of_id, o.id) AS id
                      FROM library_feed_item n
                      JOIN LATERAL (
                           SELECT id, duplicate_of_id FROM library_feed_item
                            WHERE company_id = %(company)s AND doi = n.doi AND id < n.id
                           UNION ALL
                           SELECT id, duplicate_of_id FROM library_feed_item
                            WHERE company_id = %(company)s AND isbn = n.isbn AND id < n.id
                           UNION ALL
                           SELECT id, duplicate_of_id FROM library_feed_item
                            WHERE company_id = %(company)s AND title_key = n.title_key AND year = n.year AND id < n.id
                              AND (doi IS NULL OR n.doi IS NULL) AND (isbn IS NULL OR n.isbn IS NULL)
                           ) o ON true
                     WHERE n.id = ANY(%(numbers)s)
                     ORDER BY n.id, o.id) o
             WHERE n.id = o.new_id AND o.id <> n.id
            RETURNING n.id
            """,
            company=company.id, numbers=numbers,
        ))
        return {number for (number,) in found}

    # What becomes of it by rule

    @api.model
    def _apply_rules(self, texts, feed):
        """Let the feed's rules decide about new items.

        :param texts: {id: Harvested}
        """
        if not feed or not texts:
            return
        rules = feed._get_rules()
        items = self.browse(texts)
        decided = []
        for item in items:
            words = set(tokens(_text(texts[item.id])))
            classes = _with_broader(item.subject_ids | item.suggested_subject_ids)
            decision, reason = decide(words, set(classes), rules)
            if decision != "steward":
                decided.append((item.id, STATE_OF[decision], classes.get(reason, reason)))
        if decided:
            self.env.cr.execute(SQL(
                """UPDATE library_feed_item i SET state = t.state, decision_reason = t.reason, date_decided = %s
                     FROM jsonb_to_recordset(%s) AS t (id int, state text, reason text) WHERE i.id = t.id""",
                self.env.cr.now().replace(microsecond=0),
                json.dumps([dict(zip(("id", "state", "reason"), each, strict=True)) for each in decided]),
            ))
            items.invalidate_recordset()
            self._on_decided(items)


def _text(row):
    return "\n".join([row.title, row.summary, "\n".join(row.subjects)])


def _with_broader(subjects):
    """{id: code} of classes and of all that is above them."""
    codes = {}
    for subject in subjects:
        codes |= {int(number): subject.code for number in (subject.parent_path or "").split("/") if number}
    return codes


class LibraryFeed(models.Model):
    _inherit = "library.feed"

    def _get_rules(self):
        """The rules of this feed as `lib.feed_rules.decide` wants them."""
        return {
            "default": self.default_decision,
            "keep_words": phrases(self.keep_words), "drop_words": phrases(self.drop_words),
            "keep_classes": set(self.keep_subject_ids.ids), "drop_classes": set(self.drop_subject_ids.ids),
        }  # fmt: skip
