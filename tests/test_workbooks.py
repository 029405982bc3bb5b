"""Every document made over HTTP from the demo library: openpyxl and LibreOffice open it, and its charts are seen."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from .rig.language import Words
from .rig.odoo_server import OdooServer

CODES = (
    "monthly_service", "reference_statistics", "gap_survey", "segment_comparison", "seven_p", "need_purchase",
    "case_list",
)  # fmt: skip
WITH_CHARTS = {"monthly_service", "reference_statistics"}
MANAGER = "ruth"
FEWEST_COLOURED = 1500
"""Dots of the colour of a chart's first series on a page: words and heads of tables have none of it."""


@pytest.fixture(scope="module")
def period() -> tuple[str, str]:
    today = date.today()
    return f"{today.year - 1}-{today.month:02d}-01", today.isoformat()


@pytest.fixture(scope="module")
def files(odoo_demo: OdooServer, period: tuple[str, str], tmp_path_factory) -> dict[str, Path]:
    """Each document, as the menu gives it to a manager."""
    folder, session = tmp_path_factory.mktemp("workbooks"), odoo_demo.session(MANAGER)
    made = {}
    for document in session.call("library.document", "search_read", [], ["code"]):
        wizard = session.call("library.document.make", "create", {
            "document_id": document["id"], "period": "own", "date_from": period[0], "date_to": period[1],
        })
        answer = session.get(session.call("library.document.make", "action_make", [wizard])["url"])
        assert answer.status_code == 200
        made[document["code"]] = folder / f"{document['code']}.xlsx"
        made[document["code"]].write_bytes(answer.content)
    return made


@pytest.fixture(scope="module")
def pages(files: dict[str, Path], tmp_path_factory) -> dict[str, Path]:
    """Each document as LibreOffice prints it."""
    folder = tmp_path_factory.mktemp("printed")
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "install libreoffice-calc-nogui"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(folder), *map(str, files.values())],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return {code: folder / f"{code}.pdf" for code in files}


def _words(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def test_every_document_is_made(files: dict[str, Path]) -> None:
    """Feature: P7, X8"""
    assert set(files) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_opens_without_repair(files: dict[str, Path], pages: dict[str, Path], code: str) -> None:
    """openpyxl and LibreOffice read every sheet; no cell runs, but our totals. Feature: X8, X12"""
    book = openpyxl.load_workbook(files[code])
    for sheet in book:
        formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert all(re.fullmatch(r"=SUBTOTAL\(109,[A-Z]+\d+:[A-Z]+\d+\)", formula) for formula in formulas)
        assert sheet.freeze_panes == "A5"
    with zipfile.ZipFile(files[code]) as parts:
        assert parts.testzip() is None
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name]
    words = _words(pages[code])
    assert book.worksheets[0]["A1"].value.split(" · ")[0] in words
    assert re.search(r"Page\s+1\s*/\s*\d", words)
    assert "#NAME" not in words and "Err:5" not in words and "###" not in words


def test_sums_of_reference_transactions_are_those_of_the_database(
    odoo_demo: OdooServer, files: dict[str, Path], period: tuple[str, str]
) -> None:
    """Feature: X6"""
    sheet = openpyxl.load_workbook(files["reference_statistics"], data_only=True)["By month"]
    [total] = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] == "Total"]
    zone = odoo_demo.sql("SELECT p.tz FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.login = %s",
                         MANAGER)[0][0] or "UTC"
    [[contacts]] = odoo_demo.sql(
        "SELECT count(*) FROM library_interaction WHERE case_id IS NULL AND is_reference AND company_id = 1"
        " AND date AT TIME ZONE 'UTC' AT TIME ZONE %s >= %s AND date AT TIME ZONE 'UTC' AT TIME ZONE %s < %s::date + 1",
        zone, period[0], zone, period[1])
    [[cases]] = odoo_demo.sql(
        "SELECT count(*) FROM library_service_log WHERE is_reference AND company_id = 1"
        " AND date_counted AT TIME ZONE 'UTC' AT TIME ZONE %s >= %s"
        " AND date_counted AT TIME ZONE 'UTC' AT TIME ZONE %s < %s::date + 1", zone, period[0], zone, period[1])
    assert total[1] == contacts + cases > 100


def test_sums_of_the_list_of_cases_are_those_of_the_database(
    odoo_demo: OdooServer, files: dict[str, Path], period: tuple[str, str]
) -> None:
    """Feature: X8"""
    sheet = openpyxl.load_workbook(files["case_list"], data_only=True)["Cases"]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if isinstance(row[0], int | float)]
    [total] = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] == "Total"]
    # a manager's computer stands in the institution's time; the first and the last day may lie in another one
    [[cases, minutes]] = odoo_demo.sql(
        "SELECT count(*), sum(minutes) FROM library_case WHERE active AND id = ANY(%s)", [int(row[0]) for row in rows])
    assert (len(rows), total[15]) == (cases, minutes)
    assert cases > 100


@pytest.mark.parametrize("code", sorted(WITH_CHARTS))
def test_charts_are_seen(files: dict[str, Path], pages: dict[str, Path], code: str, tmp_path: Path) -> None:
    """The chart stands on the printed page: its title, and its bars in colour. Feature: X8"""
    titles = re.findall(rb"<a:t>([^<]+)</a:t>", zipfile.ZipFile(files[code]).read("xl/charts/chart1.xml"))
    assert titles[0].decode() in " ".join(_words(pages[code]).split())
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", str(pages[code]), str(tmp_path / "page")],
                   check=True)
    [picture] = tmp_path.glob("page*.png")
    with Image.open(picture) as image:
        dots = image.convert("RGB").getdata()
        # the first series of a chart is blue: more of it than of red and green
        coloured = sum(1 for red, green, blue in dots if blue > 150 and red < 110 and blue - red > 60 and green < 170)
    assert coloured > FEWEST_COLOURED


def test_over_the_api(odoo_demo: OdooServer, period: tuple[str, str]) -> None:
    """JSON in, the workbook in base64 out; in Chinese when asked. Feature: X8, X10"""
    for lang, sheet in (("en_US", "Overview"), ("zh_CN", Words("zh_CN")("Overview"))):
        answer = odoo_demo.session(MANAGER).call("library.document", "api_make", "monthly_service", *period, lang)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(answer["content"])))
        assert answer["name"].endswith(".xlsx")
        assert sheet in book.sheetnames


def test_strangers_get_nothing(odoo_demo: OdooServer, files: dict[str, Path]) -> None:
    """The public cannot fetch a file that somebody made. Feature: X8"""
    [[attachment]] = odoo_demo.sql("SELECT max(attachment_id) FROM library_document_file")
    answer = odoo_demo.session().get(f"/web/content/{attachment}?download=true")
    assert answer.status_code in (403, 404) or "login" in answer.url
    assert not answer.content.startswith(b"PK")
