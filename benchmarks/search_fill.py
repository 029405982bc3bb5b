"""Articles by the hundred thousand for the suite "search", and the queries that are drawn from them.

Texts are composed and cut into words in two processes and come by COPY, as nobody could wait for a million records
written one by one; a row of the index is prepared by the code that prepares it in a library.
"""

import csv
import io
import multiprocessing
import re
import time

from .answered import drop_word_indexes
from .answered_texts import Writer
from .facts import BASE
from .populate import clone

CHUNK = 5000
PROCESSES = 2
# of five articles three are for everybody, one for patrons and one for staff
VISIBILITY = ("public", "public", "public", "patron", "staff")
COLUMNS = (
    "res_model, res_id, title, body, lang, visibility, company_id, subject_ids, is_question, terms, often, term_count,"
    " version, date_indexed"
)
_IN_SQL = "CASE r.n % 5 WHEN 3 THEN 'patron' WHEN 4 THEN 'staff' ELSE 'public' END"
_env = None


def visibility(number):
    """Who may read article `number`."""
    return VISIBILITY[number % 5]


def write_articles(env, template, first, last):
    """Articles number `first` to `last`, indexed; how long their indexing and the index of words took."""
    cr = env.cr
    # no patience for the rows' own indexes of words: one is built at the end
    indexes = drop_word_indexes(cr)
    cr.execute("DROP TABLE IF EXISTS bench_row")
    cr.execute("CREATE TABLE bench_row (n int PRIMARY KEY, is_chinese bool, title text, body text)")
    seconds = {"rows": _copy_all(env, first, last)}
    texts = {
        "name": "r.title", "body": "'<p>' || r.body || '</p>'", "visibility": _IN_SQL,
        "lang": "CASE WHEN r.is_chinese THEN 'zh_CN' ELSE 'en_US' END",
    }
    clone(cr, "library_article", template.id, texts)
    started = time.monotonic()
    for definition in indexes:
        cr.execute(definition)
    seconds["words"] = time.monotonic() - started
    started = time.monotonic()
    env["library.search.term"]._refresh()
    seconds["statistics"] = time.monotonic() - started
    cr.commit()
    cr.connection.autocommit = True
    for table in ("library_search_document", "library_search_term", "library_article"):
        cr.execute(f"VACUUM ANALYZE {table}")
    cr.connection.autocommit = False
    return seconds


def _copy_all(env, first, last):
    """Compose and index in processes of their own; seconds that this took."""
    global _env  # noqa: PLW0603 - what forked processes take along
    env.cr.now()  # asked here, for the others have no connection of their own
    _env = env
    started = time.monotonic()
    chunks = [(number, min(number + CHUNK - 1, last)) for number in range(first, last + 1, CHUNK)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        for rows, documents in pool.imap(_compose, chunks):
            env.cr.copy_expert("COPY bench_row FROM STDIN (FORMAT csv)", io.StringIO(rows))
            env.cr.copy_expert(
                f"COPY library_search_document ({COLUMNS}) FROM STDIN (FORMAT csv)", io.StringIO(documents))
    return time.monotonic() - started


def _compose(chunk):
    """(rows of bench_row, rows of the index) of one piece of work, as CSV."""
    first, last = chunk
    writer, rows, documents = Writer(f"works {first}"), io.StringIO(), io.StringIO()
    row_writer, document_writer = csv.writer(rows), csv.writer(documents)
    Document, Article, company = _env["library.search.document"], _env["library.article"], _env.company.id
    for number in range(first, last + 1):
        is_chinese = number % 2 == 0
        title, body = writer.work(is_chinese)
        row_writer.writerow((number, is_chinese, title, body))
        values = {
            "title": title, "text": body, "words": "", "lang": "zh_CN" if is_chinese else "en_US",
            "visibility": visibility(number), "company_id": company, "subject_ids": (),
        }
        row = list(Document._prepare_row(Article.browse(BASE + number), values))
        row[7] = "{}"
        document_writer.writerow(row)
    return rows.getvalue(), documents.getvalue()


def write_pages(env):
    """The same texts as pages of the peer, each with its history."""
    page = env["document.page"].create({"name": "x", "content": "<p>x</p>", "draft_name": "1", "draft_summary": "x"})
    env.flush_all()
    history = page.history_head
    clone(env.cr, "document_page", page.id, {"name": "r.title", "history_head": "NULL"})
    clone(env.cr, "document_page_history", history.id, {
        "page_id": f"{BASE} + r.n", "name": "r.title", "content": "'<p>' || r.body || '</p>'"})
    env.cr.execute("UPDATE document_page SET history_head = id WHERE id > %s", [BASE])
    env.cr.commit()
    env.cr.connection.autocommit = True
    for table in ("document_page", "document_page_history"):
        env.cr.execute(f"VACUUM ANALYZE {table}")
    env.cr.connection.autocommit = False
    env.invalidate_all()


def draw_queries(cr, size, each):
    """Queries about articles that everybody may read, each drawn from one: [(lang, kind, query, id of the article)]."""
    writer = Writer(f"queries {size}")
    queries = []
    for lang, parity in (("en", 1), ("zh", 0)):
        numbers = [n for n in writer.random.sample(range(1, size), 12 * each) if n % 5 < 3 and n % 2 == parity]
        for place, number in enumerate(numbers[: 3 * each]):
            cr.execute("SELECT title FROM library_search_document WHERE res_model = 'library.article' AND res_id = %s",
                       [BASE + number])
            (title,) = cr.fetchone()
            kind = ("words", "phrase", "question")[place % 3]
            queries.append((lang, kind, _QUERY[lang, kind](title), BASE + number))
    return queries


def _words_en(title):
    words = [word for word in re.findall(r"\w+", title) if len(word) > 3]
    return f"{words[-1]} {words[0]}"


def _words_zh(title):
    topic, _comma, detail = title.partition("，")
    return f"{detail.rstrip('著')} {topic[2:4]}".strip()


_QUERY = {
    ("en", "words"): _words_en,
    ("en", "phrase"): lambda title: title,
    ("en", "question"): lambda title: f"Where can I find sources on {title}, and how do I cite them?",
    ("zh", "words"): _words_zh,
    ("zh", "phrase"): lambda title: title.partition("，")[0],
    ("zh", "question"): lambda title: f"请问有没有{title}的资料，怎样引用？",
}
