#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bridge's HTTP endpoint, spoken to over raw sockets: who may send, what is taken, what is
answered to everything else, and that nobody holds the others up. Behind it a program that writes
each body into a folder (bridge_http.c)."""
import base64
import gzip
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
import rig

PROGRAM = os.path.join(rig.BUILD, "tests", "integration", "bridge_http")
TOKEN = "a-token-of-the-house-1234"
PATIENCE_S = 60
MIB = 1 << 20


class Endpoint:
    def __init__(self, person="-", mib=1, token=TOKEN, listen="{}", mode=0o600):
        self.dir = tempfile.mkdtemp(prefix="dozed-http-")
        self.token_file = os.path.join(self.dir, "token")
        self.bodies = os.path.join(self.dir, "bodies")
        os.mkdir(self.bodies)
        with open(self.token_file, "w") as f:
            f.write(token + "\n")
        os.chmod(self.token_file, mode)
        self.port = rig.free_port()
        self.log = open(os.path.join(self.dir, "log"), "w+")
        self.process = subprocess.Popen([PROGRAM, listen.format(self.port), self.token_file, person, str(mib),
                                         self.bodies], stdout=subprocess.PIPE, stderr=self.log)
        self.ready = self.process.stdout.readline() == b"ready\n"

    def __enter__(self):
        if not self.ready:
            raise SystemExit("the endpoint does not start: " + self.said())
        return self

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        said = self.said()
        self.log.close()
        shutil.rmtree(self.dir)
        if kind is None and code != 0:
            raise SystemExit(f"the endpoint ended with {code}: {said}")
        assert TOKEN not in said

    def refusal(self):
        """Of one that is not to start: its exit status and what it said."""
        if self.ready:
            self.process.kill()
        code = self.process.wait(PATIENCE_S)
        said = self.said()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.dir)
        return code, said

    def said(self):
        self.log.flush()
        with open(os.path.join(self.dir, "log")) as f:
            return f.read()

    def dial(self):
        s = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
        s.settimeout(PATIENCE_S)
        return s

    def taken(self):
        """The bodies so far: (person, bytes), in order."""
        names = sorted(os.listdir(self.bodies), key=lambda n: int(n.split(".")[0]))
        out = []
        for n in names:
            with open(os.path.join(self.bodies, n), "rb") as f:
                out.append((n.split(".")[1], f.read()))
        return out

    def ask(self, data):
        """Sends it all; what is answered until the other side closes."""
        s = self.dial()
        s.sendall(data)
        return hear(s)

    def post(self, path, body, *headers, token=TOKEN):
        own = [f"Authorization: Bearer {token}"] if token else []
        return self.ask(head("POST", path, *own, f"Content-Length: {len(body)}", *headers) + body)


class Answer:
    def __init__(self, data):
        self.data = data
        top, _, body = data.partition(b"\r\n\r\n")
        lines = top.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0].startswith("HTTP/1.") else 0
        self.headers = [tuple(x.split(": ", 1)) for x in lines[1:] if ": " in x]
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = {}

    def header(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]


def head(method, path, *headers):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: hub.local", *headers, "", ""]).encode("latin-1")


def hear(s):
    data = b""
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            data += more
    except ConnectionResetError:
        pass
    s.close()
    return Answer(data)


def same(name, got, want):
    if got != want:
        raise AssertionError(f"{name}: {got!r}, not {want!r}")


# ---- who may

def the_token_opens_as_bearer_and_as_password():
    with Endpoint() as e:
        basic = base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
        same("bearer", e.post("/anna", b"{}").status, 200)
        same("small letters", e.post("/anna", b"{}", f"authorization: bearer {TOKEN}", token=None).status, 200)
        same("basic", e.post("/anna", b"{}", f"Authorization: Basic {basic}", token=None).status, 200)
        same("taken", e.taken(), [("anna", b"{}")] * 3)


def without_the_token_nothing_is_taken_and_nothing_told():
    with Endpoint(person="anna") as e:
        wrong = [TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "x" * len(TOKEN), " ", ""]
        headers = [f"Authorization: Bearer {w}" for w in wrong]
        headers += ["Authorization: " + TOKEN, "Authorization: Basic !!!", "Authorization: Basic",
                    "Authorization: Basic " + base64.b64encode(TOKEN.encode()).decode(),
                    "Authorization: Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode(),
                    "Authorization: Basic " + "QUFB" * 2000, "Authorization: Digest username=anna", "X-Token: " + TOKEN]
        answers = [e.post(path, b'{"a":1}', h, token=None) for h in headers for path in ("/anna", "/no/such", "/")]
        same("each", {a.status for a in answers}, {401})
        same("all alike", len({json.dumps(a.json) for a in answers}), 1)
        same("asked for", answers[0].header("WWW-Authenticate"), ['Basic realm="dozed-bridge"', "Bearer"])
        same("taken", e.taken(), [])
        said = e.said()
        same("counted", [f"({n} so far)" in said for n in (1, 10, 100)], [True, True, False])
        for w in wrong:
            assert len(w) < 3 or w not in said, "a token in the log"


def the_health_check_tells_nothing_but_that_it_lives():
    with Endpoint(person="anna") as e:
        a = e.ask(head("GET", "/"))
        same("status", (a.status, a.json), (200, {"service": "dozed-bridge"}))
        a = e.ask(head("HEAD", "/"))
        same("head", (a.status, a.data.partition(b"\r\n\r\n")[2]), (200, b""))
        same("elsewhere", {e.ask(head("GET", p)).status for p in ("/anna", "/../etc/passwd", "/%2e%2e/x")}, {404})


def a_token_that_others_may_read_is_refused():
    for mode, token, listen, words in ((0o644, TOKEN, "{}", "chmod 600"), (0o660, TOKEN, "{}", "chmod 600"),
                                       (0o600, "", "{}", "1 to 255 characters"), (0o600, "x" * 300, "{}", "1 to 255"),
                                       (0o600, "fifteen-letters", "0.0.0.0:{}", "16 characters"),
                                       (0o600, TOKEN, "hub.local:{}", "[ADDRESS:]PORT"), (0o600, TOKEN, "0", "[ADDRESS:]PORT"),
                                       (0o600, TOKEN, "1.2.3.4", "[ADDRESS:]PORT"), (0o600, TOKEN, ":{}", "[ADDRESS:]PORT")):
        e = Endpoint(token=token, mode=mode, listen=listen)
        code, said = e.refusal()
        same(f"{listen} {mode:o}", (e.ready, code, words in said), (False, 3, True))


def beyond_this_machine_it_says_that_it_is_plain_http():
    with Endpoint(listen="0.0.0.0:{}") as e:
        same("status", e.post("/anna", b"{}").status, 200)
        assert "plain HTTP" in e.said()
    with Endpoint(listen="127.0.0.1:{}", token="short") as e:
        assert "plain HTTP" not in e.said()
        same("short token", e.post("/anna", b"{}", token="short").status, 200)


# ---- what is taken

def a_body_is_taken_as_it_is_however_it_comes():
    with Endpoint(person="ben") as e:
        body = json.dumps({"data": {"metrics": [{"name": "sleep_analysis", "x": "\x00\u00fc" * 5000}]}}).encode()
        packed = gzip.compress(body)
        same("plain", e.post("/anna", body).json, {"read": len(body), "refused": 0, "reasons": []})
        same("gzip", e.post("/anna", packed, "Content-Encoding: gzip").json["read"], len(body))
        two = gzip.compress(body[:100]) + gzip.compress(body[100:])
        same("two gzips", e.post("/anna/", two, "Content-Encoding: x-gzip").json["read"], len(body))
        same("of --person", e.post("/", body, "Content-Type: application/json").status, 200)
        same("types", {e.post("/anna", body, f"Content-Type: {t}").status for t in
                       ("text/csv", "application/octet-stream", "text/plain; charset=utf-8", "application/x-www-form-urlencoded",
                        "application/xml")}, {200})
        same("taken", e.taken(), [("anna", body)] * 3 + [("ben", body)] + [("anna", body)] * 5)


def chunks_are_put_together():
    with Endpoint() as e:
        body = bytes(random.Random(1).randrange(32, 127) for _ in range(200000))
        auth = f"Authorization: Bearer {TOKEN}"
        for sizes in ((1, 2, 3, 65536), (7000,), (200000,)):
            data, at, i = b"", 0, 0
            while at < len(body):
                piece = body[at:at + sizes[i % len(sizes)]]
                data += b"%x;x=y\r\n%s\r\n" % (len(piece), piece)
                at, i = at + len(piece), i + 1
            a = e.ask(head("POST", "/anna", auth, "Transfer-Encoding: chunked") + data + b"0\r\n\r\n")
            same(f"in pieces of {sizes}", (a.status, a.json["read"]), (200, len(body)))
        same("taken", e.taken(), [("anna", body)] * 3)


def bytes_one_by_one_and_an_expectation_are_fine():
    with Endpoint() as e:
        s = e.dial()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for b in head("POST", "/anna", f"Authorization: Bearer {TOKEN}", "Content-Length: 4") + b"abcd":
            s.sendall(bytes([b]))
        same("slowly", hear(s).status, 200)
        s = e.dial()
        s.sendall(head("POST", "/anna", f"Authorization: Bearer {TOKEN}", "Content-Length: 4", "Expect: 100-continue"))
        same("asked to go on", s.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
        s.sendall(b"abcd")
        same("with an expectation", hear(s).status, 200)
        for token, length, want in (("x", 4, 401), (TOKEN, 2 * MIB, 413)):
            a = e.ask(head("POST", "/anna", f"Authorization: Bearer {token}", f"Content-Length: {length}",
                           "Expect: 100-continue"))
            same("no need to send it", (a.status, a.data.count(b"HTTP/1.1")), (want, 1))
        same("taken", len(e.taken()), 2)


def what_the_service_says_is_answered():
    with Endpoint() as e:
        a = e.post("/anna", b"full")
        same("full", (a.status, a.header("Retry-After"), "send it again" in a.json["error"]), (503, ["60"], True))
        same("broken", e.post("/anna", b"broken").status, 500)
        a = e.post("/anna", b"bad")
        same("bad", (a.status, len(a.json["reasons"]), a.json["reasons"][0]), (400, 20, 'row 0: ? is no "number"'))


def notices_without_data_are_no_failure():
    notices = {
        "Oura": b'{"event_type":"update","data_type":"sleep","object_id":"x","event_time":"2026-01-01T00:00:00Z","user_id":"u"}',
        "WHOOP": b'{"user_id":10129,"id":"550e8400","type":"sleep.updated","trace_id":"e369"}',
        "Polar": b'{"event":"SLEEP","user_id":475,"date":"2026-03-29","timestamp":"2026-03-29T07:00:00Z","url":"https://x"}',
        "Fitbit": b'[{"collectionType":"sleep","date":"2026-03-29","ownerId":"u","ownerType":"user","subscriptionId":"1"}]',
        "Garmin": b' {"sleeps":[{"userId":"u","uploadStartTimeInSeconds":1,"callbackURL":"https://x"}]}',
        "Withings": b"userid=1&startdate=1774735200&enddate=1774760400&appli=44",
    }
    with Endpoint() as e:
        for vendor, body in notices.items():
            form = vendor == "Withings"
            a = e.post("/anna", body, "Content-Type: " + ("application/x-www-form-urlencoded" if form else "application/json"))
            same(vendor, (a.status, a.json["read"], f"notice of {vendor} " in a.json["reasons"][0]), (200, 0, True))
        same("taken", e.taken(), [])
        assert "a notice of Oura came in; it carries no data" in e.said()
        same("its data", e.post("/anna", b'{"sleeps":[{"userId":"u","calendarDate":"2026-03-29"}]}').json["read"], 55)


# ---- what is refused

def strange_requests_are_refused_in_plain_words():
    with Endpoint() as e:
        for path in ("/", "/Anna", "/anna/x", "/a%20b", "/" + "a" * 33, "//", "/anna//"):
            same(path, e.post(path, b"{}").status, 404)
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
            a = e.ask(head(method, "/anna", f"Authorization: Bearer {TOKEN}", "Content-Length: 0"))
            same(method, (a.status, a.header("Allow")), (405, ["GET, HEAD, POST"]))
        for h in ("Content-Encoding: br", "Content-Encoding: deflate", "Content-Type: multipart/form-data; boundary=x"):
            same(h, e.post("/anna", b"{}", h).status, 415)
        a = e.post("/anna", b"sleep=%7B%7D", "Content-Type: application/x-www-form-urlencoded")
        same("a form", (a.status, "--data-binary" in a.json["error"]), (415, True))
        same("empty", e.post("/anna", b"").status, 400)
        a = e.post("/anna", b"not gzip at all", "Content-Encoding: gzip")
        same("no gzip", (a.status, a.json["error"]), (400, "the body says that it is gzip, and is not"))
        a = e.post("/anna", gzip.compress(b"x" * 1000)[:-5], "Content-Encoding: gzip")
        same("cut gzip", (a.status, a.json["error"]), (400, "the gzip body ends too early; send it again"))
        same("taken", e.taken(), [])


def what_is_too_large_is_refused_wherever_it_shows():
    with Endpoint(mib=1) as e:
        auth = f"Authorization: Bearer {TOKEN}"
        same("just fits", e.post("/anna", b"x" * MIB).json["read"], MIB)
        same("a byte more", e.post("/anna", b"x" * (MIB + 1)).status, 413)
        same("gzip that fits", e.post("/anna", gzip.compress(b"x" * MIB), "Content-Encoding: gzip").json["read"], MIB)
        a = e.post("/anna", gzip.compress(b"x" * (MIB + 1)), "Content-Encoding: gzip")
        same("unpacked", (a.status, "1 MiB" in a.json["error"]), (413, True))
        bomb = gzip.compress(b"\0" * (400 * MIB))
        same("a bomb", e.post("/anna", bomb, "Content-Encoding: gzip").status, 413)
        chunk = b"%x\r\n%s\r\n" % (MIB // 2, b"x" * (MIB // 2))
        same("chunks", e.ask(head("POST", "/anna", auth, "Transfer-Encoding: chunked") + 3 * chunk + b"0\r\n\r\n").status, 413)
        same("announced", e.ask(head("POST", "/anna", auth, "Content-Length: 99999999999")).status, 413)
        same("beyond numbers", e.ask(head("POST", "/anna", auth, "Content-Length: " + "9" * 40)).status in (400, 413), True)
        s = e.dial()  # chunks without an end: the connection is cut
        s.sendall(head("POST", "/anna", auth, "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 200 * MIB:
                s.sendall(chunk)
                sent += MIB // 2
        except OSError:
            pass
        assert sent < 100 * MIB, sent
        s.close()
        same("it lives", (e.post("/anna", b"{}").status, len(e.taken())), (200, 3))


def who_is_still_sending_hears_the_reason():
    """A connection that ends amid the body looks like a broken network: what is refused is read to its end."""
    with Endpoint(mib=1) as e:
        body = b"x" * (30 * MIB)
        same("a wrong token", e.post("/anna", body, token="wrong").status, 401)
        same("nobody", e.post("/no/body", body).status, 404)
        same("too large", e.post("/anna", body).status, 413)
        try:
            e.post("/anna", b"x" * (100 * MIB))
            endless = True
        except OSError:
            endless = False
        same("but not for ever", endless, False)
        same("taken", e.taken(), [])


def many_large_bodies_at_a_time_share_a_budget():
    with Endpoint(mib=4) as e:
        body, half = b"x" * (4 * MIB), 3 * MIB
        sockets = []
        for _ in range(8):
            s = e.dial()
            s.sendall(head("POST", "/anna", f"Authorization: Bearer {TOKEN}", f"Content-Length: {len(body)}") + body[:half])
            sockets.append(s)
        time.sleep(1)  # all of it has been read; without it this only tests less
        for s in sockets:
            s.sendall(body[half:])
        answers = [hear(s) for s in sockets]
        statuses = sorted(a.status for a in answers)
        same("some fit", (statuses[0], set(statuses) <= {200, 503}, statuses.count(200) >= 3), (200, True, True))
        same("the others come later", statuses[-1], 503)
        same("their wait", [a.header("Retry-After") for a in answers if a.status == 503][0], ["60"])
        with open(f"/proc/{e.process.pid}/status") as f:
            peak = int(next(x for x in f if x.startswith("VmHWM")).split()[1])
        assert peak < 45 * 1024 or "asan" in rig.BUILD, f"{peak} KiB"
        same("afterwards", e.post("/anna", body).status, 200)


def hostile_heads_are_survived():
    auth = f"Authorization: Bearer {TOKEN}"
    with Endpoint() as e:
        for data in (b"\r\n" * 500, b"GET\r\n\r\n", b"\0" * 2000 + b"\r\n\r\n", b"POST /anna HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00" * 20,
                     head("POST", "/anna", auth, "X: " + "y" * 70000), head("POST", "/" + "a" * 70000, auth),
                     head("POST", "/anna", *[f"X-{i}: y" for i in range(5000)]),
                     head("POST", "/anna", auth, "Content-Length: -5"), head("POST", "/anna", auth, "Content-Length: 5, 6"),
                     head("POST", "/anna", auth, "Transfer-Encoding: chunked") + b"zzz\r\nabc\r\n0\r\n\r\n",
                     head("POST", "/anna", auth, "Transfer-Encoding: chunked") + b"ffffffffffffffffffff\r\nabc\r\n"):
            s = e.dial()
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            a = hear(s)
            assert a.status != 200, (data[:60], a.data[:100])
        rnd = random.Random(7)
        good = head("POST", "/anna", auth, "Transfer-Encoding: chunked") + b"5\r\nabcde\r\n0\r\n\r\n"
        for i in range(1500):
            data = bytearray(good)
            for _ in range(rnd.randrange(1, 4)):
                at = rnd.randrange(len(data))
                what = rnd.randrange(3)
                if what == 0:
                    data[at] = rnd.randrange(256)
                elif what == 1:
                    del data[at:at + rnd.randrange(1, 20)]
                else:
                    data[at:at] = bytes(rnd.randrange(256) for _ in range(rnd.randrange(1, 9)))
            s = e.dial()
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            hear(s)
        same("it lives", e.post("/anna", b"{}").status, 200)
        assert all(p == "anna" or len(p) <= 32 for p, _ in e.taken())


def one_request_a_connection():
    with Endpoint() as e:
        one = head("POST", "/anna", f"Authorization: Bearer {TOKEN}", "Content-Length: 2") + b"{}"
        a = e.ask(one * 3)
        same("pipelined", (a.data.count(b"HTTP/1.1 200"), a.header("Connection")), (1, ["close"]))
        same("taken", len(e.taken()), 1)
        # two lengths, or a length and chunks, must not hide a second request in the first
        hidden = head("POST", "/ben", f"Authorization: Bearer {TOKEN}", "Content-Length: 2") + b"{}"
        for h in (("Content-Length: 2", f"Content-Length: {2 + len(hidden)}"), ("Content-Length: 2", "Transfer-Encoding: chunked")):
            e.ask(head("POST", "/anna", f"Authorization: Bearer {TOKEN}", *h) + b"0\r\n\r\n" + hidden)
        same("nothing of ben", [p for p, _ in e.taken() if p == "ben"], [])


def who_is_slow_holds_up_nobody():
    with Endpoint() as e:
        auth = f"Authorization: Bearer {TOKEN}"
        # a connection a start of a request, none of them ends
        lazy = [e.dial() for _ in range(24)]
        starts = (b"", b"POST /an", head("POST", "/anna", auth, "Content-Length: 9") + b"abc",
                  head("POST", "/anna", auth, "Transfer-Encoding: chunked") + b"5\r\nab")
        for i, s in enumerate(lazy):
            s.sendall(starts[i % len(starts)])
        before = time.monotonic()
        for _ in range(20):
            same("meanwhile", e.post("/anna", b"{}").status, 200)
        assert time.monotonic() - before < 10
        # one byte a second keeps a head alive no longer than 30 s; who has the token may take longer
        drip, left = head("POST", "/anna", "X: " + "y" * 500), list(lazy)
        ends = {}
        allowed = e.dial()
        allowed.sendall(head("POST", "/anna", auth, "Content-Length: 60"))
        dripped = 0
        start = time.monotonic()
        while time.monotonic() - start < 50 and (len(ends) < len(lazy) or dripped < 45):
            readable = select.select(left, [], [], 0)[0]
            for s in readable:
                try:
                    gone = not s.recv(1000)
                except OSError:
                    gone = True
                if gone:
                    ends[s] = time.monotonic() - start
                    left.remove(s)
            for i, s in enumerate(lazy):
                if s in left and i % 4 == 1 and dripped < len(drip):
                    try:
                        s.sendall(drip[8 + dripped:9 + dripped])
                    except OSError:
                        pass
            allowed.sendall(b"x")
            dripped += 1
            time.sleep(1)  # a slow client is what this is about
        same("all are gone", len(ends), len(lazy))
        latest = max(ends.values())
        print(f"     24 idle and dripping connections were ended after {min(ends.values()):.0f} to {latest:.0f} s")
        assert latest < 45, latest
        allowed.sendall(b"x" * (60 - dripped))
        same("slow, but allowed", hear(allowed).status, 200)
        for s in lazy:
            s.close()


def more_connections_than_places_wait():
    with Endpoint() as e:
        held = [e.dial() for _ in range(31)]
        one = head("POST", "/anna", f"Authorization: Bearer {TOKEN}", "Content-Length: 2") + b"{}"
        waiting = [e.dial() for _ in range(40)]
        for s in waiting:
            s.sendall(one)
        for s in held[:15]:
            s.close()
        same("all are answered", {hear(s).status for s in waiting}, {200})
        for s in held:
            s.close()
        same("taken", len(e.taken()), 40)


def a_port_in_use_is_said():
    with Endpoint() as e:
        other = Endpoint(listen=str(e.port))
        code, said = other.refusal()
        same("second", (other.ready, code, "something else listens there" in said), (False, 3, True))


TESTS = [
    the_token_opens_as_bearer_and_as_password, without_the_token_nothing_is_taken_and_nothing_told,
    the_health_check_tells_nothing_but_that_it_lives, a_token_that_others_may_read_is_refused,
    beyond_this_machine_it_says_that_it_is_plain_http, a_body_is_taken_as_it_is_however_it_comes, chunks_are_put_together,
    bytes_one_by_one_and_an_expectation_are_fine, what_the_service_says_is_answered, notices_without_data_are_no_failure,
    strange_requests_are_refused_in_plain_words, what_is_too_large_is_refused_wherever_it_shows,
    who_is_still_sending_hears_the_reason, many_large_bodies_at_a_time_share_a_budget, hostile_heads_are_survived, one_request_a_connection,
    who_is_slow_holds_up_nobody, more_connections_than_places_wait, a_port_in_use_is_said,
]


def main():
    if not os.access(PROGRAM, os.X_OK):
        print(f"SKIP: {PROGRAM} not found")
        sys.exit(rig.SKIP)
    failed = 0
    for test in TESTS:
        if len(sys.argv) > 1 and test.__name__ not in sys.argv[1:]:
            continue
        try:
            test()
            print("ok  ", test.__name__, flush=True)
        except (AssertionError, OSError, KeyError, IndexError, subprocess.TimeoutExpired) as e:
            failed += 1
            print("FAIL", test.__name__, type(e).__name__, e, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
