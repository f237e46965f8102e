#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: every shared sample of a wearable goes through dozed-bridge, a broker and a hub, and what the file
itself says (bridge_own.py reads it a second time) comes out of `dozed nights` and `dozed export` again:
start, end, offsets, asleep, awake, stage minutes, awakenings, latency, spans, samples, ratings. One table; a cell that
differs is named with the rule that says why, or fails.

    bridge_table.py [--every] [--small]

--every: a line for every record, not only for every quantity of a file. --small: with files of our own making in
place of the shared ones."""
import collections, json, os, sys
from datetime import datetime, timezone
import bridge_own as own
import bridge_own_wrist as wrist
from bridge_own import MIN, ms
from rig import SHARED, SOURCE, Rig

EVERY, SMALL = "--every" in sys.argv, "--small" in sys.argv
BERLIN, LONDON, PARIS = "Europe/Berlin", "Europe/London", "Europe/Paris"
SCALE = collections.defaultdict(lambda: 0.1, activity=1, steps=1, rr=1, snore=1)  # of a sample on the wire

SAA = [(f"sleep_as_android/sleep-export.{n}.csv", own.sleep_as_android, "sleep_as_android", LONDON)
       for n in ("1", "2", "1606551886", "1606736472", "1606738537", "1606907034")]
# file, how it reads itself, the reader it belongs to, the wearer's zone
SAMPLES = [
    ("apple/export_healthkit_heart_rate.xml", own.apple, "apple", BERLIN),
    ("apple/export_sleep.synthetic.xml", own.apple, "apple", BERLIN),
    ("apple/hae_multi_metric.synthetic.json", own.hae, "hae", BERLIN),
    ("apple/hae_sleep_aggregated_v1.json", own.hae, "hae", "Asia/Singapore"),
    ("apple/hae_sleep_unaggregated.json", own.hae, "hae", "Asia/Singapore"),
    ("fitbit/fitbit-activities-heart-1d-1m-intraday.json", own.fitbit_heart, "fitbit", BERLIN),
    ("fitbit/fitbit-sleep-date-range.json", own.fitbit, "fitbit", BERLIN),
    ("fitbit/fitbit-sleep-date.json", own.fitbit, "fitbit", BERLIN),
    ("fitbit/sleep_v1.2_stages.synthetic.json", own.fitbit, "fitbit", BERLIN),
    ("gadgetbridge/Gadgetbridge.synthetic.db", own.gadgetbridge, "gadgetbridge", BERLIN),
    ("garmin/connect_dailySleepData_2021-07-01_to_10.ndjson", own.garmin_connect, "garmin", "America/Chicago"),
    ("garmin/connect_dailySleepData_2025-07-07.json", own.garmin_connect, "garmin", "America/Denver"),
    ("garmin/health_api_sleeps_final.synthetic.json", own.garmin_health, "garmin", BERLIN),
    ("garmin/health_api_sleeps_tentative.synthetic.json", own.garmin_health, "garmin", BERLIN),
    ("google_health/sleep_datapoints.synthetic.json", own.google_health, "google_health", BERLIN),
    ("health_connect/hc_webhook_sleep.synthetic.json", own.health_connect, "health_connect", BERLIN),
    ("openmhealth/valid-sleep-episode-1.1.json", own.open_mhealth, "open_mhealth", "UTC"),
    ("openmhealth/valid-total-sleep-time-1.0.json", own.open_mhealth, "open_mhealth", "America/Los_Angeles"),
    ("oura/sleep_collection.synthetic.json", own.oura, "oura", BERLIN),
    ("oura/sleep_collection_revised.synthetic.json", own.oura, "oura", BERLIN),
    ("polar/sleep_night.synthetic.json", own.polar, "polar", BERLIN),
    *SAA,
    ("whoop/sleep_v2.synthetic.json", own.whoop, "whoop", BERLIN),
    ("withings/sleep.json", own.withings_series, "withings", PARIS),
    ("withings/sleep_no_datafields.json", own.withings_series, "withings", PARIS),
    ("withings/sleep_summary.json", own.withings_summary, "withings", PARIS),
    ("../sleep/actilife/GT3XPlus-RawData-Day01.agd", wrist.actigraph, "actigraph", "America/New_York"),
    ("../sleep/actiware/test_sample_rpx_eng.csv", wrist.actiware, "actiwatch", LONDON),
    ("../sleep/actiware/test_sample_rpx_fr.csv", wrist.actiware, "actiwatch", PARIS),
    *((f"../sleep/awd/example_0{n}.AWD", wrist.awd, "actiwatch", "UTC") for n in (1, 2, 3)),
]
# what holds no sleep, and what the bridge must say of it
NOTHING = [
    ("garmin/connect_dailySleepData_no_data.json", "no sleep"),
    ("gadgetbridge/schema_v92_subset.sql", "the schema of a database"),
    ("openmhealth/sleep-episode-1.1.schema.json", "a JSON schema"),
    ("oura/webhook_notification.synthetic.json", "a notice"),
    ("sleep_as_android/mqtt_events.ndjson", "only one by one"),
    ("withings/notify_list.json", "notifications"),
    ("withings/notify_subscribe.json", "without data"),
]
RULES = {
    "segments": "the file's total contradicts its own segments; the record keeps both, the night follows the segments",
    "no_waso": "a total of all wake is no number of a night (WASO is another: stated itself, or less a stated latency): kept in the record",
    "joined": "less than an hour from the next record of its maker: one sleep, what lies between is wake",
    "same": "of the same sleep as another record: one of the two is told",
    "no_totals": "times only: a night with bed times and without numbers, nothing is invented",
    "too_much": "more sleep is stated than time in bed: no number is believed, the record keeps them",
    "latency": "the stated latency contradicts the file's other numbers (longer than all its wake): left out",
    "waso": "below zero in the file: left out",
    "onset": "the maker counts wake from an onset of its own; the night from the first epoch asleep to the last",
    "no_sleep": "nobody slept in it: no numbers of a night are made",
    "end": "the shown end contradicts the duration: start + duration counts",
}
cells, faults = [], []
Cell = collections.namedtuple("Cell", "sample record quantity own ours verdict")


def clock(t):
    return datetime.fromtimestamp(t / 1000, timezone.utc).strftime("%y-%m-%d %H:%M:%SZ")


def show(v):
    return "-" if v is None or v == "" else f"{v:.4g}" if isinstance(v, float) else str(v)


def cell(sample, record, quantity, theirs, ours, ok, rule=None):
    """ok, or the name of the rule that says why not."""
    cells.append(Cell(sample, record, quantity, show(theirs), show(ours), "equal" if ok else rule or "DIFFERS"))


def near(a, b, tolerance):
    return a is not None and b is not None and abs(a - b) <= tolerance + 1e-9


def number(v):
    return None if v in ("", None) else float(v)


def session_of(r, hub):
    """The record that begins then; of several (two devices) the one that ends nearest."""
    mine = [s for s in hub.sessions if s["start"] and ms(s["start"])[0] == r.start]
    return min(mine, key=lambda s: (s["app"] != (r.app or s["app"]), abs(ms(s["end"])[0] - r.end)), default=None)


class Hub:
    """What one person's export and nights say."""
    def __init__(self, rig, person):
        self.sessions = rig.export("sessions", "--person", person)
        self.spans = collections.defaultdict(list)
        for s in rig.export("stages", "--person", person):
            a = ms(s["start"])[0]
            self.spans[s["record_id"]].append((a, a + 1000 * int(s["duration_s"]), s["stage"]))
        self.samples = {(ms(s["time"])[0], s["channel"]): float(s["value"]) for s in rig.export("samples", "--person", person)}
        self.ratings = {(ms(r["time"])[0], r["kind"]): r["value"] for r in rig.export("ratings", "--person", person)}
        self.exported = rig.export("nights", "--person", person)
        text = rig.dozed("nights", "--person", person, "--from", "1900-01-01", "--format", "json").stdout
        self.nights = [json.loads(line) for line in text.splitlines()]
        values = collections.defaultdict(dict)
        for v in rig.export("values", "--person", person):
            values[v["date"], v["kind"], int(v["ordinal"])][v["channel"]] = float(v["value"])
        turn = collections.Counter()
        ordinals = collections.defaultdict(list)
        for k in sorted(values):
            ordinals[k[:2]].append(k)
        for n in self.nights:
            k = (n["date"], n["kind"])
            mine = ordinals[k]
            n["values"] = values[mine[turn[k]]] if turn[k] < len(mine) else {}
            turn[k] += 1
        self.epochs = sorted((ms(e["time"])[0], float(e["value"])) for e in rig.export("epochs", "--person", person)
                             if e["channel"] == "asleep") if any(s["spans"] != "0" for s in self.sessions) else []


