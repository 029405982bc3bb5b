"""What Odoo's web client asks the server for when it opens a list, a kanban or a form.

The client reads the architecture of a view and builds from it the `specification` of one ``web_search_read``,
``web_read_group`` or ``web_read``. This module does the same in Python, so that the benchmark asks what a browser
asks, for any model and whatever its views contain.
"""

import ast

from lxml import etree

from odoo.service.model import call_kw

# the largest number of records that the client counts before it shows "10000+"
COUNT_LIMIT = 10_000
LIST_LIMIT = 80
# a window action asks for 80 cards a column too
KANBAN_LIMIT = 80
SUBVIEW_LIMIT = 40
SEARCH_PANEL_LIMIT = 200

_ACTIVITY = (
    "activity_exception_decoration", "activity_exception_icon", "activity_state", "activity_summary",
    "activity_type_icon", "activity_type_id",
)
# fields that a widget reads beside its own
WIDGET_DEPENDENCIES = {
    "list_activity": _ACTIVITY,
    "kanban_activity": _ACTIVITY,
    "activity_exception": ("activity_exception_icon",),
    "statusbar_duration": ("duration_tracking",),
    "image": ("write_date",),
}
# what a widget reads of each line of a many2many; "color" only where the option `color_field` names it
WIDGET_RELATED = {
    "many2many_tags": ("display_name",),
    "many2many_tags_avatar": ("display_name",),
    "many2many_avatar_user": ("display_name",),
    "many2many_tags_email": ("display_name", "email"),
    "many2many_binary": ("name", "mimetype"),
}
ALWAYS = ("1", "True", "true")


