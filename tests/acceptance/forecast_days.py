# SPDX-License-Identifier: MIT
"""Cohorts of days as files, and a scorer of the day run over them: the built .so is opened and
called as the daemon does, a call a person and morning, the evening still to come. Standard
library only."""
import csv
import ctypes
import gzip
import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
SHARED = os.environ.get("DOZED_SHARED_DATA", os.path.join(SOURCE, "..", "shared", "data"))
BUILD = os.environ.get("DOZED_BUILD", os.path.join(SOURCE, "build-release"))
SCORERS = os.environ.get("DOZED_SCORER_DIR", os.path.join(BUILD, "scorers"))
E2E = ("weak", "central", "strong", "no_signal", "central_shuffled_sleep")
SIM = ("weak", "central", "strong")
COLUMNS = {"night.tst": "tst_min", "night.se": "se_pct", "night.waso": "waso_min", "night.awakenings": "n_wake",
           "sleep_quality": "sq_0to10", "pain_morning": "morning_pain_nrs", "pain_day": "pain_nrs"}
REASONS, VALUES = 8, 64


def path_of(kind, name):
    return os.path.join(SHARED, "pain", kind, f"cohort_{name}.csv" + (".gz" if kind == "e2e" else ""))


def read(path, extra=()):
    """A list of people; each a dict of channel -> list of days, None = missing."""
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as f:
        rows = list(csv.DictReader(f))
    people = [{c: [] for c in (*COLUMNS, *extra)} for _ in range(max(int(r["person"]) for r in rows) + 1)]
    for r in sorted(rows, key=lambda r: (int(r["person"]), int(r["day"]))):
        who = people[int(r["person"])]
        if int(r["day"]) != len(who["pain_day"]) + 1:
            raise ValueError(f"{path}: a day is missing before {r['person']}, {r['day']}")
        for channel in who:
            text = r.get(COLUMNS.get(channel, channel), "")
            who[channel].append(float(text) if text else None)
    return people


class Port(ctypes.Structure):
    _fields_ = [("channel", ctypes.c_char_p), ("unit", ctypes.c_char_p), ("min", ctypes.c_double),
                ("max", ctypes.c_double), ("required", ctypes.c_int), ("step_ms", ctypes.c_int32)]


class Option(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("default", ctypes.c_double), ("min", ctypes.c_double),
                ("max", ctypes.c_double), ("unit", ctypes.c_char_p), ("choices", ctypes.c_char_p), ("help", ctypes.c_char_p)]


class View(ctypes.Structure):
    _fields_ = [("v", ctypes.POINTER(ctypes.c_double)), ("n", ctypes.c_uint32), ("interval_ms", ctypes.c_uint32),
                ("t0_ms", ctypes.c_int64), ("t_ms", ctypes.POINTER(ctypes.c_int64))]


class Window(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("n_views", ctypes.c_uint32), ("views", ctypes.POINTER(View)),
                ("start_ms", ctypes.c_int64), ("end_ms", ctypes.c_int64), ("at_ms", ctypes.c_int64),
                ("date", ctypes.c_int32), ("offset_s", ctypes.c_int32), ("scratch", ctypes.c_void_p),
                ("scratch_size", ctypes.c_size_t)]


class Value(ctypes.Structure):
    _fields_ = [("port", ctypes.c_uint32), ("t_ms", ctypes.c_int64), ("value", ctypes.c_double), ("confidence", ctypes.c_double)]


class Reason(ctypes.Structure):
    _fields_ = [("code", ctypes.c_char * 24), ("value", ctypes.c_double), ("usual", ctypes.c_double), ("weight", ctypes.c_double)]


class Result(ctypes.Structure):
    _fields_ = [("values", ctypes.POINTER(Value)), ("n_values", ctypes.c_uint32), ("cap_values", ctypes.c_uint32),
                ("reasons", ctypes.POINTER(Reason)), ("n_reasons", ctypes.c_uint32), ("cap_reasons", ctypes.c_uint32),
                ("skip", ctypes.c_char * 64)]


SCORE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Window), ctypes.POINTER(ctypes.c_double), ctypes.POINTER(Result))


class Descriptor(ctypes.Structure):
    _fields_ = [("magic", ctypes.c_uint32), ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("size", ctypes.c_uint32),
                ("name", ctypes.c_char_p), ("version", ctypes.c_char_p), ("summary", ctypes.c_char_p),
                ("reads", ctypes.POINTER(Port)), ("writes", ctypes.POINTER(Port)),
                ("window", ctypes.c_int32 * 5), ("options", ctypes.POINTER(Option)),
                ("scratch_size", ctypes.c_size_t), ("scratch_each", ctypes.c_size_t), ("score", SCORE)]


def listed(pointer, key):
    found = []
    while pointer and getattr(pointer[len(found)], key):
        found.append(pointer[len(found)])
    return found


class Scorer:
    """Scorer("pain_forecast", sleep="no").run(person) -> a dict (or None: skipped) a morning."""

    def __init__(self, name, **options):
        self.library = ctypes.CDLL(os.path.join(SCORERS, name + ".so"))
        self.d = Descriptor.in_dll(self.library, "dozed_scorer")
        if self.d.magic != 0x444f5a53 or self.d.size != ctypes.sizeof(Descriptor):
            raise ValueError(f"{name}: another layout than this script's")
        self.reads = [p.channel.decode() for p in listed(self.d.reads, "channel")]
        self.writes = [p.channel.decode() for p in listed(self.d.writes, "channel")]
        table = listed(self.d.options, "name")
        self.options = (ctypes.c_double * max(1, len(table)))(*[o.default for o in table])
        for i, o in enumerate(table):
            if o.name.decode() in options:
                value = options.pop(o.name.decode())
                self.options[i] = o.choices.decode().split("|").index(value) if o.choices else value
        if options:
            raise ValueError(f"{name} has no option {', '.join(options)}")
        self.scratch = ctypes.create_string_buffer(max(1, self.d.scratch_size))
        self.values, self.lent = (Value * VALUES)(), (Reason * REASONS)()

    def morning(self, views, n):
        """The first n days, the last of them being today."""
        for view in views:
            view.n = n
        ctypes.memset(self.scratch, 0, self.d.scratch_size)
        window = Window(ctypes.sizeof(Window), len(views), views, scratch=ctypes.cast(self.scratch, ctypes.c_void_p).value,
                        scratch_size=self.d.scratch_size)
        ret = Result(values=self.values, cap_values=VALUES, reasons=self.lent, cap_reasons=REASONS)
        if self.d.score(ctypes.byref(window), self.options, ctypes.byref(ret)):
            return None
        row = {self.writes[v.port]: v.value for v in self.values[:ret.n_values]}
        row["reasons"] = [(r.code.decode(), r.value, r.usual, r.weight) for r in self.lent[:ret.n_reasons]]
        return row

    def run(self, person):
        days = len(person["pain_day"])
        held = [(ctypes.c_double * days)(*[math.nan if x is None else x for x in person[c]]) for c in self.reads]
        views = (View * len(held))(*[View(ctypes.cast(h, ctypes.POINTER(ctypes.c_double)), 0, 86400000, 0, None) for h in held])
        pain, rows = held[self.reads.index("pain_day")], []
        for t in range(days):
            evening, pain[t] = pain[t], math.nan
            rows.append(self.morning(views, t + 1))
            pain[t] = evening
        return rows
