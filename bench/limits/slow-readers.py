"""Readers of a stream that take 1 kB a second: a process of its own, so that whoever measures the others is not busy with
them, and not in Node, which can't say how much the kernel may hold for a socket: by itself it holds up to 32 MB for one,
and what is looked for is what becomes of a reader once its own budget is spent.
Environment: STREAM_URL, READERS. Prints "ready" when all have their first bytes. One that is dropped does not come back.
"""

import os
import select
import socket
import time
from urllib.parse import urlsplit

BYTES_PER_SECOND = 1000
KERNEL_BYTES = 64 * 1024

url = urlsplit(os.environ["STREAM_URL"])
head = f"GET {url.path} HTTP/1.1\r\nHost: localhost:{url.port}\r\nAccept: text/event-stream\r\n\r\n"
readers = []
for _ in range(int(os.environ["READERS"])):
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BYTES)
    reader.connect((url.hostname, url.port))
    reader.sendall(head.encode())
    readers.append(reader)
for reader in readers:
    reader.recv(1)
print("ready", flush=True)
while True:
    time.sleep(1)
    for reader in list(readers):
        try:
            if select.select([reader], [], [], 0)[0] and not reader.recv(BYTES_PER_SECOND):
                readers.remove(reader)
        except OSError:
            readers.remove(reader)
