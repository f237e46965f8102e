#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Home Assistant without a line of YAML: a real daemon, a real mosquitto, and a Home Assistant
that only knows the documented rules (home.py, ha_schema.py). It is always noon where the two
people live, so that today's night and outlook are there at whatever hour this runs."""
import contextlib
import datetime
import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "acceptance")]
import ha_schema as schema  # noqa: E402
import home  # noqa: E402
from mqtt_client import Client  # noqa: E402
from rig import BRIDGE, DOZED, SKIP, Rig, stop  # noqa: E402

NOON = (12 - time.gmtime().tm_hour + 11) % 24 - 11  # hours east of UTC, -11 ... 12
ZONE = f"Etc/GMT{-NOON:+d}"
TODAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=NOON)).date()
ANNA = f'person "anna" {{ name = "Anna" timezone = "{ZONE}" }}\n'
BEN = f'person "ben-2" {{ timezone = "{ZONE}" language = "de" }}\n'
NIGHTS = 70
# what 70 nights must have filled; the other entities may be unknown
KNOWN = {"night_score", "sleep_minutes", "awake_minutes", "efficiency", "day_outlook", "outlook_level", "outlook_high",
         "night_status", "last_sample", "rated_days", "base_rate", "alerts_per_week", "skill_claimed", "sleep_quality",
         "pain_morning"}
RECORDINGS = {}  # by the last day: made once


def check(ok, what):
    if not ok:
        raise AssertionError(what)


class Hub(Rig):
    """A rig with people and their past, whose configuration and broker may change."""
    def __init__(self, people=ANNA + BEN, options=""):
        super().__init__({}, "")
        with open(self.config) as f:
            self.head = f.read()
        self.configure(people, options)
        self.broker_command = self.broker.args
        self.home = home.Home(self.port)

    def configure(self, people, options=""):
        with open(self.config, "w") as f:
            f.write(self.head + options + people)

    def reload(self, people, options=""):
        self.configure(people, options)
        self.daemon.send_signal(signal.SIGHUP)

    def fill(self, last=TODAY):
        """The past of both, the night into `last` included."""
        for seed, person in enumerate(("anna", "ben-2"), 3):
            path = os.path.join(self.dir, f"{person}.rec")
            if (person, last) not in RECORDINGS:
                subprocess.run([BRIDGE, "sim", "--person", person, "--people", "1", "--nights", str(NIGHTS), "--seed", str(seed),
                                "--profile", "strong", "--zone", ZONE, "--end", str(last), "--out", path], check=True)
                with open(path, "rb") as f:
                    RECORDINGS[person, last] = f.read()
            with open(path, "wb") as f:
                f.write(RECORDINGS[person, last])
            self.dozed("import", path)
        return self

    def status(self):
        return json.loads(self.dozed("status", "--format", "json").stdout)

    def is_linked(self):
        return self.status()["broker"]["state"] == "connected"

    def run(self):
        super().run()
        self.until(self.is_linked, 20, "the link")
        return self

    def end_broker(self, forget):
        self.home.close(politely=False)
        stop(self.broker)
        if forget:
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(self.dir, "mosquitto.db"))

    def start_broker(self):
        self.broker = self.start(self.broker_command, "broker.log")
        self.until(self.listening, 10, "the broker")

    def all_are_told(self):
        """Every entity of every person has been told something, and nothing is wrong with it."""
        h = self.home

        def missing():
            return h.silent() + [e for e in h.unknown() if e.key in KNOWN]
        took = h.until(lambda: len(h.devices) == 2 and not missing() and h.is_available(),
                       lambda: f"{missing() or sorted(h.devices)}, available {h.available}")
        check(h.faults == [], h.faults)
        return took


@contextlib.contextmanager
def hub(*args, **kwargs):
    with Hub(*args, **kwargs) as h:
        try:
            yield h
        except BaseException:
            with contextlib.suppress(FileNotFoundError), open(os.path.join(h.dir, "dozed.log")) as f:
                print("".join(f.readlines()[-30:]), file=sys.stderr)
            raise
        finally:
            h.home.close()