def flat(spans, whole_s=0):
    """Merged, every instant once: [(start, end, stage)]."""
    cuts = sorted({t for a, z, _ in spans for t in (a, z)})
    line = {}
    for a, z, stage in spans:
        for i in range(cuts.index(a), cuts.index(z)):
            line[i] = stage
    merged = []
    for i in sorted(line):
        if merged and merged[-1][2] == line[i] and merged[-1][1] == cuts[i]:
            merged[-1] = (merged[-1][0], cuts[i + 1], line[i])
        else:
            merged.append((cuts[i], cuts[i + 1], line[i]))
    return [m for m in merged if m[1] - m[0] >= whole_s * 1000]


def compare_record(name, i, r, hub):
    s = session_of(r, hub)
    cell(name, i, "record", "1", "1" if s else "none", s is not None)
    if not s:
        return None
    (start, o1), (end, o2) = ms(s["start"]), ms(s["end"])
    cell(name, i, "start", clock(r.start), clock(start), r.start == start)
    cell(name, i, "end", clock(r.end), clock(end), r.end == end)
    if r.shown_end != r.end:
        cell(name, i, "end as shown", clock(r.shown_end), clock(end), False, "end")
    for what, theirs, ours in (("offset at start", r.offsets[0], o1), ("offset at end", r.offsets[1], o2)):
        cell(name, i, what, theirs, ours, theirs == ours)
    cell(name, i, "status", r.status, s["status"], r.status == s["status"])
    if r.kind:
        cell(name, i, "kind", r.kind, s["kind"], r.kind == s["kind"])
    if r.app:
        cell(name, i, "app", r.app, s["app"], r.app == s["app"])
    for k, v in r.total.items():
        ours = number(s[f"stated_{k}" if k in ("awakenings", "score") else f"stated_{k}_min"])
        rule = None
        if k == "latency" and v > r.total.get("awake", v):
            rule = "latency"
        if k == "waso" and v < 0:
            rule = "waso"
        cell(name, i, f"{k}, stated", v, ours, near(v, ours, 0.05), rule if ours is None else None)
    sums = r.sums()
    if sums:
        for k in ("asleep", "awake", "light", "deep", "rem"):
            cell(name, i, f"{k}, segments", sums[k], number(s[f"{k}_min"]), near(sums[k], number(s[f"{k}_min"]), 0.05 + len(r.spans) / 60 * (r.start % 1000 > 0)))
        theirs, ours = flat(r.spans, 1), flat(hub.spans[s["record_id"]])
        ours = [p for p in ours if p[2] != "in_bed"]
        same = len(theirs) == len(ours) and all(
            p[2] == q[2] and abs(p[0] - q[0]) <= 1000 and abs(p[1] - q[1]) <= 1000 for p, q in zip(theirs, ours))
        cell(name, i, "spans", len(theirs), len(ours), same)
    return s


