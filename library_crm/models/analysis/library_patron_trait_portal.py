import re

from odoo import api, fields, models

from ...lib.form_input import FormRefused, as_id, clean_line, clean_text

WORDS = 12
CLASSES = 40


class LibraryPatron(models.Model):
    """What the patron sees of statements, axes and segments, and may say about them."""

    _inherit = "library.patron"

    @api.model
    def _portal_traits_values(self):
        """What the page shows; opening it makes no patron."""
        patron_sudo = self._portal_find()
        traits_sudo = patron_sudo.trait_ids.filtered(
            lambda trait: not trait.date_expiry or trait.date_expiry > fields.Date.context_today(self)
        )
        roots = self.env["library.subject"].search([("parent_id", "=", False), ("scheme", "=", self._portal_scheme())])
        declared_sudo = traits_sudo.filtered(lambda trait: trait.kind == "interest" and trait.origin == "declared")
        return {
            "patron": patron_sudo,
            "traits": traits_sudo.filtered(lambda trait: trait.origin == "observed"),
            "own_subject_ids": declared_sudo.subject_id.ids,
            "own_words": ", ".join(declared_sudo.filtered("word").mapped("word")),
            "subjects": roots,
            "axes": patron_sudo.axis_ids._get_chart() if patron_sudo.axis_ids else [],
            "segments": patron_sudo._segments_now().filtered("is_shown"),
            "allows_counts": not patron_sudo or patron_sudo.allows_counts,
            "allows_interests": bool(patron_sudo and patron_sudo.allows_interests),
        }

    @api.model
    def _portal_find(self):
        """The patron behind the signed-in account in sudo mode, or none."""
        # sudo: the visitor's own record, found by the visitor's own contact
        patron_sudo = (
            self.sudo()
            .with_context(active_test=False)
            .search([("partner_id", "=", self.env.user.partner_id.id)], limit=1)
        )
        return patron_sudo.with_context(self.env.context)

    @api.model
    def _portal_scheme(self):
        """The classification whose words the page offers: the one at home in the reader's language."""
        return "clc" if (self.env.lang or "").startswith("zh") else "ddc"

    def _portal_trait(self, trait_id):
        """One statement about this patron; nothing when it is about somebody else.

        :param str trait_id: untrusted
        """
        self.ensure_one()
        return self.trait_ids.filtered(lambda trait: trait.id == as_id(trait_id))

    def _portal_dispute(self, trait_id, words):
        """The patron says that a statement is wrong: it is not used from this moment on; staff look at it."""
        self._portal_trait(trait_id).filtered(lambda trait: trait.state != "disputed")._dispute(clean_text(words, 2000))

    def _portal_forget(self, trait_id):
        """The patron deletes a statement: it goes at once and does not come back."""
        trait = self._portal_trait(trait_id)
        if trait.origin == "declared":
            trait.unlink()
        else:
            trait._reject()

    def _portal_does_not_fit(self, segment_id):
        """The patron leaves a segment for good."""
        self.ensure_one()
        segment_sudo = self._segments_now().filtered(
            lambda segment: segment.id == as_id(segment_id) and segment.is_shown
        )
        if segment_sudo:
            self.env["library.segment.pin"]._fix(segment_sudo, self, "out", "patron")

    def _portal_profiling(self, form):
        """Switch counting, or the use of subjects, on or off; off deletes what was drawn from it."""
        self.ensure_one()
        for purpose in ("counts", "interests"):
            wanted = form.get(purpose)
            if wanted == "on" and not self._allows(purpose):
                self._give(purpose, source="portal")
            elif wanted == "off" and self._allows(purpose):
                self._withdraw(purpose, source="portal")

    def _portal_declare_interests(self, subject_ids, words):
        """The patron's own interests, instead of those said before.

        :param list subject_ids: untrusted
        :param str words: separated by commas or line ends, untrusted
        :raise FormRefused: when there are too many
        """
        self.ensure_one()
        Subject = self.env["library.subject"]
        chosen = Subject.search([("id", "in", [as_id(value) for value in subject_ids[: 4 * CLASSES]])])
        own = {clean_line(word, 60) for word in re.split(r"[,，、;；\n]", clean_text(words, 2000))} - {""}
        if len(own) > WORDS or len(chosen) > CLASSES:
            raise FormRefused({"words": self.env._("Please choose: at most %(count)s words.", count=WORDS)})
        wanted = {f"subject:{subject.id}": {"subject_id": subject.id} for subject in chosen}
        wanted.update({f"word:{word.lower()}": {"word": word} for word in sorted(own)})
        self._declare("interest", wanted)

    def _declare(self, kind, wanted):
        """Keep what the patron said of one kind; it takes the place of what was seen or rejected before.

        :param dict wanted: {code: further values}
        """
        Trait = self.env["library.patron.trait"]
        known = {trait.code: trait for trait in Trait.search([("patron_id", "=", self.id), ("kind", "=", kind)])}
        Trait.browse(
            [trait.id for code, trait in known.items() if trait.origin == "declared" and code not in wanted]
        ).unlink()
        said = {
            "origin": "declared",
            "state": "confirmed",
            "confidence": 1.0,
            "date_expiry": False,
            "dispute_note": False,
        }
        for code, values in wanted.items():
            if code in known:
                known[code].write({**said, **values})
        today = fields.Date.context_today(self)
        Trait.create(
            [
                {
                    **said,
                    **values,
                    "patron_id": self.id,
                    "company_id": self.company_id.id,
                    "kind": kind,
                    "code": code,
                    "date_found": today,
                }
                for code, values in wanted.items()
                if code not in known
            ]
        )
