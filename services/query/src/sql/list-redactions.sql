-- By claim: who had it redacted, when, and why.
select subject, reason, redacted_by as "redactedBy", min(redacted_at) as "redactedAt", count(*)::int as records
from projection.redactions
group by subject, reason, redacted_by
order by min(redacted_at) desc, subject, reason, redacted_by
