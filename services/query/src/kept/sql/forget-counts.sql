-- After a redaction: names that only the redacted claim gave may be among what was counted before it was retracted.
delete from reads.kept_counts
