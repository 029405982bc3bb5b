import json

from odoo import models
from odoo.fields import Domain

from ...connectors.messages import Refused


class LibraryImportRun(models.Model):
    """Codes of the library system (category, branch, country, language) and facts that a patron type takes up."""

    _inherit = "library.import.run"

    def _patron_lookups(self):
        """{staged column: (column of the source, {code: id})}."""
        codes = self.profile_id.code_ids
        types = (
            self.env["library.patron.type"]
            .with_context(active_test=False)
            .search([("company_id", "in", (False, self.company_id.id)), ("code", "!=", False)])
        )
        branches = (
            self.env["library.branch"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id), ("code", "!=", False)])
        )
        units = (
            self.env["library.affiliation"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
        )
        return {
            "type_id": (
                "type_code",
                {
                    **{one.code: one.id for one in types},
                    **{one.code: one.type_id.id for one in codes if one.kind == "type" and one.type_id},
                },
            ),
            "branch_id": (
                "branch_code",
                {
                    **{one.code: one.id for one in branches},
                    **{one.code: one.branch_id.id for one in codes if one.kind == "branch" and one.branch_id},
                },
            ),
            "affiliation_id": (
                "affiliation_code",
                {
                    **{one.name: one.id for one in units},
                    **{one.code: one.id for one in units if one.code},
                },
            ),
            "country_id": ("country_name", self._country_names()),
        }

    def _country_names(self):
        """Countries by code and by their names in all installed languages, folded."""
        found = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for country in self.env["res.country"].with_context(lang=lang).search(Domain.TRUE):
                found[country.name.casefold()] = country.id
                found[country.code.casefold()] = country.id
        return found

    def _resolve_codes(self, rows, shared, frame):
        """Put ids in the place of codes.

        :return: rows that can be taken, and the others as Refused
        """
        rows = rows.copy()
        refused = {}
        for name, (column, ids) in shared["lookups"].items():
            if column not in rows:
                continue
            if name in ("type_id", "branch_id"):
                self._make_missing(name, rows[column], ids)
            cells = rows[column].str.casefold() if name == "country_id" else rows[column]
            rows[name] = cells.map(ids).astype("Int64").astype(object)
            rows[name] = rows[name].where(rows[name].notna(), None)
            if name in ("type_id", "branch_id"):
                for line in rows.index[rows[column].notna() & rows[name].isna()]:
                    refused.setdefault(
                        line,
                        Refused(
                            int(line),
                            f"unknown_{name.removesuffix('_id')}",
                            {"value": rows.at[line, column]},
                            dict(frame.loc[line]),
                        ),
                    )
        self._resolve_states(rows)
        self._resolve_langs(rows)
        return rows.drop(index=list(refused)), list(refused.values())

    def _make_missing(self, name, codes, ids):
        """Make types or branches for codes that nobody knows, where the profile says so; a preview only pretends."""
        missing = set(codes.dropna().unique()) - set(ids)
        if not missing or not self.profile_id.creates_missing:
            return
        if self.state != "running":
            ids.update(dict.fromkeys(missing, 0))
            return
        model = "library.patron.type" if name == "type_id" else "library.branch"
        owner = {} if name == "type_id" else {"company_id": self.company_id.id}
        made = self.env[model].create([{"name": code, "code": code, **owner} for code in sorted(missing)])
        ids.update({one.code: one.id for one in made})

    def _resolve_states(self, rows):
        """Provinces and states by name or code within their country (the institution's where the row names none)."""
        if "state_name" not in rows:
            return
        home = self.company_id.country_id.id
        wanted = {name for name in rows["state_name"] if name}
        states = self.env["res.country.state"].search(["|", ("name", "in", list(wanted)), ("code", "in", list(wanted))])
        by_name = {}
        for state in states:
            by_name[state.country_id.id, state.code] = by_name[state.country_id.id, state.name] = state.id
        places = rows["country_id"] if "country_id" in rows else [None] * len(rows)
        rows["state_id"] = [
            by_name.get((place or home, name)) if name else None
            for name, place in zip(rows["state_name"], places, strict=True)
        ]

    def _resolve_langs(self, rows):
        """Languages that are installed, by code, ISO code or the system's own spelling; others are left out."""
        if "lang" not in rows:
            return
        known = {}
        for lang in self.env["res.lang"].search(Domain.TRUE):
            for spelling in (lang.iso_code, lang.code.split("_")[0], lang.code):
                known[spelling.replace("_", "-").casefold()] = lang.code
        aliases = {"zh-hans-cn": "zh_CN", "zh-hant-tw": "zh_TW", "zh-hans": "zh_CN", "zh-hant": "zh_TW"}
        known.update({alias: code for alias, code in aliases.items() if code in known.values()})
        rows["lang"] = [known.get(lang.replace("_", "-").casefold()) if lang else None for lang in rows["lang"]]

    def _property_definitions(self):
        """For each patron type the facts that attributes may fill, and the defaults of a new patron."""
        found = {}
        for kind in self.env["library.patron.type"].with_context(active_test=False).search(Domain.TRUE):
            names, defaults = {}, {}
            for fact in kind.patron_properties_definition or ():
                if fact.get("type") == "separator":
                    continue
                names[fact["name"].casefold()] = names[(fact.get("string") or "").casefold()] = fact
                if fact.get("default"):
                    defaults[fact["name"]] = fact["default"]
            if names:
                found[kind.id] = (names, json.dumps(defaults) if defaults else None)
        return found

    def _place_attributes(self, rows, definitions):
        """Attributes that a fact of the patron's type takes up become that fact; the others stay attributes."""
        if not definitions or "type_id" not in rows:
            return
        rows["property_defaults"] = [definitions.get(kind, (None, None))[1] for kind in rows["type_id"]]
        if "ils_attributes" not in rows:
            return
        placed = [
            _placed(text, definitions[kind][0]) if text and kind in definitions else (None, text)
            for text, kind in zip(rows["ils_attributes"], rows["type_id"], strict=True)
        ]
        rows["properties"] = [facts for facts, _rest in placed]
        rows["ils_attributes"] = [rest for _facts, rest in placed]


def _placed(text, names):
    """JSON texts of the facts that attributes fill, and of the attributes left over; None for an empty one."""
    facts, rest = {}, {}
    for code, value in json.loads(text).items():
        fact = names.get(code.casefold())
        converted = None if fact is None or isinstance(value, list) else _converted(value, fact)
        if converted is None:
            rest[code] = value
        else:
            facts[fact["name"]] = converted
    return json.dumps(facts) if facts else None, json.dumps(rest) if rest else None


def _converted(value, fact):
    """An attribute as the type of a fact wants it; None where it does not fit."""
    kind = fact["type"]
    try:
        if kind in ("integer", "float"):
            return int(value) if kind == "integer" else float(value)
    except ValueError:
        return None
    if kind == "boolean":
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(value.casefold())
    if kind == "selection":
        keys = {key.casefold(): key for key, _label in fact.get("selection") or ()}
        labels = {label.casefold(): key for key, label in fact.get("selection") or ()}
        return keys.get(value.casefold()) or labels.get(value.casefold())
    return value if kind in ("char", "text", "date") else None
