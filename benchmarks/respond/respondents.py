"""Respondents for locust: each fills in the whole questionnaire, again and again.

Which server they meet says the environment variable KIND; STUDY is the product's study, SESSION
oTree's session link.
"""

from __future__ import annotations

import os
import random
import re
import time

from locust import FastHttpUser, constant, events, task

ITEMS = 10
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
QUESTION = re.compile(r'name="(question_\d+)"')
KIND = os.environ["KIND"]


class Respondent(FastHttpUser):
    """One browser; it forgets its cookies after each interview."""

    wait_time = constant(0)
    connection_timeout = network_timeout = 60.0

    @task
    def interview(self) -> None:
        """One whole interview; counted under its own name when its thanks were read."""
        self.client.cookiejar.clear()
        began = time.perf_counter()
        try:
            INTERVIEWS[KIND](self)
        except (RuntimeError, OSError) as error:
            self._tell(began, error)
        else:
            self._tell(began, None)

    def _tell(self, began: float, error: Exception | None) -> None:
        events.request.fire(
            request_type="INTERVIEW",
            name="interview",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=error,
            context={},
        )

    def get(self, path: str) -> str:
        """A page; anything but success is an error."""
        with self.client.get(path, name="GET", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"{response.status_code}")
                raise RuntimeError(f"GET {path[:40]}: {response.status_code}")
            response.success()
            return response.text or ""

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> str:
        """A form; where it leads to."""
        with self.client.post(
            path,
            data=fields,
            headers=headers,
            name="POST",
            catch_response=True,
            allow_redirects=False,
        ) as response:
            if response.status_code not in (302, 303):
                response.failure(f"{response.status_code}")
                raise RuntimeError(f"POST {path[:40]}: {response.status_code}")
            response.success()
            return response.headers["Location"]


def product(one: Respondent) -> None:
    """Start page, start, the page, its answers, thanks."""
    start = f"/s/{os.environ['STUDY']}"
    fields = {"language": "en", "channel": "web", "brand": "brand"}
    fields["ticket"] = _found(TICKET, one.get(start))
    page = one.post(start, fields, {})
    ticket = _found(TICKET, one.get(page))
    answers = {f"q-i{number}": _point() for number in range(ITEMS)}
    thanks = one.post(page, {"ticket": ticket, **answers}, {})
    if "saved" not in one.get(thanks):
        raise RuntimeError("The product did not thank.")


def bare(one: Respondent) -> None:
    """The page and its answers."""
    ticket = _found(TICKET, one.get("/"))
    one.post("/", {"ticket": ticket, **{f"q-i{n}": _point() for n in range(ITEMS)}}, {})


def otree(one: Respondent) -> None:
    """The session's link, the page, its answers, thanks."""
    with one.client.get(
        os.environ["SESSION"], name="GET", catch_response=True, allow_redirects=True
    ) as response:
        response.success()
        address = response.url or ""
    page = "/" + address.split("/", 3)[3]
    answers = {f"i{number}": _point() for number in range(ITEMS)}
    thanks = one.post(page, answers, {})
    if "saved" not in one.get("/" + thanks.split("/", 3)[3] if "//" in thanks else thanks):
        raise RuntimeError("oTree did not thank.")


def django(one: Respondent) -> None:
    """The page, its answers, thanks."""
    html = one.get("/survey/1/")
    names = dict.fromkeys(QUESTION.findall(html))
    fields = {"csrfmiddlewaretoken": _found(TOKEN, html), **{name: _point() for name in names}}
    thanks = one.post("/survey/1/", fields, {"Referer": f"{one.host}/survey/1/"})
    one.get(thanks)


INTERVIEWS = {"product": product, "bare": bare, "otree": otree, "django": django}


def _point() -> str:
    return str(random.randint(1, 7))


def _found(pattern: re.Pattern[str], html: str) -> str:
    match = pattern.search(html)
    if match is None:
        raise RuntimeError(f"The page holds no {pattern.pattern}")
    return match[1]
