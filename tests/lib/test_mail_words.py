"""Mails that differ in a few words only: a machine's notice or a reader who writes about one."""

import pytest

from library_crm.lib.mail_signs import read_signs
from library_crm.lib.mail_source import parse

# sender, subject, text; no other sign
BOUNCES = [
    (
        "fml-admin@ml.example",
        "Rejected mail from <reader@example.net>",
        "You are not a member of this mailing list <test@ml.example>.\nSo, your mail was not forwarded.",
    ),
    (
        "Mail Deliver System <mailer-daemon@x1.example>",
        "Returned Mail: Unknown user",
        "The original message was received at Thu, 9 Apr 2009\nfrom x\n\nYour mail could not be delivered:\nreader@example.net\nunknown user",
    ),
    (
        "MAILER-DAEMON@x2.example",
        "Delivery failure",
        "Unable to deliver message to the following address(es).\n\n<reader@example.net>:\nThis user doesn't have account",
    ),
    (
        "Mail Delivery System <x@x3.example>",
        "Delivery status notification",
        "      ============================================================================\n      This is an automatically generated delivery status notification.\n   * reader@example.net\n      User unknown",
    ),
    (
        "x6@x6.example",
        "There was an error sending your mail",
        "We had trouble delivering your message. Full details follow:\n\nSubject: 'Hello'\nDate: 'Thu, 29 Apr 2012'\n\n1 error(s):\n\nSMTP Server <mta2.example.net> rejected recipient <reader@example.net> (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]",
    ),
    (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "Hello reader@library.example,\n\nWe're writing to let you know that the group you tried to contact (group-name)\nmay not exist, or you may not have permission to post messages to the group.",
    ),
    (
        "postmaster@barracuda.example",
        "**Message you sent blocked by our bulk email filter**",
        "Your message to: reader@example.net\nwas blocked by our Spam Firewall.",
    ),
    (
        "Mail Administrator <Postmaster@example.net>",
        "Mail System Error - Returned Mail",
        "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.",
    ),
    (
        "postmaster@powermta.example",
        "Delivery report",
        "Hello, this is the mail server on x.example.\n\nI am sending you this message to inform you on the delivery status of a\nmessage you previously sent. Immediately below you will find a list of\nthe affected recipients;",
    ),
    (
        "no-reply@sns.example",
        "AWS Notification Message",
        '{"Type":"Notification","Message":"{\\"notificationType\\":\\"Bounce\\",\\"bounce\\":{\\"bouncedRecipients\\":[{\\"emailAddress\\":\\"bounce@simulator.ses.example\\",\\"action\\":\\"failed\\",\\"status\\":\\"5.1.1\\"}]}}"}',
    ),
    (
        "no-reply@dion.example",
        "Mail delivery",
        "Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n     Could not be delivered to: <reader@example.net>\n     As their mailbox is full.",
    ),
    (
        "sysadmin@vzwpix.example",
        "Undeliverable Message",
        "Message could not be delivered to mobile.\nError: No valid recipients from reader@example.net",
    ),
    (
        "imss@example.net",
        "メッセージを配信できません。",
        "Sent <<< RCPT TO:<reader@example.com>\nReceived >>> 550 5.1.1 user unknown",
    ),
    ("InterScan MSS <imss@example.com>", "Mail could not be delivered", "x"),
    (
        "Symantec_AntiVirus_for_SMTP_Gateways@example.com",
        "Delivery failure notification",
        "Your message with Subject: Hello could not be delivered to the following recipients:\n\nreader@example.com\n\nPlease do not resend your original message.",
    ),
    (
        "Mailer-Daemon@example.com",
        "Message frozen",
        "Message 1abc has been frozen (delivery error message).\nThe sender is <>.",
    ),
    (
        "root@example.com",
        "Mail failure - rejected by local scanning code",
        "A message that you sent was rejected by the local scanning code that\nchecks incoming messages on this system.",
    ),
    (
        "Mail Delivery System <Mailer-Daemon@example.com>",
        "error(s) in forwarding or filtering",
        "This message was created automatically by mail delivery software.\nAn error was detected while processing a file",
    ),
    (
        "postmaster@example.com",
        "DELIVERY_FAILURE: x",
        "Your message\n\n  Subject: Test Bounce\n\nwas not delivered to:\n\n  reader@example.net\n\nbecause:\n\n  User unknown",
    ),
    (
        "Postmaster <postmaster@example.net>",
        "配信不能通知",
        "以下のあて先へのメールはお届けできませんでした。\nreader@example.net",
    ),
    (
        "Mail Gateway <noc@example.com>",
        "Your message to <x@example.com> was considered unsolicited bulk e-mail (UBE)",
        "Your message could not be delivered",
    ),
    ("<>", "Undelivered Mail Returned to Sender", "x"),
    (
        "MAILER-DAEMON",
        "Returned mail: Host unknown",
        "   ----- Transcript of session follows -----\n550 <reader@example.net>... Host unknown\n   ----- Unsent message follows -----\n",
    ),
    (
        "MAILER-DAEMON (Mail Delivery Subsystem)",
        "Postmaster notify: see transcript for details",
        "The original message was received",
    ),
    ("system@example.com", "メール配信エラー", "メールを配信できませんでした"),
    (
        "amavis <virusalert@example.com>",
        "BANNED FILENAME in mail from you",
        "Your message to: x@example.com was blocked by our content checker",
    ),
    ("postmaster@mail.example.com", "Mail failure.", "Почта не доставлена x@example.com"),
    (
        "Mail Delivery System <noreply@yandex.example>",
        "Недоставленное сообщение",
        "Это письмо отправлено почтовым сервером yandex.example. К сожалению, мы вынуждены сообщить вам о том, что ваше письмо не может быть отправлено",
    ),
    ("no-reply@qiye163.example", "系统退信", "抱歉，您的邮件被退回"),
    ("Microsoft Outlook <postmaster@outlook.example>", "无法送达: 测试", "传递到以下收件人或组时失败:"),
    ("Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "邮件传递状态通知 (失败)", "找不到地址"),
    ("postmaster@x.example", "送信エラー: 件名", "x"),
]
# sender, subject, text, whether it answers a mail
ANSWERS = [
    (
        "jane@e.example",
        "Re: Loans",
        "I will be out of the office from 20 Nov until 30 Nov with no access to email.",
        True,
    ),
    ("jane@e.example", "I am out of the office", "I am out of the office until Monday.", True),
    ("jane@e.example", "Jane Reader is out of the office", "I return on Monday", True),
    ("jane@e.example", "Loans (Auto Response)", "I am away.", True),
    ("jane@e.example", "Auto-reply: Loans", "Away", False),
    ("jane@e.example", "Automatic reply: Loans", "Away", False),
    (
        "info@e.example",
        "Thank you for your message",
        "We have received your message and will get back to you as soon as possible.",
        True,
    ),
    ("jane@e.example", "Out of office", "Away until Monday", True),
    ("jane@e.example", "Read: x", "This is a receipt for the mail you sent. was read", True),
    ("x@e.example", "来信已收到", "来信已收到", True),
    (
        "x@e.example",
        "Re:续借",
        "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。",
        True,
    ),
    ("x@e.example", "Re: 續借", "您好，我已收到您的來信，將盡快回覆。", True),
    ("x@e.example", "Re: 予約", "ただいま休暇をいただいております。11月30日に戻ります。", True),
]
PERSONS = [
    (
        "jane@e.example",
        "Re: Loans",
        "Thank you for contacting me. I will be on leave next week, so please keep the book until Friday.",
        True,
    ),
    ("jane@e.example", "Delivery status of my interlibrary loan", "What is the delivery status of my order?", False),
    (
        "jane@e.example",
        "Message not delivered to my supervisor",
        "I sent a message through the portal but it was not delivered. Why?",
        False,
    ),
    ("jane@e.example", "Your mail about overdue books", "I received your mail and have returned them yesterday.", True),
    ("jane@e.example", "Error report", "The catalogue shows an error when I search for Chinese titles.", False),
    ("jane@e.example", "User unknown when logging in", "It says user unknown. Please help.", False),
    ("jane@e.example", "Auto loan renewal", "Does the library renew my loans automatically?", False),
    ("jane@e.example", "Auto: history of the automobile", "I look for books on cars.", False),
    ("jane@e.example", "Vacation homework", "Looking for a list of books for children.", False),
    ("jane@e.example", "Away from keyboard: a novel", "Do you have this novel?", False),
    ("jane@e.example", "On leave policy", "Where do I find the university's leave policy?", False),
    ("x@e.example", "外出借书证明", "老师好，我想开一份外出借书的证明。", False),
    ("x@e.example", "休假", "老师您好，休假的读者可以由别人代还书吗", False),
    ("x@e.example", "已收到书，谢谢", "书已收到，非常感谢老师的帮助！", True),
    ("x@e.example", "Re: 续借", "已经收到，谢谢老师！", True),
    ("x@e.example", "Re: 续借", "老师，您的邮件已收到，谢谢。我下周去取书。", True),
    ("x@e.example", "Re: 續借", "已收到，謝謝您！", True),
    ("jane@e.example", "Re: Loans", "Thank you for your message. That answers my question.", True),
    ("jane@e.example", "Thank you for your help", "Thank you for your help with the census.", True),
    ("jane@e.example", "Acknowledgement in my thesis", "May I name the library in the acknowledgements?", False),
    ("x@e.example", "邮件发送失败怎么办", "我给数据库商发邮件总是失败", False),
    ("x@e.example", "失败的文献传递", "文献传递失败，麻烦老师看看", False),
    ("x@e.example", "您的邮件我看了，还有一个问题", "第三卷在哪里", True),
    ("x@e.example", "放假期间开馆时间", "想了解放假期间的开馆时间", False),
    ("jane@e.example", "Mail error on the portal", "The portal shows mail error", False),
    ("jane@e.example", "Not delivered book", "The book I ordered was not delivered to the branch.", False),
    ("jane@e.example", "Failure: cannot open the e-book", "It fails.", False),
    (
        "jane@e.example",
        "Confirm your mail address",
        "You asked me to confirm my mail address: it is jane@e.example",
        True,
    ),
    ("jane@e.example", "Re: Your request", "I confirm that I sent the form.", True),
]


def kind_of(sender, subject, text, reply=False):
    lines = [f"From: {sender}", "To: ask@library.example", f"Subject: {subject}", "Message-ID: <9@x.example>"]
    if reply:
        lines.append("In-Reply-To: <1@library.example>")
    signs = read_signs(parse("\r\n".join([*lines, "", text]).encode()))
    assert signs.may_acknowledge == (signs.kind == "person")
    return signs.kind


@pytest.mark.parametrize("mail", BOUNCES, ids=lambda mail: mail[1])
def test_notice_of_a_server(mail):
    """Feature: 16.2"""
    assert kind_of(*mail) in ("bounce", "notification")


@pytest.mark.parametrize("mail", ANSWERS, ids=lambda mail: mail[1])
def test_answer_of_a_program(mail):
    """Feature: 16.2"""
    assert kind_of(*mail) in ("auto_reply", "notification")


@pytest.mark.parametrize("mail", PERSONS, ids=lambda mail: mail[1])
def test_reader_who_uses_the_same_words(mail):
    """Feature: 16.2"""
    assert kind_of(*mail) == "person"
