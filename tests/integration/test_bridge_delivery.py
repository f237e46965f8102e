#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bridge's way to the hub on bad days, with a real mosquitto and, but where a hub must misbehave,
a real dozed: a broker that is away for a day, a spool that fills up, answers that are lost or name
gaps, a hub that loses its last seconds, two bridges for one device, and twenty kills. What is counted:
every sample of the file is stored, under numbers without a hole, and nothing is sent for nothing."""
import collections
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "acceptance"))
import rig as rigs
import mqtt_client

PEOPLE = {"anna": "Europe/Berlin", "ben": "UTC"}
HOUR_S, DAY_S = 3600, 86400
PATIENCE_S = 120
MIB = 1 << 20


# ---- protobuf, as little of it as is needed

def varint(n):
    out = b""
    while True:
        n, digit = divmod(n, 128)
        out += bytes([digit | (0x80 if n else 0)])
        if not n:
            return out


def numbers(payload):
    """(epoch, seq) of a batch: its first two fields."""
    out, at = {}, 0
    while at < len(payload) and len(out) < 2:
        field, at = payload[at], at + 1
        if field not in (8, 16):
            break
        n = shift = 0
        while True:
            digit, at = payload[at], at + 1
            n |= (digit & 127) << shift
            shift += 7
            if not digit & 128:
                break
        out[field >> 3] = n
    return out.get(1, 0), out.get(2, 0)


def ack(epoch, contiguous, highest, gaps=()):
    out = b"\x08" + varint(epoch) + b"\x10" + varint(contiguous) + b"\x18" + varint(highest)
    for first, last in gaps:
        gap = b"\x08" + varint(first) + b"\x10" + varint(last)
        out += b"\x22" + varint(len(gap)) + gap
    return out


class Listener(mqtt_client.Client):
    """Hears every batch; sent[topic] is the list of (epoch, seq), in the order of arrival."""
    def __init__(self, port, name="listener", on_batch=None):
        super().__init__(port, name)
        self.sent, self.on_batch = collections.defaultdict(list), on_batch
        self.connect()
        self.subscribe("dozed/v1/ingest/#")

    def take(self, kind, body):
        if kind >> 4 != 3:
            super().take(kind, body)
            return
        n = struct.unpack(">H", body[:2])[0]
        topic, rest = body[2:2 + n].decode(), body[2 + n:]
        if kind >> 1 & 3:
            self.send(0x40, rest[:2])
            rest = rest[2:]
        self.sent[topic].append(numbers(rest))
        if self.on_batch:
            self.on_batch(topic, *self.sent[topic][-1])

    def answer(self, topic, payload):
        self.send(0x32, mqtt_client.text(topic.replace("/ingest/", "/ack/")) +
                  struct.pack(">H", self.next_id()) + payload)

    def drain(self):
        while self.turn(0.3):
            pass
        return self.sent

    def while_runs(self, process, seconds=PATIENCE_S):
        end = time.monotonic() + seconds
        while process.poll() is None:
            self.turn(0.05)
            if time.monotonic() > end:
                process.kill()
                raise SystemExit("the bridge does not end")
        self.drain()
        return process.returncode


# ---- files

def heart_rates(path, first_s, seconds, step=1):
    """A row a step; the samples as {ms: bpm}."""
    dice, out = random.Random(first_s), {}
    with open(path, "w") as f:
        f.write("time,heart_rate\n")
        for t in range(first_s, first_s + seconds, step):
            bpm = dice.randrange(48, 90)
            f.write(f"{1000 * t},{bpm}\n")
            out[1000 * t] = bpm
    return out


GADGETBRIDGE = """
CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT NOT NULL, MANUFACTURER TEXT NOT NULL,
  IDENTIFIER TEXT NOT NULL UNIQUE, TYPE INTEGER NOT NULL, TYPE_NAME TEXT NOT NULL, ALIAS TEXT);
CREATE TABLE MI_BAND_ACTIVITY_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL,
  USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER NOT NULL, STEPS INTEGER NOT NULL,
  RAW_KIND INTEGER NOT NULL, HEART_RATE INTEGER NOT NULL, PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;
