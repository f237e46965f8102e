#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What reading Apple's export.xml costs: makes one in the vendor's shape, has expat alone and
dozed-bridge read it, and prints time and memory of both. The bar: 64 MiB, however large the file,
and 100 MB/s or within 20 % of expat alone; the same of the zip that the phone makes,
counted in the bytes that are in it, beside expat and zlib alone. Usage: apple.py BUILD_DIR [MB] (default 300)."""
import datetime
import os
import subprocess
import sys
import tempfile
import time
import zipfile

MEMORY_MAX_MIB, SPEED_MIN, SHARE_MIN = 64, 100, 0.8
DOCTYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
]>
"""
DEVICE = ("&lt;&lt;HKDevice: 0x282a45810&gt;, name:Apple Watch, manufacturer:Apple Inc., "
          "model:Watch, hardware:Watch6,2, software:11.3&gt;")
# type, unit, records a day, value
QUANTITIES = [("HeartRate", "count/min", 420, "62"), ("StepCount", "count", 90, "41"),
              ("ActiveEnergyBurned", "Cal", 500, "0.213"), ("BasalEnergyBurned", "Cal", 200, "11.4"),
              ("DistanceWalkingRunning", "km", 90, "0.031"), ("RespiratoryRate", "count/min", 60, "14.5"),
              ("OxygenSaturation", "%", 20, "0.97"), ("HeartRateVariabilitySDNN", "ms", 10, "41.2")]
STAGES = ["AsleepCore", "AsleepDeep", "AsleepCore", "AsleepREM", "Awake"]
EXPAT = """
#include <expat.h>
#include <stdio.h>
#include <zlib.h>
static char buf[256 * 1024];
static unsigned long n;
static void XMLCALL start(void *c, const XML_Char *e, const XML_Char **a)
{ (void)c; (void)e; (void)a; n++; }
int main(void)
{
	XML_Parser p = XML_ParserCreate(NULL);
	gzFile in = gzdopen(0, "rb");
	XML_SetStartElementHandler(p, start);
	for (int k; (k = gzread(in, buf, sizeof buf)) >= 0;)
		if (!XML_Parse(p, buf, k, k == 0) || k == 0)
			break;
	printf("%lu elements\\n", n);
	XML_ParserFree(p);
	return n == 0;
}
"""


def text(t):
    return t.strftime("%Y-%m-%d %H:%M:%S +0100")


def record(kind, unit, start, end, value):
    unit = f' unit="{unit}"' if unit else ""
    return (f' <Record type="{kind}" sourceName="Anna’s Apple Watch" sourceVersion="11.3" '
            f'device="{DEVICE}"{unit} creationDate="{text(end)}" startDate="{text(start)}" '
            f'endDate="{text(end)}" value="{value}"')


def make(path, size):
    """Kind by kind over the days, as the vendor writes them; as many days as the size needs."""
    begin = datetime.datetime(2016, 1, 1)
    a_day = sum(n for _, _, n, _ in QUANTITIES) * 423
    days = max(1, size // a_day)
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n' + DOCTYPE + '<HealthData locale="en_DE">\n'
                  ' <ExportDate value="2026-03-29 09:00:00 +0200"/>\n')
        for kind, unit, n, value in QUANTITIES:
            for day in range(days):
                for i in range(n):
                    t = begin + datetime.timedelta(days=day, seconds=86400 * i // n)
                    head = record("HKQuantityTypeIdentifier" + kind, unit, t, t, value)
                    out.write(head + ('>\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" '
                                      'value="1"/>\n </Record>\n' if kind == "HeartRate" else "/>\n"))
        for day in range(days):
            for i in range(30):
                t = begin + datetime.timedelta(days=day, hours=23, minutes=15 * i)
                out.write(record("HKCategoryTypeIdentifierSleepAnalysis", None, t,
                                 t + datetime.timedelta(minutes=15),
                                 "HKCategoryValueSleepAnalysis" + STAGES[i % 5]) + "/>\n")
        out.write("</HealthData>\n")
    return days


def run(command, stdin=None):
    """Seconds of processor time, MiB at most, and what was said."""
    with open(stdin or os.devnull, "rb") as f:
        began = time.monotonic()
        p = subprocess.Popen(command, stdin=f, stdout=subprocess.PIPE)
        said = p.stdout.read().decode()
        _, status, usage = os.wait4(p.pid, 0)
    if status:
        sys.exit(f"{command[0]}: {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024, said.strip()


def best_of(n, command, stdin=None):
    return min(run(command, stdin) for _ in range(n))


def judge(name, mb, alone, bridge):
    """Prints both and whether the bar is met."""
    for who, (cpu, clock, memory, said) in (("expat alone", alone), ("dozed-bridge", bridge)):
        print(f"{name}, {who:12} {mb / cpu:6.0f} MB/s of processor time, {clock:.2f} s by the clock, "
              f"{memory:.1f} MiB; {said}", flush=True)
    share = alone[0] / bridge[0]
    good = bridge[2] <= MEMORY_MAX_MIB and (mb / bridge[0] >= SPEED_MIN or share >= SHARE_MIN)
    print(f"{'ok  ' if good else 'FAIL'} {name}: {share:.2f} of expat alone", flush=True)
    return good


def main():
    build = sys.argv[1]
    size = int(sys.argv[2] if len(sys.argv) > 2 else 300) * 1000000
    with tempfile.TemporaryDirectory() as d:
        xml, alone = os.path.join(d, "export.xml"), os.path.join(d, "alone")
        days = make(xml, size)
        with open(alone + ".c", "w", encoding="ascii") as f:
            f.write(EXPAT)
        subprocess.run(["cc", "-O2", "-o", alone, alone + ".c", "-lexpat", "-lz"], check=True)
        mb = os.path.getsize(xml) / 1e6
        print(f"{mb:.0f} MB, {days} days", flush=True)
        bridge = [os.path.join(build, "bridge", "dozed-bridge"), "apple", "--person", "anna",
                  "--now", "2036-01-01T00:00:00Z", "--out", os.path.join(d, "out")]
        run([alone], xml)  # the file into the page cache
        expat = best_of(3, [alone], xml)
        good = judge("export.xml", mb, expat, best_of(3, bridge + [xml]))
        packed = os.path.join(d, "export.zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as z:
            z.write(xml, "apple_health_export/export.xml")
        subprocess.run(["gzip", "-6", xml], check=True)
        good &= judge("export.zip", mb, best_of(2, [alone], xml + ".gz"), best_of(2, bridge + [packed]))
        return not good


if __name__ == "__main__":
    sys.exit(main())
