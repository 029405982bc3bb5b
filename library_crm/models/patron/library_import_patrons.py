import functools
import hashlib
import json
import re

from odoo import api, models
from odoo.tools import SQL, email_normalize

from ...connectors import koha_patrons
from ...connectors.messages import FileRefused, Refused
from ...lib.copy_text import copy_lines
from ...lib.import_columns import fold_name, stage_columns

LOADER_VERSION = "1"  # part of each row's hash: raise it when the same row comes to mean something else
KEYS = ("ils", "card", "sso")
# what is known only when the rows before have been written, or needs Odoo; all else becomes text in the reading thread
LATE = (
    "type_id", "branch_id", "affiliation_id", "country_id", "state_id", "lang", "phone_sanitized", "ils_attributes",
    "properties", "property_defaults",
)  # fmt: skip
PLAIN_ADDRESS = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")


class LibraryImportRun(models.Model):
    """The loader of patrons: Koha's file and interface, and tables whose columns a person has mapped."""

    _inherit = "library.import.run"

    @api.model
    def _patron_columns(self, header, mapping):
        """{column of the file: Koha's name} of what is read; everything that Koha's table knows, or what was mapped."""
        if mapping is not None:
            return {column: name for column, name in mapping.items() if column in header}
        targets = koha_patrons.header_map(header)
        return {column: column for column in header if targets[column].kind != "ignored"}

    def _columns_patrons(self, facts):
        """Columns to read; the obligatory ones must be there."""
        mapping = self._table_mapping()
        if mapping is None:
            missing = koha_patrons.missing_columns(facts.header)
        else:
            missing = [column for column, name in mapping.items() if name == "surname" and column not in facts.header]
        for column in missing:
            raise FileRefused("missing_column", {"column": column})
        columns = list(self._patron_columns(facts.header, mapping))
        if not columns:
            raise FileRefused("missing_column", {"column": "surname"})  # nothing is mapped yet
        return columns

    def _begin_patrons(self):
        """What all chunks share."""
        mapping = self._table_mapping()
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM library_patron WHERE company_id = %s AND import_digest IS NOT NULL)",
            [self.company_id.id],
        )
        was_used = self.env.cr.fetchone()[0]
        return {
            "seen": {},
            # whether a row can be one that was taken before; this run itself meets each number and card once
            "was_used": was_used,
            # whether most rows are expected to be new: then they are normalised ahead
            "is_fresh": not was_used,
            "mapping": mapping,
            "lookups": self._patron_lookups(),
            "definitions": self._property_definitions(),
        }

    def _plan_patrons(self, chunk):
        """Count what a chunk would do, with examples."""
        plan, counts = self._match_chunk(chunk, draw_ids=False)
        if plan:
            self._show_plan(plan)
            self._drop_stages()
        return counts

    def _apply_patrons(self, chunk):
        """Bring a chunk into the database."""
        plan, counts = self._match_chunk(chunk, draw_ids=True)
        if plan:
            actions = self._write_plan(plan)
            if "new" in actions and not self.done_rows:
                # the planner must not go on taking tables for empty that a first import, or one after an undo, fills
                self.env.cr.execute(
                    "ANALYZE res_partner (id), library_patron (id, partner_id, import_digest),"
                    " library_patron_identity (patron_id, company_id, kind, value_normalized, state)"
                )
            if "changed" in actions:
                self._follow_privacy(plan)
            if "anonymise" in actions:
                gone = self.env.execute_query(
                    SQL("SELECT owner FROM %s WHERE action = 'anonymise'", SQL.identifier(plan))
                )
                self.env["library.patron"].browse([row[0] for row in gone])._anonymise()
            self._drop_stages()
        return counts

    def _resume_patrons(self, shared, chunks):
        """Meet the keys of rows again that were done before the run was interrupted.

        :param chunks: the pieces up to there
        """
        for chunk in chunks:
            columns = self._patron_columns(list(chunk.frame.columns), shared["mapping"])
            self._drop_repeated(_row_keys(chunk.frame, columns), shared["seen"], chunk.frame)

    def _follow_privacy(self, plan):
        """Behaviour of those who now keep nothing in the library system goes at once."""
        rows = self.env.execute_query(
            SQL("SELECT owner FROM %s WHERE action = 'changed' AND 'ils_privacy' = ANY (fields)", SQL.identifier(plan))
        )
        self.env["library.patron"].browse([row[0] for row in rows])._sync_consents()

    def _match_chunk(self, chunk, draw_ids):
        """Stage a chunk and match it.

        :return: name of the plan's table (None if no row needs a look) and the counts of the chunk
        """
        shared = chunk.shared
        if not hasattr(chunk, "keys"):
            self._ahead_patrons(shared)(chunk)
        keys, repeated = self._drop_repeated(chunk.keys, shared["seen"], chunk.frame)
        digests = chunk.digests
        known = self._find_unchanged(keys, digests) if shared["was_used"] else set()
        keys = keys[~keys.index.isin(known)] if known else keys
        shared["is_fresh"] = len(keys) > len(known)
        counts = {"unchanged": len(known), "refused": self._refuse(repeated)}
        if not len(keys):
            return None, counts
        taken, refused = self._taken_rows(chunk, keys.index)
        rows, unknown = self._resolve_codes(taken, shared, chunk.frame)
        counts["refused"] += self._refuse([*refused, *unknown])
        if not len(rows):
            return None, counts
        stage = self._stage_patrons(rows, chunk)
        plan = self._stage_name("plan")
        self._match_rows(stage, plan, draw_ids)
        return plan, self._add_counts(counts, self._count_plan(plan))

    def _taken_rows(self, chunk, lines):
        """Normalised rows of these lines, and those that cannot be taken."""
        taken, wanted = chunk.normalised, set(lines)
        if taken is None:
            taken = self._normaliser(chunk.shared)(chunk.frame.loc[lines])
            taken = taken._replace(rows=_recognisable(taken.rows, chunk))
        self._leave_out([one for one in taken.warnings if one.line in wanted], chunk.frame)
        rows = taken.rows if len(wanted) == len(chunk.frame) else taken.rows[taken.rows.index.isin(wanted)]
        return rows, [one for one in taken.refused if one.line in wanted]

    def _normaliser(self, shared):
        return functools.partial(
            koha_patrons.normalise,
            date_format=self._date_format(),
            mapping=shared["mapping"],
            required=self._required(),
        )

    def _ahead_patrons(self, shared):
        """Keys and hashes of a chunk's rows, and the rows themselves where most of them will be new."""
        columns_of, salt, normalise = self._patron_columns, self._digest_salt(), self._normaliser(shared)

        def prepare(chunk):
            columns = columns_of(list(chunk.frame.columns), shared["mapping"])
            chunk.keys = _row_keys(chunk.frame, columns)
            chunk.digests = _row_digests(chunk.frame, salt)
            chunk.normalised = chunk.ready = None
            if shared["is_fresh"]:
                taken = normalise(chunk.frame)
                rows = _recognisable(taken.rows, chunk)
                chunk.normalised, chunk.ready = taken._replace(rows=rows), _ready_lines(rows)
            return chunk

        return prepare

    def _required(self):
        """Koha's names that a row must fill; a mapped table may come without branch and category."""
        return ("surname",) if self.source == "table" else None

    def _drop_repeated(self, keys, seen, frame):
        """Rows whose number, card or account stood in an earlier row of the file come back.

        :param dict seen: {(kind, value): line} of the earlier rows; added to
        """
        repeated, lines = {}, keys.index.tolist()
        for kind in KEYS:
            for line, value in zip(lines, keys[kind].tolist(), strict=True):
                if value is None or line in repeated:
                    continue
                first = seen.setdefault((kind, value), line)
                if first != line:
                    repeated[line] = Refused(
                        line, "duplicate_value", {"column": kind, "value": value, "line": first}, dict(frame.loc[line])
                    )
        return keys.drop(index=list(repeated)) if repeated else keys, list(repeated.values())

    def _digest_salt(self):
        """What a row's meaning depends on beside the row."""
        mapping = json.dumps(self._table_mapping() or {}, sort_keys=True)
        salt = "\x1e".join([LOADER_VERSION, self.source, self._date_format() or "", mapping])
        return hashlib.blake2b(salt.encode(), digest_size=16).digest()

    def _find_unchanged(self, keys, digests):
        """Lines that say exactly what they said last time, of patrons whom nobody has touched since."""
        lines, kinds, values, hashes = [], [], [], []
        for line, ils, card in zip(keys.index, keys["ils"], keys["card"], strict=True):
            if ils or card:
                lines.append(int(line))
                kinds.append("ils" if ils else "card")
                values.append(ils or card)
                hashes.append(digests[line])
        return {
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
            SELECT d.line
              FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[]) d(line, kind, value, digest)
             CROSS JOIN LATERAL (
                    SELECT patron_id FROM library_patron_identity
                     WHERE company_id = %s AND kind = d.kind AND value_normalized = d.value AND state <> 'wrong'
                     LIMIT 1) x
             CROSS JOIN LATERAL (
                    SELECT p.partner_id, p.date_imported, p.write_date FROM library_patron p
                     WHERE p.id = x.patron_id AND p.import_digest = d.digest LIMIT 1) p
             CROSS JOIN LATERAL (SELECT write_date FROM res_partner WHERE id = p.partner_id LIMIT 1) rp
             WHERE p.date_imported >= greatest(p.write_date, rp.write_date)
            """,
                    lines,
                    kinds,
                    values,
                    hashes,
                    self.company_id.id,
                )
            )
        }

    def _stage_patrons(self, rows, chunk):
        """COPY normalised rows into the staging table of this run; its name."""
        self._sanitize_phones(rows)
        self._place_attributes(rows, chunk.shared["definitions"])
        kinds = stage_columns()
        table = self._make_stage("rows", kinds)
        names, texts = chunk.ready or _ready_lines(rows)
        columns, lines = copy_lines(rows[["line", *(name for name in LATE if name in rows and name in kinds)]])
        self._copy_lines(
            table,
            [*columns, *names],
            [f"{line},{texts[place]}" for place, line in zip(rows.index.tolist(), lines, strict=True)],
        )
        return table

    def _sanitize_phones(self, rows):
        """The international form of telephone numbers, where that field is installed."""
        Partner = self.env["res.partner"]
        if "phone_sanitized" in Partner._fields and "phone" in rows:
            countries = {
                country.id: country
                for country in self.env["res.country"].browse(
                    {int(number) for number in rows.get("country_id", ()) if number}
                )
            }
            home = self.company_id.country_id
            places = rows["country_id"] if "country_id" in rows else [None] * len(rows)
            rows["phone_sanitized"] = [
                Partner._phone_format_number(number, countries.get(place, home)) or None if number else None
                for number, place in zip(rows["phone"], places, strict=True)
            ]

    def _count_plan(self, plan):
        """Rows of a plan by what happens to them."""
        rows = self.env.execute_query(
            SQL(
                "SELECT action, count(*), count(*) FILTER (WHERE cardinality(withheld) > 0 OR cardinality(moved) > 0)"
                " FROM %s GROUP BY action",
                SQL.identifier(plan),
            )
        )
        names = {"new": "created", "changed": "changed", "anonymise": "changed"}
        counts = {"conflict": sum(row[2] for row in rows)}
        for action, count, _conflicts in rows:
            name = names.get(action, "unchanged")
            counts[name] = counts.get(name, 0) + count
        return counts

    @api.model
    def _add_counts(self, one, other):
        return {name: one.get(name, 0) + other.get(name, 0) for name in {*one, *other}}


def _normalized(address):
    """Odoo's normal form of an address; nearly all are plain already, and asking Odoo costs a hundred times as much."""
    if not address:
        return None
    lower = address.strip().lower()
    return lower if PLAIN_ADDRESS.fullmatch(lower) else email_normalize(address) or None


