"""Talks to a running Odoo as one user: calls to models, pages, forms."""

from __future__ import annotations

import re
from typing import Any

import requests

from .environment import RigError


class RpcError(Exception):
    """The server refused a call.

    `name` is the exception's full name (``odoo.exceptions.AccessError``), `message` what the user reads, `debug` the
    server's traceback.
    """

    def __init__(self, error: dict):
        data = error.get("data") or {}
        self.name = data.get("name") or error.get("message", "")
        self.message = data.get("message") or error.get("message", "")
        self.debug = data.get("debug") or ""
        super().__init__(f"{self.name}: {self.message}")


class WebSession:
    """One user's session; without a login, the public's."""

    def __init__(self, url: str, database: str, login: str | None = None, password: str | None = None):
        self.url = url
        self.database = database
        self.http = requests.Session()
        self.uid: int | None = None
        if login:
            parameters = {"db": database, "login": login, "password": password or login}
            self.uid = self.json("/web/session/authenticate", **parameters)["uid"]
            if not self.uid:
                raise RigError(f"{login} cannot log in.")

    def json(self, path: str, **parameters: Any) -> Any:
        """Call a JSON-RPC route.

        :raises RpcError: if the server answers with an error
        """
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        answer = self.http.post(self.url + path, json=body, timeout=600)
        if "json" not in answer.headers.get("Content-Type", ""):
            raise RpcError({"message": f"HTTP {answer.status_code}: {answer.text[:500]}"})
        content = answer.json()
        if "error" in content:
            raise RpcError(content["error"])
        return content.get("result")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a model's method; the first argument is a list of ids where the method works on records."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.json(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def get(self, path: str, **options: Any) -> requests.Response:
        """Open a page."""
        return self.http.get(self.url + path, **{"timeout": 300, **options})

    def post(self, path: str, data: dict | None = None, token_from: str | None = None, **options: Any):
        """Send a form.

        :param token_from: page from which to take the CSRF token; without it the form carries none
        """
        data = dict(data or {})
        if token_from:
            data["csrf_token"] = self.csrf_token(token_from)
        return self.http.post(self.url + path, data=data, **{"timeout": 300, **options})

    def csrf_token(self, path: str) -> str:
        """The token in a page's form or script."""
        page = self.get(path).text
        found = re.search(r'csrf_token"?\s*(?:value=|:)\s*"([^"]+)"', page)
        if not found:
            raise AssertionError(f"{path} has no CSRF token.")
        return found[1]
