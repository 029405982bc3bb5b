from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..lib.form_input import as_id


class LibraryPortalPages(CustomerPortal):
    """What the pages of the library have in common."""

    def _library_page(self, template, values, status=200):
        """Render a page inside the portal."""
        response = request.render(template, {**self._prepare_portal_layout_values(), **values})
        response.status_code = status
        return response

    def _library_missing(self):
        """The same answer for what is not there, what is not theirs, and links that ended."""
        if request.env.user._is_public() and not request.params.get("access_token"):
            return request.redirect_query("/web/login", {"redirect": request.httprequest.path})
        return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)

    def _library_list(self, model, url, page=1, filterby=None, sortby=None, search=None):
        """The values of a list page: records of `model` with tabs, order, search and pager."""
        Model = request.env[model]
        filters, orders = Model._portal_filters(), Model._portal_orders()
        filterby = filterby if filterby in filters else next(iter(filters))
        sortby = sortby if sortby in orders else next(iter(orders))
        search = (search if isinstance(search, str) else "").replace("\x00", "")[:200]
        domain = Model._portal_own_domain() & filters[filterby][1] & Model._portal_search_domain(search)
        total, page = Model.search_count(domain), as_id(page) or 1
        arguments = {"filterby": filterby, "sortby": sortby, **({"search": search} if search else {})}
        turner = pager(url, total, page=page, step=self._items_per_page, url_args=arguments)
        records = Model._portal_fetch(domain, orders[sortby][1], self._items_per_page, turner["offset"])
        request.session[f"{model}.history"] = records.ids[:100]
        return {
            "records": records, "total": total, "pager": turner, "default_url": url, "search": search,
            "filters": {name: label for name, (label, _domain) in filters.items()}, "filterby": filterby,
            "orders": {name: label for name, (label, _order) in orders.items()}, "sortby": sortby,
        }  # fmt: skip

    def _library_neighbours(self, record):
        """Links to the records before and after this one in the list that was shown last."""
        shown = request.session.get(f"{record._name}.history", [])
        if record.id not in shown:
            return {}
        place, base = shown.index(record.id), record.access_url.rpartition("/")[0]
        return {
            "prev_record": f"{base}/{shown[place - 1]}" if place else False,
            "next_record": f"{base}/{shown[place + 1]}" if place + 1 < len(shown) else False,
        }

    def _library_files(self):
        """The uploads of this request."""
        return request.httprequest.files.getlist("attachments")
