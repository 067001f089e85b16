"""Subscribes to each URL given, for ever: a cut stream is resumed by Last-Event-ID.

Prints a line an item: place of the URL, lane and key, parted by tabs.
"""

import json
import sys
import threading
import time

import httpx
from httpx_sse import connect_sse

lock = threading.Lock()


def subscribe(place, url):
    last = None
    while True:
        headers = {"Last-Event-ID": last} if last else {}
        try:
            with httpx.Client(timeout=httpx.Timeout(5, read=45)) as client:
                with connect_sse(client, "GET", url, headers=headers) as stream:
                    stream.response.raise_for_status()
                    for frame in stream.iter_sse():
                        last = frame.id or last
                        # This library hands over frames without data too, which the standard drops.
                        if frame.event == "message" and frame.data:
                            show(place, json.loads(frame.data))
        except httpx.HTTPError:
            pass
        time.sleep(0.05)


def show(place, item):
    if "offset" in item:
        lane, key = item["partition"], f"{item['offset']} {item['event']['id']}"
    else:
        lane, key = item["subject"], f"{item['change']} {item['event']['id']}"
    with lock:
        print(place, lane, key, sep="\t", flush=True)


for place, url in enumerate(sys.argv[1:]):
    threading.Thread(target=subscribe, args=(place, url), daemon=True).start()
threading.Event().wait()
