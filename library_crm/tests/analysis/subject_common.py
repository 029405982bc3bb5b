from odoo.fields import Command

from .use_common import LibraryUseCase


class LibrarySubjectCase(LibraryUseCase):
    """A class ZZ with two narrower ones, and needs, suggestions, requests and uses in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.resource"].search([]).active = False
        cls.env["library.need"].search([]).active = False
        cls.env["library.purchase.suggestion"].search([]).unlink()
        subject = cls.env["library.subject"]
        cls.wide = subject.create({"name": "Wide", "code": "ZZ", "scheme": "clc"})
        cls.left, cls.right = subject.create([
            {"name": "Left", "code": "ZZ1", "scheme": "clc", "parent_id": cls.wide.id},
            {"name": "Right", "code": "ZZ2", "scheme": "clc", "parent_id": cls.wide.id},
        ])
        cls.crowd = cls._patrons(12)
        for number, patron in enumerate(cls.crowd):
            patron.partner_id.email = f"crowd{number}@patrons.test"

    @classmethod
    def _needs(cls, patrons, subject, state="stated", **values):
        needs = cls.env["library.need"].create([
            {"name": f"Need of {patron.name}", "patron_id": patron.id, "subject_ids": [Command.set(subject.ids)],
             **values}
            for patron in patrons
        ])
        if state != "stated":
            needs._settle(state, "no_source" if state == "unmet" else False)
        return needs

    @classmethod
    def _suggest(cls, patron=None, **values):
        return cls.env["library.purchase.suggestion"].create({
            "name": "Maps of the delta", "patron_id": patron.id if patron else False, **values,
        })

    @classmethod
    def _turned_away(cls, subject, count, reports=("TR_J1",), metric="No_License"):
        """Refusals of one title of a class, counted alike by several reports."""
        resource = cls.env["library.resource"].create({"name": f"Journal {count}", "coverage_ids": subject.ids})
        source = cls.env["library.counter.source"].create({
            "platform": "House", "title": f"Journal {count}", "resource_id": resource.id, "company_id": cls.company.id,
            "platform_key": "house", "title_key": f"journal {count}",
        })
        cls.env["library.resource.usage"].create([
            {"source_id": source.id, "resource_id": resource.id, "company_id": cls.company.id, "report": report,
             "metric": metric, "month": cls.today.replace(day=1), "count": count}
            for report in reports
        ])
        return resource
