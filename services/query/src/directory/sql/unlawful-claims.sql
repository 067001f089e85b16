-- How many claims have been found unlawful; from an index of these alone.
select count(*)::int as claims from timeline.versions where change = 'retracted' and reason = 'unlawful'
