"""A reporter in front of the public pages, as the tests need one."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.visits import send, text_of

FORM = {"mode": "anonymous", "target": "周砚清", "facts": "图3与他人论文图2相同。"}

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def png(name: str = "图.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG)


def filed(client: Client, **changes: object) -> str:
    """File a report in this browser; the receipt as the page shows it, without blanks."""
    client.get("/report/")
    response = send(client, "/report/", **(FORM | changes))
    assert (response.status_code, response.url) == (302, "/report/receipt/"), text_of(response)
    return shown_receipt(client)


def shown_receipt(client: Client) -> str:
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", text_of(client.get("/report/receipt/")))
    assert found
    return found.group().replace(" ", "")


def returned(receipt: str) -> Client:
    """Another browser in which this receipt was entered."""
    client = Client()
    client.get("/report/return/")
    assert send(client, "/report/return/", receipt=receipt).url == "/report/return/lead/"
    return client
