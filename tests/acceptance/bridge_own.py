# SPDX-License-Identifier: MIT
"""What the bridge's samples say themselves, read a second time and independently: totals as the file
states them, segments summed here, instants from the file's own offsets. Knows nothing of the
bridge or the hub. Times are milliseconds since 1970, durations minutes."""
import bisect, csv, io, json, re, sqlite3, xml.etree.ElementTree as ET
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MIN = 60000
TOTALS = ("asleep", "awake", "light", "deep", "rem", "waso", "latency", "awakenings")


class Record:
    """One sleep. `total`: what the file states; `spans`: [(start, end, stage)] where it has them,
    later ones lying over earlier ones. `round_min`: how coarse the file's own totals are."""
    def __init__(self, start, end, offsets=(None, None), total=None, spans=(), **more):
        self.start, self.end, self.offsets = start, end, offsets
        self.total = {k: v for k, v in (total or {}).items() if v is not None}
        self.spans = list(spans)
        self.shown_end = end  # where the file also shows one that is another
        self.round_min = more.pop("round_min", 0)
        self.kind = more.pop("kind", "")
        self.status = more.pop("status", "final")
        self.app = more.pop("app", None)
        assert not more, more

    def sums(self):
        """Minutes by stage, every instant counted once; None: no spans."""
        if not self.spans:
            return None
        cuts = sorted({t for a, z, _ in self.spans for t in (a, z)})
        own = [None] * len(cuts)
        for a, z, stage in self.spans:
            for i in range(bisect.bisect_left(cuts, a), bisect.bisect_left(cuts, z)):
                own[i] = stage
        found = {}
        for i in range(len(cuts) - 1):
            if own[i]:
                found[own[i]] = found.get(own[i], 0) + (cuts[i + 1] - cuts[i]) / MIN
        get = lambda *names: sum(found.get(n, 0) for n in names)
        return {"asleep": get("asleep", "light", "deep", "rem"), "awake": get("awake", "restless"),
                "light": get("light"), "deep": get("deep"), "rem": get("rem")}


Own = namedtuple("Own", "records samples ratings", defaults=((), (), ()))


