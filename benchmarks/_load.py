"""Twenty readers at one server: HTTP over kept connections, with as little work of its own as possible."""

from __future__ import annotations

import asyncio
import http.client
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

PASSWORD_OF_READERS = "Qingjiang-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the readers saw: milliseconds of each answer, bytes as sent, seconds in all, own CPU seconds."""

    times_ms: Sequence[float]
    n_bytes: int
    seconds: float
    client_cpu: float

    def percentile(self, share: float) -> float:
        """Return the time within which that share of the answers came."""
        ordered = sorted(self.times_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def log_in(*, port: int, username: str) -> str:
    """Log in as a browser would; return the cookies to send."""
    jar: dict[str, str] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    page = _ask(connection, jar, "GET", "/accounts/login/")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("The log-in page has no form.")
    form = {"login": username, "password": PASSWORD_OF_READERS, "csrfmiddlewaretoken": found[1]}
    _ask(connection, jar, "POST", "/accounts/login/", body=urlencode(form))
    connection.close()
    if "sessionid" not in jar:
        raise SystemExit(f"{username} could not log in.")
    return "; ".join(f"{k}={v}" for k, v in jar.items())


def _ask(
    connection: http.client.HTTPConnection,
    jar: dict[str, str],
    verb: str,
    path: str,
    body: str = "",
) -> str:
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items()), "Accept-Language": "zh-CN"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Referer"] = f"http://{connection.host}:{connection.port}{path}"
    connection.request(verb, path, body=body or None, headers=headers)
    answer = connection.getresponse()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _sep, rest = value.partition("=")
            jar[key] = rest.partition(";")[0]
    return answer.read().decode()


class _Reader:
    """One session on one kept connection, opened again where the server closed it."""

    def __init__(self, *, port: int, cookies: str) -> None:
        self._port, self._cookies = port, cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[float, int]:
        """Return the milliseconds and bytes of one answer."""
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {self._cookies}\r\n"
            "Accept-Encoding: gzip\r\nAccept-Language: zh-CN\r\nAccept: text/html\r\n\r\n"
        ).encode()
        begin = time.perf_counter()
        for attempt in (0, 1):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
            try:
                size = await self._exchange(request, path)
            except (asyncio.IncompleteReadError, ConnectionError):
                self._streams = None
                if attempt:
                    raise
            else:
                break
        return (time.perf_counter() - begin) * 1000, size

    async def _exchange(self, request: bytes, path: str) -> int:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path} answered {head.splitlines()[0].decode()}")
        low = head.lower()
        length = int(low.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        if b"connection: close" in low:
            writer.close()
            self._streams = None
        return length


def closed_loop(*, port: int, cookies: Sequence[str], paths: Sequence[str], each: int) -> Loaded:
    """Let every reader ask ``each`` times, the next question as soon as the answer is there."""

    async def read(number: int, reader: _Reader) -> list[tuple[float, int]]:
        return [await reader.get(paths[(number + i) % len(paths)]) for i in range(each)]

    return asyncio.run(_together(port, cookies, read))


def paced(
    *, port: int, cookies: Sequence[str], paths: Sequence[str], pause: float, seconds: float
) -> Loaded:
    """Let every reader open a page every ``pause`` seconds, at moments of their own."""
    rng = random.Random("readers")
    starts = [rng.random() * pause for _ in cookies]

    async def read(number: int, reader: _Reader) -> list[tuple[float, int]]:
        found = []
        begin = time.perf_counter()
        due = starts[number]
        count = number
        while due < seconds:
            await asyncio.sleep(max(0.0, begin + due - time.perf_counter()))
            found.append(await reader.get(paths[count % len(paths)]))
            due, count = due + pause, count + 7
        return found

    return asyncio.run(_together(port, cookies, read))


async def _together(port, cookies, read) -> Loaded:  # type: ignore[no-untyped-def]
    readers = [_Reader(port=port, cookies=c) for c in cookies]
    cpu, begin = time.process_time(), time.perf_counter()
    found = await asyncio.gather(*(read(i, r) for i, r in enumerate(readers)))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    flat = [one for some in found for one in some]
    return Loaded(
        times_ms=[ms for ms, _ in flat],
        n_bytes=sum(size for _, size in flat),
        seconds=seconds,
        client_cpu=cpu,
    )
