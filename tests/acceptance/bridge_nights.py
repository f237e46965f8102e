# SPDX-License-Identifier: MIT
"""One night in the words of every format that the bridge reads: files of our own making, to each
maker's documented shape. A night is a beginning and its stages; what a format cannot say is
left out of it. Knows no program."""
import json, os, sqlite3, struct
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

MIN = 60_000
LIGHT, DEEP, AWAKE, REM = "light", "deep", "awake", "rem"


class Night:
    """start: UTC ms; stages: (stage, minutes), one after the other; zone: where the wearer is, and where
    they wake (another one on a flight)."""
    def __init__(self, start, stages, zone="Europe/Berlin", to_zone=None):
        self.start, self.stages, self.zone = start, stages, ZoneInfo(zone)
        self.to_zone = ZoneInfo(to_zone or zone)
        self.end = start + sum(m for _, m in stages) * MIN
        self.spans, at = [], start
        for stage, minutes in stages:
            self.spans.append((stage, at, at + minutes * MIN))
            at += minutes * MIN

    def minutes(self, *stages):
        return sum(m for s, m in self.stages if s in stages)

    @property
    def asleep(self):
        return self.minutes(LIGHT, DEEP, REM)

    @property
    def awake(self):
        return self.minutes(AWAKE)

    def local(self, ms):
        return datetime.fromtimestamp(ms / 1000, self.to_zone if ms >= self.end else self.zone)

    @property
    def number(self):
        """What makers call it by: of all versions of a night the same."""
        return int(self.date().replace("-", ""))

    def date(self):
        return self.local(self.end).date().isoformat()

    def utc(self, ms, form="%Y-%m-%dT%H:%M:%SZ"):
        return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime(form)

    def iso(self, ms):
        return self.local(ms).isoformat(timespec="seconds")

    def naive(self, ms):
        return self.local(ms).strftime("%Y-%m-%dT%H:%M:%S.000")

    def apple(self, ms):
        return self.local(ms).strftime("%Y-%m-%d %H:%M:%S %z")

    def offset(self, ms):
        return int(self.local(ms).utcoffset().total_seconds())


def as_json(o):
    return json.dumps(o).encode()


# Each: (night, changed: UTC ms of this version, tentative) -> bytes of a file.

