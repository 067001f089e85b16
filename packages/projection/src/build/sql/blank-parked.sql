-- Their bytes are the payload too.
with parked as (
  update projection.parked set value = convert_to('redacted', 'UTF8'), message = 'redacted' where subject = $1
)
update projection.discarded set value = convert_to('redacted', 'UTF8'), message = 'redacted' where subject = $1