INSERT INTO DEVICE VALUES(1, 'Band', 'Huami', '00:00:00:00:00:01', 0, 'MIBAND6', NULL);
"""


def gadgetbridge_hour(path, first_s, out):
    """Adds an hour of minutes to the database."""
    fresh = not os.path.exists(path)
    db = sqlite3.connect(path)
    if fresh:
        db.executescript(GADGETBRIDGE)
    for t in range(first_s, first_s + HOUR_S, 60):
        out[1000 * t] = 50 + t // 60 % 40
        db.execute("INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES(?, 1, 1, 20, 0, 1, ?)", (t, out[1000 * t]))
    db.commit()
    db.close()


# ---- the hub

class Rig(rigs.Rig):
    def broker_away(self):
        rigs.stop(self.broker)

    def broker_back(self):
        mosquitto = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.broker = self.start([mosquitto, "-c", os.path.join(self.dir, "mosquitto.conf")], "broker.log")
        self.until(self.listening, 10, "the broker")

    def spool(self, name="spool"):
        return os.path.join(self.dir, name)

    def begin(self, form, *args, spool="spool", wait=60, log=None):
        """A bridge that runs by itself."""
        out = open(log or os.path.join(self.dir, "bridge.log"), "ab")
        return subprocess.Popen([rigs.BRIDGE, form, "--to", f"mqtt://127.0.0.1:{self.port}", "--spool", self.spool(spool),
                                 "--wait", str(wait), *args], stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def standing(self, spool="spool", *args):
        r = subprocess.run([rigs.BRIDGE, "status", "--spool", self.spool(spool), "--format", "json", *args],
                           capture_output=True, text=True)
        if r.stderr:
            raise SystemExit(r.stderr)
        return r.returncode, json.loads(r.stdout)

    def waiting(self, spool="spool"):
        spool = self.standing(spool)[1]["spool"]
        return spool["waiting"] if spool else 0

    def device(self, source):
        status = json.loads(self.dozed("status", "--format", "json", check=False).stdout)
        return next((d for d in status["devices"] if d["source"] == source), None)

    def stored_rates(self, person, source=None):
        """What the hub exports: {ms: bpm}, and how many rows that were."""
        rows = [r for r in self.export("samples", "--person", person)
                if r["channel"] == "heart_rate" and source in (None, r["source"])]
        return {ms_of(r["time"]): round(float(r["value"])) for r in rows}, len(rows)


def ms_of(text):
    import datetime
    return round(1000 * datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def now_s():
    return int(time.time()) // HOUR_S * HOUR_S


def same(name, got, want):
    if got != want:
        def short(x):
            return repr(x) if len(repr(x)) < 300 else f"{type(x).__name__} of {len(x)}"
        raise AssertionError(f"{name}: {short(got)}, not {short(want)}")


def all_stored_once(rig, person, source, samples, bridges=1):
    """Every sample, and as many batches as were numbered: none missing, none twice."""
    got, n = rig.stored_rates(person, source)
    same("samples", got, samples)
    same("rows", n, len(samples))
    hub = rig.device(source)
    same("gaps", (hub["gaps"], json.loads(rig.dozed("status", "--format", "json").stdout)["counters"]["refused"]), (0, 0))
    return hub["batches"]


# ---- on bad days

def a_day_without_the_broker():
    """Every hour a run with files that have grown, --now as at that hour, nobody answers; then all is well again."""
    start = now_s() - 3 * DAY_S
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.broker_away()
        csv_file, db_file, band = os.path.join(rig.dir, "hr.csv"), os.path.join(rig.dir, "Gadgetbridge.db"), {}
        sizes = []
        for hour in range(1, 25):
            rates = heart_rates(csv_file, start, hour * HOUR_S, 20)
            gadgetbridge_hour(db_file, start + (hour - 1) * HOUR_S, band)
            now = ["--now", str(1000 * (start + hour * HOUR_S))]
            for form, person, path in (("csv", "anna", csv_file), ("gadgetbridge", "ben", db_file)):
                r = rig.bridge(form, "--person", person, "--wait", "0", *now, path, check=False)
                same(f"hour {hour}", (r.returncode, "will be sent next time" in r.stderr), (1, True))
            sizes.append(rig.standing()[1]["spool"]["devices"])
        numbers_then = {d["source"]: d["last_seq"] for d in sizes[-1]}
        same("all wait", {d["source"]: d["waiting"] for d in sizes[-1]}, numbers_then)
        code, told = rig.standing("spool", "--now", str(1000 * (start + 26 * HOUR_S)))
        same("status", (code, told["ok"], "batches wait since" in told["advice"][0]), (1, False, True))
        grown = [d["bytes"] for hour in sizes for d in hour if d["source"] == "gadgetbridge"]
        rig.broker_back()
        listener = Listener(rig.port)
        r = rig.bridge("send", "--wait", "60")
        same("said", r.stderr, "")
        sent = listener.drain()
        for topic, list_ in sent.items():
            first = list(dict.fromkeys(list_))
            same(f"order of {topic}", [seq for _, seq in first], list(range(1, numbers_then[topic.split("/")[4]] + 1)))
        rig.settle()
        batches = (all_stored_once(rig, "anna", "csv", rates), all_stored_once(rig, "ben", "gadgetbridge", band))
        same("batches", batches, (numbers_then["csv"], numbers_then["gadgetbridge"]))
        code, told = rig.standing()
        same("spool", (code, told["spool"]["waiting"], told["advice"]), (0, 0, []))
        twice = sum(len(x) - len(set(x)) for x in sent.values())
        print(f"     48 runs: {sum(batches)} batches, {twice} sent twice; Gadgetbridge's share of the spool: {grown[0]} bytes after "
              f"one hour, {grown[-1]} after 24")


def a_spool_that_fills_up_while_the_broker_is_away():
    """Reading stops at the bound, in this run and the next, and goes on when there is room."""
    seconds = 350000
    start = now_s() - 8 * DAY_S
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.broker_away()
        path = os.path.join(rig.dir, "hr.csv")
        with open(path, "w") as f:
            f.write("time,heart_rate,accel_x\n")
            dice, rates = random.Random(1), {}
            for t in range(start, start + seconds):
                rates[1000 * t] = dice.randrange(40, 120)
                f.write(f"{1000 * t},{rates[1000 * t]},{dice.randrange(-2000, 2000)}\n")
        args = ["--person", "anna", "--spool-limit", "1", path]
        r = rig.bridge("csv", "--wait", "1", *args, check=False)
        same("without a broker", (r.returncode, "not all of the input was taken: run this again" in r.stderr), (1, True))
        code, told = rig.standing()
        same("bounded", MIB <= told["spool"]["bytes"] < MIB + 65536, True)
        same("said", any("The spool is full" in a for a in told["advice"]), True)
        bridge = rig.begin("csv", *args)
        rig.until(lambda: rig.standing()[1]["spool"]["in_use"], PATIENCE_S, "the bridge")
        rig.broker_back()
        most = 0
        while bridge.poll() is None:
            most = max(most, rig.standing()[1]["spool"]["bytes"])
            time.sleep(0.05)
        same("exit", bridge.returncode, 0)
        same("never beyond", most < MIB + 65536, True)
        rig.settle()
        all_stored_once(rig, "anna", "csv", rates)
        same("spool", rig.waiting(), 0)
        print(f"     {seconds} seconds of two channels through 1 MiB; at most {most} bytes waited")


def exactly_the_gaps_are_sent_again():
    """A hub that missed some, in the middle and near the end, gets these and nothing else."""
    missed = {4, 5, 9, 17, 18, 19, 20, 31}
    with Rig(PEOPLE) as rig:
        rig.broker_away()
        rig.begin("sim", "--nights", "41", "--end", "2026-03-29", "--now", "2026-03-29T12:00Z", wait=0).wait(PATIENCE_S)
        last = rig.waiting()
        rig.broker_back()
        seen, answers = collections.Counter(), []

        def hub(topic, epoch, seq):
            seen[seq] += 1
            if len(seen) < last:
                return
            holes, gaps = [s for s in sorted(missed) if seen[s] < 2], []
            for s in holes:
                if gaps and gaps[-1][1] == s - 1:
                    gaps[-1][1] = s
                else:
                    gaps.append([s, s])
            answers.append(len(gaps))
            listener.answer(topic, ack(epoch, holes[0] - 1 if holes else last, last, gaps))

        listener = Listener(rig.port, on_batch=hub)
        same("exit", listener.while_runs(rig.begin("send", wait=20)), 0)
        same("seqs", sorted(seen), list(range(1, last + 1)))
        same("sent again", {s for s, n in seen.items() if n > 1}, missed)
        same("each once", {seen[s] for s in missed}, {2})
        same("spool", rig.waiting(), 0)
        print(f"     {last} batches, {len(missed)} of them missed in {answers[0]} gaps: {sum(seen.values())} messages in all")


def answers_that_are_lost_cost_no_more_than_one_round():
    """Nobody heard the answers: the next run sends again what is in flight at most, and stops at the first answer."""
    with Rig(PEOPLE) as rig:
        listener = Listener(rig.port)
        args = ("--nights", "161", "--end", "2026-03-29", "--now", "2026-03-29T12:00Z")
        same("first", listener.while_runs(rig.begin("sim", *args, wait=2)), 1)
        first = [seq for x in listener.sent.values() for _, seq in x]
        waiting = rig.waiting()
        same("in flight at most", (len(set(first)) <= 100, waiting >= 140), (True, True))
        have = set(first)

        def hub(topic, epoch, seq):
            have.add(seq)
            highest = 0
            while highest + 1 in have:
                highest += 1
            listener.answer(topic, ack(epoch, highest, highest))

        listener.on_batch = hub
        listener.sent.clear()
        same("second", listener.while_runs(rig.begin("send", wait=20)), 0)
        again = [seq for x in listener.sent.values() for _, seq in x]
        same("all of them", have, set(range(1, waiting + 1)))
        same("each once", len(again), len(set(again)))
        same("spool", rig.waiting(), 0)
        print(f"     {waiting} batches; unanswered {len(first)} messages, then {len(again)}")


def a_broker_that_forgets_what_it_took():
    """It said yes to batches that nobody fetched yet, and was switched off: the hub's answer names them."""
    start = now_s() - 4 * DAY_S
    with Rig(PEOPLE) as rig:
        rig.run()
        rig.kill(signal.SIGTERM)
        path = os.path.join(rig.dir, "hr.csv")
        rates = heart_rates(path, start, 3 * DAY_S, 60)
        r = rig.bridge("csv", "--person", "anna", "--wait", "2", path, check=False)
        same("no hub", r.returncode, 1)
        rig.broker.kill()  # what it held for the hub is gone
        rig.broker.wait()
        for name in os.listdir(rig.dir):
            if name.endswith(".db"):
                os.unlink(os.path.join(rig.dir, name))
        rig.broker_back()
        rig.run()
        listener = Listener(rig.port)
        rig.bridge("send")
        rig.settle()
        sent = listener.drain()["dozed/v1/ingest/anna/csv/file"]
        same("stored", all_stored_once(rig, "anna", "csv", rates), len(set(sent)))
        same("sent once", len(sent), len(set(sent)))
        same("spool", rig.waiting(), 0)


