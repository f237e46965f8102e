#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""dozed-bridge --listen as a phone sees it, with a real broker and a real dozed behind it: what was
answered with 200 is stored whatever is killed, what was not is not half there, and status says how
things stand. What the endpoint refuses is in test_bridge_http.py."""
import gzip
import http.client
import json
import os
import signal
import sys
import time

import test_bridge_delivery as delivery
from test_bridge_delivery import DAY_S, PEOPLE, same
import rig as rigs

TOKEN = "a-token-of-the-house-1234"
PATIENCE_S = 90


class Rig(delivery.Rig):
    service = None

    def serve(self, *args):
        """The bridge as a service."""
        token = os.path.join(self.dir, "token")
        with open(token, "w") as f:
            f.write(TOKEN + "\n")
        os.chmod(token, 0o600)
        self.http_port = rigs.free_port()
        self.service = self.begin("auto", "--listen", str(self.http_port), "--token-file", token, *args)
        self.until(self.is_up, PATIENCE_S, "the service")

    def is_up(self):
        if self.service.poll() is not None:
            with open(os.path.join(self.dir, "bridge.log")) as f:
                raise SystemExit("the service ended: " + f.read()[-2000:])
        try:
            return self.request("GET", "/")[0] == 200
        except OSError:
            return False

    def request(self, method, path, body=None, headers={}):
        c = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=PATIENCE_S)
        c.request(method, path, body, headers)
        r = c.getresponse()
        out = r.status, json.loads(r.read() or b"{}"), r.headers
        c.close()
        return out

    def post(self, body, path="/anna", **headers):
        return self.request("POST", path, body, {"Authorization": "Bearer " + TOKEN,
                                                 **{k.replace("_", "-"): v for k, v in headers.items()}})

    def end(self, how=signal.SIGTERM):
        self.service.send_signal(how)
        return self.service.wait(PATIENCE_S)

    def close(self):
        if self.service and self.service.poll() is None:
            self.end(signal.SIGKILL)
        super().close()


def heart(first_s, n, out, padding=0):
    """n minutes of Health Auto Export's heart rate."""
    rows = []
    for t in range(first_s, first_s + 60 * n, 60):
        out[1000 * t] = 50 + t // 60 % 47
        rows.append({"date": time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(t)), "Avg": out[1000 * t]})
    return json.dumps({"data": {"metrics": [{"name": "heart_rate", "units": "count/min", "data": rows}]},
                       "padding": "x" * padding}).encode()


def what_is_posted_is_stored():
    start, anna, ben = delivery.now_s() - 2 * DAY_S, {}, {}
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.serve("--person", "ben")
        status, answer, _ = rig.post(heart(start, 300, anna))
        same("plain", (status, answer["refused"], answer["reasons"], answer["read"] > 0), (200, 0, [], True))
        same("gzip", rig.post(gzip.compress(heart(start + 300 * 60, 300, anna)), Content_Encoding="gzip")[0], 200)
        same("of --person", rig.post(heart(start, 60, ben), "/")[0], 200)
        same("again", rig.post(heart(start, 60, ben), "/")[0], 200)
        rig.until(lambda: rig.waiting() == 0, PATIENCE_S, "the hub")
        rig.settle()
        same("anna", rig.stored_rates("anna", "hae"), (anna, len(anna)))
        same("ben", rig.stored_rates("ben", "hae"), (ben, len(ben)))
        code, told = rig.standing()
        same("status", (code, told["spool"]["in_use"], told["inbox"]["documents"]), (0, True, 0))
        same("end", rig.end(), 0)
        same("status after", rig.standing()[1]["spool"]["in_use"], False)


