"""What happens once, when the addon is installed."""

LANGUAGES = ("zh_CN", "zh_TW")


def post_init_hook(env):
    """Activate the languages in which the addon speaks to patrons.

    A first mail in Chinese must be acknowledged in Chinese, whatever language
    the administrator works in; an inactive language cannot be rendered.
    """
    languages = env["res.lang"].with_context(active_test=False).search([("code", "in", LANGUAGES)])
    missing = [code for code in languages.filtered(lambda lang: not lang.active).mapped("code")]
    for code in missing:
        env["res.lang"]._activate_lang(code)
    if missing:
        modules = env["ir.module.module"].search([("state", "in", ("installed", "to install"))])
        modules._update_translations(missing)
