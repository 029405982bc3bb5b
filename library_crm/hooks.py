"""What happens once: before the addon is installed, and when it is removed."""

LANGUAGES = ("zh_CN", "zh_TW")


def pre_init_hook(env):
    """Activate the languages in which the addon speaks to patrons.

    A first mail in Chinese must be acknowledged in Chinese, whatever language
    the administrator works in; an inactive language cannot be rendered. It comes
    first, so that our own texts and the demo's Chinese readers find it there.
    """
    languages = env["res.lang"].with_context(active_test=False).search([("code", "in", LANGUAGES)])
    missing = languages.filtered(lambda lang: not lang.active).mapped("code")
    for code in missing:
        env["res.lang"]._activate_lang(code)
    if missing:
        modules = env["ir.module.module"].search([("state", "=", "installed")])
        modules._update_translations(missing)


def uninstall_hook(env):
    """Drop what Odoo does not know how to drop: a partitioned table and the trigger that keeps it in step."""
    env["library.usage"]._drop_tables()