def fitbit(n, changed, tentative):
    words = {LIGHT: "light", DEEP: "deep", AWAKE: "wake", REM: "rem"}
    return as_json({"sleep": [{
        "logId": n.number, "dateOfSleep": n.date(), "startTime": n.naive(n.start), "endTime": n.naive(n.end),
        "isMainSleep": True, "type": "stages", "minutesAsleep": n.asleep, "minutesAwake": n.awake,
        "levels": {"data": [{"dateTime": n.naive(a), "level": words[s], "seconds": (b - a) // 1000}
                            for s, a, b in n.spans], "shortData": []}}]})


def google_health(n, changed, tentative):
    words = {LIGHT: "LIGHT", DEEP: "DEEP", AWAKE: "AWAKE", REM: "REM"}
    return as_json({"dataPoints": [{
        "name": "users/me/dataTypes/sleep/dataPoints/" + str(n.number), "dataSource": {"platform": "FITBIT"},
        "sleep": {"interval": {"startTime": n.utc(n.start), "startUtcOffset": f"{n.offset(n.start)}s",
                               "endTime": n.utc(n.end), "endUtcOffset": f"{n.offset(n.end)}s"},
                  "type": "STAGES", "metadata": {"processed": not tentative, "nap": False},
                  "stages": [{"startTime": n.utc(a), "endTime": n.utc(b), "type": words[s]} for s, a, b in n.spans],
                  "updateTime": n.utc(changed)}}]})


def health_connect(n, changed, tentative):
    return as_json({"timestamp": n.utc(changed), "app_version": "1", "sleep": [{
        "session_end_time": n.utc(n.end), "duration_seconds": (n.end - n.start) // 1000,
        "stages": [{"stage": s, "start_time": n.utc(a), "end_time": n.utc(b)} for s, a, b in n.spans]}]})


def garmin_connect(n, changed, tentative):
    words = {DEEP: 0, LIGHT: 1, REM: 2, AWAKE: 3}
    return as_json({"dailySleepDTO": {
        "id": n.start, "calendarDate": n.date(), "sleepTimeSeconds": n.asleep * 60, "awakeSleepSeconds": n.awake * 60,
        "sleepStartTimestampGMT": n.start, "sleepEndTimestampGMT": n.end,
        "sleepStartTimestampLocal": n.start + n.offset(n.start) * 1000,
        "sleepEndTimestampLocal": n.end + n.offset(n.end) * 1000,
        "sleepWindowConfirmationType": "enhanced_confirmed_tentative" if tentative else "enhanced_confirmed_final"},
        "remSleepData": True,
        "sleepLevels": [{"startGMT": n.utc(a, "%Y-%m-%dT%H:%M:%S.0"), "endGMT": n.utc(b, "%Y-%m-%dT%H:%M:%S.0"),
                         "activityLevel": words[s]} for s, a, b in n.spans]})


def garmin_push(n, changed, tentative):
    spans = {s: [{"startTimeInSeconds": a // 1000, "endTimeInSeconds": b // 1000} for q, a, b in n.spans if q == s]
             for s in (LIGHT, DEEP, REM, AWAKE)}
    return as_json({"sleeps": [{
        "summaryId": f"x-1-{n.number}", "calendarDate": n.date(), "startTimeInSeconds": n.start // 1000,
        "startTimeOffsetInSeconds": n.offset(n.start), "durationInSeconds": n.asleep * 60,
        "awakeDurationInSeconds": n.awake * 60, "sleepLevelsMap": spans,
        "validation": "ENHANCED_TENTATIVE" if tentative else "ENHANCED_FINAL"}]})


def hae_day(n, changed, tentative):
    return as_json({"data": {"metrics": [{"name": "sleep_analysis", "units": "hr", "data": [{
        "date": n.apple(n.end), "totalSleep": n.asleep / 60, "asleep": 0, "core": n.minutes(LIGHT) / 60,
        "deep": n.minutes(DEEP) / 60, "rem": n.minutes(REM) / 60, "awake": n.awake / 60,
        "sleepStart": n.apple(n.start), "sleepEnd": n.apple(n.end), "source": "Apple Watch"}]}]}})


def hae_spans(n, changed, tentative):
    words = {LIGHT: "Core", DEEP: "Deep", REM: "REM", AWAKE: "Awake"}
    return as_json({"data": {"metrics": [{"name": "sleep_analysis", "units": "hr", "data": [
        {"startDate": n.apple(a), "endDate": n.apple(b), "value": words[s], "qty": (b - a) / MIN / 60,
         "source": "Apple Watch"} for s, a, b in n.spans]}]}})


def apple(n, changed, tentative):
    words = {LIGHT: "AsleepCore", DEEP: "AsleepDeep", REM: "AsleepREM", AWAKE: "Awake"}
    rows = "".join(
        f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Apple Watch" creationDate="{n.apple(n.end)}"'
        f' startDate="{n.apple(a)}" endDate="{n.apple(b)}" value="HKCategoryValueSleepAnalysis{words[s]}"/>\n'
        for s, a, b in n.spans)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n'
            f' <ExportDate value="{n.apple(changed)}"/>\n{rows}</HealthData>\n').encode()


def apple_gone(n, changed):
    """A later export that holds the night before, and not this one."""
    return apple(Night(n.start - 24 * 60 * MIN, n.stages, n.zone.key), changed, False)


def oura(n, changed, tentative):
    digits = {DEEP: "1", LIGHT: "2", REM: "3", AWAKE: "4"}
    return as_json({"data": [{
        "id": f"00000000-0000-4000-8000-0000{n.number}", "day": n.date(), "type": "long_sleep",
        "bedtime_start": n.iso(n.start), "bedtime_end": n.iso(n.end), "total_sleep_duration": n.asleep * 60,
        "awake_time": n.awake * 60, "sleep_phase_5_min": "".join(digits[s] * (m // 5) for s, m in n.stages)}],
        "next_token": None})


def oura_gone(n, changed):
    return as_json({"event_type": "delete", "data_type": "sleep", "event_time": n.utc(changed),
                    "object_id": f"00000000-0000-4000-8000-0000{n.number}", "user_id": "1"})


def whoop(n, changed, tentative):
    o = {"id": f"00000000-0000-4000-8000-0000{n.number}", "start": n.utc(n.start), "end": n.utc(n.end),
         "updated_at": n.utc(changed, "%Y-%m-%dT%H:%M:%S.000Z"), "timezone_offset": "+02:00", "nap": False,
         "score_state": "PENDING_SCORE" if tentative else "SCORED"}
    if not tentative:
        o["score"] = {"stage_summary": {
            "total_awake_time_milli": n.awake * MIN, "total_light_sleep_time_milli": n.minutes(LIGHT) * MIN,
            "total_slow_wave_sleep_time_milli": n.minutes(DEEP) * MIN, "total_rem_sleep_time_milli": n.minutes(REM) * MIN}}
    return as_json({"records": [o]})


def whoop_gone(n, changed):
    return as_json({"user_id": 1, "id": f"00000000-0000-4000-8000-0000{n.number}", "type": "sleep.deleted",
                    "trace_id": "t"})


def polar(n, changed, tentative):
    words = {AWAKE: 0, REM: 1, LIGHT: 2, DEEP: 4}
    return as_json({"nights": [{
        "date": n.date(), "sleep_start_time": n.iso(n.start), "sleep_end_time": n.iso(n.end), "device_id": "0",
        "light_sleep": n.minutes(LIGHT) * 60, "deep_sleep": n.minutes(DEEP) * 60, "rem_sleep": n.minutes(REM) * 60,
        "total_interruption_duration": n.awake * 60,
        "hypnogram": {n.local(a).strftime("%H:%M"): words[s] for s, a, b in n.spans}}]})


def withings_series(n, changed, tentative):
    words = {AWAKE: 0, LIGHT: 1, DEEP: 2, REM: 3}
    return as_json({"status": 0, "body": {"series": [
        {"startdate": a // 1000, "enddate": b // 1000, "state": words[s], "model": "Aura", "hash_deviceid": "d"}
        for s, a, b in n.spans]}})


def withings_summary(n, changed, tentative):
    return as_json({"status": 0, "body": {"series": [{
        "id": n.number, "timezone": n.zone.key, "startdate": n.start // 1000, "enddate": n.end // 1000, "modified": 1,
        "created": changed // 1000, "data": {
            "total_sleep_time": n.asleep * 60, "wakeupduration": n.awake * 60, "lightsleepduration": n.minutes(LIGHT) * 60,
            "deepsleepduration": n.minutes(DEEP) * 60, "remsleepduration": n.minutes(REM) * 60}}], "more": False}})


def sleep_as_android(n, changed, tentative):
    events = []
    for s, a, b in n.spans:
        events += [f"{s.upper()}_START-{a}", f"{s.upper()}_END-{b}"]
    head = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo" + ',"Event"' * len(events)
    row = [str(n.start), n.zone.key, n.local(n.start).strftime("%d. %m. %Y %H:%M"), n.local(n.end).strftime("%d. %m. %Y %H:%M"), "",
           f"{(n.end - n.start) / 3_600_000:.3f}", "0.0", "", "10000", "-1", "-1", "-1", "-1", "0", ""] + events
    return (head + "\n" + ",".join(f'"{c}"' for c in row) + "\n").encode()


def open_mhealth(n, changed, tentative):
    return as_json({"header": {"id": str(n.number), "creation_date_time": n.utc(changed)}, "body": {
        "effective_time_frame": {"time_interval": {"start_date_time": n.iso(n.start), "end_date_time": n.iso(n.end)}},
        "total_sleep_time": {"value": n.asleep, "unit": "min"}, "is_main_sleep": True}})


FIT_EPOCH_S = 631065600
ENUM, UINT16, UINT32, UINT32Z = (1, 0x00, "B"), (2, 0x84, "H"), (4, 0x86, "I"), (4, 0x8c, "I")


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xa001 if crc & 1 else 0)
    return crc


def fit_message(number, fields, rows):
    """A definition (local type 0) and its rows; fields: [(number, type)]."""
    out = struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
    out += b"".join(struct.pack("<BBB", k, size, code) for k, (size, code, _) in fields)
    form = "<B" + "".join(letter for _, (_, _, letter) in fields)
    return out + b"".join(struct.pack(form, 0, *row) for row in rows)


def fit(n, changed, tentative):
    levels = {AWAKE: 1, LIGHT: 2, DEEP: 3, REM: 4}
    at = lambda t: t // 1000 - FIT_EPOCH_S
    body = fit_message(0, [(0, ENUM), (3, UINT32Z), (2, UINT16), (4, UINT32)], [(49, 4711, 3290, at(changed))])
    body += fit_message(273, [(253, UINT32), (1, UINT16), (2, UINT32)],
                        [(at(t), 60, at(t) + n.offset(t)) for t in (n.start, n.end)])
    body += fit_message(21, [(253, UINT32), (0, ENUM), (1, ENUM)], [(at(n.start), 74, 0), (at(n.end), 74, 1)])
    body += fit_message(275, [(253, UINT32), (0, ENUM)], [(at(a), levels[s]) for s, a, b in n.spans])
    head = struct.pack("<BBHI4s", 14, 0x20, 2100, len(body), b".FIT")
    whole = head + struct.pack("<H", crc16(head)) + body
    return whole + struct.pack("<H", crc16(whole))


def csv(n, changed, tentative):
    return ("start,duration_s,stage\n" + "".join(f"{n.utc(a)},{(b - a) // 1000},{s}\n" for s, a, b in n.spans)).encode()


DEVICE = """CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT NOT NULL, MANUFACTURER TEXT NOT NULL,
 IDENTIFIER TEXT NOT NULL UNIQUE, TYPE INTEGER NOT NULL, TYPE_NAME TEXT NOT NULL, MODEL TEXT, ALIAS TEXT, PARENT_FOLDER TEXT);
INSERT INTO DEVICE VALUES(1,'Band','m','AA:BB',1,'t',NULL,NULL,NULL);"""


def database(path, script, rows):
    """rows: {table: [tuple]}"""
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.executescript(DEVICE + script + "PRAGMA user_version=92;")
    for table, values in rows.items():
        db.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(values[0]))})", values)
    db.commit()
    db.close()
    with open(path, "rb") as f:
        data = f.read()
    os.remove(path)
    return data


def gadgetbridge_xiaomi(n, changed, tentative, path):
    words = {DEEP: 2, LIGHT: 3, REM: 4, AWAKE: 5}
    return database(path, """
CREATE TABLE XIAOMI_SLEEP_TIME_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL,
 WAKEUP_TIME INTEGER, IS_AWAKE INTEGER, TOTAL_DURATION INTEGER, DEEP_SLEEP_DURATION INTEGER, LIGHT_SLEEP_DURATION INTEGER,
 REM_SLEEP_DURATION INTEGER, AWAKE_DURATION INTEGER, PRIMARY KEY(TIMESTAMP,DEVICE_ID)) WITHOUT ROWID;
CREATE TABLE XIAOMI_SLEEP_STAGE_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL,
 STAGE INTEGER, PRIMARY KEY(TIMESTAMP,DEVICE_ID)) WITHOUT ROWID;""", {
        "XIAOMI_SLEEP_TIME_SAMPLE": [(n.start, 1, 1, n.end, 0 if tentative else 1, n.asleep, n.minutes(DEEP),
                                      n.minutes(LIGHT), n.minutes(REM), n.awake)],
        "XIAOMI_SLEEP_STAGE_SAMPLE": [(a, 1, 1, words[s]) for s, a, b in n.spans]})


def gadgetbridge_garmin(n, changed, tentative, path):
    words = {AWAKE: 1, LIGHT: 2, DEEP: 3, REM: 4}
    return database(path, """
CREATE TABLE GARMIN_SLEEP_STAGE_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL,
 STAGE INTEGER NOT NULL, PRIMARY KEY(TIMESTAMP,DEVICE_ID)) WITHOUT ROWID;
CREATE TABLE GARMIN_EVENT_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL,
 EVENT INTEGER NOT NULL, EVENT_TYPE INTEGER, DATA INTEGER, PRIMARY KEY(TIMESTAMP,DEVICE_ID,EVENT)) WITHOUT ROWID;""", {
        "GARMIN_SLEEP_STAGE_SAMPLE": [(a, 1, 1, words[s]) for s, a, b in n.spans],
        "GARMIN_EVENT_SAMPLE": [(n.end, 1, 1, 74, 1, 0)]})


def gadgetbridge_huami(n, changed, tentative, path):
    """Minute rows, an hour and a half awake on either side."""
    rows = []
    for stage, a, b in [(None, n.start - 90 * MIN, n.start)] + n.spans + [(None, n.end, n.end + 90 * MIN)]:
        for t in range(a, b, MIN):
            kind = 120 if stage in (LIGHT, DEEP, REM) else 1
            rows.append((t // 1000, 1, 1, 5 if kind == 120 else 60, 0, kind, 60, 0, 0,
                         60 if stage == DEEP else 0, 70 if stage == REM else 0))
    return database(path, """
CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL,
 RAW_INTENSITY INTEGER NOT NULL, STEPS INTEGER NOT NULL, RAW_KIND INTEGER NOT NULL, HEART_RATE INTEGER NOT NULL,
 UNKNOWN1 INTEGER, SLEEP INTEGER, DEEP_SLEEP INTEGER, REM_SLEEP INTEGER, PRIMARY KEY(TIMESTAMP,DEVICE_ID)) WITHOUT ROWID;""",
                    {"HUAMI_EXTENDED_ACTIVITY_SAMPLE": rows})


class Format:
    """One row of the tables: how a night is written, and what the format can say."""
    def __init__(self, name, reader, write, own_time=False, gone=None, tentative=False, staged=True, starts=True, grows=False,
                 database=False):
        self.name, self.reader, self.write = name, reader, write
        self.own_time = own_time    # the maker's own time of change orders the versions
        self.gone = gone            # writes a deletion; None: the format has none
        self.tentative = tentative  # says that a night may still change
        self.staged = staged
        self.grows = grows          # a file may hold a part: a shorter night is none
        self.starts = starts        # a version may begin at another time under the same id or key
        self.database = database

    def file(self, dir_, n, changed, tentative=False):
        return self.write(n, changed, tentative, *self.place(dir_))

    def deletion(self, dir_, n, changed):
        return self.gone(n, changed, *self.place(dir_))

    def place(self, dir_):
        return [os.path.join(dir_, "made.db")] if self.database else []


FORMATS = [
    # Its nights have no ids: an export from before a deletion brings back a night whose beginning had moved.
    Format("apple", "apple", apple, own_time=True, gone=apple_gone, starts=False),
    Format("csv", "csv", csv),
    Format("fit", "fit", fit, own_time=True),
    Format("fitbit", "fitbit", fitbit),
    Format("gadgetbridge, Garmin", "gadgetbridge", gadgetbridge_garmin, grows=True, database=True),
    Format("gadgetbridge, Huami", "gadgetbridge", gadgetbridge_huami, grows=True, database=True),
    Format("gadgetbridge, Xiaomi", "gadgetbridge", gadgetbridge_xiaomi, tentative=True, starts=False, grows=True, database=True),
    Format("garmin, Connect", "garmin", garmin_connect, tentative=True),
    Format("garmin, Health API", "garmin", garmin_push, tentative=True),
    Format("google_health", "google_health", google_health, own_time=True, tentative=True),
    Format("hae, days", "hae", hae_day, staged=False),
    Format("hae, spans", "hae", hae_spans, grows=True),
    Format("health_connect", "health_connect", health_connect),
    Format("open_mhealth", "open_mhealth", open_mhealth, own_time=True, staged=False),
    Format("oura", "oura", oura, gone=oura_gone),
    Format("polar", "polar", polar),
    Format("sleep_as_android", "sleep_as_android", sleep_as_android, starts=False),
    Format("whoop", "whoop", whoop, own_time=True, gone=whoop_gone, tentative=True, staged=False),
    Format("withings, series", "withings", withings_series, grows=True),
    Format("withings, summary", "withings", withings_summary, staged=False),
]
BY_NAME = {f.name: f for f in FORMATS}
