"""New text, quotes and signatures; plain text of HTML; folding without loss."""

import re
import time
from pathlib import Path

import pytest

from library_crm.lib.mail_source import bodies, parse
from library_crm.lib.mail_text import FoldedText, fold_html, html_to_plain, new_text

MAILS = Path(__file__).resolve().parents[1] / "mails"
NAMES = sorted(path.name for path in MAILS.glob("*.eml"))
MARK = 'data-o-mail-quote="1"'


def words(text):
    return sorted(re.findall(r"[^\W_]+", text or ""))


def visible(html):
    """What is left when everything folded is taken away."""
    return html_to_plain(re.sub(rf"<div class=\"o_library_\w+\" {MARK}>.*", "", html, flags=re.DOTALL))


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_lost(name):
    """Feature: 16.2"""
    plain, html = bodies(parse((MAILS / name).read_bytes()))
    folded = new_text(plain, html)
    source = plain if words(plain) else html_to_plain(html)
    if not (plain and html):
        assert words("\n".join((folded.fresh, folded.quoted, folded.signature))) == words(source)
    if html:
        assert words(html_to_plain(fold_html(html))) == words(html_to_plain(html))


@pytest.mark.parametrize(
    "line",
    [
        "On Fri, Nov 20, 2026 at 10:00 AM Ask <ask@library.example> wrote:",
        "On 20 Nov 2026, at 10:00, Ask <ask@library.example> wrote:",
        "On 2026-11-20 10:00, Ask a Librarian wrote:",
        "Am 20.11.2026 um 10:00 schrieb Ask a Librarian:",
        "Am Fr., 20. Nov. 2026 um 10:00 Uhr schrieb Ask <ask@library.example>:",
        "Le ven. 20 nov. 2026 à 10:00, Ask <ask@library.example> a écrit :",
        "El vie, 20 nov 2026 a las 10:00, Ask (<ask@library.example>) escribió:",
        "Il giorno ven 20 nov 2026 alle ore 10:00 Ask <ask@library.example> ha scritto:",
        "Em sex., 20 de nov. de 2026 às 10:00, Ask <ask@library.example> escreveu:",
        "Op vr 20 nov 2026 om 10:00 schreef Ask <ask@library.example>:",
        "pt., 20 lis 2026 o 10:00 Ask <ask@library.example> napisał(a):",
        "пт, 20 нояб. 2026 г. в 10:00, Ask <ask@library.example> пишет:",
        '在 2026-11-20 10:00:00，"Ask" <ask@library.example> 写道：',
        "在 2026年11月20日，上午10:00，Ask <ask@library.example> 写道：",
        "Ask <ask@library.example> 于2026年11月20日周五 10:00写道：",
        "於 2026年11月20日 週五 上午10:00寫道：",
        "Ask <ask@library.example> 於 2026年11月20日 週五 上午10:00 寫道：",
        "2026年11月20日(金) 10:00 Ask <ask@library.example>:",
        "2026年11月20日 10:00、Ask <ask@library.example>のメール：",
        "2026년 11월 20일 (금) 오전 10:00, Ask <ask@library.example>님이 작성:",
        "Quoting Ask <ask@library.example> wrote:",
        "Ask a Librarian <ask@library.example> wrote:",
    ],
)
def test_lines_that_introduce_a_quote(line):
    for text in (f"Yes.\n\n{line}\n> old text\n", f"Yes.\n\n{line}\n\nold text\n", f"{line}\n> old text\n\nYes.\n"):
        folded = new_text(text, None)
        assert folded.fresh == "Yes."
        assert folded.quoted.split()[-2:] == ["old", "text"]
    half = line.rfind(" ", 0, len(line) // 2 + 8)
    if half > 0:
        assert new_text(f"Yes.\n\n{line[:half]}\n{line[half + 1 :]}\n\n> old text\n", None).fresh == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "My teacher wrote:\nread chapter two. May I?",
        "From: Beijing\nI travel to Shanghai.",
        "On the shelf I found what my friend wrote:\nit is nice",
        "写道：这是什么？",
        "To: be or not to be, that is the question.",
        "I sent from the post office yesterday a parcel with two books, did they arrive?",
        "Forwarded messages do not arrive, why?",
        "5 > 3 and so on",
    ],
)
def test_sentences_that_only_look_like_quotes(text):
    assert new_text(text, None) == FoldedText(text)


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Sent from Mail for Windows", "Sent from Yahoo Mail on Android", "Get Outlook for Android", "从我的iPhone发送", "發自我的 iPhone",
     "從我的 iPad 傳送", "发自我的小米手机", "通过网易邮箱大师发送", "来自我的华为手机", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone",
     "Inviato da iPhone", "iPhoneから送信", "나의 iPhone에서 보냄", "Отправлено с iPhone", "Verzonden vanaf mijn iPhone"],
)  # fmt: skip
def test_lines_of_devices_are_signature(line):
    assert new_text(f"Yes, please.\n\n{line}\n", None) == FoldedText("Yes, please.", "", line)
    assert new_text(f"Yes, please.\n\n{line}\n\n> old\n", None).fresh == "Yes, please."


def test_signature_stays_apart_from_the_quote_below():
    folded = new_text("Yes.\n\n-- \nJane Reader\nHistory\n\nOn 20 Nov 2026, Ask <a@b.example> wrote:\n> old\n", None)
    assert (folded.fresh, folded.signature.split()) == ("Yes.", ["--", "Jane", "Reader", "History"])


def test_answers_between_quotes_are_fresh():
    folded = new_text("> Which edition?\nThe second.\n\n> > older\n> By when?\n\nFriday.\n\n> Bye\n", None)
    assert folded.fresh.split() == ["The", "second.", "Friday."]


