-- How many answers were refusals, for the console's overview. An isolate adds what it counted in a minute that is over; the
-- cron deletes what is older than two hours.
CREATE TABLE refusal_counts (
  status INTEGER NOT NULL,                                    -- of the answers, from 400
  minute INTEGER NOT NULL,                                    -- since 1970
  total  INTEGER NOT NULL,
  PRIMARY KEY (status, minute)
) STRICT, WITHOUT ROWID;
