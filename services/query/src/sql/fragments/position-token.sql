-- The token of a write's position (packages/log/src/position.ts): base64url of JSON, null for the other partitions.
translate(
  encode(
    convert_to(
      '[1,"' || p.log_id || '",[' || repeat('null,', p.partition) || (p.from_offset + 1)
        || repeat(',null', /*partitions*/ - p.partition - 1) || ']]',
      'UTF8'),
    'base64'),
  E'+/=\n', '-_')
