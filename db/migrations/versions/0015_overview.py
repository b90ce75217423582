"""What the overview and the objections are counted from: narrow rows of calls and of steps; no JSON is opened to count.

Revision: 0015
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE call_facts (
  transcript_id bigint PRIMARY KEY, client_key text NOT NULL, met date,
  stage text, stage_counts boolean NOT NULL, outcome text, outcome_counts boolean NOT NULL,
  amount numeric, amount_state text,
  products text[] NOT NULL, advisers text[] NOT NULL, unsupported text[] NOT NULL,
  objections text[] NOT NULL, objection_turns integer[] NOT NULL, objection_phases text[] NOT NULL,
  worries text[] NOT NULL, handlings text[] NOT NULL
);
CREATE INDEX ix_call_facts_latest ON call_facts (client_key, met DESC NULLS LAST, transcript_id DESC)
  INCLUDE (stage, stage_counts, outcome, outcome_counts, amount, amount_state);
CREATE INDEX ix_call_facts_unsupported ON call_facts (transcript_id) WHERE unsupported <> '{}';
CREATE TABLE call_steps (
  transcript_id bigint NOT NULL, place integer NOT NULL, step_key text NOT NULL, owner text NOT NULL,
  day date, met date, PRIMARY KEY (transcript_id, place)
);
CREATE INDEX ix_call_steps_day ON call_steps (day DESC, transcript_id DESC, place);
CREATE INDEX ix_call_steps_met ON call_steps (met DESC NULLS LAST, transcript_id DESC, place) WHERE day IS NULL;
CREATE TABLE done_steps (
  transcript_id bigint NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE, step_key text NOT NULL,
  actor text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (transcript_id, step_key)
);
CREATE INDEX ix_runs_failed ON runs (created_at DESC) WHERE state = 'failed'"""

COLUMNS = (
    "transcript_id, client_key, met, stage, stage_counts, outcome, outcome_counts, amount, amount_state,"
    " products, advisers, unsupported, objections, objection_turns, objection_phases, worries, handlings"
)


def as_date(day: str) -> str:
    """SQL for an ISO day as a date; null for what is no day of any calendar, where a cast would end the upsert."""
    short = "(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
    known = f"^[12][0-9]{{3}}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|{short})$"
    year = f"left({day}, 4)::integer"
    leap = f"mod({year}, 4) = 0 AND (mod({year}, 100) <> 0 OR mod({year}, 400) = 0)"
    return f"""CASE WHEN {day} ~ '{known}' THEN {day}::date
    WHEN {day} ~ '^[12][0-9]{{3}}-02-29$' THEN CASE WHEN {leap} THEN {day}::date END END"""


# What a run found, what stands, and what people said: objects in any case.
WHOLE = """\
CROSS JOIN LATERAL (SELECT
  CASE jsonb_typeof(t.extracted_data) WHEN 'object' THEN t.extracted_data ELSE '{}' END AS told,
  CASE jsonb_typeof(t.crm_data) WHEN 'object' THEN t.crm_data ELSE '{}' END AS crm,
  CASE jsonb_typeof(t.edits -> 'crm_data') WHEN 'object' THEN t.edits -> 'crm_data' ELSE '{}' END AS said
) AS whole"""

