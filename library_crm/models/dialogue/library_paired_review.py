from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import PAIRED_VERDICTS

FOUND = [("2", "Just what was wanted"), ("1", "Partly"), ("0", "Not found")]
GRADES = [("2", "Yes"), ("1", "Partly"), ("0", "No")]
DIFFICULTIES = [("1", "Easy"), ("2", "Neither"), ("3", "Hard")]
LIBRARIAN_FORM = {"librarian_found", "librarian_difficulty", "librarian_understood", "librarian_learned"}
SATISFIED_FROM = 4


class LibraryPairedReview(models.Model):
    """One closed case, drawn by chance, seen by three: who answered, who asked, and a colleague who knows neither.

    The librarian does not see the patron's form, and nobody sees who checked: what counts is where the views differ.
    """

    _name = "library.paired.review"
    _description = "Paired Review of a Case"
    _order = "month desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one("library.case", readonly=True, index="btree_not_null", ondelete="set null")
    name = fields.Char("Question", readonly=True, help="Without the people of the case.")
    month = fields.Date("Closed in", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True,
                                 ondelete="cascade")  # fmt: skip
    team_id = fields.Many2one("library.team", readonly=True, index="btree_not_null", ondelete="set null")
    service_id = fields.Many2one("library.service", readonly=True, index="btree_not_null", ondelete="set null")
    librarian_id = fields.Many2one("res.users", "Answered by", readonly=True, index="btree_not_null",
                                   ondelete="set null")  # fmt: skip
    reviewer_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", ondelete="set null",
                                  groups="base.group_system")  # fmt: skip
    invitation_id = fields.Many2one("library.evaluation.invitation", readonly=True, index="btree_not_null",
                                    ondelete="set null", groups="library_crm.group_library_lead")  # fmt: skip
    check_ids = fields.One2many("library.paired.check", "review_id", readonly=True, groups="base.group_system")

    # the librarian's form
    librarian_found = fields.Selection(FOUND, "Was it found?")
    librarian_difficulty = fields.Selection(DIFFICULTIES, "How hard was it?")
    librarian_understood = fields.Selection(GRADES, "Did you understand the question?")
    librarian_learned = fields.Selection(GRADES, "Did the patron learn something?")
    date_librarian = fields.Datetime("Filled in on", readonly=True)

    # the patron's form
    patron_found = fields.Selection(FOUND, "Patron: found?", readonly=True, groups="library_crm.group_library_lead")
    patron_satisfied = fields.Integer("Patron: content (1 to 5)", readonly=True, aggregator=None,
                                      groups="library_crm.group_library_lead")  # fmt: skip
    patron_understood = fields.Selection(GRADES, "Patron: understood?", readonly=True,
                                         groups="library_crm.group_library_lead")  # fmt: skip
    patron_learned = fields.Selection(GRADES, "Patron: learned something?", readonly=True,
                                      groups="library_crm.group_library_lead")  # fmt: skip
    has_reasons = fields.Boolean("Patron: something was wrong", readonly=True,
                                 groups="library_crm.group_library_lead")  # fmt: skip
    date_patron = fields.Datetime("Patron answered on", readonly=True, groups="library_crm.group_library_lead")

    # what comes of it
    verdict = fields.Selection(PAIRED_VERDICTS, "Colleague's check", readonly=True)
    date_checked = fields.Datetime("Checked on", readonly=True)
    coaching_note = fields.Text(
        "A colleague's note to you", compute="_compute_coaching_note",
        help="For you and the colleague who wrote it, and for nobody else.",
    )
    discrepancy = fields.Selection(
        [
            ("ours", "We thought it solved, the patron did not"),
            ("theirs", "The patron was content, we were not"),
            ("wrong", "Patron and librarian content, the answer wrong"),
            ("none", "All agree"),
        ],
        compute="_compute_discrepancy", store=True, compute_sudo=True,
    )
    is_success = fields.Boolean(
        "Success", compute="_compute_discrepancy", store=True, compute_sudo=True,
        groups="library_crm.group_library_lead",
        help="The patron found just what was wanted, is content, and named nothing that was wrong.",
    )
    state = fields.Selection(
        [("open", "Waiting"), ("done", "Complete")], compute="_compute_discrepancy", store=True, compute_sudo=True
    )

    _case_uniq = models.UniqueIndex("(case_id) WHERE case_id IS NOT NULL", "This case is reviewed already.")

    @api.depends("librarian_found", "patron_found", "patron_satisfied", "has_reasons", "verdict")
    def _compute_discrepancy(self):
        for review in self:
            ours, theirs = review.librarian_found, review.patron_found
            review.is_success = (
                theirs == "2" and review.patron_satisfied >= SATISFIED_FROM and not review.has_reasons
            )
            review.state = "done" if ours and theirs and review.verdict else "open"
            if not ours or not theirs:
                review.discrepancy = False
            elif ours == "2" and theirs != "2":
                review.discrepancy = "ours"
            elif ours != "2" and theirs == "2":
                review.discrepancy = "theirs"
            elif ours == "2" and review.verdict == "wrong":
                review.discrepancy = "wrong"
            else:
                review.discrepancy = "none"

    @api.depends("verdict")
    @api.depends_context("uid")
    def _compute_coaching_note(self):
        for review in self:
            # sudo: only for the one who answered, to whom it is written
            checks_sudo = review.sudo().check_ids.filtered(lambda one: one.review_id.librarian_id == self.env.user)
            review.coaching_note = "\n\n".join(
                note for note in checks_sudo.filtered("date_checked").mapped("coaching_note") if note
            ) or False

    def write(self, vals):
        if not self.env.su:
            if set(vals) - LIBRARIAN_FORM or any(review.librarian_id != self.env.user for review in self):
                raise AccessError(self.env._("Everybody fills in the own form."))
            if any(review.date_librarian and review.state == "done" for review in self):
                raise UserError(self.env._("This review is complete."))
            if vals.get("librarian_found"):
                # sudo: the moment follows from filling in
                self.sudo().date_librarian = self.env.cr.now()
        return super().write(vals)
