import datetime
from urllib.parse import urlsplit

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import hmac
from odoo.tools.mail import html_to_inner_content

from ...lib import oai_pmh
from ...lib.form_input import as_id, headline

PATH = "/library/oai"
PAGE = 100
TOKEN_HOURS = 24
LARGEST_SUMMARY = 1000


class LibraryOaiProvider(models.AbstractModel):
    """Answers harvesters (OAI-PMH 2.0) with what is published for everybody.

    It always answers as the public would be answered, whoever asks: a librarian's session opens nothing here.
    """

    _name = "library.oai.provider"
    _description = "Answers to Harvesters"

    @api.model
    def _answer(self, pairs):
        """The answer to a request.

        :param pairs: [(name, value)] of its untrusted arguments
        :return: bytes of XML
        """
        # sudo: the records carry no content; what is told of an article is read as the public, see _get_records
        self = self.sudo().with_context(lang="en_US", active_test=False)
        now = self.env.cr.now().replace(microsecond=0)
        arguments = None
        try:
            arguments = oai_pmh.read_request(pairs)
            fill = self._fill(arguments, now)
        except oai_pmh.OaiError as error:
            fill = oai_pmh.fill_error(error)
        return oai_pmh.answer(self._get_url(), now, arguments, fill)

    @api.model
    def _fill(self, arguments, now):
        verb = arguments["verb"]
        if verb == "Identify":
            return self._fill_identify()
        if verb == "ListMetadataFormats":
            if "identifier" in arguments:
                self._find_record(arguments["identifier"])
            return oai_pmh.fill_formats
        if verb == "ListSets":
            if "resumptionToken" in arguments:
                raise oai_pmh.OaiError("badResumptionToken", "All sets stand on one page.")
            return self._fill_sets()
        if verb == "GetRecord":
            record = self._find_record(arguments["identifier"])
            self._check_prefix(arguments["metadataPrefix"])
            return oai_pmh.fill_record(self._get_records(record)[0])
        return self._fill_list(arguments, now)

    # Who we are

    @api.model
    def _get_url(self):
        return self.get_base_url() + PATH

    @api.model
    def _get_domain(self):
        """The domain that stands in our identifiers; it must never change, so that it can be set by hand."""
        chosen = self.env["ir.config_parameter"].sudo().get_param("library_crm.oai_domain")  # sudo: one setting
        return chosen or urlsplit(self.get_base_url()).hostname or "localhost"

    @api.model
    def _get_companies(self):
        """The institutions whose articles the public may read."""
        return self.env(user=self.env.ref("base.public_user"), su=False, context={}).companies

    @api.model
    def _get_emails(self):
        domain = self._get_domain()
        # sudo: the institution's own address, which OAI-PMH asks for
        known = [email for email in self._get_companies().sudo().mapped("email") if email and "@" in email]
        host = domain if "." in domain else f"{domain}.invalid"
        return [email.strip() for email in known if "." in email.rpartition("@")[2]] or [f"postmaster@{host}"]

    @api.model
    def _fill_identify(self):
        companies = self._get_companies()
        first = self.env["library.oai.record"].search(self._domain(), order="date_stamp", limit=1)
        earliest = first.date_stamp or self.env.cr.now()
        # sudo: names of institutions that the public site serves
        return oai_pmh.fill_identify(
            " · ".join(companies.sudo().mapped("name")), self._get_url(), self._get_emails(), earliest,
            self._get_domain(), self._get_identifier(first.number or 1),
        )  # fmt: skip

    @api.model
    def _get_identifier(self, number):
        return f"oai:{self._get_domain()}:article/{number}"

    # Records

    @api.model
    def _domain(self):
        return self.env["library.oai.record"]._domain_served(self._get_companies())

    @api.model
    def _check_prefix(self, prefix):
        if prefix != oai_pmh.PREFIX:
            raise oai_pmh.OaiError("cannotDisseminateFormat", f"This repository speaks {oai_pmh.PREFIX}.")

    @api.model
    def _find_record(self, identifier):
        head = self._get_identifier("")
        number = as_id(identifier.removeprefix(head)) if identifier.startswith(head) else 0
        found = self.env["library.oai.record"].search(self._domain() & Domain("number", "=", number), limit=1)
        if not found or not number:
            raise oai_pmh.OaiError("idDoesNotExist", "There is no such item here.")
        return found

    @api.model
    def _fill_list(self, arguments, now):
        verb = arguments["verb"]
        state = self._get_state(arguments, now)
        Record = self.env["library.oai.record"]
        domain = self._domain() & self._domain_asked(state)
        if not state["n"]:
            state["t"] = Record.search_count(domain)
        if state.get("d"):
            last = oai_pmh.read_date(state["d"])
            same_second = Domain("date_stamp", "=", last) & Domain("id", ">", state["i"])
            domain &= Domain("date_stamp", ">", last) | same_second
        found = Record.search(domain, limit=PAGE + 1)
        page, goes_on = found[:PAGE], len(found) > PAGE
        if not page:
            # what was still to come has changed since, and comes back with a newer date
            code = "badResumptionToken" if state["n"] else "noRecordsMatch"
            raise oai_pmh.OaiError(code, "Nothing is left." if state["n"] else "Nothing matches.")
        token = None
        if goes_on or state["n"]:
            token = self._get_token(verb, state, page, goes_on, now)
        return oai_pmh.fill_list(verb, self._get_records(page, verb == "ListRecords"), token)

    @api.model
    def _get_state(self, arguments, now):
        """What a list request asks for and how far it has come, from its arguments or from its token."""
        if "resumptionToken" in arguments:
            state = oai_pmh.read_token(self._get_secret(), arguments["resumptionToken"], now)
            if state.get("v") != arguments["verb"]:
                raise oai_pmh.OaiError("badResumptionToken", "The token is of another verb.")
            return state
        self._check_prefix(arguments["metadataPrefix"])
        asked = {"s": "set", "f": "from", "u": "until"}
        return {"n": 0, **{key: arguments[name] for key, name in asked.items() if name in arguments}}

    @api.model
    def _get_token(self, verb, state, page, goes_on, now):
        done = state["n"] + len(page)
        size = max(state["t"], done)
        if not goes_on:
            return oai_pmh.Token("", None, size, state["n"])
        expires = now + datetime.timedelta(hours=TOKEN_HOURS)
        rest = {**state, "v": verb, "n": done, "d": oai_pmh.write_date(page[-1].date_stamp), "i": page[-1].id}
        return oai_pmh.Token(oai_pmh.make_token(self._get_secret(), rest, expires), expires, size, state["n"])

    @api.model
    def _get_secret(self):
        return hmac(self.env, "library_oai", "resumption").encode()

    @api.model
    def _domain_asked(self, state):
        domain = Domain.TRUE
        if start := oai_pmh.read_date(state.get("f")):
            domain &= Domain("date_stamp", ">=", start)
        if end := oai_pmh.read_end(state.get("u")):
            domain &= Domain("date_stamp", "<=", end)
        return domain & self._domain_set(state["s"]) if "s" in state else domain

    @api.model
    def _domain_set(self, spec):
        """The records of a set; none for a set that there is not."""
        scheme, _colon, word = spec.partition(":")
        if scheme == "institution":
            chosen = self._get_companies().filtered(lambda company: company.id == as_id(word))
            return Domain("company_id", "in", chosen.ids)
        code = oai_pmh.read_set_word(word)
        wanted = Domain("scheme", "=", scheme) & (Domain("code", "=", code) if word else Domain.TRUE)
        if scheme not in dict(self.env["library.subject"]._fields["scheme"].selection) or (word and code is None):
            return Domain.FALSE
        subjects = self.env["library.subject"].search(wanted)
        return Domain("subject_ids", "child_of", subjects.ids) if subjects else Domain.FALSE

    # Sets

    @api.model
    def _fill_sets(self):
        """The classes in which there is something, broader ones included, and the institutions if they are several."""
        subjects = self.env["library.oai.record"].search(self._domain())._get_ancestors()
        schemes = dict(self.env["library.subject"]._fields["scheme"]._description_selection(self.env))
        sets = [(scheme, name) for scheme, name in schemes.items() if scheme in subjects.mapped("scheme")]
        sets += [(self._get_spec(subject), f"{subject.code} {subject.name}") for subject in subjects.sorted()]
        # sudo: as in `_fill_identify`
        companies = self._get_companies().sudo()
        if len(companies) > 1 or not sets:
            sets += [(f"institution:{company.id}", company.name) for company in companies]
        return oai_pmh.fill_sets(sets)

    @api.model
    def _get_spec(self, subject):
        return f"{subject.scheme}:{oai_pmh.set_word(subject.code)}"

    # What is told of an article

    @api.model
    def _get_records(self, records, with_elements=True):
        """`oai_pmh.Record` of each record, in order; what the public cannot read is told as deleted."""
        public = self.env(user=self.env.ref("base.public_user"), su=False, context={"lang": "en_US"})
        Article = public["library.article"]
        # asked for in words, so that nothing else is told if ever a rule is relaxed
        told = Domain("state", "=", "published") & Domain("visibility", "=", "public")
        articles = Article.search(told & Domain("id", "in", records.mapped("number")))
        elements = self._get_elements(articles) if with_elements else {}
        classes = {subject.id: subject for subject in records._get_ancestors()}
        several = len(self._get_companies()) > 1
        result = []
        for record in records:
            numbers = {int(one) for path in record.subject_ids.mapped("parent_path") for one in path.split("/") if one}
            sets = sorted(self._get_spec(classes[number]) for number in numbers)
            if record.company_id and several:
                sets.append(f"institution:{record.company_id.id}")
            is_deleted = record.is_deleted or record.number not in articles._ids
            result.append(oai_pmh.Record(
                self._get_identifier(record.number), record.date_stamp, tuple(sets), is_deleted,
                elements.get(record.number, []),
            ))  # fmt: skip
        return result

    @api.model
    def _get_elements(self, articles):
        """{id: Dublin Core elements} of articles in the public's environment."""
        # sudo: sources, classes, tags and the institution's name belong to an article that everybody may read
        whole_sudo = articles.sudo()
        family = (whole_sudo | whole_sudo.translation_of_id | whole_sudo.translation_of_id.translation_ids
                  | whole_sudo.translation_ids)
        readable = articles.search(Domain("id", "in", family.ids) & Domain("state", "=", "published")
                                   & Domain("visibility", "=", "public"))
        base, rights = self.get_base_url(), self._get_rights()
        return {article.id: article._oai_elements(base, readable, rights) for article in whole_sudo}

    @api.model
    def _get_rights(self):
        """What others may do with our articles, as the institution has put it."""
        return self.env["ir.config_parameter"].sudo().get_param("library_crm.open_rights") or ""  # sudo: one setting


