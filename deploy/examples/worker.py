#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A department's program, whole (needs pyzmq): worker.py KEYFILE [ENDPOINT [TASKS]]. See schemas/worker-protocol.md."""
import json, sys, time
import zmq


def connect(key_file, endpoint):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger, socket.sndtimeo = 200, 1000
    keys = (line.split()[1] for line in sorted(open(key_file, "rb")))  # from "dunghen keys worker"
    socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = keys
    monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)  # of which the socket itself says nothing
    socket.connect(endpoint)
    socket.send_multipart([b"HELLO", b'{"protocol": 1, "name": "worker.py", "credit": 10}'])
    return socket, monitor, time.monotonic(), {}, [], []


def say(socket, in_hand, tasks):  # ACCEPT, or DONE of those that have an answer; it stays in_hand until its result
    in_hand.update({(t["task"], t["epoch"]): t for t in tasks})
    for verb, has in (b"ACCEPT", False), (b"DONE", True):
        items = [{k: t[k] for k in ("task", "epoch", "unit", "answer") if k in t} for t in tasks if ("answer" in t) == has]
        if items:
            socket.send_multipart([verb, json.dumps(items).encode()])


def work(task):
    """What the department does. Long work needs a thread: the loop must come round each second."""
    print(task["reference"], task["service"], task["content"].get("description", ""), flush=True)
    return {**task, "answer": {"result": "solved", "text": "Đã giải quyết xong."}}


def main(key_file, endpoint="tcp://127.0.0.1:5570", limit="0", beat=0, done=0):
    socket, monitor, heard, in_hand, busy, again = connect(key_file, endpoint)
    while limit == "0" or done < int(limit):
        if socket.poll(1000):
            verb, frame, *_ = *socket.recv_multipart(), b"[]"
            items, heard = json.loads(frame), time.monotonic()
            if verb == b"ERROR" and items["error"] != "message":
                heard -= 2.5  # begin again, not at once
            if verb in (b"REFUSED", b"ERROR"):
                print(verb.decode(), items, file=sys.stderr, flush=True)
            if verb == b"TASK":
                say(socket, in_hand, items)
            elif verb in (b"OK", b"REFUSED"):
                ours = [(i, t) for i in items if (t := in_hand.pop((i["task"], i["epoch"]), None))]
                done += sum(verb == b"OK" and i["verb"] == "done" for i in items)
                say(socket, in_hand, [work(t) for i, t in ours if verb == b"OK" and i["verb"] == "accept"])
                busy += [t for i, t in ours if i.get("refused") == "busy"]
        if time.monotonic() - heard > 3 or monitor.poll(0):
            print("this key is not known" if monitor.poll(0) else "no answer", "from", endpoint, file=sys.stderr)
            socket.close()
            socket, monitor, heard, in_hand, busy, again = connect(key_file, endpoint)
        if time.monotonic() - beat > 1:
            socket.send(b"HEARTBEAT")
            say(socket, in_hand, again)
            beat, again, busy = time.monotonic(), busy, []
    socket.send(b"BYE")


main(*sys.argv[1:])
