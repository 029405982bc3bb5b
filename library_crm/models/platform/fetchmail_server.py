import types

from odoo import models

from ...lib.mail_source import message_key


def _retrieve_with_peek(connection):
    """Yield unread messages without the server marking them seen: a cut line then loses nothing."""
    while connection._unread_messages:
        number = connection._unread_messages.pop()
        _result, data = connection.fetch(number, "(BODY.PEEK[])")
        raw = data[0][1]
        connection.library_keys[number] = message_key(raw)
        yield number, raw


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    def _connect__(self, allow_archived=False):
        """Fetch by looking, and mark a mail seen only when its receipt is stored."""
        connection = super()._connect__(allow_archived=allow_archived)
        if not hasattr(connection, "fetch"):
            return connection
        registry, mark_seen = self.env.registry, connection.handled_message

        def handle_when_received(_connection, number):
            key = connection.library_keys.get(number)
            with registry.cursor(readonly=True) as cr:
                cr.execute("SELECT 1 FROM library_mail_receipt WHERE key = %s", [key])
                if cr.fetchone():
                    mark_seen(number)

        connection.library_keys = {}
        connection.retrieve_unread_messages = types.MethodType(_retrieve_with_peek, connection)
        connection.handled_message = types.MethodType(handle_when_received, connection)
        return connection
