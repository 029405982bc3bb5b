from odoo import fields, models

from ...const import CASES_PER_HOUR


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_cases_per_hour = fields.Integer(
        "New cases an hour from one address",
        config_parameter="library_crm.cases_per_hour",
        default=CASES_PER_HOUR,
        help="Above it, mail from that address waits for a person. Addresses under “Allowed senders” are never held.",
    )
    library_trusted_mail_servers = fields.Char(
        "Trusted mail servers",
        config_parameter="library_crm.trusted_mail_servers",
        help="Names of your own mail servers as they stand in Authentication-Results. "
        "Only with their word is a mail from a staff address taken as staff.",
    )