def night_of(r, hub):
    for n in hub.nights:
        if ms(n["in_bed"])[0] == r.start and ms(n["out_bed"])[0] == r.end:
            return n
    return None


def why_no_night(r, records):
    """The documented rule by which a record is no night of its own; None: there is none."""
    for q in records:
        common = min(q.end, r.end) - max(q.start, r.start)
        if q is not r and (common > 30 * MIN or 2 * common >= min(q.end - q.start, r.end - r.start) > 0):
            return "same"
        if q is not r and q.kind == r.kind and 0 <= max(q.start - r.end, r.start - q.end) < 60 * MIN and r.kind != "nap":
            return "joined"
    return None


def waso_between(r):
    """Wake between the first and the last sleep of the segments."""
    line = flat(r.spans)
    asleep = [p for p in line if p[2] in ("asleep", "light", "deep", "rem")]
    return sum((z - a) / MIN for a, z, s in line if s in ("awake", "restless") and asleep and asleep[0][0] <= a < asleep[-1][1])


def compare_joined(name, i, r, hub, records):
    """The night that several records make: from the first to the last, the sleep of all."""
    n = next((n for n in hub.nights if ms(n["in_bed"])[0] <= r.start and r.end <= ms(n["out_bed"])[0]), None)
    cell(name, i, "joined: its night", "1", "1" if n else "none", n is not None)
    parts = [q for q in records if n and ms(n["in_bed"])[0] <= q.start and q.end <= ms(n["out_bed"])[0]]
    if not parts or min(q.start for q in parts) != r.start:
        return
    length = (max(q.end for q in parts) - r.start) / MIN
    cell(name, i, "joined: duration", length, n["tib_min"] or length, near(length, n["tib_min"] or length, 0.05)
         and ms(n["in_bed"])[0] == r.start)
    asleep = sum((q.sums() or {"asleep": 0})["asleep"] for q in parts)
    cell(name, i, "joined: asleep", asleep, n["tst_min"], near(asleep, n["tst_min"] or 0, 0.05 + sum(len(q.spans) for q in parts) / 30))