def what_cannot_be_read_is_answered_and_kept_with_its_reason():
    start, anna = delivery.now_s() - 2 * DAY_S, {}
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.serve()
        for body in (b"this is no document of anybody", b'{"data": {"metrics": [', b"\x00\xff" * 500):
            status, answer, _ = rig.post(body)
            same(repr(body[:20]), (status, "error" in answer, len(answer["reasons"]) > 0), (400, True, True))
        half = json.loads(heart(start, 10, anna))
        half["data"]["metrics"][0]["data"].append({"date": "yesterday", "Avg": 60})
        status, answer, _ = rig.post(json.dumps(half).encode())
        same("the good rest", (status, answer["refused"], len(answer["reasons"])), (200, 1, 1))
        same("a notice", rig.post(b'{"event_type":"update","data_type":"sleep","object_id":"x"}')[0], 200)
        code, told = rig.standing()
        same("status", (code, told["refused"]["documents"], told["refused"]["last"]["person"]), (1, 3, "anna"))
        same("told", any("3 documents could not be read" in a for a in told["advice"]), True)
        refused = rig.spool("spool/refused")
        same("reasons", len([n for n in os.listdir(refused) if n.endswith(".reason")]), 3)
        rig.until(lambda: rig.waiting() == 0, PATIENCE_S, "the hub")
        rig.settle()
        same("stored", rig.stored_rates("anna"), (anna, 10))


def what_was_answered_survives_kills():
    """kill -9 in the middle of posts, with the broker away: 200 means that it is stored in the end."""
    start, sure, at = delivery.now_s() - 3 * DAY_S, {}, 0
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.broker_away()
        answered = cut = 0
        for life in range(6):
            rig.serve()
            for i in range(8):
                rates = {}
                body = heart(start + at * 60, 20, rates)
                at += 20
                c = http.client.HTTPConnection("127.0.0.1", rig.http_port, timeout=PATIENCE_S)
                c.request("POST", "/anna", body, {"Authorization": "Bearer " + TOKEN})
                if i == 7:  # killed before or while it answers
                    time.sleep(0.002 * life)
                    rig.end(signal.SIGKILL)
                try:
                    status = c.getresponse().status
                except OSError:
                    status = 0
                c.close()
                answered += status == 200
                cut += status == 0
                if status == 200:
                    sure |= rates
        rig.broker_back()
        rig.serve()
        rig.until(lambda: rig.waiting() == 0, PATIENCE_S, "the hub")
        rig.settle()
        got, n = rig.stored_rates("anna")
        same("all that was answered", {t: got.get(t) for t in sure}, sure)
        same("whole documents only", (n % 20, n == len(got), len(sure) <= n <= at), (0, True, True))
        same("inbox", rig.standing()[1]["inbox"]["documents"], 0)
        print(f"     6 kills: {answered} documents answered, {cut} cut off, {n // 20} stored")


def a_full_spool_is_said_and_nothing_of_it_kept():
    start, sure, at = delivery.now_s() - 3 * DAY_S, {}, 0
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.broker_away()
        rig.serve("--spool-limit", "1")
        statuses = []
        while statuses[-3:] != [503] * 3 and len(statuses) < 2000:
            rates = {}
            status, answer, headers = rig.post(heart(start + at * 60 % (2 * DAY_S) + at, 1400, rates))
            statuses.append(status)
            at += 1
            if status == 200:
                sure |= rates
        same("it was full", (statuses[-1], headers["Retry-After"], set(statuses)), (503, "60", {200, 503}))
        code, told = rig.standing()
        same("nothing kept of it", (told["inbox"]["documents"], told["refused"]["documents"]), (0, 0))
        same("bounded", told["spool"]["bytes"] < (1 << 20) + (1 << 18), True)
        rig.broker_back()
        rig.until(lambda: rig.post(b'{"data":{"metrics":[]}}')[0] != 503, PATIENCE_S, "room")
        rig.until(lambda: rig.waiting() == 0, PATIENCE_S, "the hub")
        rig.settle()
        got, n = rig.stored_rates("anna")
        same("stored", (got == sure, n), (True, len(sure)))
        print(f"     {statuses.count(200)} documents fitted, then 503; all stored when the broker was back")


TESTS = [what_is_posted_is_stored, what_cannot_be_read_is_answered_and_kept_with_its_reason, what_was_answered_survives_kills,
         a_full_spool_is_said_and_nothing_of_it_kept]


if __name__ == "__main__":
    delivery.run(TESTS)
