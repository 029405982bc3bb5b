from odoo import fields, models


class LibraryPatronFact(models.Model):
    """Figures about a patron as of last night, from counts and service records; thrown away and rebuilt at will.

    What comes from `library.usage` is filled only for patrons whose uses are counted. No title and no class is in it.
    """

    _name = "library.patron.fact"
    _description = "Patron Fact"
    _rec_name = "patron_id"
    _order = "patron_id"
    _log_access = False  # rebuilt every night by nobody in particular

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    as_of = fields.Date("As of", required=True, readonly=True)

    # how long and how lately
    first_use_month = fields.Date("First month of use", readonly=True)
    last_use_date = fields.Date("Last use", readonly=True)
    days_since_use = fields.Integer("Days since the last use", readonly=True)
    tenure_days = fields.Integer("Days since the first use", readonly=True)

    # how often and how broadly
    visit_days_year = fields.Integer(
        "Days of use in a year", readonly=True,
        help="Days with any use on site or remotely, and days of questions, training, answers and contributions.",
    )
    visit_days_total = fields.Integer("Days of use in all", readonly=True)
    uses_year = fields.Integer("Uses in a year", readonly=True)
    uses_last_year = fields.Integer("Uses in the year before", readonly=True)
    remote_uses_year = fields.Integer("Remote uses in a year", readonly=True)
    onsite_uses_year = fields.Integer("Uses on site in a year", readonly=True)
    kinds_year = fields.Integer("Kinds of use in a year", readonly=True)
    subjects_year = fields.Integer("Subject classes in a year", readonly=True)

    # service
    cases_year = fields.Integer("Cases in a year", readonly=True)
    cases_open = fields.Integer("Open cases", readonly=True)
    needs_year = fields.Integer("Needs in a year", readonly=True)
    needs_met_year = fields.Integer("Needs met in a year", readonly=True)
    contacts_year = fields.Integer("Desk contacts in a year", readonly=True)
    events_year = fields.Integer("Events attended in a year", readonly=True)
    read_max = fields.Integer("Deepest need (READ)", readonly=True)
    contributions_year = fields.Integer("Contributions in a year", readonly=True)
    answers_year = fields.Integer(
        "Answers in a year", readonly=True, help="Ratings, confirmations and corrections given to the library."
    )

    # what follows
    stage = fields.Char(readonly=True, help="The stage in full; the lifecycle on the patron is its plain form.")
    return_chance = fields.Float("Chance of coming back", readonly=True, digits=(6, 4), aggregator="avg")
    debt = fields.Float("What we owe", readonly=True, digits=(8, 2))

    _patron_uniq = models.Constraint("UNIQUE (patron_id)", "A patron has one row of facts.")
    _stage_idx = models.Index("(company_id, stage)")
    _debt_idx = models.Index("(company_id, debt DESC) WHERE debt > 0")