def compare_night(name, i, r, s, hub, records):
    n = night_of(r, hub)
    rule = None if n else why_no_night(r, records)
    cell(name, i, "night", "1", "1" if n else "none", n is not None, rule)
    if rule == "joined":
        compare_joined(name, i, r, hub, records)
    if not n:
        return
    sums, v = r.sums(), n["values"]
    best = dict(r.total)
    too_much = not sums and best.get("asleep", 0) > (r.end - r.start) / MIN + 1
    changed = " over a change of clocks" if r.offsets[0] != r.offsets[1] else ""
    cell(name, i, "night: duration" + changed, (r.end - r.start) / MIN, n["tib_min"] if n["tib_min"] is not None else
         (ms(n["out_bed"])[0] - ms(n["in_bed"])[0]) / MIN, near((r.end - r.start) / MIN, (ms(n["out_bed"])[0] - ms(n["in_bed"])[0]) / MIN, 0)
         and (n["tib_min"] is None or near((r.end - r.start) / MIN, n["tib_min"], 0.05)))
    if r.kind:
        cell(name, i, "night: kind", r.kind, n["kind"], r.kind == n["kind"])
    ours = {"asleep": n["tst_min"], "light": v.get("night.light"), "deep": v.get("night.deep"), "rem": v.get("night.rem"),
            "latency": n["sol_min"], "waso": n["waso_min"], "awakenings": n["awakenings"]}
    if sums and n["tst_min"] is not None:
        ours["awake"] = n["tib_min"] - n["tst_min"] - number(s["unmeasured_min"])
    for k in own.TOTALS:
        theirs = best.get(k, (sums or {}).get(k) if not r.total else None)
        if theirs is None:
            continue
        got, tolerance = ours.get(k), max(0.05, r.round_min) + (len(r.spans) / 60 if r.start % 1000 else 0)
        why = None
        if r.total and sums and k in sums and near(got, sums[k], 0.1):
            why = "segments"
        if got is None and k == "awake" and not sums:
            why = "no_waso"
        if too_much and got is None:
            why = "too_much"
        if k == "latency" and theirs > best.get("awake", theirs) and got is None:
            why = "latency"
        if k == "waso" and theirs < 0:
            why = "waso"
        if k in ("light", "deep", "rem") and not theirs and got is None:
            got = 0.0  # a stage that does not occur is no value of the night
        if k == "waso" and sums and near(got, waso_between(r), 0.1):
            why = "onset"
        if sums and not sums["asleep"]:
            why = "no_sleep"
        cell(name, i, f"night: {k}", theirs, got, near(theirs, got, tolerance), why)
    if not best and not sums:
        cell(name, i, "night: asleep", None, n["tst_min"], n["tst_min"] is None)
    if sums:
        mine = [e for e in hub.epochs if r.start <= e[0] < r.end]
        step = min((b[0] - a[0] for a, b in zip(mine, mine[1:])), default=MIN) / MIN
        got = sum(v > .5 for _, v in mine) * step
        cell(name, i, "epochs: asleep", sums["asleep"], got, near(sums["asleep"], got, 0.1 + len(r.spans) / 60))


def compare_sample_lists(name, o, hub):
    theirs = {(t, c): v for t, c, v in o.samples}
    for channel in sorted({c for _, c in theirs} | {c for _, c in hub.samples}):
        a = {k: v for k, v in theirs.items() if k[1] == channel}
        b = {k: v for k, v in hub.samples.items() if k[1] == channel}
        same = sum(k in b and near(v, b[k], SCALE[channel] / 2) for k, v in a.items())
        cell(name, 0, f"samples: {channel}", len(a), same if same == len(b) else f"{same}, and {len(b) - same} others", same == len(a) == len(b))
    theirs = {(t, k): str(v) for t, k, v in o.ratings}
    if theirs or hub.ratings:
        cell(name, 0, "ratings", len(theirs), len(hub.ratings), theirs == hub.ratings)