def a_hub_that_loses_its_last_seconds():
    """A power cut takes back what the hub had stored and acknowledged: it asks for it, and gets just that."""
    start = now_s() - 6 * DAY_S
    with Rig(PEOPLE) as rig:
        rig.run()
        early, late, more = (os.path.join(rig.dir, f"{x}.csv") for x in ("early", "late", "more"))
        rates = heart_rates(early, start, 2 * DAY_S, 60)
        rig.bridge("csv", "--person", "anna", early)
        rig.settle()
        rig.kill(signal.SIGTERM)
        kept = os.path.join(rig.dir, "kept")
        shutil.copytree(rig.state, kept)  # what is on the disk for good
        rig.run()
        rates |= heart_rates(late, start + 2 * DAY_S, DAY_S, 60)
        rig.bridge("csv", "--person", "anna", late)
        acknowledged = rig.standing()[1]["spool"]["devices"][0]
        same("all was acknowledged", acknowledged["waiting"], 0)
        rig.kill(signal.SIGKILL)
        shutil.rmtree(rig.state)
        shutil.move(kept, rig.state)
        rig.run()
        listener = Listener(rig.port)
        before = rig.device("csv")["batches"]
        rates |= heart_rates(more, start + 3 * DAY_S, HOUR_S, 60)
        rig.bridge("csv", "--person", "anna", more)
        rig.settle()
        sent = [seq for _, seq in listener.drain()["dozed/v1/ingest/anna/csv/file"]]
        total = all_stored_once(rig, "anna", "csv", rates)
        same("sent", sorted(sent), list(range(before + 1, total + 1)))
        same("spool", rig.waiting(), 0)
        print(f"     {before} batches were safe, {acknowledged['last_seq'] - before} acknowledged and lost: sent again, and "
              f"{total - acknowledged['last_seq']} new")