def _recognisable(rows, chunk):
    """Normalised rows with what they are recognised by."""
    rows = rows.assign(line=rows.index, digest=[chunk.digests[line] for line in rows.index])
    rows["card_value"] = rows["card"] if "card" in rows else None
    for kind in KEYS:
        rows[kind] = chunk.keys[kind].loc[rows.index]
    if "email" in rows:
        rows["email_normalized"] = [_normalized(address) for address in rows["email"]]
    rows["name_folded"] = [fold_name(name) for name in rows["name"]]
    return rows


def _ready_lines(rows):
    """The columns of these rows that stay as they are, and their text for each row: (names, {line: text})."""
    kinds = stage_columns()
    names, texts = copy_lines(rows[[name for name in rows if name in kinds and name not in LATE and name != "line"]])
    return names, dict(zip(rows.index.tolist(), texts, strict=True))


def _row_keys(frame, columns):
    """A frame of the normalised number, card and account of each row.

    :param dict columns: {column: Koha's name}
    """
    import pandas

    targets = koha_patrons.header_map(list(columns.values()))
    keys = {kind: [None] * len(frame) for kind in KEYS}
    for column, name in columns.items():
        target = targets[name].name
        if target in KEYS:
            cells = [cell.strip() or None for cell in frame[column].tolist()]
            if target == "card":
                cells = ["".join(cell.split()).upper() if cell else None for cell in cells]
            keys[target] = cells
    return pandas.DataFrame(keys, index=frame.index, dtype=object)


def _row_digests(frame, salt):
    """{line: hash of the row and of how it is read}."""
    salt = hashlib.blake2b("\x1e".join(frame.columns).encode(), digest_size=16, key=salt).digest()
    cells = zip(*(frame[column].tolist() for column in frame.columns), strict=True)
    return {
        line: hashlib.blake2b("\x1f".join(row).encode(), digest_size=12, key=salt).hexdigest()
        for line, row in zip(frame.index, cells, strict=True)
    }