def compare(name, o, hub):
    for i, r in enumerate(o.records, 1):
        s = compare_record(name, i, r, hub)
        if s:
            compare_night(name, i, r, s, hub, o.records)
    cell(name, 0, "records in all", len(o.records), len(hub.sessions), len(o.records) == len(hub.sessions))
    differ = [k for n, e in zip(hub.nights, hub.exported) for k in e if number_or_text(n[k]) != number_or_text(e[k])]
    cell(name, 0, "`nights` = `export`", len(hub.nights), len(hub.exported), len(hub.nights) == len(hub.exported) and not differ)
    compare_sample_lists(name, o, hub)


def number_or_text(v):
    try:
        return float(v)
    except (TypeError, ValueError):
        return v or None


def print_table():
    width = max(len(c.quantity) for c in cells) + 2
    groups = {}
    for c in cells:
        groups.setdefault((c.sample, c.record if EVERY else 0, c.quantity), []).append(c)
    last = None
    for (sample, record, quantity), list_ in groups.items():
        if sample != last:
            print(f"\n{sample}\n  {'quantity':<{width}}{'own':>20} {'ours':>20}  verdict")
            last = sample
        verdicts = collections.Counter(c.verdict for c in list_)
        mine = f"#{record} " if EVERY and record else ""
        text = ", ".join(f"{v}" if n == len(list_) else f"{n} {v}" for v, n in verdicts.most_common())
        if len(list_) == 1:
            print(f"  {mine + quantity:<{width}}{list_[0].own:>20} {list_[0].ours:>20}  {text}")
        else:
            print(f"  {mine + quantity:<{width}}{len(list_):>20} {verdicts['equal']:>20}  {text}")
            for c in list_:
                if c.verdict == "DIFFERS":
                    print(f"    #{c.record:<{width - 3}}{c.own:>20} {c.ours:>20}  DIFFERS")
    used = sorted({c.verdict for c in cells} & set(RULES))
    print("\nwhy not equal:" if used else "")
    for u in used:
        print(f"  {u:<10} {sum(c.verdict == u for c in cells):>5} cells: {RULES[u]}")


def main():
    root = os.path.join(SOURCE, "tests", "data", "bridge") if SMALL else os.path.join(SHARED, "bridge")
    if not SMALL and not os.path.isdir(root):
        print(f"SKIP: {root} not found")
        sys.exit(77)
    place = lambda p: os.path.join(root, os.path.basename(p) if SMALL else p)
    samples = [(place(p), *rest) for p, *rest in SAMPLES if not SMALL or os.path.exists(place(p))]
    nothing = [(place(p), say) for p, say in NOTHING if not SMALL or os.path.exists(place(p))]
    known = {os.path.basename(p) for p, *_ in SAMPLES + NOTHING}
    for _, _, names in os.walk(root):
        for name in names:
            if name not in known and not name.startswith(("LICENSE", "README")) and not SMALL:
                cell(name, 0, "is compared", "1", "none", False)
    people = {f"s{i:02d}": s[3] for i, s in enumerate(samples)}
    with Rig({**people, "nobody": "UTC"}) as rig:
        rig.run()
        for (path, _, reader, zone), person in zip(samples, people):
            r = rig.bridge(reader, "--person", person, "--zone", zone, path, check=False)
            if r.returncode != 0:
                print(f"{os.path.basename(path)}: exit {r.returncode}: {r.stderr.strip()[-300:]}")
        rig.settle()
        for (path, read, _, zone), person in zip(samples, people):
            compare(os.path.basename(path), read(path, zone), Hub(rig, person))
        for p, say in nothing:
            r = rig.bridge("auto", "--person", "nobody", p, check=False)
            said = r.stderr.strip().rpartition(os.path.basename(p) + ": ")[2]
            ok = r.returncode == 2 and say in said and not rig.export("sessions", "--person", "nobody")
            cell(os.path.basename(p), 0, "refused, and why", say, said[:40] or f"exit {r.returncode}", ok)
    print_table()
    equal = sum(c.verdict == "equal" for c in cells)
    differ = sum(c.verdict == "DIFFERS" for c in cells)
    print(f"\n{len(samples) + len(nothing)} files, {len(cells)} cells: {equal} equal, {len(cells) - equal - differ} by a rule, {differ} differ")
    sys.exit(1 if differ or not cells else 0)


main()
