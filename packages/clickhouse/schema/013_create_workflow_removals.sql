-- What a clean-up is about to remove: noted first, so that every table is told the same. One partition a clean-up, gone when it is done.
CREATE TABLE IF NOT EXISTS workflow_removals (
  job String,
  kind Enum8('run' = 1, 'remnant' = 2, 'candidate' = 3, 'trace' = 4, 'day' = 5),
  id String,
  workflow LowCardinality(String),
  day Date,
  at DateTime DEFAULT now()
) ENGINE = MergeTree
PARTITION BY job
ORDER BY (kind, id)
TTL at + INTERVAL 1 DAY
SETTINGS ttl_only_drop_parts = 1, {{deduplicate}};
