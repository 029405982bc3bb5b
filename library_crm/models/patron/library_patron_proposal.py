from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...lib.mail_text import new_text
from ...lib.signature import closing_lines, facts

PROPOSED_FIELDS = [
    ("name", "Name"),
    ("phone", "Phone"),
    ("honorific", "Form of address"),
    ("affiliation_id", "Affiliation"),
    ("type_id", "Type"),
    ("card_number", "Card number"),
]
CHOSEN = {"affiliation_id": "library.affiliation", "type_id": "library.patron.type"}


class LibraryPatronProposal(models.Model):
    """A fact that somebody might want to take over: read from a signature, or asked for on the portal.

    What was ignored stays, so that the same signature does not ask again with every mail.
    """

    _name = "library.patron.proposal"
    _description = "Proposed Fact"
    _order = "state desc, id desc"
    _rec_name = "value"
    _check_company_auto = True

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    field_name = fields.Selection(PROPOSED_FIELDS, string="Fact", required=True, readonly=True)
    value = fields.Char("Proposed", required=True, readonly=True)
    current = fields.Char("So far", compute="_compute_current")
    affiliation_id = fields.Many2one("library.affiliation", check_company=True, ondelete="set null", index=True)
    type_id = fields.Many2one("library.patron.type", ondelete="set null", index=True)
    source = fields.Selection(
        [("mail", "Signature of a mail"), ("portal", "Asked for on the portal")], required=True, readonly=True
    )
    evidence = fields.Char(readonly=True, help="The line it stands in, or what the patron wrote.")
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null", index=True)
    state = fields.Selection(
        [("waiting", "To decide"), ("accepted", "Taken over"), ("ignored", "Ignored")],
        default="waiting", required=True, readonly=True, index=True,
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="set null")
    date_decided = fields.Datetime("Decided on", readonly=True)

    _once = models.UniqueIndex("(patron_id, field_name, lower(value)) WHERE state <> 'accepted'")

    @api.depends("patron_id", "field_name")
    def _compute_current(self):
        for proposal in self:
            kept = proposal.patron_id[proposal.field_name] if proposal.field_name else False
            proposal.current = kept.display_name if isinstance(kept, models.BaseModel) else kept

    def _field_label(self):
        """The name of the fact, in the reader's language."""
        return dict(self._fields["field_name"]._description_selection(self.env))[self.field_name]

    @api.model
    def _propose(self, patron, field_name, value, source, evidence=False, message=None):
        """Ask staff whether a fact is right; nothing happens when it is known, or was ignored before.

        :return: the proposal, or an empty one
        """
        value = (value or "").strip()[:200]
        if not value or self._is_known(patron, field_name, value):
            return self.browse()
        chosen = {field_name: self._find_choice(patron, field_name, value).id} if field_name in CHOSEN else {}
        return self.create({
            "patron_id": patron.id, "field_name": field_name, "value": value, "source": source,
            "evidence": (evidence or "")[:300] or False, "message_id": message.id if message else False, **chosen,
        })

    @api.model
    def _is_known(self, patron, field_name, value):
        """Whether this is what stands there, or somebody decides or decided about it."""
        kept = patron[field_name]
        if field_name == "phone":
            normalize = self.env["library.patron.identity"]._normalize
            numbers = {normalize("phone", one.value) for one in patron.identity_ids if one.kind == "phone"}
            known = normalize("phone", value) in numbers | {normalize("phone", kept)}
        elif field_name in CHOSEN:
            known = bool(kept) and kept == self._find_choice(patron, field_name, value)
        else:
            known = (kept or "").casefold() == value.casefold()
        return known or bool(self.search_count([
            ("patron_id", "=", patron.id), ("field_name", "=", field_name), ("value", "=ilike", value),
            ("state", "!=", "accepted"),
        ], limit=1))

    @api.model
    def _find_choice(self, patron, field_name, value):
        """The affiliation or type that `value` names, where exactly one does."""
        Choice = self.env[CHOSEN[field_name]]
        domain = [("name", "=ilike", value), ("company_id", "in", (patron.company_id.id, False))]
        found = Choice.search(domain, limit=2)
        return found if len(found) == 1 else Choice

    @api.model
    def _propose_from_mail(self, patron, message):
        """Propose what the signature of a patron's mail says; facts that are known ask nothing."""
        folded = new_text(None, str(message.body or ""))
        signature = folded.signature or closing_lines(folded.fresh or html2plaintext(message.body or ""))
        for fact in facts(signature):
            self._propose(patron, fact.field, fact.value, "mail", fact.evidence, message)

    def action_accept(self):
        """Take the facts over, with the message as their origin."""
        for proposal in self.filtered(lambda one: one.state == "waiting"):
            value = proposal._get_value()
            origin = [proposal.source, proposal.message_id.id or None, True]
            proposal.patron_id.with_context(provenance=origin).write({proposal.field_name: value})
            proposal._decide("accepted")

    def _get_value(self):
        """The value in the form the patron's field takes."""
        if self.field_name not in CHOSEN:
            return self.value
        if not self[self.field_name]:
            raise UserError(self.env._("Choose which one “%(value)s” is.", value=self.value))
        return self[self.field_name].id

    def action_ignore(self):
        """Leave the fact as it is, and do not ask again for this value."""
        self.filtered(lambda one: one.state == "waiting")._decide("ignored")

    def _decide(self, state):
        self.write({"state": state, "user_id": self.env.uid, "date_decided": self.env.cr.now()})
