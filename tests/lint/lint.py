# SPDX-License-Identifier: MIT
"""What the Python rules share: the project's files, C text without comments and strings, and
a report that prints "file:line: reason" and ends with the number of findings as a verdict.
Not executable, so that ./check does not take it for a rule."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
findings = 0


def files(*endings, under=""):
    """Tracked files as git sees them, with endings given also new ones (not anybody's scratch
    files); in a tarball, every file but builds."""
    new = ["--others", "--exclude-standard"] if endings else []
    try:
        out = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", *new],
                             capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        out = []
        for folder, dirs, names in os.walk("."):
            dirs[:] = [d for d in dirs if not d.startswith((".git", "build"))]
            out += [os.path.join(folder, n)[2:] for n in names]
    found = [f for f in sorted(set(out)) if f.startswith(under) and os.path.isfile(f)]
    return [f for f in found if not endings or f.endswith(endings)]


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_lines(path):
    """The lines of a C file with comments and the insides of strings blanked."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return TOKEN.sub(blank, read(path)).split("\n")


def finding(path, line, reason):
    global findings
    findings += 1
    print(f"{path}:{line}: {reason}")


def note(path, line, reason):
    """Worth reading, no fault."""
    print(f"note {path}:{line}: {reason}")


def end():
    sys.exit(1 if findings else 0)
