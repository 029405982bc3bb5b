"""The rig: real parts, started privately on loopback ports, that the end-to-end tests play on.

A test asks for fixtures (see tests/conftest.py) and plays all the people itself::

    def test_answer_reaches_the_patron(odoo, mail_server, browse):
        odoo.mark_log()
        mail_server.box("ana@patrons.test")
        letter = mail_client.compose("Ana <ana@patrons.test>", "reference@library.test", "Census", "Where is it?")
        mail_server.deliver(letter.as_bytes(), "reference@library.test", "ana@patrons.test")
        odoo.fetch_mail()                                   # Odoo reads its mailbox over IMAP
        desk = browse(odoo, "mei")                          # a window in which Mei has logged in
        desk.open("/odoo/library-cases")
        desk.open_row("Census")
        desk.click("action_claim")
        ...
        odoo.process_queue()
        answer = mail_server.wait_for("ana@patrons.test", lambda mail: "room 4" in mail.text)
        thanks = mail_client.reply(answer, "Thank you", client="outlook", drop_references=True)
        mail_server.deliver(thanks.as_bytes(), answer["Reply-To"], "ana@patrons.test")
        odoo.fetch_mail()
        odoo.assert_clean_log()

=====================  ================================================================================
module                 what it is
=====================  ================================================================================
environment.py         what the machine offers; free ports
guard.py               cleans up even if the tests are killed
mailserver.py          postfix and dovecot; outage, vacation responder, real bounces
mailbox.py             a box read over IMAP, and the mails in it
mail_client.py         mails as people's programs write them
imap_proxy.py          pulls the plug in the middle of a mail
database.py            PostgreSQL databases and their files
kitchen.py             prepared databases, served as clones
odoo_process.py        how Odoo is called
odoo_server.py         a running Odoo, with calls, scheduled actions and the mail connection
odoo_log.py            what its log says
web_session.py         one user's calls, pages and forms without a browser
browser.py             Chromium
patience.py            waiting, and doing things at once
=====================  ================================================================================
"""
