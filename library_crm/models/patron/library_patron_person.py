from odoo import fields, models

DEGREE_STAGES = [
    ("school", "School"),
    ("bachelor", "Bachelor"),
    ("master", "Master"),
    ("doctoral", "Doctoral"),
    ("postdoc", "Postdoctoral"),
    ("staff", "Teaching or research staff"),
    ("alumni", "Alumni"),
    ("none", "Not studying"),
]
GENDERS = [("female", "Female"), ("male", "Male"), ("other", "Other")]


class LibraryPatronPerson(models.Model):
    """Who the patron is beside the contact record: names, belonging, stage of study; sensitive facts by group."""

    _inherit = "library.patron"

    honorific = fields.Char("Form of address", help="Dr., Prof., Ms …", groups="base.group_user")
    other_names = fields.Char("Other names", groups="base.group_user")
    pronouns = fields.Char(groups="base.group_user")
    date_of_birth = fields.Date("Date of birth", groups="library_crm.group_library_sensitive")
    gender = fields.Selection(GENDERS, groups="library_crm.group_library_sensitive")
    guardian_name = fields.Char("Guardian or guarantor", groups="library_crm.group_library_sensitive")
    guardian_relation = fields.Char("Relation to the guardian", groups="library_crm.group_library_sensitive")
    contact_person = fields.Text("Contact person", groups="library_crm.group_library_sensitive")
    alternate_address = fields.Text("Second address", groups="library_crm.group_library_sensitive")

    affiliation_id = fields.Many2one(
        "library.affiliation", index="btree_not_null", check_company=True, ondelete="restrict",
        help="Faculty, department, class, district or employer.",
    )
    degree_stage = fields.Selection(DEGREE_STAGES, string="Stage of study")
    date_stage_end = fields.Date("Stage ends", help="When this stage of study or research is expected to end.")
    date_confirmed = fields.Date(
        "Facts confirmed", readonly=True, groups="base.group_user",
        help="When the patron last said that these facts are still correct.",
    )

    provenance = fields.Json(
        readonly=True, copy=False, groups="base.group_user",
        help="For each field that can come from several sources: [source, reference, date, verified].",
    )

    allows_counts = fields.Boolean(
        "Uses are counted", default=True, readonly=True, groups="base.group_user",
        help="Off: the patron chose to keep nothing, in the library system or on the portal. No use is ever stored.",
    )
    allows_interests = fields.Boolean(
        "Subjects may be used", readonly=True, groups="base.group_user",
        help="On: traits and predictions may draw on subject classes of this patron's uses.",
    )
