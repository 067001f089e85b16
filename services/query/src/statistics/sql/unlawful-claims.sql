-- How many claims have been found unlawful; from an index of these alone.
select count(*)::int as claims from statistics.claims where state = 'retracted' and title = ''
