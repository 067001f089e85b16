-- Every row with all that came from its event, for verification.
select partition, "offset", source || ' ' || id || ' ' || subject || ' ' || event::text as content
from journal.events
