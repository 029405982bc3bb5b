import re
from base64 import b64encode

from odoo import api, models
from odoo.exceptions import ValidationError

from ...lib.inline_images import take_images

TEXT_LIMIT = 500_000
"""Characters of a text without its pictures: some three hundred printed pages."""
PICTURE_LIMIT = 8 * 2**20
"""Bytes of one pasted picture."""
PICTURES_LIMIT = 60
"""Pictures pasted with one save."""
_OWN_PICTURE = re.compile(r"/web/image/(\d{1,9})\b")


class LibraryArticle(models.Model):
    """What is pasted into a text: pictures become files of the article, and no text is without end.

    Scripts, frames and styles are taken out by the sanitiser of the field.
    """

    _inherit = "library.article"

    @api.model_create_multi
    def create(self, vals_list):
        taken = [self._take_pictures(vals, {}) for vals in vals_list]
        articles = super().create([vals for vals, _pictures in taken])
        for article, (_vals, pictures) in zip(articles, taken, strict=True):
            # the pictures were kept before there was an article that they could belong to
            pictures.write({"res_id": article.id})
        return articles

    def write(self, vals):
        if vals.get("body"):
            vals, _pictures = self._take_pictures(vals, {"res_id": self[:1].id})
        return super().write(vals)

    @api.model
    def _take_pictures(self, vals, owner):
        """Keep the pictures pasted into a text as files.

        :return: (values with links in place of pictures, the files)
        :raise ValidationError: a picture or the text is larger than anybody can want it
        """
        pictures = self.env["ir.attachment"]
        if not vals.get("body"):
            return vals, pictures
        found = []

        def keep(kind, content):
            if len(content) > PICTURE_LIMIT or len(found) >= PICTURES_LIMIT:
                raise ValidationError(self.env._(
                    "The text holds more or larger pictures than an article can have: at most %(count)s at once, each"
                    " of at most %(size)s MB. Please make them smaller, or attach them as files.",
                    count=PICTURES_LIMIT, size=PICTURE_LIMIT // 2**20,
                ))  # fmt: skip
            found.append(pictures.create({
                "name": f"picture-{len(found) + 1}.{kind}", "datas": b64encode(content),
                "res_model": self._name, **owner,
            }))  # fmt: skip
            return f"/web/image/{found[-1].id}"

        body = take_images(str(vals["body"]), keep)
        if len(body) > TEXT_LIMIT:
            raise ValidationError(self.env._(
                "The text has %(count)s characters; an article holds at most %(most)s. Please make chapters of it, or"
                " attach the whole as a file.",
                count=len(body), most=TEXT_LIMIT,
            ))  # fmt: skip
        return {**vals, "body": body}, pictures.concat(*found)

    def copy(self, default=None):
        copies = super().copy(default)
        for duplicate in copies:
            duplicate._own_pictures()
        return copies

    def _own_pictures(self):
        """Have copies of the pictures that belong to another article: who reads this one need not read that one."""
        self.ensure_one()
        numbers = {int(number) for number in _OWN_PICTURE.findall(str(self.body or ""))}
        if not numbers:
            return
        foreign = self.env["ir.attachment"].search(
            [("id", "in", list(numbers)), ("res_model", "=", self._name), ("res_id", "!=", self.id)]
        )
        fresh = {old.id: old.copy({"res_id": self.id}).id for old in foreign}
        body = _OWN_PICTURE.sub(lambda match: f"/web/image/{fresh.get(int(match[1]), match[1])}", str(self.body or ""))
        if fresh:
            self._transition({"body": body})
            # sudo: the first version of a copy is the copy with its own pictures
            self.sudo().version_ids.write({"body": body})
