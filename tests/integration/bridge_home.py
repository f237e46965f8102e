# SPDX-License-Identifier: MIT
"""A broker that can be away, a real dozed, a bridge that runs as a service and can be killed, and a
directory that others write to. Only processes that were started here are ended, by their pids."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
import rig

PATIENCE_S = 90  # generous: sanitizers, shared cores
MIDNIGHT = 1_767_225_600  # 2026-01-01T00:00Z


def until(done, what, home=None):
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            said = home.said() if home else ""
            raise SystemExit(f"gave up waiting for {what}\n{said[-3000:]}")
        time.sleep(0.02)


class Home:
    def __init__(self, people=("anna",), format="auto", options=()):
        mosquitto = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not mosquitto:
            print("SKIP: mosquitto not found")
            sys.exit(rig.SKIP)
        self.dir = tempfile.mkdtemp(prefix="dozed-follow-")
        self.drop = self.path("drop")
        for name in ("drop", "state"):
            os.mkdir(self.path(name))
        self.port = rig.free_port()
        self.format, self.options = format, list(options)
        self.bridge = self.broker = self.daemon = None
        with open(self.path("mosquitto.conf"), "w") as f:
            f.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
                    f"persistence_location {self.dir}/\nautosave_interval 1\nmax_queued_messages 100000\n")
        if os.getuid() == 0:  # mosquitto gives up root for a user who must be able to write here
            os.chmod(self.dir, 0o777)
        with open(self.path("dozed.conf"), "w") as f:
            f.write(f'state_dir = "{self.path("state")}"\nruntime_dir = "{self.path("state")}"\n'
                    f'scorer_dir = "{rig.SCORERS}"\nbroker {{ host = "127.0.0.1" port = {self.port} }}\n')
            for person in people:
                f.write(f'person "{person}" {{ timezone = "UTC" }}\n')
        self.mosquitto = mosquitto
        self.start_broker()
        self.start_daemon()

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def start(self, argv, log):
        with open(self.path(log), "ab") as out:
            return subprocess.Popen(argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    # ---- broker

    def start_broker(self):
        self.broker = self.start([self.mosquitto, "-c", self.path("mosquitto.conf")], "broker.log")
        until(self.listening, "the broker")

    def stop_broker(self):
        rig.stop(self.broker)

    def listening(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    # ---- bridge

    def start_bridge(self, *more):
        self.bridge = self.start(
            [rig.BRIDGE, self.format, "--to", f"mqtt://127.0.0.1:{self.port}", "--spool", self.path("spool"),
             *self.options, *more], "bridge.log")

    def kill_bridge(self):
        self.bridge.kill()
        self.bridge.wait(PATIENCE_S)

    def stop_bridge(self):
        """SIGTERM; the exit status."""
        self.bridge.terminate()
        return self.bridge.wait(PATIENCE_S)

    def said(self):
        with open(self.path("bridge.log"), errors="replace") as f:
            return f.read()

    def status(self):
        out = subprocess.run([rig.BRIDGE, "status", "--spool", self.path("spool"), "--format", "json"],
                             capture_output=True, text=True).stdout
        return json.loads(out) if out else {}

    def waiting(self):
        """Batches in the spool and documents in its inbox."""
        s = self.status()
        if not s or not s["spool"]:
            return 0  # nothing was begun
        return s["spool"]["waiting"] + s["inbox"]["documents"]

    # ---- hub

    def export(self, what, person="anna"):
        r = subprocess.run([rig.DOZED, "-c", self.path("dozed.conf"), "export", "--person", person, "--what", what,
                            "--format", "json"], capture_output=True, text=True)
        return [json.loads(line) for line in r.stdout.splitlines()] if r.returncode == 0 else []

    def start_daemon(self):
        self.daemon = self.start([rig.DOZED, "-c", self.path("dozed.conf"), "run"], "dozed.log")

    def stop_daemon(self):
        rig.stop(self.daemon)

    def count(self, what, person="anna"):
        return len(self.export(what, person))

    # ---- files

    def put(self, name, text, how="w"):
        path = os.path.join(self.drop, name)
        with open(path, how) as f:
            f.write(text)
        return path

    def move_in(self, name, text):
        """As synchronisers do: beside, then renamed."""
        beside = self.path("beside")
        with open(beside, "w") as f:
            f.write(text)
        os.rename(beside, os.path.join(self.drop, name))

    def close(self):
        for p in (self.bridge, self.daemon, self.broker):
            if p and p.poll() is None:
                rig.stop(p)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if os.environ.get("DOZED_KEEP"):
            print("kept:", self.dir)
            self.dir = self.path("none")
        self.close()


def activity(first_minute, minutes):
    """A CSV of one value a minute."""
    rows = (f"{MIDNIGHT + 60 * m},{m % 97}\n" for m in range(first_minute, first_minute + minutes))
    return "time,activity\n" + "".join(rows)


def rating(day, value):
    return f"time,kind,value\n{MIDNIGHT + 86400 * day + 27000},sleep_quality,{value}\n"