def test_html_is_read_when_the_plain_part_says_nothing():
    html = "<p>Where is the census of 1851 for Yeovil, and may I copy it?</p>"
    assert new_text("HTML only", html).fresh.startswith("Where is the census")
    assert new_text("", html).fresh.startswith("Where is the census")
    assert new_text(None, None) == FoldedText("")


def test_forward_is_content_only_without_words_of_its_sender():
    forward = "---------- Forwarded message ---------\nFrom: X <x@example.net>\nDate: Fri\nSubject: News\nTo: y\n\nIt is out.\n"
    assert "It is out." in new_text(forward, None).fresh
    folded = new_text("Please buy it.\n\n" + forward, None)
    assert folded.fresh == "Please buy it."
    assert "It is out." in folded.quoted


def test_fold_marks_what_odoo_folds():
    html = "<div>Yes.</div><blockquote type='cite'>old</blockquote>"
    assert visible(fold_html(html)) == "Yes."
    assert fold_html(html).count(MARK) == 1
    assert fold_html("<p>Only this</p>") == "<p>Only this</p>"
    assert MARK not in fold_html("<blockquote>Only a quote</blockquote>")
    assert fold_html("") == ""


def test_fold_keeps_answers_between_quotes_in_sight():
    html = (MAILS / "reply_gmail_html_only_interleaved.eml").read_bytes()
    folded = fold_html(bodies(parse(html))[1])
    for answer in ("The second edition.", "By Friday, please."):
        before = folded[: folded.index(answer)]
        assert before.count(f'<div class="o_library_quoted" {MARK}>') <= before.count("</blockquote></div>")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("reply_")])
def test_fold_and_new_text_agree(name):
    html = bodies(parse((MAILS / name).read_bytes()))[1]
    if html and "interleaved" not in name:
        assert words(visible(fold_html(html))) == words(new_text(None, html).fresh)


def test_folding_twice_is_folding_once():
    for name in NAMES:
        html = bodies(parse((MAILS / name).read_bytes()))[1]
        once = fold_html(html or "")
        assert words(html_to_plain(fold_html(once))) == words(html_to_plain(once))


def test_plain_text_of_html():
    html = "<html><head><title>t</title><style>s{}</style></head><body>a<br>b<p>c&nbsp;d &lt;e&gt;</p><ul><li>f<li>g</ul><script>no()</script><!-- no --><td>h</td><td>i</td></body>"
    assert html_to_plain(html).split() == ["a", "b", "c", "d", "<e>", "-", "f", "-", "g", "h", "i"]
    assert html_to_plain("<form>kept<textarea>too</textarea></form>").split() == ["kepttoo"] or "kept" in html_to_plain(
        "<form>kept</form>"
    )
    assert html_to_plain("<pre>a\n  b</pre>") == "a\n  b"
    assert html_to_plain("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"
    assert html_to_plain(None) == ""


def test_deep_html_keeps_its_text():
    html = "<div>" * 5000 + "found" + "</div>" * 5000
    assert html_to_plain(html) == "found"
    assert "found" in fold_html(html)
    assert new_text(None, html).fresh == "found"


JUNK = ["<", "<a ", '<a "', "<!--", "<!", "(", ".", "On ", "On x\n", "From:\n", "1.1.", " ", "\n", "-", "--\n", "> ", ">\n", "在 a@b 写道：\n", "<div>", "<blockquote>",
        "</div>", "<p>a", "<b>From:</b><br>", "发", "From: a\nTo: b\nSent: c\n", "____\n", "Von: ", "<td>", "&#", "&amp;", "<script>", "sent from ", "@", "<x y='", "a@b 于2"]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_junk_takes_no_time(junk):
    text = junk * (100_000 // len(junk))
    for function in (lambda text: new_text(text, None), lambda text: new_text(None, text), fold_html, html_to_plain):
        start = time.process_time()
        function(text)
        assert time.process_time() - start < 1.0


def test_fold_of_plain_text_in_lines():
    folded = fold_html("<pre>Yes &lt;b&gt;.\n\nFrom: Ask\nSent: Friday\nTo: Jane\nSubject: Hours\n\nold\n</pre>")
    assert visible(folded.replace("<span", "<div")) == "Yes <b>."
    assert folded.count(MARK) == 1
    folded = fold_html("<pre>&gt; Which?\nThe second.\n&gt; When?\nFriday.\n-- \nJane</pre>")
    assert folded.count(MARK) == 3
    assert re.sub(r"<span[^>]*>[^<]*</span>|</?pre>", "", folded).split() == ["The", "second.", "Friday."]
    assert MARK not in fold_html("<pre>&gt; only a quote</pre>")


def test_fold_corrects_the_marks_that_odoo_made():
    """Odoo's sanitiser marks Gmail's container, and with it the answers between the quotes."""
    html = (
        '<div data-o-mail-quote-container="1" data-o-mail-quote="1"><div data-o-mail-quote="1">On 20 Nov 2026 Ask wrote:</div>'
        '<blockquote data-o-mail-quote="1">Which?</blockquote><div data-o-mail-quote="1">The second.</div>'
        '<blockquote data-o-mail-quote="1">When?</blockquote><div data-o-mail-quote="1">Friday.</div></div>'
    )
    folded = fold_html(html)
    for answer in ("The second.", "Friday."):
        assert f"<div>{answer}</div>" in folded
    top_posted = fold_html(
        '<p>Yes.</p><div data-o-mail-quote="1"><div>On 20 Nov 2026 Ask wrote:</div><blockquote>old</blockquote></div>'
    )
    assert visible(top_posted) == "Yes."


def test_folded_text_is_read_as_such():
    folded = fold_html("<p>Yes.</p><blockquote>old</blockquote><pre>-- \nJane</pre>")
    assert new_text(None, folded).fresh == "Yes."
