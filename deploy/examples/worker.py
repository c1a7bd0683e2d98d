#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A department's program, whole (needs pyzmq): worker.py KEYFILE [ENDPOINT [TASKS]]
KEYFILE is from "dunghen keys worker"; it ends after TASKS. See schemas/worker-protocol.md."""
import json
import sys
import time

import zmq


def connect(keys, endpoint):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 200
    socket.curve_publickey, socket.curve_secretkey = keys["public"].encode(), keys["secret"].encode()
    socket.curve_serverkey = keys["server"].encode()
    socket.connect(endpoint)
    say(socket, b"HELLO", {"protocol": 1, "name": "worker.py", "credit": 10})
    return socket


def say(socket, verb, *body):
    socket.send_multipart([verb, *(json.dumps(part).encode() for part in body)])


def work(task):
    """What the department does. Long work needs a thread: the loop must come round each second."""
    print(task["reference"], task["service"], task["content"].get("description", ""), flush=True)
    return {"result": "solved", "text": "Đã giải quyết xong."}


def main(key_file, endpoint="tcp://127.0.0.1:5570", limit="0"):
    keys = dict(line.split() for line in open(key_file, encoding="ascii"))
    socket, heard, beat, done, in_hand = connect(keys, endpoint), time.monotonic(), 0, 0, {}
    while limit == "0" or done < int(limit):
        if socket.poll(1000):
            verb, *frames = socket.recv_multipart()
            items, heard = json.loads(frames[0] if frames else "[]"), time.monotonic()
            if verb == b"TASK":
                in_hand.update({(t["task"], t["epoch"]): t for t in items})
                say(socket, b"ACCEPT", [{"task": t["task"], "epoch": t["epoch"]} for t in items])
            elif verb == b"OK":
                done += sum(i["verb"] == "done" for i in items)
                ours = [in_hand.pop((i["task"], i["epoch"]), None) for i in items if i["verb"] == "accept"]
                if any(ours):
                    say(socket, b"DONE", [{"task": t["task"], "epoch": t["epoch"], "answer": work(t)} for t in ours if t])
            elif verb in (b"REFUSED", b"ERROR"):
                print(verb.decode(), items, file=sys.stderr, flush=True)
                heard -= 2.5 * (verb == b"ERROR")  # begin again, but not at once
        if time.monotonic() - heard > 3:
            socket.close()
            socket, heard, in_hand = connect(keys, endpoint), time.monotonic(), {}
        if time.monotonic() - beat > 1:
            say(socket, b"HEARTBEAT")
            beat = time.monotonic()
    say(socket, b"BYE")


main(*sys.argv[1:])
