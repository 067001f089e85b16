copy timeline.versions (
  subject, version, partition, from_offset, to_offset, change, reason, note,
  state, kind, type, title, earliest, latest, occurred_sort,
  published_earliest, published_latest, first_recorded_at, recorded_at,
  event_source, event_id, terms, search_config, search,
  occurred, published, figures, data)
from stdin (format binary)
