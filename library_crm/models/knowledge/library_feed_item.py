from odoo import api, fields, models
from odoo.fields import Domain

from ...const import DC_TYPES
from ...lib.links import safe_url

STATES = [("new", "To decide"), ("kept", "Kept"), ("dropped", "Dropped"), ("acquired", "Acquired")]


class LibraryFeedItem(models.Model):
    """One thing that a source outside announced or an uploaded file held: a book, a paper, a page.

    Items are written by the harvester and by uploads (`_upsert`); people decide what becomes of them.
    """

    _name = "library.feed.item"
    _description = "Incoming Item"
    _order = "date_seen desc, id desc"
    _rec_name = "title"
    _rec_names_search = ["title", "identifier", "doi", "isbn"]
    _check_company_auto = True

    # where it comes from
    feed_id = fields.Many2one(
        "library.feed", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    run_id = fields.Many2one(
        "library.feed.run", "Came with", readonly=True, index="btree_not_null", ondelete="set null"
    )
    identifier = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_seen = fields.Datetime("Came in", readonly=True, required=True, default=fields.Datetime.now)

    # what it is
    title = fields.Char(required=True, readonly=True)
    title_key = fields.Char(readonly=True)
    creators = fields.Char("By", readonly=True)
    publisher = fields.Char(readonly=True)
    summary = fields.Text(readonly=True)
    url = fields.Char("Link", readonly=True)
    href = fields.Char(compute="_compute_href")
    doi = fields.Char("DOI", readonly=True)
    isbn = fields.Char("ISBN", readonly=True)
    issn = fields.Char("ISSN", readonly=True)
    date_published = fields.Date("Published", readonly=True)
    year = fields.Char(readonly=True)
    lang = fields.Char("Language", readonly=True)
    type = fields.Selection(DC_TYPES, readonly=True)
    subject_words = fields.Char("Subjects of the source", readonly=True)

    # where it belongs
    subject_ids = fields.Many2many(
        "library.subject", "library_feed_item_subject_rel", "item_id", "subject_id", string="Classes"
    )
    suggested_subject_ids = fields.Many2many(
        "library.subject", "library_feed_item_suggested_rel", "item_id", "subject_id", string="Suggested classes",
        readonly=True,
    )
    suggested_words = fields.Char(
        "Suggested because of", readonly=True, help="The words of the item that led to the suggested classes."
    )

    # what becomes of it
    state = fields.Selection(STATES, required=True, default="new", readonly=True, index=True, copy=False)
    decision_reason = fields.Char("Why", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    date_decided = fields.Datetime("Decided", readonly=True, copy=False)
    is_deleted = fields.Boolean("Withdrawn by the source", readonly=True)
    duplicate_of_id = fields.Many2one(
        "library.feed.item", "Same as", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    resource_id = fields.Many2one(
        "library.resource", "In the register", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    article_id = fields.Many2one(
        "library.article", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    _identifier_uniq = models.UniqueIndex("(company_id, identifier)", "This item is there already.")
    _seen_idx = models.Index("(company_id, state, date_seen DESC, id DESC)")
    _doi_idx = models.Index("(company_id, doi) WHERE doi IS NOT NULL")
    _isbn_idx = models.Index("(company_id, isbn) WHERE isbn IS NOT NULL")
    _title_idx = models.Index("(company_id, title_key, year) WHERE title_key IS NOT NULL")

    @api.depends("url", "doi")
    def _compute_href(self):
        for item in self:
            item.href = safe_url(item.url) or safe_url(item.doi)

    @api.model
    def _domain_to_decide(self):
        """What waits for a steward."""
        return Domain("state", "=", "new") & Domain("is_deleted", "=", False)
