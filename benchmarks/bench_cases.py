"""The operations of a desk that are measured, done by each side in a process of its own."""

import functools
from email.message import EmailMessage
from zlib import crc32

from odoo import SUPERUSER_ID, api

from . import meters
from .facts import ALIAS, BASE, DOMAIN, LIBRARIAN, READERS, ROWS
from .portal import InnerPortal
from .settings import BenchmarkError
from .webclient import LIST_LIMIT, WebClient

# the newest rows hold the open ones
OPEN = int(ROWS * 0.8)


class Desk:
    """One side's registry, and each operation on it, rolled back when its cost is known."""

    def __init__(self, registry, side):
        self.registry = registry
        self.side = side
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            librarian_id = env["res.users"].search([("login", "=", LIBRARIAN)]).id
            context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": env.company.ids}
            self.environment = {"librarian": (librarian_id, context), "gateway": (SUPERUSER_ID, {})}

    @functools.cached_property
    def client(self):
        """The librarian's browser with the views of the side's main menu, fetched when the first page is opened."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, *self.environment["librarian"])
            return WebClient(env, self.side.find_action(env(su=True)))

    @functools.cached_property
    def portal(self):
        """The readers of the portal, served by this very process."""
        return InnerPortal(self.side.PORTAL_PAGE)

    def cost_of(self, operation, number):
        """The cost of doing `operation` for the `number`-th time."""
        if operation in READERS:
            return self.portal.cost_of(operation)
        work = getattr(self, f"do_{operation}")
        who = "gateway" if operation.startswith("mail_") else "librarian"
        with self.registry.cursor() as cr:
            env = api.Environment(cr, *self.environment[who])
            prepared = self.prepare(operation, env, number)
            sample = meters.measure(lambda: work(env, prepared), cr)
            cr.rollback()
        return sample

    def prepare(self, operation, env, number):
        """What is ready before the clock starts: values that somebody typed, a mail that arrived, a record's id."""
        maker = {"create": self._values, "mail_known": self._mail_known, "mail_new": self._mail_new,
                 "mail_reply": self._reply, "mail_reply_claimed": self._reply_claimed}.get(operation)
        prepared = maker(env, number) if maker else number
        env.cr.rollback()
        env.invalidate_all()
        return prepared

    # what happens at the desk

    def do_create(self, env, values):
        """A librarian saves a new record."""
        env[self.side.MODEL].create(values)

    def do_list(self, env, number):
        """The list of all records, first page, as the menu opens it."""
        return _expect(LIST_LIMIT, len(self.client.open_list(env)["records"]))

    def do_list_10(self, env, number):
        """The same list with ten rows a page."""
        return _expect(10, len(self.client.open_list(env, limit=10)["records"]))

    def do_list_deep(self, env, number):
        """The page that starts at row 50 000."""
        return _expect(LIST_LIMIT, len(self.client.open_list(env, offset=ROWS // 2)["records"]))

    def do_kanban(self, env, number):
        """The kanban by stage: columns, their first cards, progress bars."""
        return _count_cards(self.client.open_kanban(env))

    def do_kanban_10(self, env, number):
        """The same kanban with ten cards a column."""
        return _count_cards(self.client.open_kanban(env, limit=10))

    def do_form(self, env, number):
        """One record's form."""
        return _expect(1, len(self.client.open_form(env, BASE + OPEN + 10 * number)))

    def do_form_panels(self, env, number):
        """The form, and what the screen asks for when it stands: bar of the process, already answered."""
        shown = self.do_form(env, number)
        self.side.open_panels(env, BASE + OPEN + 10 * number)
        return shown

    def do_board(self, env, number):
        """How full each table of the own teams is; where there is no such screen, the list stands for it."""
        return self.side.open_board(env) if hasattr(self.side, "open_board") else self.do_list(env, number)

    # what comes by mail

    def do_mail_known(self, env, mail):
        """The gateway takes in a new mail."""
        if not env["mail.thread"].message_process(None, mail):
            raise BenchmarkError("a mail opened nothing")

    do_mail_new = do_mail_reply = do_mail_reply_claimed = do_mail_known

    def _values(self, env, number):
        return self.side.create_values(env, number)

    def _mail_known(self, env, number):
        contact = env["res.partner"].browse(BASE + 30_000 + 11 * number)
        return compose(number, f"{contact.name} <{contact.email}>")

    def _mail_new(self, env, number):
        return compose(number, f"Ewa Novak <new.reader{number}@elsewhere.example>")

    def _reply(self, env, number):
        """A reply to a record that nobody has claimed."""
        row = next(row for row in range(OPEN + 60 * number, ROWS) if is_unclaimed(row))
        return self._reply_to(env, number, row)

    def _reply_claimed(self, env, number):
        """A reply to an open record whose owner is to hear of it."""
        row = next(row for row in range(OPEN + 60 * number, ROWS) if is_open(row) and not is_unclaimed(row))
        return self._reply_to(env, number, row)

    def _reply_to(self, env, number, row):
        message = env["mail.message"].browse(BASE + row)
        return compose(number, message.email_from, reply_to=message.message_id)


def _expect(count, shown):
    """Refuse to time a page that does not show what it should."""
    if shown != count:
        raise BenchmarkError(f"a page shows {shown} records instead of {count}")
    return shown


def _count_cards(board):
    """The cards on a kanban; at least one column is open and full of them."""
    cards = [len(group.get("__records", ())) for group in board["groups"]]
    if max(cards, default=0) < 10:
        raise BenchmarkError(f"the kanban shows columns of {cards} cards")
    return sum(cards)


def is_open(row):
    """Whether the record of this row is open (see ``populate.describe_rows``)."""
    return row > ROWS * 0.8 and row * 7919 % 5 < 3


def is_unclaimed(row):
    """Whether the record of this row is new and nobody's."""
    return is_open(row) and row * 104729 % 12 < 3


_TEXT = """Dear colleagues,

I am looking for harbour records of the eighteen-fifties, in print or online, and for whoever has worked on them.
I have read the two guides on your pages; neither names the port books after 1840.

Kind regards
"""


def compose(number, sender, reply_to=None):
    """A mail to the reference team, plain text with its HTML twin, as bytes.

    :param int number: makes its Message-ID its own
    :param str reply_to: Message-ID that it answers
    """
    mail = EmailMessage()
    mail["Message-ID"] = f"<bench-mail-{number}-{crc32(sender.encode())}@mailer.example>"
    mail["Date"] = "Mon, 02 Mar 2026 10:15:00 +0000"
    mail["From"] = sender
    mail["To"] = f"Reference desk <{ALIAS}@{DOMAIN}>"
    mail["Subject"] = "Re: Sources on harbour records" if reply_to else "Sources on harbour records"
    if reply_to:
        mail["In-Reply-To"] = mail["References"] = reply_to
    mail.set_content(_TEXT)
    mail.add_alternative("".join(f"<p>{part}</p>" for part in _TEXT.split("\n\n")), subtype="html")
    return mail.as_bytes()
