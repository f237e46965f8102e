# SPDX-License-Identifier: MIT
"""A hub that files are sent to by dozed-bridge, one run a file, and what `dozed nights` says of a person's date."""
import itertools, json, os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from rig import Rig

AT_ONCE = 8  # a run of the bridge mostly waits for the hub's ack


class Hub:
    def __init__(self, people, options=""):
        self.rig = Rig(people, options)
        try:
            self.rig.run()
        except BaseException:
            self.rig.close()  # the broker
            raise
        self.numbers = itertools.count()
        self.later, self.due = ThreadPoolExecutor(AT_ONCE), []

    def __enter__(self):
        return self

    def __exit__(self, *how):
        self.later.shutdown()
        self.rig.__exit__(*how)

    def file(self, data, changed):
        path = os.path.join(self.rig.dir, f"sent-{next(self.numbers)}")
        with open(path, "wb") as out:
            out.write(data)
        os.utime(path, (changed / 1000, changed / 1000))
        return path

    def send(self, f, person, data, changed, *more, zone="Europe/Berlin"):
        """Soon, by a run of its own; f: a Format; more: options of dozed-bridge."""
        path = self.file(data, changed)
        # a spool for each person: a bridge has one to itself
        args = [f.reader, "--spool", os.path.join(self.rig.dir, "spool-" + person), "--to",
                f"mqtt://127.0.0.1:{self.rig.port}", "--person", person, "--zone", zone, *more, path]
        self.due.append(self.later.submit(self.rig.bridge, *args, to=False))

    def settle(self):
        """What was sent is there, and scored."""
        for sent in self.due:
            sent.result()
        self.due = []
        self.rig.settle()

    def nights(self, person, day=None):
        return self.rows(self.rig, person, day)

    @staticmethod
    def rows(rig, person, day=None):
        """Main sleeps and naps of the date (None: of all), main ones first."""
        about = ["--from", str(day), "--to", str(day)] if day else []
        text = rig.dozed("nights", "--person", person, "--format", "json", *about).stdout
        return sorted((json.loads(line) for line in text.splitlines()),
                      key=lambda r: (r["date"], r["kind"] != "main", r["in_bed"]))


def ms(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def same(rows, n, f, revision=None):
    """"" if the rows are the one night n as the format can say it (None: no night), else what differs."""
    if n is None:
        return "" if not rows else f"{len(rows)} nights where there should be none"
    if len(rows) != 1 or rows[0]["kind"] != "main":
        return f"{len(rows)} sleeps: {[(r['kind'], r['in_bed'], r['out_bed']) for r in rows]}"
    r, wrong = rows[0], []
    if ms(r["in_bed"]) != n.start or ms(r["out_bed"]) != n.end:
        wrong.append(f"{r['in_bed']} - {r['out_bed']} instead of {n.iso(n.start)} - {n.iso(n.end)}")
    if r["tst_min"] is not None and r["tst_min"] != n.asleep:
        wrong.append(f"asleep {r['tst_min']} instead of {n.asleep} min")
    if f.staged and (r["tst_min"], r["waso_min"]) != (n.asleep, n.awake):
        wrong.append(f"asleep {r['tst_min']}, awake {r['waso_min']} instead of {n.asleep}, {n.awake} min")
    if revision and r["revision"] != revision:
        wrong.append(f"revision {r['revision']} instead of {revision}")
    return "; ".join(wrong)
