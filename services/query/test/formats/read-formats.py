"""Reads what the formats wrote, by the libraries that others read them with; prints what they understood, as JSON."""
import csv
import datetime
import io
import json
import pathlib
import sys
import tempfile

import feedparser
import geojson
import icalendar
import jsonfeed
from csvw import CSVW


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_table(text, metadata):
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "table.csv").write_bytes(text.encode())
    (folder / "metadata.json").write_text(json.dumps({**metadata, "url": "table.csv"}))
    table = CSVW(str(folder / "metadata.json"), validate=True)
    assert table.is_valid, [str(one.message) for one in table.warnings]
    return list(table.tables[0].iterdicts(strict=True))


def read_csvw(text, metadata):
    rows = read_table(text, metadata)
    return [{name: row[name] for name in ("subject", "figure", "lower", "upper", "countries")} for row in rows]


def read_ics(text):
    calendar = icalendar.Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "a line is too long"
    assert not any(event.errors for event in events), "errors"
    return [
        {
            "uid": str(event["UID"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "start": event.decoded("DTSTART").isoformat(),
            "end": event.decoded("DTEND").isoformat(),
            "status": str(event["STATUS"]),
            "sequence": int(event.get("SEQUENCE", 0)),
            "categories": [str(one) for one in event["CATEGORIES"].cats],
        }
        for event in events
    ]


def read_atom(text):
    feed = feedparser.parse(text.encode())
    assert not feed.bozo, str(feed.get("bozo_exception"))
    return {
        "version": feed.version,
        "links": {link.rel: link.href for link in feed.feed.links},
        "id": feed.feed.id,
        "updated": feed.feed.updated,
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "authors": [author.name for author in entry.get("authors", [])],
                "tags": [tag.term for tag in entry.tags],
                "content": entry.content[0].value,
                "via": [link.href for link in entry.links if link.rel == "via"],
            }
            for entry in feed.entries
        ],
    }


def read_geojson(text):
    collection = geojson.loads(text)
    assert collection.is_valid, collection.errors()
    return [
        {
            "id": one.get("id", one["properties"].get("name")),
            "geometry": one["geometry"],
            "from": one["properties"].get("geometry_from", one["properties"].get("pointFrom")),
        }
        for one in collection["features"]
    ]


def read_jsonfeed(text):
    feed = jsonfeed.Feed.parse_string(text)
    assert json.loads(text)["version"] == feed.version, "another version"
    return {
        "title": feed.title,
        "feed": feed.feed_url,
        "next": feed.next_url,
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "text": item.content_text,
                "external": item.external_url,
                "modified": datetime.datetime.fromisoformat(item.date_modified).isoformat(),
                "authors": [author.name for author in item.authors or []],
                "tags": item.tags,
            }
            for item in feed.items
        ],
    }


readers = {"csv": read_csv, "ics": read_ics, "atom": read_atom, "geojson": read_geojson, "jsonfeed": read_jsonfeed}
written = json.load(sys.stdin)
understood = {name: read(written[name]) for name, read in readers.items() if name in written}
if "metadata" in written:
    understood["csvw"] = read_csvw(written["csv"], written["metadata"])
if "tables" in written:
    understood["tables"] = [read_table(one["csv"], one["metadata"]) for one in written["tables"]]
json.dump(understood, sys.stdout, default=str)
