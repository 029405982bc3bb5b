from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What other programs and web sites may have of the library."""

    _inherit = "res.config.settings"

    library_oai_domain = fields.Char(
        "Domain in identifiers",
        config_parameter="library_crm.oai_domain",
        help="Stands in the identifier of every record. Once others have harvested, it must not change. "
        "Empty: the domain of this site.",
    )
    library_open_rights = fields.Char(
        "Licence of public articles",
        config_parameter="library_crm.open_rights",
        help="What others may do with them, best as the address of a licence.",
    )
    library_embed_origins = fields.Char(
        "Web sites that may show the form",
        config_parameter="library_crm.embed_origins",
        help="Addresses such as https://www.example.edu, separated by blanks. Empty: none.",
    )
    library_staff_hour_cost = fields.Float(
        "Cost of an hour of work",
        config_parameter="library_crm.staff_hour_cost",
        help="Optional. With it, minutes avoided are shown in money, too.",
    )