# A value counts where words of the call support it (verified, paraphrased) or where a person wrote or confirmed it. A
# list counts item by item. An amount that nothing supports is kept beside its state, to be shown and never summed.
READ = """
SELECT t.id, coalesce(t.client_key, 'row|' || t.id), {met},
  left(t.deal_stage, 100), t.deal_stage IS NOT NULL AND (said ? 'deal_stage' OR t.outcome IS NULL OR outcome_counts),
  left(t.outcome, 100), t.outcome IS NOT NULL AND outcome_counts,
  CASE WHEN t.amount_said THEN t.deal_amount WHEN amount_fact ->> 'state' = 'unsupported' AND NOT said ? 'deal_amount'
    AND jsonb_typeof(amount_fact -> 'value') = 'number' THEN (amount_fact ->> 'value')::numeric END,
  CASE WHEN said ? 'deal_amount' THEN CASE WHEN t.amount_said THEN 'person' END
    WHEN t.amount_said AND amount_fact ->> 'state' IN ('verified', 'paraphrased') THEN amount_fact ->> 'state'
    WHEN t.amount_said OR amount_fact ->> 'state' = 'unsupported' THEN 'unsupported' END,
  products.names,
  ARRAY(SELECT DISTINCT left(each #>> '{}', 200) FROM jsonb_path_query(t.call,
    '$.speakers[*] ? (@.side == "advisor").name') AS each WHERE each #>> '{}' <> ''),
  ARRAY(
    SELECT key FROM jsonb_each(facts) WHERE value ->> 'state' = 'unsupported' AND NOT said ? key
    UNION SELECT 'outcome' WHERE NOT said ? 'outcome'
      AND (t.outcome IS NOT NULL AND NOT outcome_counts OR told -> 'outcome' ->> 'state' = 'unsupported')
    UNION SELECT 'deal_amount' WHERE t.amount_said AND NOT said ? 'deal_amount'
      AND coalesce(amount_fact ->> 'state' NOT IN ('verified', 'paraphrased'), true)
    UNION SELECT 'products_discussed' WHERE products.left_out
    UNION SELECT 'objections' WHERE objections.left_out
    UNION SELECT 'next_steps' WHERE steps.left_out
  ),
  objections.names, objections.turns, objections.phases, objections.worries,
  ARRAY(SELECT (SELECT left(each ->> 'handling', 40) FROM jsonb_array_elements(handled) AS each
    WHERE left(each ->> 'category', 100) = worry LIMIT 1)
    FROM unnest(objections.worries) WITH ORDINALITY AS listed (worry, place) ORDER BY place)
FROM {calls} AS t
{whole}
CROSS JOIN LATERAL (SELECT
  CASE jsonb_typeof(told -> 'facts') WHEN 'object' THEN told -> 'facts' ELSE '{}' END AS facts,
  told -> 'facts' -> 'deal_amount' AS amount_fact,
  coalesce(said ? 'outcome' OR told -> 'outcome' ->> 'state' IN ('verified', 'paraphrased'), false) AS outcome_counts,
  CASE jsonb_typeof(told -> 'products_discussed') WHEN 'array' THEN told -> 'products_discussed' ELSE '[]' END
    AS found_products,
  CASE jsonb_typeof(told -> 'objections') WHEN 'array' THEN told -> 'objections' ELSE '[]' END AS found_objections,
  CASE jsonb_typeof(told -> 'next_steps') WHEN 'array' THEN told -> 'next_steps' ELSE '[]' END AS found_steps,
  CASE jsonb_typeof(t.coaching -> 'measures' -> 'objections') WHEN 'array' THEN t.coaching -> 'measures' -> 'objections'
    ELSE '[]' END AS handled
) AS parts
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(DISTINCT left(name, 100)) FILTER (WHERE counts), '{}') AS names,
    coalesce(bool_or(NOT counts), false) OR NOT said ? 'products_discussed'
      AND found_products @> '[{"state": "unsupported"}]' AS left_out
  FROM (
    SELECT name, said ? 'products_discussed' OR EXISTS (SELECT FROM jsonb_array_elements(found_products) AS each
      WHERE each ->> 'value' = name AND each ->> 'state' IN ('verified', 'paraphrased')) AS counts
    FROM jsonb_array_elements_text(
      CASE jsonb_typeof(crm -> 'products_discussed') WHEN 'array' THEN crm -> 'products_discussed' ELSE '[]' END
    ) AS name
  ) AS listed
) AS products
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(name ORDER BY name, turn) FILTER (WHERE counts), '{}') AS names,
    coalesce(array_agg(turn ORDER BY name, turn) FILTER (WHERE counts), '{}') AS turns,
    coalesce(array_agg(left(t.dialogue -> turn ->> 'phase', 100) ORDER BY name, turn) FILTER (WHERE counts), '{}')
      AS phases,
    coalesce(array_agg(DISTINCT name) FILTER (WHERE counts), '{}') AS worries,
    coalesce(bool_or(NOT counts), false) OR NOT said ? 'objections'
      AND found_objections @> '[{"state": "unsupported"}]' AS left_out
  FROM (
    SELECT left(name, 100) AS name, turn, said ? 'objections' OR turn IS NOT NULL AS counts
    FROM (SELECT DISTINCT each AS name FROM jsonb_array_elements_text(
      CASE jsonb_typeof(crm -> 'objections') WHEN 'array' THEN crm -> 'objections' ELSE '[]' END) AS each
    ) AS standing
    LEFT JOIN LATERAL (
      SELECT DISTINCT (quote ->> 'turn')::integer AS turn
      FROM jsonb_array_elements(found_objections) AS each, jsonb_array_elements(
        CASE jsonb_typeof(each -> 'evidence') WHEN 'array' THEN each -> 'evidence' ELSE '[]' END) AS quote
      WHERE each ->> 'category' = name AND each ->> 'state' IN ('verified', 'paraphrased')
        AND CASE WHEN jsonb_typeof(quote -> 'turn') = 'number' THEN quote ->> 'turn' ~ '^[0-9]{1,7}$' ELSE false END
    ) AS raised ON true
  ) AS listed
) AS objections
CROSS JOIN LATERAL (
  SELECT coalesce(bool_or(NOT counts), false) OR NOT said ? 'next_steps'
      AND found_steps @> '[{"state": "unsupported"}]' AS left_out
  FROM ({steps}) AS listed
) AS steps"""

