"""The director's memo as a page to print or to send: ``make docs``.

Made from docs/как-читать-отчёт.md: one file, no network, one sheet of A4.
"""

from __future__ import annotations

import re
from pathlib import Path

from nbconvert.filters import markdown2html

SOURCE = Path(__file__).parent / "как-читать-отчёт.md"
TARGET = SOURCE.with_suffix(".html")
STYLE = """
@page{size:A4;margin:14mm 16mm}
body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1a1f26;
max-width:720px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0 0 .3rem}p{margin:.55rem 0}em{color:#4a5460}
table{border-collapse:collapse;margin:.4rem 0 .8rem;width:100%}
th{display:none}td{padding:.15rem .6rem .15rem 0;border-bottom:1px solid #e2e5e9;
vertical-align:top}td:first-child{white-space:nowrap;font-weight:600;width:7rem}
@media print{body{font-size:11pt;line-height:1.4;margin:0;padding:0;max-width:none}
h1{font-size:17pt}p{margin:1.6mm 0}tr{break-inside:avoid}}
"""


def handout(text: str) -> str:
    """The page of a memo written in Markdown; links become plain words."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    # Whoever holds the sheet needs no word of where to find it.
    plain = re.sub(r"; для печати[^*]*", ".", plain)
    title = re.search(r"^# (.+)$", plain, re.MULTILINE)
    if title is None:
        raise ValueError("a memo begins with its title")
    body = re.sub(r'(<h1) id="[^"]*">(.*?)<a .*?</a>', r"\1>\2", markdown2html(plain), flags=re.S)
    return (
        '<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title[1]}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body.strip()}\n</main>\n</body>\n</html>\n"
    )


if __name__ == "__main__":
    TARGET.write_text(handout(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
