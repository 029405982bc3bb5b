"""Run Odoo with its module test_lint looking at our addon only: `python core_lint.py <addon> <arguments of odoo>`.

Started in Odoo's own environment, not imported by the rest of tools. As shipped, test_lint reads each file of each
addon on the addons path, and its pylint test all of Odoo, which takes a quarter of an hour and tells about code that
is not ours. What looks at the registry (names, signatures, indexes) is left as it is.
"""

import importlib
import sys
from pathlib import Path


class _Narrowed:
    """Stands in for `odoo.tools` in the pylint test, with our addon as the root of all code."""

    def __init__(self, tools, root):
        self._tools = tools
        self.config = _Config(tools.config, root)

    def __getattr__(self, name):
        return getattr(self._tools, name)


class _Config:
    def __init__(self, config, root):
        self._config = config
        self.root_path = root

    def __getitem__(self, key):
        return self._config[key]


def main(addon, arguments):
    """Start Odoo with `arguments`; test_lint will know one addon, `addon`."""
    import odoo.cli.command
    import odoo.modules.module
    import odoo.tests.loader
    import odoo.tools

    manifest_class = odoo.modules.module.Manifest
    all_manifests = manifest_class.all_addon_manifests
    make_suite = odoo.tests.loader.make_suite

    def narrow():
        ours = [manifest for manifest in all_manifests() if manifest.name == addon]
        manifest_class.all_addon_manifests = staticmethod(lambda: ours)
        pylint_test = importlib.import_module("odoo.addons.test_lint.tests.test_pylint")
        pylint_test.tools = _Narrowed(odoo.tools, ours[0].path)

    def narrowed_suite(module_names, position="at_install"):
        names = list(module_names)
        if "test_lint" in names:
            narrow()
        return make_suite(names, position)

    odoo.tests.loader.make_suite = narrowed_suite
    sys.argv = ["odoo", *arguments]
    odoo.cli.command.main()


if __name__ == "__main__":
    # the folder of this file has modules that must not be found by plain names
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != Path(__file__).resolve().parent]
    main(sys.argv[1], sys.argv[2:])
