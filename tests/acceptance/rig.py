# SPDX-License-Identifier: MIT
"""A private broker, a real dozed and a real bridge on loopback, in one temporary directory.

Knows where the programs are (DOZED_BUILD) and where the shared recordings are
(DOZED_SHARED_DATA); a bar that needs what is absent skips and says so. Only processes that
were started here are ended, by their pids."""
import csv, io, os, shutil, signal, socket, subprocess, sys, tempfile, time

SOURCE = os.environ.get("DOZED_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("DOZED_BUILD") or os.path.join(SOURCE, "build-release")
SHARED = os.environ.get("DOZED_SHARED_DATA") or os.path.join(SOURCE, "..", "shared", "data")
DOZED = os.path.join(BUILD, "daemon", "dozed")
BRIDGE = os.path.join(BUILD, "bridge", "dozed-bridge")
SCORERS = os.path.join(BUILD, "scorers")
SKIP = 77


def shared(path):
    full = os.path.join(SHARED, path)
    if not os.path.exists(full):
        print(f"SKIP: {full} not found")
        sys.exit(SKIP)
    return full


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def stop(process):
    """Asked until it ends: mosquitto forgets a SIGTERM that comes before its loop runs."""
    end = time.monotonic() + 30
    while process.poll() is None:
        process.terminate()
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise


class Rig:
    def __init__(self, people, options=""):
        """people: {id: zone}"""
        mosquitto = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not mosquitto:
            print("SKIP: mosquitto not found")
            sys.exit(SKIP)
        self.dir = tempfile.mkdtemp(prefix="dozed-bar-")
        self.state = os.path.join(self.dir, "state")
        os.mkdir(self.state)
        self.config = os.path.join(self.dir, "dozed.conf")
        self.port = free_port()
        with open(os.path.join(self.dir, "mosquitto.conf"), "w") as f:
            f.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
                    f"persistence_location {self.dir}/\nautosave_interval 1\nmax_queued_messages 1000000\n"
                    f"max_inflight_messages 1000\nmessage_size_limit 65536\n")
        if os.getuid() == 0:  # mosquitto gives up root for a user who must be able to write here
            os.chmod(self.dir, 0o777)
        with open(self.config, "w") as f:
            f.write(f'state_dir = "{self.state}"\nruntime_dir = "{self.state}"\nscorer_dir = "{SCORERS}"\n'
                    f'broker {{ host = "127.0.0.1" port = {self.port} }}\n{options}\n')
            for person, zone in people.items():
                f.write(f'person "{person}" {{ timezone = "{zone}" }}\n')
        self.broker = self.start([mosquitto, "-c", os.path.join(self.dir, "mosquitto.conf")], "broker.log")
        self.until(self.listening, 10, "the broker")
        self.daemon = None

    def start(self, argv, log):
        out = open(os.path.join(self.dir, log), "ab")
        return subprocess.Popen(argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def listening(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    @staticmethod
    def until(done, seconds, what):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise SystemExit(f"gave up waiting for {what}")
            time.sleep(0.05)

    def run(self):
        self.daemon = self.start([DOZED, "-c", self.config, "run"], "dozed.log")
        self.until(lambda: self.dozed("status", check=False).returncode == 0, 30, "dozed to run")

    def stored(self):
        return os.path.exists(os.path.join(self.state, "dozed.db"))

    def kill(self, how=signal.SIGKILL):
        self.daemon.send_signal(how)
        self.daemon.wait(30)

    def dozed(self, *args, check=True):
        r = subprocess.run([DOZED, "-c", self.config, *args], capture_output=True, text=True)
        if check and r.returncode != 0:
            raise SystemExit(f"dozed {' '.join(args)}: exit {r.returncode}\n{r.stderr}")
        return r

    def bridge(self, *args, check=True, to=True):
        where = ["--to", f"mqtt://127.0.0.1:{self.port}", "--spool", os.path.join(self.dir, "spool")] if to else []
        r = subprocess.run([BRIDGE, args[0], *where, *args[1:]], capture_output=True, text=True)
        if check and r.returncode != 0:
            raise SystemExit(f"dozed-bridge {' '.join(args)}: exit {r.returncode}\n{r.stderr[-3000:]}")
        return r

    def settle(self, seconds=600):
        """Everything that was sent is scored."""
        self.dozed("status", "--wait", str(seconds))

    def export(self, what, *who):
        text = self.dozed("export", *(who or ("--all",)), "--what", what).stdout
        return list(csv.DictReader(io.StringIO(text)))

    def close(self):
        for p in (self.daemon, self.broker):
            if p and p.poll() is None:
                stop(p)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if os.environ.get("DOZED_KEEP"):
            print("kept:", self.dir)
        self.close()


class Bars:
    """Collects `name: figure, bar` lines and the verdict."""
    def __init__(self):
        self.failed = 0

    def check(self, name, ok, figure):
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}: {figure}", flush=True)

    def done(self):
        sys.exit(1 if self.failed else 0)
