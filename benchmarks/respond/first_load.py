"""Bytes of a respondent's first load, as the server sends them: page, style, script, icon.

Bound: 60 KB compressed in all. The other side is the page of the bare route.

    python benchmarks/respond/first_load.py
"""

from __future__ import annotations

import gzip
import http.client
import re
import sqlite3
import tempfile
from pathlib import Path

from throughput import SECRET_KEY, bare_command, prepare, product_command, server

LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def fetch(port: int, path: str) -> tuple[int, int, str]:
    """Bytes sent, bytes after gzip, and the text of an address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    body = connection.getresponse().read()
    packed = body if body[:2] == b"\x1f\x8b" else gzip.compress(body)
    text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    return len(body), len(packed), text.decode()


def load(port: int, path: str) -> tuple[int, int, int]:
    """Requests, bytes sent and bytes after gzip of a page with all that it names."""
    sent, packed, text = fetch(port, path)
    linked = sorted(set(LINKED.findall(text)))
    for address in linked:
        size, small, _ = fetch(port, address)
        sent, packed = sent + size, packed + small
    return 1 + len(linked), sent, packed


def main() -> None:
    """Print both sides."""
    with tempfile.TemporaryDirectory() as folder:
        bare_file = Path(folder) / "bare.sqlite"
        sqlite3.connect(bare_file).close()
        url = f"sqlite:///{folder}/engage.sqlite"
        study, keys = prepare(url)
        settings = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET_KEY,
            "PUBLIC_URL": "http://127.0.0.1",
        }
        with (
            server(bare_command, {"BARE_DATABASE": str(bare_file)}) as bare,
            server(product_command, settings) as product,
        ):
            print("                 requests   bytes sent   after gzip")
            pages = {"start page": f"/s/{study}", "question page": f"/i/{keys[0]}/1"}
            for name, path in pages.items():
                print("{:16}{:9}{:13}{:13}".format(name, *load(product.port, path)))
            print("{:16}{:9}{:13}{:13}".format("bare route", *load(bare.port, "/")))


if __name__ == "__main__":
    main()