# ---- tests ----------------------------------------------------------------------------------

def every_entity_is_found_and_has_a_value():
    with hub() as r:
        r.fill()
        r.home.start()
        r.run()
        took = r.all_are_told()
        names = {e.key: e.config["name"] for e in r.home.entities() if e.device["identifiers"] == ["dozed_anna"]}
        german = {e.key: e.config["name"] for e in r.home.entities() if e.device["identifiers"] == ["dozed_ben-2"]}
        check(names["night_score"] == "Night score" and german["night_score"] == "Nachtwert", "languages")
        check(r.home.entity("anna", "alert").device["name"] == "Sleep and comfort (Anna)", "name")
        check(r.home.entity("ben-2", "ack").config["default_entity_id"] == "button.ben_2_ack", "entity id")
        check(r.home.entity("anna", "night_score").attributes["date"] == str(TODAY), "attributes")
        for key in ("sleep_quality", "pain_morning", "pain_day"):
            c = r.home.entity("anna", key).config
            check((c["min"], c["max"], c["step"], c["mode"]) == (0, 10, 1, "slider"), c)
        check({e.config["platform"] for e in r.home.entities()} == set(schema.COMPONENTS), "platforms")
        print(f"{len(r.home.entities())} entities of 2 people, all told {took:.2f} s after the link came up")


def an_empty_store_shows_unknown_and_never_zero():
    with hub(people=ANNA) as r:
        r.home.start()
        r.run()
        h = r.home
        # no tracker has sent anything, so its time is not even told
        h.until(lambda: h.devices and {e.key for e in h.silent()} <= {"last_sample"}, lambda: h.silent())
        check(h.faults == [], h.faults)
        shown = {e.key: e.state for e in h.entities() if e.state not in (None, "never")}
        base_rate = shown.pop("base_rate", 0)  # what is usual among people, until one's own days are rated
        check(shown == {"outlook_level": "unknown", "night_status": "none", "rated_days": 0.0, "skill_claimed": False}, shown)
        check(10 < base_rate < 25 or base_rate == 0, base_rate)


def a_slider_follows_what_was_rated():
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        h = r.home
        check(h.shows("anna", "pain_day") is None, "rated before its time")
        h.slide("anna", "pain_day", 7)
        h.until(lambda: h.shows("anna", "pain_day") == 7, "the 7")
        refused = r.status()["counters"]["refused"]
        h.slide("anna", "pain_day", 11)
        r.until(lambda: r.status()["counters"]["refused"] == refused + 1, 10, "the refusal")
        h.slide("anna", "pain_day", 0)
        h.until(lambda: h.shows("anna", "pain_day") == 0, "the 0")
        r.dozed("rate", "--person", "anna", "pain_day", "4")
        h.until(lambda: h.shows("anna", "pain_day") == 4, "the 4 of another way")
        r.dozed("rate", "--person", "anna", "pain_day", "withdraw")
        h.until(lambda: h.shows("anna", "pain_day") is None, "unknown after it was withdrawn")
        check(h.shows("ben-2", "pain_day") is None and h.faults == [], h.faults)


def a_button_is_obeyed():
    with hub(people=ANNA) as r:
        r.run()
        r.home.start()
        h = r.home
        h.until(lambda: h.devices, "the entities")
        # received is the birth message, which may come after the entities, and what is pressed
        r.until(lambda: r.status()["counters"]["received"] == 1, 10, "the birth message")
        for key in ("ack", "snooze", "false_alarm"):
            h.press("anna", key)
        r.until(lambda: r.status()["counters"]["received"] == 4, 10, "three answers")
        check(r.status()["counters"]["refused"] == 0, "refused")


