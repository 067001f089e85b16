"""NDJSON of claims on stdin -> a SQLite database for Datasette, with the same indexes and FTS5. Usage: build-datasette.py FILE"""

import json
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
db.execute("create table claims(subject text primary key, kind text, occurred text, country text, title text, words text, doc text)")
columns = ("subject", "kind", "occurred", "country", "title", "words", "doc")
with db:
    rows = (tuple(json.loads(line)[name] for name in columns) for line in sys.stdin)
    db.executemany("insert into claims values (?, ?, ?, ?, ?, ?, ?)", rows)
db.executescript(
    """create index by_time on claims(occurred, subject);
    create index by_kind on claims(kind, occurred);
    create virtual table claims_fts using fts5(words, content='claims', tokenize='porter');
    insert into claims_fts(claims_fts) values('rebuild');
    analyze; vacuum;"""
)