# The next steps of one call, of which the statements around know ``crm``, ``said`` and ``told``.
STEPS_OF_ONE = """
SELECT place, coalesce(step ->> 'owner', '') AS owner, step ->> 'due_date' AS day,
  trim(regexp_replace(lower(step ->> 'action'), '[^[:alnum:]]+', ' ', 'g')) AS action,
  said ? 'next_steps' OR EXISTS (SELECT FROM jsonb_array_elements(found_steps) AS each
    WHERE each ->> 'action' = step ->> 'action' AND each ->> 'state' IN ('verified', 'paraphrased')) AS counts
FROM jsonb_array_elements(
  CASE jsonb_typeof(crm -> 'next_steps') WHEN 'array' THEN crm -> 'next_steps' ELSE '[]' END
) WITH ORDINALITY AS each (step, place)
WHERE step ->> 'action' <> ''"""
READ_STEPS = """
SELECT t.id, (place - 1)::integer, left(md5(owner || '|' || action), 16), left(owner, 40), {day}, {met}
FROM {calls} AS t
{whole}
CROSS JOIN LATERAL (SELECT
  CASE jsonb_typeof(told -> 'next_steps') WHEN 'array' THEN told -> 'next_steps' ELSE '[]' END AS found_steps
) AS parts
CROSS JOIN LATERAL ({steps}) AS listed
WHERE counts"""
READ, READ_STEPS = (
    statement.replace("{whole}", WHOLE)
    .replace("{steps}", STEPS_OF_ONE)
    .replace("{met}", as_date("t.meeting_date"))
    .replace("{day}", as_date("day"))
    for statement in (READ, READ_STEPS)
)

NEW = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[1:])
WRITE = f"""
INSERT INTO call_facts ({COLUMNS})
{READ.replace("{calls}", "changed_rows")}
ON CONFLICT (transcript_id) DO UPDATE SET {NEW}
WHERE (call_facts.*) IS DISTINCT FROM (excluded.*)"""
STEPS = "transcript_id, place, step_key, owner, day, met"
WRITE_STEPS = f"""
INSERT INTO call_steps ({STEPS})
{READ_STEPS.replace("{calls}", "changed_rows")}"""

# Written by the database itself, once a statement, so that no writer can forget it. A call's row goes with the call;
# a foreign key would be checked once for each.
TRIGGERS = """
CREATE FUNCTION aftercall_call_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {write};
  DELETE FROM call_steps USING changed_rows WHERE transcript_id = changed_rows.id;
  {steps};
  RETURN NULL;
END $$;
CREATE FUNCTION aftercall_call_facts_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM call_facts;
    DELETE FROM call_steps;
  ELSE
    DELETE FROM call_facts USING changed_rows WHERE transcript_id = changed_rows.id;
    DELETE FROM call_steps USING changed_rows WHERE transcript_id = changed_rows.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER call_facts_insert AFTER INSERT ON transcripts REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_call_facts();
CREATE TRIGGER call_facts_update AFTER UPDATE ON transcripts REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_call_facts();
CREATE TRIGGER call_facts_delete AFTER DELETE ON transcripts REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_call_facts_gone();
CREATE TRIGGER call_facts_truncate AFTER TRUNCATE ON transcripts
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_call_facts_gone()"""

STORED_ALREADY = (
    f"INSERT INTO call_facts ({COLUMNS}) {READ.replace('{calls}', 'transcripts')}",
    f"INSERT INTO call_steps ({STEPS}) {READ_STEPS.replace('{calls}', 'transcripts')}",
)


def upgrade() -> None:
    """Adds the tables, and the rows of every call that is there."""
    connection = op.get_bind()
    triggers = TRIGGERS.replace("{write}", WRITE).replace("{steps}", WRITE_STEPS)
    for statement in (TABLES, triggers, *STORED_ALREADY):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Takes them away again; which next steps people marked as done is lost, all else is counted anew."""
    connection = op.get_bind()
    for name in ("insert", "update", "delete", "truncate"):
        connection.exec_driver_sql(f"DROP TRIGGER call_facts_{name} ON transcripts")
    for statement in (
        "DROP FUNCTION aftercall_call_facts",
        "DROP FUNCTION aftercall_call_facts_gone",
        "DROP INDEX ix_runs_failed",
        "DROP TABLE done_steps",
        "DROP TABLE call_steps",
        "DROP TABLE call_facts",
    ):
        connection.exec_driver_sql(statement)
