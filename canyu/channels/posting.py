"""Sending one message to an address of the open net."""

from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.util import Timeout

from canyu.channels.outside import Target

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
MOST_READ = 500
AGENT = "Canyu"


@dataclass(frozen=True)
class Reply:
    """What came back: a status, None where nobody answered, and the first of what was said.

    `retry_after` is that field as it came, "" where there was none.
    """

    status: int | None
    said: str = ""
    retry_after: str = ""


def post(target: Target, body: str | bytes, fields: Mapping[str, str]) -> Reply:
    """Post to the very number that was checked; no redirect is followed, little is read.

    Where the fields name no other type, the body is JSON.
    """
    timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    told = {
        "Content-Type": "application/json",
        **fields,
        "Host": target.host_field,
        "User-Agent": AGENT,
    }
    pool: urllib3.HTTPConnectionPool
    if target.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            target.number,
            target.port,
            timeout=timeout,
            cert_reqs="CERT_REQUIRED",
            assert_hostname=target.host,
            server_hostname=target.host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(target.number, target.port, timeout=timeout)
    with pool:
        try:
            answer = pool.urlopen(
                "POST",
                target.path,
                body=body.encode() if isinstance(body, str) else body,
                headers=told,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
            )
            said = answer.read1(MOST_READ, decode_content=False)
            status, later = answer.status, answer.headers.get("Retry-After", "")
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            return Reply(None, f"{type(problem).__name__}: {problem}"[:MOST_READ])
    return Reply(status, said.decode("utf-8", "replace").replace("\0", "?"), later)
