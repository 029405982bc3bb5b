from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class LibraryFeedItem(models.Model):
    """What a steward makes of an item."""

    _inherit = "library.feed.item"

    def _on_decided(self, items):
        """Called with items whose state has changed, by hand or by rule."""

    def _decide(self, state, reason=False):
        """The only code by which a person changes the state."""
        self.check_access("write")
        self.write({
            "state": state, "decision_reason": reason, "decided_by_id": self.env.user.id,
            "date_decided": self.env.cr.now(),
        })
        self._on_decided(self)

    def action_keep(self):
        """Worth knowing: it can be found, and goes to whoever follows its subject."""
        self._decide("kept")

    def action_drop(self):
        """Of no use to our patrons; it does not come back."""
        self._decide("dropped")

    def action_reopen(self):
        """Look at it once more."""
        self.filtered(lambda item: item.state != "acquired").write({
            "state": "new", "decision_reason": False, "decided_by_id": False, "date_decided": False,
            "duplicate_of_id": False,
        })

    def action_accept_classes(self):
        """Take the suggested classes."""
        self.check_access("write")
        for item in self:
            item.subject_ids |= item.suggested_subject_ids

    def action_make_resource(self):
        """Enter it into the register of resources."""
        self.ensure_one()
        self.check_access("write")
        if not self.resource_id:
            self.resource_id = self.env["library.resource"].create(self._prepare_resource())
        self._decide("acquired")
        return self._open(self.resource_id)

    def action_make_article(self):
        """Begin an article that rests on it."""
        self.ensure_one()
        self.check_access("write")
        if not self.article_id:
            self.article_id = self.env["library.article"].create(self._prepare_article())
        self._decide("acquired")
        return self._open(self.article_id)

    def action_open_made(self):
        """What was made of it."""
        self.ensure_one()
        made = self.resource_id or self.article_id
        if not made:
            raise UserError(self.env._("Nothing was made of this item yet."))
        return self._open(made)

    def _open(self, record):
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "view_mode": "form"}

    def _classes(self):
        return self.subject_ids or self.suggested_subject_ids

    def _prepare_resource(self):
        """Values of a resource."""
        return {
            "name": self.title,
            "kind": "web" if self.href else "collection",
            "description": "\n\n".join(filter(None, [self._get_citation(), self.summary])),
            "url": self.href,
            "langs": self.lang,
            "coverage_ids": [Command.set(self._classes().ids)],
            "company_id": self.company_id.id,
        }

    def _prepare_article(self):
        """Values of a draft: the title and the source; the text is for a person to write."""
        languages = dict(self.env["library.article"]._get_languages())
        lang = next((code for code in languages if self.lang and code.startswith(self.lang)), None)
        return {
            "name": self.title,
            "summary": self.summary,
            "subject_ids": [Command.set(self._classes().ids)],
            "company_id": self.company_id.id,
            "source_ids": [Command.create(self._prepare_citation())],
        } | ({"lang": lang} if lang else {})

    def _prepare_citation(self):
        """Values of a cited source."""
        return {
            "name": self.title,
            "creator": self.creators,
            "publisher": self.publisher,
            "date_issued": str(self.date_published or self.year or "") or False,
            "identifier": self.doi or self.isbn or self.identifier,
            "url": self.href,
            "dc_type": self.type,
            "lang": self.lang,
            "resource_id": self.resource_id.id,
        }

    def _get_citation(self):
        """The item in one line: by whom, title, publisher, year."""
        made = ", ".join(filter(None, [self.publisher, self.year]))
        return ". ".join(filter(None, [self.creators, self.title, made]))
