-- One process at a time may make or promote a view's generation.
select pg_advisory_xact_lock(hashtextextended('ledgerline view ' || $1, 0))
