"""What can be said about a COUNTER report and about the server that sends it: codes, and the sentence of each."""

COUNTER_CODES = [
    # a file that cannot be read at all
    ("empty_file", "The file is empty."),
    ("too_large", "The file is larger than %(limit)s MB."),
    ("not_counter", "This is no COUNTER report: there is neither a header nor a column Metric_Type."),
    ("not_json", "The text begins like JSON and cannot be read to its end."),
    ("old_release", "This is a report of release %(release)s; releases 5 and 5.1 are read."),
    ("no_release", "The header does not say which release of COUNTER this is."),
    ("unknown_report", "“%(report)s” is none of the reports PR, DR, TR, IR and their views."),
    ("no_months", "The report has no months, only totals: ask for it with monthly details."),
    ("no_items", "The report holds no use."),
    ("old_xls", "This is a workbook in the old XLS format: save it as XLSX or CSV."),
    ("broken_xlsx", "This workbook is damaged, protected, or packed in a manner that is not opened."),
    # a row that is not taken
    ("no_platform", "The row names no platform."),
    ("no_title", "The row names no title, database or item."),
    ("no_metric", "The row names no metric."),
    ("unknown_metric", "“%(metric)s” is no metric of COUNTER."),
    ("bad_count", "“%(value)s” in the month %(month)s is no whole number."),
    ("bad_month", "“%(value)s” is not a month."),
    ("bad_total", "The months add up to %(found)s and the row says %(total)s."),
    ("too_many_columns", "The row has %(found)s columns; the header has %(expected)s."),
    ("duplicate_row", "The same row stands in line %(line)s already."),
    ("beside", "Another row of the same title and metric was refused; they are counted together."),
    # read, with something to know
    ("mining", "%(rows)s rows count machines that read texts (TDM); they were left out."),
    ("exceptions", "The provider says: %(words)s"),
    # a server that sends no report
    ("sushi_https", "The address must start with https://, or the key could be read on its way."),
    ("sushi_url", "The address is no web address."),
    ("sushi_private", "The address leads into the library's own network; an administrator can allow the host."),
    ("sushi_unreachable", "The server cannot be reached."),
    ("sushi_certificate", "The certificate of the server does not fit."),
    ("sushi_time", "No whole answer in time."),
    ("sushi_size", "The answer is larger than %(limit)s MB."),
    ("sushi_status", "The server answered with status %(status)s."),
    ("sushi_not_found", "There is no COUNTER service at this address."),
    ("sushi_not_json", "The server answered with a page or with garbled data instead of a report."),
    ("sushi_down", "The service of the provider is out of order at the moment."),
    ("sushi_busy", "The service of the provider is busy; we ask again."),
    ("sushi_queued", "The provider is preparing the report; we ask again."),
    ("sushi_too_many", "We asked too often; we ask again later."),
    ("sushi_incomplete", "The provider wants more: customer number, requestor number or key is missing."),
    ("sushi_requestor", "The provider does not know the requestor number, or it may not ask."),
    ("sushi_customer", "The requestor may not see the use of this customer number."),
    ("sushi_key", "The provider does not accept the key."),
    ("sushi_address", "The provider does not let the address of this server in."),
    ("sushi_report", "The provider does not offer this report."),
    ("sushi_dates", "The provider does not accept the dates."),
    ("sushi_no_data", "There was no use in these months."),
    ("sushi_not_ready", "The use of these months is not ready yet; we ask again."),
    ("sushi_gone", "The use of these months is not kept any more."),
    ("sushi_error", "The provider refuses: %(words)s"),
]
SENTENCES = dict(COUNTER_CODES)


def sentence(code, params=None):
    """The English sentence of a code."""
    return SENTENCES[code] % params if params else SENTENCES[code]


class CounterRefused(Exception):
    """A report that cannot be read, with a code and its parameters."""

    def __init__(self, code, params=None):
        super().__init__(sentence(code, params))
        self.code = code
        self.params = params or {}
