"""What can be said about a reading of a feed, a repository or an uploaded file: codes, and the sentence of each."""

HARVEST_CODES = [
    # no answer
    ("scheme", "The address is no web address."),
    ("host", "The address is no web address."),
    ("port", "The address names a port that no web server uses."),
    ("private", "The address leads into the library's own network; an administrator can allow the host."),
    ("name", "Nobody knows the name of the server."),
    ("connect", "Nothing answers there."),
    ("certificate", "The certificate of the server does not fit."),
    ("time", "No whole answer in time."),
    ("size", "The answer is larger than we read."),
    ("redirect", "The address leads in circles."),
    ("answer", "The server answers what no browser understands."),
    # an answer, and none that helps
    ("status", "The server answered with status %(status)s."),
    ("busy", "The server asks to come back later."),
    ("not_found", "There is nothing at this address any more."),
    ("login", "The server wants to know who asks."),
    ("garbled", "The answer says that it is packed, and cannot be unpacked."),
    ("html_page", "This is a web page, not a feed."),
    ("not_xml", "The answer is no XML that can be read."),
    ("entities", "The answer carries definitions of its own (entities) and was not read."),
    ("not_a_feed", "This is neither RSS nor Atom."),
    ("not_oai", "This is not the answer of an OAI-PMH server."),
    ("bad_format", "The repository does not offer this format."),
    ("no_sets", "The repository has no sets."),
    ("oai_error", "The repository refuses: %(error)s."),
    # read, with something to know
    ("nothing_new", "Nothing new."),
    ("cut", "The source did not end; what had come was kept."),
    ("many", "Only the first %(limit)s were read; the source holds more."),
    ("loop", "The repository repeats itself; what had come was kept."),
    ("restarted", "The repository forgot where we were; the list was begun again."),
    ("restarted_often", "The repository forgets where we are again and again; what had come was kept."),
    ("damaged", "The answer was damaged; what could be read was kept."),
    ("changed", "The feed was changed meanwhile."),
    # an uploaded file
    ("empty_file", "The file is empty."),
    ("file_size", "The file is larger than %(limit)s MB: split it."),
    ("unknown_file", "This is neither MARC nor Dublin Core nor a table with titles."),
    ("unreadable_table", "The table cannot be read: %(error)s"),
    ("no_title_column", "No column of the table is named like a title."),
    # a record that was refused
    ("record_cut", "The record is cut off."),
    ("record_broken", "The record is damaged."),
    ("record_text", "The text of the record cannot be read as %(encoding)s."),
    ("record_title", "The record has no title."),
]
SENTENCES = dict(HARVEST_CODES)


class HarvestError(Exception):
    """A source that cannot be read, with a code, its parameters, and after how many seconds to come again."""

    def __init__(self, code, params=None, retry_seconds=None):
        super().__init__(SENTENCES[code] % params if params else SENTENCES[code])
        self.code = code
        self.params = params or {}
        self.retry_seconds = retry_seconds
