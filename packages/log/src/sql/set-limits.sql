-- For this transaction only. What waits for a lane, or hangs with one in its hands, is ended.
select set_config('synchronous_commit', $1, true), set_config('lock_timeout', $2, true),
  set_config('idle_in_transaction_session_timeout', $3, true)
