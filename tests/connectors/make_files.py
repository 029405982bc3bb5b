"""Small files of every kind that libraries hand over, good and bad."""

import io
import zipfile

HEADER = ("cardnumber", "surname", "firstname", "email", "dateofbirth", "branchcode", "categorycode", "dateexpiry",
          "password", "borrowernotes")
PEOPLE_ZH = (("王", "晓燕"), ("李", "明"), ("欧阳", "思远"), ("张", "伟"), ("陈", "静怡"))
PEOPLE_TW = (("黃", "麗華"), ("吳", "敏"), ("歐陽", "靜"), ("張", "偉"), ("陳", "國棟"))
PEOPLE_WEST = (("Müller", "Jörg"), ("Dubois", "Zoé"), ("Castro", "Iñigo"), ("Ångström", "Åsa"), ("Weiß", "Käthe"))
NOTES_ZH = ("喜欢历史类图书", "参考馆员联系过", "需要古籍阅览", "请电话通知", "研究生")
NOTES_TW = ("喜歡歷史類圖書", "參考館員聯繫過", "需要古籍閱覽", "請電話通知", "研究生")
NOTES_WEST = ("möchte Bücher über Käfer", "père de deux élèves", "niño de la señora", "smörgåsbord", "grüßt immer")


def patrons(people=PEOPLE_ZH, notes=NOTES_ZH, *, count=60, date_format="%Y-%m-%d", separator=",", encoding="utf-8",
            line_end="\r\n", bom=b"", quote_all=False):
    """A patron export as bytes."""
    from datetime import date, timedelta

    rows = [HEADER]
    for number in range(count):
        last, first = people[number % len(people)]
        born = date(1980, 1, 1) + timedelta(days=number * 37)
        rows.append((f"C{number:05d}", last, first, f"p{number}@example.org", born.strftime(date_format), "MAIN", "STU",
                     date(2026, 12, 31).strftime(date_format), f"hidden-{number}", notes[number % len(notes)]))
    lines = [separator.join(f'"{cell}"' if quote_all else cell for cell in row) for row in rows]
    return bom + "".join(line + line_end for line in lines).encode(encoding)


def csv_of(*rows, header="cardnumber,surname,branchcode,categorycode,borrowernotes"):
    """A CSV file as bytes from lines of text."""
    return ("\n".join((header, *rows)) + "\n").encode()


def xlsx_of(rows, **options):
    """A workbook as bytes."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, **options})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Patrons")
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if hasattr(cell, "isoformat"):
                sheet.write_datetime(line, column, cell, day)
            elif cell is not None:
                sheet.write(line, column, cell)
    book.close()
    return out.getvalue()


def zip_with(change, content=None):
    """A good workbook with some of its parts replaced: {name: bytes}, or None to leave a part out."""
    source = zipfile.ZipFile(io.BytesIO(content or xlsx_of([("cardnumber", "surname"), ("C1", "Doe")])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = change.get(info.filename, source.read(info.filename))
            if data is not None:
                target.writestr(info.filename, data)
        for name in set(change) - set(source.namelist()):
            target.writestr(name, change[name])
    return out.getvalue()


def sheet_xml(rows, dimension="A1:B2"):
    """The part of a workbook that holds a sheet, from the XML of its rows."""
    return (b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/'
            b'spreadsheetml/2006/main"><dimension ref="' + dimension.encode() + b'"/><sheetData>' + rows
            + b"</sheetData></worksheet>")