def a_notice_is_an_event_of_a_declared_type():
    yesterday = TODAY - datetime.timedelta(days=1)
    asked = ANNA.replace("timezone", 'sleep_prompt = "11:30" timezone')  # at noon: within the four hours
    with hub(people=asked + BEN, options="alert { settle = \"1 s\" }\n") as r:
        r.fill(yesterday)
        listener = Client(r.port, "listener").connect()
        listener.subscribe("dozed/anna/alert")
        r.home.start()
        r.run()
        r.home.until(lambda: len(r.home.devices) == 2, "the entities")
        listener.until(lambda: listener.messages, "a notice")
        for m in listener.messages:
            person = m.topic.split("/")[1]
            kind, attributes = schema.event_of(r.home.entity(person, "alert").config, m.payload)
            check(not m.retain and {"title", "text", "tag"} <= set(attributes), m.payload)
            print("event:", kind, sorted(attributes))
        listener.close()
        check(not [t for t in home.retained(r.port) if t.endswith("/alert")], "a notice is retained")


def home_assistant_may_restart():
    with hub() as r:
        r.fill()
        listener = Client(r.port, "listener").connect()
        listener.subscribe("dozed/anna/pain_day/state")
        r.run()
        # told when the link came up and three times again; from then on only by who asks for it
        listener.until(lambda: len(listener.messages) == 4, "all that is told unasked")
        listener.close()
        r.home.start()
        r.all_are_told()
        r.home.slide("anna", "pain_day", 6)
        r.home.until(lambda: r.home.shows("anna", "pain_day") == 6, "the 6")
        for politely in (True, False):
            r.home.close(politely)
            r.home.start()
            r.all_are_told()
            check(r.home.shows("anna", "pain_day") == 6, "the slider forgot")


def the_broker_may_restart(forget, home_first):
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        r.home.slide("ben-2", "pain_day", 2)
        r.home.until(lambda: r.home.shows("ben-2", "pain_day") == 2, "the 2")
        r.end_broker(forget)
        if home_first:
            r.daemon.send_signal(signal.SIGSTOP)
        r.start_broker()
        if home_first:
            r.home.start()
            r.home.turn(0.2)
            check(bool(r.home.devices) != forget, "what the broker retained")
            r.daemon.send_signal(signal.SIGCONT)
        else:
            r.until(r.is_linked, 20, "the link")
            r.home.start()
        r.all_are_told()
        check(r.home.shows("ben-2", "pain_day") == 2, "the slider forgot")


def the_broker_may_restart_and_home_assistant_come_first():
    the_broker_may_restart(forget=False, home_first=True)


def the_broker_may_restart_and_dozed_come_first():
    the_broker_may_restart(forget=False, home_first=False)


def the_broker_may_forget_everything_and_home_assistant_come_first():
    the_broker_may_restart(forget=True, home_first=True)


def the_broker_may_forget_everything_and_dozed_come_first():
    the_broker_may_restart(forget=True, home_first=False)


def dozed_may_be_killed():
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        r.kill()
        r.home.until(lambda: not r.home.is_available(), "its Will")
        r.run()
        r.all_are_told()


def pain_is_retained_nowhere_by_default():
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        for person in ("anna", "ben-2"):
            for key in ("pain_morning", "pain_day"):
                r.home.slide(person, key, 9)
                r.home.until(lambda p=person, k=key: r.home.shows(p, k) == 9, "the 9")
        kept = home.retained(r.port)
        check(len(kept) == 11, sorted(kept))  # dozed/status and of each: config, state, night, last_sample, sleep_quality
        for topic, text in kept.items():
            check("pain" not in topic, topic)
            is_config = topic.startswith("homeassistant/")
            # the announcement names the sliders and holds no value of any
            told = [k for k in home.keys(text) if "pain" in k.lower() or "threshold" in k.lower()]
            check(not told or is_config, f"{topic}: {told}")
            if is_config:
                numbers = {v for c in json.loads(text)["cmps"].values() for v in c.values() if isinstance(v, (int, float))}
                check(numbers <= {0, 1, 10, 36 * 3600}, numbers)