def ms(text):
    """ISO 8601 with an offset; (instant, minutes east)."""
    text = re.sub(r" ?([+-]\d\d):?(\d\d)$", r"\1:\2", text.replace("Z", "+00:00"))
    t = datetime.fromisoformat(text)
    return round(t.timestamp() * 1000), int(t.utcoffset().total_seconds() // 60)


def east(instant, zone):
    t = datetime.fromtimestamp(instant / 1000, timezone.utc).astimezone(ZoneInfo(zone))
    return int(t.utcoffset().total_seconds() // 60)


def both(start, end, zone):
    return east(start, zone), east(end, zone)


def scaled(o, factor, **names):
    """Totals by their names in o, where they are there and not null."""
    return {k: o[n] * factor for k, n in names.items() if o.get(n) is not None}


def load(path):
    text = open(path, encoding="utf-8-sig").read()
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


# --- makers --------------------------------------------------------------------------------

def garmin_connect(path, zone):
    records = []
    for doc in load(path):
        d = doc["dailySleepDTO"]
        if d.get("sleepStartTimestampGMT") is None:
            continue
        start, end = d["sleepStartTimestampGMT"], d["sleepEndTimestampGMT"]
        offsets = [(d[f"sleep{w}TimestampLocal"] - d[f"sleep{w}TimestampGMT"]) // MIN for w in ("Start", "End")]
        total = scaled(d, 1 / 60, asleep="sleepTimeSeconds", awake="awakeSleepSeconds",
                       light="lightSleepSeconds", deep="deepSleepSeconds", rem="remSleepSeconds")
        total.update(scaled(d, 1, awakenings="awakeCount"))
        total.update(scaled((d.get("sleepScores") or {}).get("overall", {}), 1, score="value"))
        records.append(Record(start, end, tuple(offsets), total, kind="main"))
    return Own(records)


def garmin_health(path, zone):
    records = []
    for s in load(path)[0]["sleeps"]:
        start = s["startTimeInSeconds"] * 1000
        spans = [(p["startTimeInSeconds"] * 1000, p["endTimeInSeconds"] * 1000, stage)
                 for stage, list_ in s["sleepLevelsMap"].items() for p in list_]
        # durationInSeconds leaves out what was awake or not measured
        end = start + 1000 * (s["durationInSeconds"] + s["awakeDurationInSeconds"] + s["unmeasurableSleepInSeconds"])
        total = scaled(s, 1 / 60, asleep="durationInSeconds", awake="awakeDurationInSeconds",
                       light="lightSleepDurationInSeconds", deep="deepSleepDurationInSeconds", rem="remSleepInSeconds")
        total.update(scaled(s.get("overallSleepScore", {}), 1, score="value"))
        records.append(Record(start, end, (s["startTimeOffsetInSeconds"] // 60, east(end, zone)), total, spans,
                              status="final" if s["validation"].endswith("FINAL") else "tentative"))
    return Own(records)


def fitbit(path, zone):
    wall = lambda text: datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    records = []
    for log in load(path)[0]["sleep"]:
        begin = wall(log["startTime"])
        start = round(begin.timestamp() * 1000)
        shown = round(wall(log["endTime"]).timestamp() * 1000)
        spans = []
        for name in ("data", "shortData"):
            for p in log["levels"].get(name, ()):
                a = round(wall(p["dateTime"]).timestamp() * 1000)
                stage = {"wake": "awake"}.get(p["level"], p["level"])
                spans.append((a, a + p["seconds"] * 1000, stage))
        end = start + log["duration"]
        total = scaled(log, 1, asleep="minutesAsleep", awake="minutesAwake", latency="minutesToFallAsleep")
        for k in ("light", "deep", "rem"):
            if k in log["levels"]["summary"]:
                total[k] = log["levels"]["summary"][k]["minutes"]
        kind = {True: "main", False: "nap"}.get(log.get("isMainSleep"), "")
        r = Record(start, end, both(start, end, zone), total, spans, kind=kind, round_min=0.5)
        r.shown_end = shown
        records.append(r)
    return Own(records)


def fitbit_heart(path, zone):
    doc = load(path)[0]
    day = datetime.fromisoformat(doc["activities-heart"][0]["dateTime"]).date().isoformat()
    samples = []
    for p in doc["activities-heart-intraday"]["dataset"]:
        t = datetime.fromisoformat(f"{day}T{p['time']}").replace(tzinfo=ZoneInfo(zone))
        samples.append((round(t.timestamp() * 1000), "heart_rate", p["value"]))
    return Own((), samples)


def google_health(path, zone):
    records = []
    for p in load(path)[0]["dataPoints"]:
        s = p["sleep"]
        i, u = s["interval"], s["summary"]
        start, end = ms(i["startTime"])[0], ms(i["endTime"])[0]
        spans = [(ms(q["startTime"])[0], ms(q["endTime"])[0], q["type"].lower()) for q in s["stages"]]
        total = {"asleep": int(u["minutesAsleep"]), "awake": int(u["minutesAwake"]), "latency": int(u["minutesToFallAsleep"])}
        for q in u["stagesSummary"]:
            if q["type"] != "AWAKE":
                total[q["type"].lower()] = int(q["minutes"])
        offsets = int(i["startUtcOffset"][:-1]) // 60, int(i["endUtcOffset"][:-1]) // 60
        records.append(Record(start, end, offsets, total, spans, round_min=0.5, app=p["dataSource"]["device"]["displayName"],
                              kind="nap" if s["metadata"]["nap"] else "main"))
    return Own(records)


def health_connect(path, zone):
    records = []
    for s in load(path)[0]["sleep"]:
        end = ms(s["session_end_time"])[0]
        start = end - s["duration_seconds"] * 1000
        spans = [(ms(q["start_time"])[0], ms(q["end_time"])[0], q["stage"]) for q in s["stages"]]
        records.append(Record(start, end, both(start, end, zone), {}, spans))
    return Own(records)


def oura(path, zone):
    records, samples = [], []
    stages = {"1": "deep", "2": "light", "3": "rem", "4": "awake"}
    for d in load(path)[0]["data"]:
        (start, o1), (end, o2) = ms(d["bedtime_start"]), ms(d["bedtime_end"])
        spans = [(start + i * 30000, start + (i + 1) * 30000, stages[c]) for i, c in enumerate(d["sleep_phase_30_sec"])]
        total = scaled(d, 1 / 60, asleep="total_sleep_duration", awake="awake_time", light="light_sleep_duration",
                       deep="deep_sleep_duration", rem="rem_sleep_duration", latency="latency")
        records.append(Record(start, end, (o1, o2), total, spans, kind={"long_sleep": "main"}.get(d["type"], "nap")))
        for key, channel in (("heart_rate", "heart_rate"), ("hrv", "hrv_rmssd")):
            at = ms(d[key]["timestamp"])[0]
            samples += [(at + i * 1000 * d[key]["interval"], channel, v) for i, v in enumerate(d[key]["items"]) if v is not None]
    return Own(records, samples)


def withings_series(path, zone):
    """Segments, in any order, of one device: a night is what lies within half an hour."""
    stages = {0: "awake", 1: "light", 2: "deep", 3: "rem"}
    list_ = sorted(load(path)[0]["body"]["series"], key=lambda s: s["startdate"])
    samples = [(int(t) * 1000, channel, v) for s in list_ for key, channel in (("hr", "heart_rate"), ("rr", "resp_rate"))
               for t, v in (s.get(key) or {}).items() if v > 0]
    nights = []
    for s in list_:
        if not nights or s["startdate"] - max(p["enddate"] for p in nights[-1]) > 1800:
            nights.append([])
        nights[-1].append(s)
    records = []
    for night in nights:
        spans = [(s["startdate"] * 1000, s["enddate"] * 1000, stages[s["state"]]) for s in night]
        start, end = spans[0][0], max(z for _, z, _ in spans)
        records.append(Record(start, end, both(start, end, zone), {}, spans))
    return Own(records, samples)


def withings_summary(path, zone):
    records = []
    for s in load(path)[0]["body"]["series"]:
        start, end = s["startdate"] * 1000, s["enddate"] * 1000
        total = scaled(s["data"], 1 / 60, asleep="total_sleep_time", awake="wakeupduration", waso="waso", latency="sleep_latency",
                       light="lightsleepduration", deep="deepsleepduration", rem="remsleepduration")
        total.update(scaled(s["data"], 1, awakenings="wakeupcount", score="sleep_score"))
        records.append(Record(start, end, both(start, end, s["timezone"]), total))
    return Own(records)


def whoop(path, zone):
    records = []
    for r in load(path)[0]["records"]:
        start, end = ms(r["start"])[0], ms(r["end"])[0]
        u = r.get("score", {}).get("stage_summary", {})
        total = scaled(u, 1 / 60000, awake="total_awake_time_milli", light="total_light_sleep_time_milli",
                       deep="total_slow_wave_sleep_time_milli", rem="total_rem_sleep_time_milli")
        if total:
            total["asleep"] = total["light"] + total["deep"] + total["rem"]
            total["score"] = r["score"]["sleep_performance_percentage"]
        o = re.match(r"([+-])(\d\d):(\d\d)", r["timezone_offset"])
        off = int(o[1] + "1") * (60 * int(o[2]) + int(o[3]))
        records.append(Record(start, end, (east(start, zone), off), total, kind="nap" if r["nap"] else "main",
                              status="final" if r["score_state"] == "SCORED" else "tentative"))
    return Own(records)


def polar(path, zone):
    """The hypnogram and the heart rates go by the clock on the wall; the keys run on."""
    records, samples = [], []
    stages = {0: "awake", 1: "rem", 2: "light", 3: "light", 4: "deep"}
    for n in load(path)[0]["nights"]:
        (start, o1), (end, o2) = ms(n["sleep_start_time"]), ms(n["sleep_end_time"])

        def instants(keys):
            day = datetime.fromtimestamp(start / 1000, ZoneInfo(zone)).date()
            last = None
            for key in keys:
                h, m = map(int, key.split(":"))
                if last is not None and (h, m) < last:
                    day += timedelta(days=1)
                last = (h, m)
                yield round(datetime(day.year, day.month, day.day, h, m, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
        at = list(instants(n["hypnogram"]))
        spans = [(a, z, stages[s]) for a, z, s in zip(at, at[1:] + [end], n["hypnogram"].values())]
        total = scaled(n, 1 / 60, awake="total_interruption_duration", light="light_sleep", deep="deep_sleep", rem="rem_sleep")
        total["asleep"] = total["light"] + total["deep"] + total["rem"]
        total["score"] = n["sleep_score"]
        records.append(Record(start, end, (o1, o2), total, spans, kind="main"))
        samples += list(zip(instants(n["heart_rate_samples"]), ["heart_rate"] * 9999, n["heart_rate_samples"].values()))
    return Own(records, samples)


def hae(path, zone):
    records, samples = [], []
    for m in load(path)[0]["data"]["metrics"]:
        for p in m["data"]:
            if m["name"] == "heart_rate":
                samples.append((ms(p["date"])[0], "heart_rate", p["Avg"]))
            elif m["name"] == "heart_rate_variability":
                samples.append((ms(p["date"])[0], "hrv_sdnn", p["qty"]))
            elif "startDate" in p:
                (start, o1), (end, o2) = ms(p["startDate"]), ms(p["endDate"])
                stage = {"Core": "light", "Deep": "deep", "REM": "rem", "Awake": "awake", "Asleep": "asleep"}[p["value"]]
                # before there were stages (iOS 16), "Core" with fewer hours than its span was all of the sleep
                whole = abs(p["qty"] * 60 - (end - start) / MIN) < 1
                records.append(Record(start, end, (o1, o2), {} if whole else {"asleep": p["qty"] * 60},
                                      [(start, end, stage)] if whole else (), app=p["source"]))
            else:
                (start, o1), (end, o2) = (ms(p.get(k) or p[k2]) for k, k2 in (("inBedStart", "sleepStart"), ("inBedEnd", "sleepEnd")))
                total = scaled(p, 60, light="core", deep="deep", rem="rem", awake="awake")
                total["asleep"] = 60 * (p.get("totalSleep") or p["asleep"])
                records.append(Record(start, end, (o1, o2), total, round_min=0.05, app=p.get("source") or p.get("sleepSource")))
    return Own(records, samples)


def apple(path, zone):
    stages = {"InBed": None, "AsleepCore": "light", "AsleepDeep": "deep", "AsleepREM": "rem", "Awake": "awake"}
    spans, samples, app = [], [], None
    for r in ET.parse(path).getroot().iter("Record"):
        if r.get("type") == "HKCategoryTypeIdentifierSleepAnalysis":
            spans.append((ms(r.get("startDate")), ms(r.get("endDate")), stages[r.get("value").replace("HKCategoryValueSleepAnalysis", "")]))
            app = r.get("sourceName")
        elif r.get("type") == "HKQuantityTypeIdentifierHeartRate":
            samples.append((ms(r.get("startDate"))[0], "heart_rate", float(r.get("value"))))
    if not spans:
        return Own((), samples)
    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    return Own([Record(first[0], last[0], (first[1], last[1]), {}, [(a[0], z[0], s) for a, z, s in spans if s], app=app)], samples)


def sleep_as_android(path, zone):
    """A header line before every record; a stage lasts to its own end or to where another of its kind
    begins, and being awake lies over the others."""
    records, ratings, samples, header = [], [], [], None
    for row in csv.reader(io.StringIO(open(path, encoding="utf-8").read())):
        if row[0] == "Id":
            header = row
            continue
        if not row[0]:
            continue
        named = dict(zip(header[:15], row))
        start = int(named["Id"])
        end = start + round(float(named["Hours"]) * 3600) * 1000
        events = []
        for name, value in zip(header, row):
            e = re.fullmatch(r"([^-]+)-(\d{12,14})(?:-(.*))?", value) if name == "Event" else None
            if e:
                events.append((e[1], int(e[2]), e[3]))
        spans = []
        for awake in (False, True):
            for name, t, _ in events:
                b = re.fullmatch(r"(LIGHT|DEEP|REM|AWAKE)_START", name)
                if not b or (b[1] == "AWAKE") != awake:
                    continue
                ends = [u for other, u, _ in events if u > t and other in (b[1] + "_END", b[1] + "_START")]
                a, z = max(t, start), min(ends + [end])
                if z > a:
                    spans.append((a, z, b[1].lower()))
        for name, t, value in events:
            if name in ("HR", "SPO2") and value and start <= t <= end + 300000:
                v = float(value)
                if (20 <= v <= 250) if name == "HR" else (40 <= v <= 100):
                    samples.append((t, {"HR": "heart_rate", "SPO2": "spo2"}[name], v))
        if float(named["Rating"]) > 0:
            ratings.append((end, "sleep_quality", int(2 * float(named["Rating"]) + .5)))
        records.append(Record(start, end, both(start, end, named["Tz"]), {}, spans, round_min=0))
    unique = {r.start: r for r in records}
    return Own(list(unique.values()), samples, ratings)


def gadgetbridge(path, zone):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    records, samples = [], []
    stages = {2: "deep", 3: "light", 4: "rem", 5: "awake"}
    changes = db.execute("SELECT timestamp, stage FROM xiaomi_sleep_stage_sample ORDER BY timestamp").fetchall()
    for start, end, asleep, deep, light, rem, awake in db.execute(
            "SELECT timestamp, wakeup_time, total_duration, deep_sleep_duration, light_sleep_duration, rem_sleep_duration,"
            " awake_duration FROM xiaomi_sleep_time_sample"):
        own = [c for c in changes if start <= c[0] <= end]
        spans = [(a, z, stages[s]) for (a, s), (z, _) in zip(own, own[1:] + [(end, 0)]) if z > a]
        total = {"asleep": asleep, "deep": deep, "light": light, "rem": rem, "awake": awake}
        records.append(Record(start, end, both(start, end, zone), total, spans, round_min=0.5, app="Smart Band 8"))
    night = []
    for t, intensity, steps, kind, heart, deep, rem in db.execute(
            "SELECT timestamp, raw_intensity, steps, raw_kind, heart_rate, deep_sleep, rem_sleep"
            " FROM huami_extended_activity_sample ORDER BY timestamp"):
        t *= 1000
        samples += [(t, "activity", intensity), (t, "steps", steps)]
        samples += [(t, "heart_rate", heart)] if 20 <= heart < 250 else []
        if kind == 120:
            night.append((t, t + MIN, "rem" if rem & 127 > 55 else "deep" if deep & 127 > 42 else "light"))
    if night:  # as long as it goes on to the last row it may not be over
        start, end = night[0][0], night[-1][1]
        records.append(Record(start, end, both(start, end, zone), {}, night, app="Mi Smart Band",
                              status="tentative" if end == t + MIN else "final"))
    return Own(records, samples)


def open_mhealth(path, zone):
    o = load(path)[0]
    in_min = lambda v: v["value"] * {"h": 60, "min": 1, "sec": 1 / 60}[v["unit"]]
    span = o["effective_time_frame"]["time_interval"]
    start, off = ms(span["start_date_time"])
    end, off2 = ms(span["end_date_time"]) if "end_date_time" in span else (start + round(in_min(span["duration"]) * MIN), off)
    total = {k: in_min(o[n]) for k, n in (("asleep", "total_sleep_time"), ("waso", "wake_after_sleep_onset"),
                                          ("latency", "latency_to_sleep_onset")) if n in o}
    if "number_of_awakenings" in o:
        total["awakenings"] = o["number_of_awakenings"]
    return Own([Record(start, end, (off, off2), total, kind={True: "main", False: "nap"}.get(o.get("is_main_sleep"), ""))])
