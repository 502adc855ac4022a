"""wrk as a crowd: 256 connections, each request the next body of a file."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 256
POSTS = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args)
  n = 0
  file = io.open(args[1], "r")
  file:seek("set", tonumber(args[2]))
  head = "POST " .. args[3] .. " HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n"
    .. "Content-Type: application/json\\r\\nContent-Length: "
end
function request()
  local body = file:read("*l")
  if not body then
    file:seek("set", 0)
    body = file:read("*l")
  end
  n = n + 1
  return head .. #body .. "\\r\\n\\r\\n" .. body
end
"""
PAGES = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args)
  n = 0
  paths = args
end
function request()
  n = n + 1
  return "GET " .. paths[n % #paths + 1] .. " HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n"
end
"""
DONE = """
function done(summary, latency, requests)
  local e, sent = summary.errors, 0
  for _, thread in ipairs(threads) do sent = sent + thread:get("n") end
  io.write(string.format(
    'RUSH {"sent": %d, "answered": %d, "refused": %d, "broken": %d, '
      .. '"seconds": %f, "p50": %f, "p99": %f}\\n',
    sent, summary.requests, e.status, e.connect + e.read + e.write + e.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


@dataclass(frozen=True)
class Run:
    """One run of wrk: yeses a second, and times of single requests in milliseconds."""

    n_sent: int
    n_yes: int
    n_no: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.n_yes / self.seconds


class Wrk:
    """The program, with its scripts in a folder."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("wrk")
        if found is None:
            message = "wrk is missing (on Debian: apt install wrk)"
            raise SystemExit(message)
        self._program = found
        self._posts, self._pages = folder / "posts.lua", folder / "pages.lua"
        self._posts.write_text(POSTS + DONE, encoding="utf-8")
        self._pages.write_text(PAGES + DONE, encoding="utf-8")

    def post(self, port: int, path: str, bodies: Path, offset: int, seconds: float) -> Run:
        """Post the bodies from a byte of the file on."""
        with self._run(
            port, self._posts, CONNECTIONS, seconds, str(bodies), str(offset), path
        ) as run:
            return _read(run)

    def load_pages(
        self, port: int, paths: list[str], seconds: float, n_connections: int = 16
    ) -> "subprocess.Popen[str]":
        """Begin to read pages again and again; the result is read with `result_of`."""
        return self._run(port, self._pages, n_connections, seconds, *paths)

    def _run(
        self, port: int, script: Path, n: int, seconds: float, *words: str
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(self._program, "-t1", f"-c{n}", f"-d{seconds:g}s", "--timeout", "30s"),
                *("-s", str(script), f"http://127.0.0.1:{port}/", "--", *words),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )


def result_of(run: "subprocess.Popen[str]") -> Run:
    """Wait for a run that was begun."""
    with run:
        return _read(run)


def _read(run: "subprocess.Popen[str]") -> Run:
    said, _ = run.communicate()
    line = next((one for one in said.splitlines() if one.startswith("RUSH ")), None)
    if line is None:
        message = f"wrk said nothing of its run: {said[-500:]}"
        raise SystemExit(message)
    told = json.loads(line.removeprefix("RUSH "))
    n_no = told["refused"] + told["broken"]
    return Run(
        n_sent=told["sent"],
        n_yes=told["answered"] - told["refused"],
        n_no=n_no,
        seconds=told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
    )