def pain_is_retained_where_asked_for_and_no_longer():
    with hub(people=ANNA, options="retain_pain = true\n") as r:
        r.run()
        r.home.start()
        r.home.until(lambda: r.home.devices, "the entities")
        r.home.slide("anna", "pain_day", 3)
        slider = "dozed/anna/pain_day/state"
        r.until(lambda: home.retained(r.port).get(slider) == "3", 10, "the slider to be kept")
        check("pain_yesterday" in home.retained(r.port)["dozed/anna/state"], "state")
        r.reload(ANNA)
        r.until(lambda: slider not in home.retained(r.port), 10, "the slider to be forgotten")
        r.until(lambda: "pain" not in home.retained(r.port)["dozed/anna/state"], 10, "the state without pain")
        r.home.until(lambda: r.home.shows("anna", "pain_day") == 3, "the value once more")


def who_leaves_is_taken_back(while_off):
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        if while_off:
            r.kill(signal.SIGTERM)
            r.configure(ANNA)
            r.run()
        else:
            r.reload(ANNA)
        r.home.until(lambda: set(r.home.devices) == {"dozed_anna"}, "the removal")
        r.until(lambda: not [t for t in home.retained(r.port) if "ben-2" in t], 10, "what is retained of who left")
        r.kill(signal.SIGTERM)
        r.run()
        check({t for t in home.retained(r.port) if "ben-2" in t} == set(), "back again")
        r.kill(signal.SIGTERM)
        r.configure(ANNA + BEN)
        r.run()
        r.all_are_told()


def who_leaves_by_a_reload_is_taken_back():
    who_leaves_is_taken_back(while_off=False)


def who_leaves_while_dozed_is_off_is_taken_back():
    who_leaves_is_taken_back(while_off=True)


def discovery_can_be_turned_off():
    off = "homeassistant { discovery = false }\n"
    with hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        r.reload(ANNA + BEN, off)
        r.home.until(lambda: not r.home.devices, "the removal")
        kept = {"dozed/status"} | {f"dozed/{p}/{t}" for p in ("anna", "ben-2") for t in ("state", "night")}
        r.until(lambda: set(home.retained(r.port)) == kept, 10, "only what is promised to others")
        r.reload(ANNA + BEN)
        r.all_are_told()


def another_prefix_is_obeyed():
    with hub(people=ANNA, options='homeassistant { prefix = "ha/test" }\n') as r:
        r.home = home.Home(r.port, "ha/test")
        r.run()
        r.home.start()
        r.home.until(lambda: r.home.devices, "the entities")
        check("ha/test/device/dozed_anna/config" in home.retained(r.port), "prefix")


TESTS = [every_entity_is_found_and_has_a_value, an_empty_store_shows_unknown_and_never_zero, a_slider_follows_what_was_rated,
         a_button_is_obeyed, a_notice_is_an_event_of_a_declared_type, home_assistant_may_restart,
         the_broker_may_restart_and_home_assistant_come_first, the_broker_may_restart_and_dozed_come_first,
         the_broker_may_forget_everything_and_home_assistant_come_first, the_broker_may_forget_everything_and_dozed_come_first,
         dozed_may_be_killed, pain_is_retained_nowhere_by_default, pain_is_retained_where_asked_for_and_no_longer,
         who_leaves_by_a_reload_is_taken_back, who_leaves_while_dozed_is_off_is_taken_back, discovery_can_be_turned_off,
         another_prefix_is_obeyed]


def main():
    wanted = re.compile(sys.argv[1] if len(sys.argv) > 1 else "")
    failed = 0
    for test in TESTS:
        if not wanted.search(test.__name__):
            continue
        start = time.monotonic()
        try:
            test()
            verdict = "OK"
        except (Exception, SystemExit) as fault:
            if isinstance(fault, SystemExit) and fault.code == SKIP:
                raise
            traceback.print_exc()
            verdict, failed = "FAILED", failed + 1
        print(f"[ {verdict:>6} ] {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