def two_bridges_at_a_time_for_one_device():
    """The same file by two bridges with a spool each, at the same time: stored once, both are answered."""
    start = now_s() - 3 * DAY_S
    with Rig(PEOPLE) as rig:
        rig.run()
        path = os.path.join(rig.dir, "hr.csv")
        rates = heart_rates(path, start, 2 * DAY_S, 30)
        both = [rig.begin("csv", "--person", "anna", path, spool=s, log=os.path.join(rig.dir, s + ".log"))
                for s in ("one", "two")]
        same("exits", [b.wait(PATIENCE_S) for b in both], [0, 0])
        rig.settle()
        all_stored_once(rig, "anna", "csv", rates)
        same("spools", (rig.waiting("one"), rig.waiting("two")), (0, 0))
        same("numbers", rig.standing("one")[1]["spool"]["epoch"] != rig.standing("two")[1]["spool"]["epoch"], True)


def twenty_kills_in_a_large_file():
    """kill -9 anywhere in reading, spooling and sending; then it is run once more."""
    start = now_s() - 8 * DAY_S
    dice = random.Random(20)
    with Rig(PEOPLE) as rig:
        rig.run()
        path = os.path.join(rig.dir, "hr.csv")
        rates = heart_rates(path, start, 7 * DAY_S)
        begun = time.monotonic()
        rig.bridge("csv", "--person", "ben", path)  # how long it takes, on this machine
        takes = time.monotonic() - begun
        listener = Listener(rig.port)
        moments, sure = [], 0
        while len(moments) < 20:
            bridge = rig.begin("csv", "--person", "anna", path)
            moment = dice.random() * takes
            end = time.monotonic() + moment
            while bridge.poll() is None and time.monotonic() < end:
                listener.turn(0.01)
            sure += bridge.poll() is not None
            if bridge.poll() is None:
                bridge.kill()
                moments.append(moment)
            bridge.wait()
        rig.bridge("csv", "--person", "anna", path)
        rig.settle()
        sent = listener.drain()["dozed/v1/ingest/anna/csv/file"]
        last = rig.standing()[1]["spool"]["devices"][0]["last_seq"]
        same("stored", all_stored_once(rig, "anna", "csv", rates), last)
        same("numbers", {seq for _, seq in sent}, set(range(1, last + 1)))
        same("spool", rig.waiting(), 0)
        print(f"     20 kills after {min(moments):.2f} to {max(moments):.2f} s of {takes:.2f} s ({sure} runs were too quick): "
              f"{last} batches, {len(sent)} messages")


TESTS = [
    a_day_without_the_broker, a_spool_that_fills_up_while_the_broker_is_away, exactly_the_gaps_are_sent_again,
    answers_that_are_lost_cost_no_more_than_one_round, a_broker_that_forgets_what_it_took, a_hub_that_loses_its_last_seconds,
    two_bridges_at_a_time_for_one_device, twenty_kills_in_a_large_file,
]


def run(tests):
    for program in (rigs.DOZED, rigs.BRIDGE):
        if not os.access(program, os.X_OK):
            print(f"SKIP: {program} not found")
            sys.exit(rigs.SKIP)
    failed = 0
    for test in tests:
        if len(sys.argv) > 1 and test.__name__ not in sys.argv[1:]:
            continue
        begun = time.monotonic()
        try:
            test()
            print(f"ok   {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
        except (AssertionError, OSError, KeyError, IndexError, TypeError) as e:
            failed += 1
            print(f"FAIL {test.__name__}: {type(e).__name__} {e}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    run(TESTS)
