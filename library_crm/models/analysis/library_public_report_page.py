from odoo import models

from ...const import USAGE_KINDS
from ...lib.form_input import clean_filename

REPORT = "library_crm.library_public_report_report"


class LibraryPublicReport(models.Model):
    """The page and the file of a yearly report, in the reader's language."""

    _inherit = "library.public.report"

    def _page_values(self):
        """All that the page shows: words and numbers in the reader's language, nothing about single people."""
        self.ensure_one()
        figures = self.figures or {}
        kinds = dict(self.env["library.usage.report"]._fields["kind"]._description_selection(self.env))
        return {
            **self._print_style(),
            "name": self.name,
            "year": self.year,
            "is_withdrawn": self.state == "withdrawn",
            "withdrawn_reason": self.withdrawn_reason or "",
            "correction": self.correction or "" if self.version > 1 else "",
            "intro": self.intro or "",
            "outlook": self.outlook or "",
            "published": self.env["library.portal.mixin"]._portal_day(self.date_published),
            "figures": self._figure_words(figures),
            "months": self._bars([
                {"name": self._say_month(row["month"]), "n": row["n"], "said": self._say_number(row["n"])}
                for row in figures.get("months", [])
            ]),
            "services": self._bars([
                {"name": self._say_name(row["names"]) or self.env._("Not said"), "n": row["n"],
                 "said": self._say_number(row["n"])}
                for row in figures.get("services", [])
            ]),
            "uses": self._bars([
                {"name": kinds.get(row["kind"], row["kind"]), "n": row["n"], "said": self._say_number(row["n"])}
                for row in figures.get("uses", []) if row["kind"] in dict(USAGE_KINDS)
            ]),
            "improvements": self._improvement_words(figures.get("improvements", [])),
        }  # fmt: skip

    def _figure_words(self, figures):
        """[{code, label, value, detail, before, card}] of the figures in their order."""
        _ = self.env._
        labels = {
            "reach": _("People reached"), "questions": _("Questions asked"), "needs_met": _("Needs met"),
            "transfer": _("Knowledge passed on"), "satisfaction": _("Content patrons"),
            "promise": _("Promises kept"), "minutes_saved": _("Minutes that patrons saved"),
            "minutes_avoided": _("Minutes not spent twice"), "complaints": _("Complaints answered in time"),
        }
        now, before = figures.get("now") or {}, figures.get("before") or {}
        cards = self.env["library.figure.card"]._cards(self._public_cards.values())
        return [
            {
                "code": code, "label": label, "value": self._figure_value(code, now[code]),
                "detail": self._figure_detail(code, now[code], figures),
                "before": self._figure_value(code, before[code]) if self._is_known(code, before.get(code)) else "",
                "card": cards.get(self._public_cards[code]),
            }
            for code, label in labels.items() if code in now
        ]  # fmt: skip

    def _is_known(self, code, figure):
        """Whether there is anything to tell; 0 of a number is something, a share of nothing is not."""
        return bool(figure) and (figure["rate"] is not None if code in self._public_shares else bool(figure["n"]))

    def _figure_value(self, code, figure):
        if code in self._public_shares:
            return "–" if figure["n"] == 0 else self._say_share(figure["rate"])
        return "–" if code == "minutes_avoided" and figure["n"] is None else self._say_number(figure["n"])

    def _figure_detail(self, code, figure, figures):
        """A sentence below the figure: out of how many, and how sure."""
        _ = self.env._
        if code in self._public_shares:
            if figure["n"] == 0:
                return _("Nothing of it in this year.")
            if figure["rate"] is None:
                return _("Too few people to tell.")
            words = {
                "count": self._say_number(figure["hits"]), "all": self._say_number(figure["n"]),
                "low": self._say_share(figure["low"]), "high": self._say_share(figure["high"]),
            }  # fmt: skip
            if code == "complaints":
                return _(
                    "%(count)s of %(all)s, within %(days)s working days; most likely between %(low)s and %(high)s.",
                    days=figures.get("feedback_days") or 5, **words,
                )  # fmt: skip
            return _("%(count)s of %(all)s; most likely between %(low)s and %(high)s.", **words)
        if code == "reach" and figure["rate"] is not None:
            return _("%(share)s of the %(size)s people that the library is there for.",
                     share=self._say_share(figure["rate"]), size=self._say_number(figure["of"]))  # fmt: skip
        if code == "minutes_saved" and figure["of"]:
            return _("So patrons said after %(count)s questions.", count=self._say_number(figure["of"]))
        if code == "minutes_avoided" and figure["n"] is None:
            return _("Too few cases to tell.")
        if code == "minutes_avoided":
            return _("An estimate: between %(low)s and %(high)s.", low=self._say_number(figure["low"]),
                     high=self._say_number(figure["high"]))  # fmt: skip
        return ""

    def _improvement_words(self, rows):
        """What changed; an improvement that was taken off the portal since is not here either."""
        # sudo: whether everybody may still read it
        known = self.env["library.improvement"].sudo().browse([row["id"] for row in rows]).exists()
        public = set(known.filtered("is_public").ids)
        return [
            {"said": self._say_name(row["said"]), "did": self._say_name(row["did"])}
            for row in rows if row["id"] in public
        ]  # fmt: skip

    # The file

    def _file_stem(self):
        """Under which the report is saved."""
        self.ensure_one()
        return clean_filename(self.name.replace("/", "-"), 80)

    def _get_pdf(self):
        """The published report as a PDF in the reader's language; printed once for each language and kept.

        Called on a report in sudo mode that everybody may read.

        :return: (bytes, file name)
        :raise UserError: when the server cannot print
        """
        self.ensure_one()
        name = f"{self._file_stem()}.pdf"
        found = self._files().filtered(lambda file: file.description == self.env.lang)[:1]
        if found:
            return found.raw, name
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)
        if kind == "pdf" and self.state == "published":
            self.env["ir.attachment"].create({
                "name": name, "raw": content, "mimetype": "application/pdf", "res_model": self._name, "res_id": self.id,
                "description": self.env.lang,
            })  # fmt: skip
        return content, name

    def _files(self):
        # sudo: files of the reports themselves
        return self.env["ir.attachment"].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)])

    def _forget_files(self):
        """Print anew when somebody next asks for it."""
        self._files().unlink()


class LibraryImprovement(models.Model):
    """What is taken off the portal leaves the yearly reports as well."""

    _inherit = "library.improvement"

    def action_unpublish(self):
        result = super().action_unpublish()
        # sudo: files of published reports, printed anew without it
        self.env["library.public.report"].sudo().search([
            ("company_id", "in", self.company_id.ids), ("state", "=", "published")])._forget_files()
        return result
