"""COUNTER reports as providers send them, made here: the layouts of the Code of Practice, invented numbers."""

import io
import json

HEAD = [
    ["Report_Name", "Title Master Report"], ["Report_ID", "TR"], ["Release", "5"],
    ["Institution_Name", "Riverside University"], ["Institution_ID", "ISNI:0000000123456789"], ["Metric_Types", ""],
    ["Report_Filters", ""], ["Report_Attributes", "Attributes_To_Show=Data_Type|Access_Method|YOP|Access_Type"],
    ["Exceptions", ""], ["Reporting_Period", "Begin_Date=2025-01-01; End_Date=2025-03-31"],
    ["Created", "2025-04-10T09:00:00Z"], ["Created_By", "Journal House"],
]  # fmt: skip
COLUMNS = [
    "Title", "Publisher", "Publisher_ID", "Platform", "DOI", "Proprietary_ID", "ISBN", "Print_ISSN", "Online_ISSN",
    "URI", "Data_Type", "Section_Type", "YOP", "Access_Type", "Access_Method", "Metric_Type",
    "Reporting_Period_Total", "Jan-2025", "Feb-2025", "Mar-2025",
]  # fmt: skip


def row(title="River Studies", metric="Total_Item_Requests", counts=(1, 2, 3), total=None, **values):
    """Cells of a row of TR."""
    values = {
        "Title": title, "Publisher": "Journal House", "Platform": "JHOnline", "Online_ISSN": "1234-5679",
        "Data_Type": "Journal", "YOP": "2024", "Access_Type": "Controlled", "Access_Method": "Regular",
        "Metric_Type": metric, **values,
    }  # fmt: skip
    whole = sum(count for count in counts if isinstance(count, int)) if total is None else total
    return [*(values.get(name, "") for name in COLUMNS[:-4]), str(whole), *(str(count) for count in counts)]


def table(rows, head=HEAD, columns=COLUMNS, separator="\t", encoding="utf-8"):
    """A report as text."""
    lines = [*head, [], columns, *rows]
    return "\r\n".join(separator.join(cells) for cells in lines).encode(encoding)


def workbook(rows, head=HEAD, columns=COLUMNS):
    """A report as a workbook, whose months a spreadsheet has made into dates."""
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    months = [datetime.datetime(2025, month, 1) for month in (1, 2, 3)]
    for cells in [*head, [], [*columns[:-3], *months]]:
        sheet.append(cells)
    for cells in rows:
        sheet.append([*cells[:-4], *(int(cell) if str(cell).isdecimal() else cell for cell in cells[-4:])])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def json_5(counts=None, **header):
    """A report of release 5 as JSON."""
    return json.dumps({
        "Report_Header": {
            "Report_Name": "Title Master Report", "Report_ID": "TR", "Release": "5",
            "Institution_Name": "Riverside University", "Created_By": "Journal House",
            "Report_Filters": [
                {"Name": "Begin_Date", "Value": "2025-01-01"}, {"Name": "End_Date", "Value": "2025-03-31"},
            ], **header,
        },
        "Report_Items": [{
            "Title": "River Studies", "Platform": "JHOnline", "Publisher": "Journal House",
            "Item_ID": [{"Type": "Online_ISSN", "Value": "1234-5679"}], "Data_Type": "Journal", "YOP": "2024",
            "Access_Type": "Controlled", "Access_Method": "Regular",
            "Performance": [
                {"Period": {"Begin_Date": f"2025-0{month}-01", "End_Date": f"2025-0{month}-28"},
                 "Instance": [{"Metric_Type": "Total_Item_Requests", "Count": count},
                              {"Metric_Type": "No_License", "Count": 5}]}
                for month, count in (counts or {1: 1, 2: 2, 3: 3}).items()
            ],
        }],
    }).encode()  # fmt: skip


def json_51(performance=None, **header):
    """A report of release 5.1 as JSON."""
    return json.dumps({
        "Report_Header": {
            "Report_Name": "Title Master Report", "Report_ID": "TR", "Release": "5.1",
            "Institution_Name": "Riverside University", "Created_By": "Journal House",
            "Report_Filters": {"Begin_Date": "2025-01-01", "End_Date": "2025-03-31"}, **header,
        },
        "Report_Items": [{
            "Title": "River Studies", "Platform": "JHOnline", "Item_ID": {"Online_ISSN": "1234-5679"},
            "Publisher": "Journal House",
            "Attribute_Performance": [
                {"Data_Type": "Journal", "YOP": "2024", "Access_Type": "Controlled", "Access_Method": "Regular",
                 "Performance": performance or {
                     "Total_Item_Requests": {"2025-01": 1, "2025-02": 2, "2025-03": 3},
                     "No_License": {"2025-01": 5, "2025-02": 5, "2025-03": 5}}},
            ],
        }],
    }).encode()  # fmt: skip