class WebClient:
    """The views of one window action, as one user gets them, and the calls that open them."""

    def __init__(self, env, action):
        self.action = action
        self.model = action.res_model
        views = {kind: view_id for view_id, kind in action.views}
        self.asked = [[views.get(kind, False), kind] for kind in ("list", "kanban", "form")]
        self.asked.append([action.search_view_id.id, "search"])
        answer = env[self.model].get_views(self.asked, {"toolbar": True, "action_id": action.id})
        self.fields = {model: description["fields"] for model, description in answer["models"].items()}
        self.archs = {kind: etree.fromstring(view["arch"]) for kind, view in answer["views"].items()}
        self._subviews = {}
        for node in self.archs["form"].iter("field"):
            self._load_subview(env, node)

    def _load_subview(self, env, node):
        """Fetch the list of a x2many of the form that brings none along, as the client does before it reads."""
        comodel = self._comodel_without_subview(node)
        if comodel and comodel not in self._subviews:
            answer = env[comodel].get_views([[False, "list"]], {})
            for model, description in answer["models"].items():
                self.fields.setdefault(model, {}).update(description["fields"])
            self._subviews[comodel] = etree.fromstring(answer["views"]["list"]["arch"])

    def _comodel_without_subview(self, node):
        if any(ancestor.tag == "field" for ancestor in node.iterancestors()):
            return None
        field = self.fields[self.model].get(node.get("name"), {})
        bare = field.get("type") in ("one2many", "many2many") and not node.get("widget") and not len(node)
        return field["relation"] if bare and node.get("invisible") not in ALWAYS else None

    # specification

    def specification(self, kind):
        """The specification for the view `kind` of the action's model."""
        spec = self._specify(self.archs[kind], self.model, kind)
        if kind == "form":
            spec.setdefault("display_name", {})
        elif kind == "kanban" and (color := self.archs[kind].get("highlight_color")):
            spec.setdefault(color, {})
        return spec

    def _specify(self, arch, model, kind):
        fields = self.fields[model]
        visible, nodes = {}, {}
        for node in arch.iter("field"):
            if self._owner(node, arch) is not arch or node.get("name") not in fields:
                continue
            hidden = node.get("invisible") in ALWAYS or node.get("column_invisible") in ALWAYS
            name = node.get("name")
            visible[name] = visible.get(name, False) or not hidden
            nodes.setdefault(name, []).append(node)
        spec = {}
        for name, found in nodes.items():
            for node in found:
                spec[name] = _merge(spec.get(name, {}), self._specify_field(node, fields[name], kind, visible[name]))
                for other in self._dependencies(node):
                    if other in fields:
                        spec.setdefault(other, self._specify_plain(fields[other]))
        return spec

    def _owner(self, node, arch):
        """The view that `node` belongs to: `arch`, or the subview of a x2many in it."""
        for ancestor in node.iterancestors():
            if ancestor is arch:
                return arch
            if ancestor.tag == "field":
                return ancestor
            if ancestor.tag in ("groupby", "searchpanel"):
                return ancestor
        return arch

    def _specify_plain(self, field):
        return {"fields": {"display_name": {}}} if field["type"] in ("many2one", "reference") else {}

    def _specify_field(self, node, field, kind, is_visible):
        if field["type"] in ("many2one", "reference"):
            spec = {"fields": {"display_name": {}} if is_visible else {}}
        elif field["type"] in ("one2many", "many2many"):
            if not is_visible:
                return {}
            spec = self._specify_lines(node, field, kind)
        else:
            return {}
        if is_visible and (context := _constant(node.get("context"))):
            spec["context"] = context
        return spec

    def _specify_lines(self, node, field, kind):
        """A x2many: the fields of its widget, or of its subview."""
        widget = node.get("widget") or ("many2many_tags" if kind == "kanban" and field["type"] == "many2many" else "")
        if widget in WIDGET_RELATED:
            options = _constant(node.get("options"))
            names = [*WIDGET_RELATED[widget], options.get("color_field")]
            return {"fields": {name: {} for name in names if name}}
        comodel = field["relation"]
        subview = next((child for child in node if child.tag in ("list", "kanban")), None)
        if subview is None and kind == "form" and not widget:
            subview = self._subviews.get(comodel)
        if subview is None:
            return {"fields": {}}
        spec = {"fields": self._specify(subview, comodel, subview.tag)}
        spec["limit"] = int(subview.get("limit") or SUBVIEW_LIMIT)
        if order := self._default_order(subview):
            spec["order"] = order
        return spec

    def _dependencies(self, node):
        options = _constant(node.get("options"))
        named = (options.get("start_date_field"), options.get("end_date_field"))
        return [*WIDGET_DEPENDENCIES.get(node.get("widget"), ()), *filter(None, named)]

    def _default_order(self, arch):
        """The order that the view asks for: its own, else by its handle, else the model's."""
        if order := arch.get("default_order"):
            return order
        handle = next((node.get("name") for node in arch.iter("field") if node.get("widget") == "handle"), None)
        return f"{handle} ASC, id ASC" if handle else ""

    # calls

    def open_list(self, env, offset=0, limit=LIST_LIMIT):
        """Read one page of the list; the first page comes with the search panel."""
        if not offset:
            self._open_search_panel(env, "list")
        return self._call(
            env, "web_search_read", [],
            specification=self.specification("list"), offset=offset, limit=limit,
            order=self._default_order(self.archs["list"]), count_limit=max(COUNT_LIMIT, offset + limit) + 1,
            context={"bin_size": True},
        )

    def open_kanban(self, env, limit=None):
        """Read the columns, their open cards, the progress bars and the search panel."""
        arch = self.archs["kanban"]
        group_by = arch.get("default_group_by") or "stage_id"
        self._open_search_panel(env, "kanban")
        aggregates = []
        if (bar := arch.find("progressbar")) is not None:
            asked = {"field": bar.get("field"), "colors": _constant(bar.get("colors")), "help": bar.get("help")}
            self._call(env, "read_progress_bar", [], group_by=group_by, progress_bar=asked)
            if bar.get("sum_field"):
                aggregates.append(f"{bar.get('sum_field')}:sum")
        return self._call(
            env, "web_read_group", [], groupby=[group_by], aggregates=aggregates, auto_unfold=True, offset=0,
            opening_info=[], order=self._default_order(arch), unfold_read_specification=self.specification("kanban"),
            unfold_read_default_limit=limit or int(arch.get("limit") or KANBAN_LIMIT), groupby_read_specification={},
            context={"read_group_expand": True},
        )

    def open_form(self, env, record_id):
        """Read one record as its form does."""
        arguments = {"specification": self.specification("form"), "context": {"bin_size": True}}
        return call_kw(env[self.model], "web_read", [[record_id]], arguments)

    def _call(self, env, method, domain, **arguments):
        context = {**env.context, **arguments.pop("context", {})}
        return call_kw(env[self.model], method, [], {"domain": domain, "context": context, **arguments})

    def _open_search_panel(self, env, kind):
        panel = self.archs["search"].find(".//searchpanel")
        if panel is None or kind not in (panel.get("view_types") or "list,kanban").split(","):
            return
        sections = [node for node in panel.iter("field") if node.get("invisible") not in ALWAYS]
        for node in sections:
            common = {
                "category_domain": [], "filter_domain": [], "search_domain": [], "context": dict(env.context),
                "enable_counters": node.get("enable_counters") in ALWAYS, "expand": node.get("expand") in ALWAYS,
                "limit": int(node.get("limit") or SEARCH_PANEL_LIMIT),
            }
            if node.get("select") == "multi":
                common.update(comodel_domain=[], group_by=node.get("groupby") or False, group_domain=[])
                call_kw(env[self.model], "search_panel_select_multi_range", [node.get("name")], common)
            else:
                common["hierarchize"] = (node.get("hierarchize") or "1") in ALWAYS
                call_kw(env[self.model], "search_panel_select_range", [node.get("name")], common)


def _constant(expression):
    """The constant entries of a dictionary in a view; those that depend on the record are left out, as the client
    leaves them out of its first read.

    >>> _constant("{'show_vat': True, 'default_name': partner_name}")
    {'show_vat': True}
    >>> _constant(None), _constant("[1]")
    ({}, {})
    """
    tree = ast.parse(expression or "{}", mode="eval").body
    found = {}
    if isinstance(tree, ast.Dict):
        for key, value in zip(tree.keys, tree.values, strict=True):
            try:
                found[ast.literal_eval(key)] = ast.literal_eval(value)
            except ValueError:
                continue
    return found


def _merge(one, other):
    """Both specifications of a field that a view names twice."""
    merged = {**one, **other}
    if "fields" in one and "fields" in other:
        merged["fields"] = {**one["fields"], **other["fields"]}
    return merged
