{
    "name": "Library CRM",
    "version": "19.0.1.0.0",
    "category": "Services/Library",
    "summary": "From what a patron needs to knowledge delivered, and kept for the next patron",
    "author": "library_crm contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "mail",
        "portal",
        "rating",
        "portal_rating",
        "resource",
        "digest",
        "survey",
        "event",
        "mass_mailing",
        "spreadsheet_dashboard",
    ],
    "external_dependencies": {
        "python": [
            "charset-normalizer",
            "lxml",
            "opencc-python-reimplemented",
            "pandas",
            "PyStemmer",
            "xlsxwriter",
        ],
    },
    "data": [
        # security
        "security/library_groups.xml",
        "security/ir.model.access.csv",
        "security/foundation_rules.xml",
        "security/patron_rules.xml",
        "security/team_rules.xml",
        "security/need_rules.xml",
        "security/case_rules.xml",
        # menus' root, so that every view file can hang its actions below it
        # foundation
        "data/library_subject_ddc.xml",
        "data/library_subject_clc.xml",
        "data/library_subject_crosswalk.xml",
        "data/library_service_data.xml",
        # patron
        "data/library_patron_type_data.xml",
        # team
        # knowledge
        # need
        # case
        "data/library_case_stage_data.xml",
        "data/library_mail_layouts.xml",
        "data/library_mail_templates.xml",
        # platform
        "data/library_cron_data.xml",
        # menus
    ],
    "demo": [],
    "assets": {},
    "pre_init_hook": "pre_init_hook",
}