class LibraryArticle(models.Model):
    _inherit = "library.article"

    def _oai_elements(self, base, readable, rights):
        """The article as Dublin Core: [(element, text, language)]. Nobody of the staff is named.

        :param str base: address of this site
        :param readable: the articles of its family that everybody may read
        """
        self.ensure_one()
        lang = self.lang.replace("_", "-")
        summary = self.summary or headline(html_to_inner_content(self.body or ""), LARGEST_SUMMARY)
        whole = self.translation_of_id or self
        others = (readable & (whole | whole.translation_ids).with_env(readable.env)) - self.with_env(readable.env)
        return [
            ("title", self.name, lang),
            *(("subject", subject.name, lang) for subject in self.subject_ids.with_context(lang=self.lang)),
            *(("subject", f"{subject.scheme.upper()} {subject.code}", None) for subject in self.subject_ids),
            *(("subject", tag.name, lang) for tag in self.tag_ids),
            ("description", summary, lang),
            ("publisher", self.company_id.name, None),
            ("date", self.date_published.date().isoformat() if self.date_published else "", None),
            ("type", "Text", None),
            ("format", "text/html", None),
            ("identifier", base + self.access_url, None),
            *(("source", source._get_citation(), None) for source in self.source_ids),
            ("language", lang, None),
            *(("relation", base + other.access_url, None) for other in others),
            ("rights", rights, None),
        ]  # fmt: skip
