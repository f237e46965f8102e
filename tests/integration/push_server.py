#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small HTTP server for the tests of push: answers as it is told, one word a request, then
"200", and writes each request down as a line of JSON before it answers.

usage: push_server.py LOG [--tls CERT KEY] [--port N] [ANSWER...]
ANSWER: a status, with ":N" for Retry-After: N, "hang" (reads, never answers), "drop" (reads,
closes), "flood" (200 with a body without end), or "away" (302 to another server). Prints its
port when it listens; ends with its standard input."""
import http.server
import json
import os
import ssl
import sys
import threading

args = sys.argv[1:]
log, tls, port, answers = args.pop(0), None, 0, []
while args:
    word = args.pop(0)
    if word == "--tls":
        tls = (args.pop(0), args.pop(0))
    elif word == "--port":
        port = int(args.pop(0))
    else:
        answers.append(word)
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with lock:
            answer = answers.pop(0) if answers else "200"
            with open(log, "a", encoding="utf-8") as f:
                f.write(json.dumps({"path": self.path, "body": body, "answer": answer,
                                    "headers": {k.lower(): v for k, v in self.headers.items()}}) + "\n")
        if answer == "hang":
            threading.Event().wait()
        if answer == "drop":
            self.close_connection = True
            return
        status, _, after = answer.partition(":")
        self.send_response({"flood": 200, "away": 302}.get(status) or int(status))
        if after:
            self.send_header("Retry-After", after)
        if answer == "away":
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        if answer != "flood":
            self.send_header("Content-Length", "2")
        self.end_headers()
        try:
            while answer == "flood":
                self.wfile.write(b"x" * 65536)
            self.wfile.write(b"ok")
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that went away, or refused our certificate
        pass


server = Server(("127.0.0.1", port), Handler)
if tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.write(1, f"{server.server_address[1]}\n".encode())
sys.stdin.read()
os._exit(0)
