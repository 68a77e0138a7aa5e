CREATE TABLE activity_executions (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    activity_id text NOT NULL,
    activity_type text NOT NULL,
    activity_name text,
    node_id text NOT NULL,
    status character varying(40) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    state text,
    payload text,
    outputs text,
    exception text,
    has_bookmarks boolean NOT NULL,
    aggregate_fault_count integer NOT NULL,
    parent_execution_id uuid,
    CONSTRAINT pk_activity_executions PRIMARY KEY (id)
);


CREATE TABLE alerts (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    chain character varying(120) NOT NULL,
    round integer NOT NULL,
    rung integer NOT NULL,
    recipient_key character varying(200) NOT NULL,
    recipient_id uuid,
    recipient_role character varying(40),
    recipient_section character varying(100),
    text character varying(600) NOT NULL,
    why_me character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_on date NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by_id uuid,
    acknowledged_by_name character varying(100),
    revision integer NOT NULL,
    CONSTRAINT pk_alerts PRIMARY KEY (id)
);


CREATE TABLE audit_entries (
    chain character varying(120) NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    by_name character varying(100) NOT NULL,
    action character varying(100) NOT NULL,
    subject character varying(400) NOT NULL,
    data text,
    reason text,
    operation_id uuid NOT NULL,
    previous_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (chain, sequence)
);


CREATE TABLE audit_heads (
    chain character varying(120) NOT NULL,
    sequence bigint NOT NULL,
    hash character varying(64) NOT NULL,
    CONSTRAINT pk_audit_heads PRIMARY KEY (chain)
);


CREATE TABLE bookmarks (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    hash character varying(64) NOT NULL,
    payload text NOT NULL,
    activity_id text NOT NULL,
    node_id text NOT NULL,
    execution_id uuid NOT NULL,
    correlation_id character varying(200),
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT pk_bookmarks PRIMARY KEY (id)
);


CREATE TABLE calendar_days (
    "on" date NOT NULL,
    year integer NOT NULL,
    kind character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    CONSTRAINT pk_calendar_days PRIMARY KEY ("on")
);


CREATE TABLE calendar_years (
    year integer NOT NULL,
    status character varying(40) NOT NULL,
    version integer NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    loaded_by_name character varying(100) NOT NULL,
    revision integer NOT NULL,
    CONSTRAINT pk_calendar_years PRIMARY KEY (year)
);


CREATE TABLE deadlines (
    id uuid NOT NULL,
    rule_key character varying(60) NOT NULL,
    citation character varying(200) NOT NULL,
    case_no character varying(60) NOT NULL,
    chain character varying(120) NOT NULL,
    subject_kind character varying(40) NOT NULL,
    subject_id uuid NOT NULL,
    instance_id uuid,
    work_item_id uuid,
    title character varying(200) NOT NULL,
    anchor character varying(100) NOT NULL,
    anchor_on date NOT NULL,
    amount integer,
    unit character varying(40) NOT NULL,
    direction character varying(40) NOT NULL,
    rollover boolean NOT NULL,
    explicit_due_on date,
    opened_on date NOT NULL,
    round integer NOT NULL,
    round_on date NOT NULL,
    due_on date NOT NULL,
    provisional boolean NOT NULL,
    calendar_version character varying(400) NOT NULL,
    explanation text NOT NULL,
    explanation_json text NOT NULL,
    owner_role character varying(40) NOT NULL,
    owner_id uuid,
    owner_name character varying(100),
    section character varying(100),
    status character varying(40) NOT NULL,
    met_on date,
    closed_reason character varying(400),
    paused_on date,
    next_check_on date,
    revision integer NOT NULL,
    CONSTRAINT pk_deadlines PRIMARY KEY (id)
);


CREATE TABLE definition_files (
    definition_id character varying(60) NOT NULL,
    file_hash character varying(64) NOT NULL,
    taken_in_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_definition_files PRIMARY KEY (definition_id, file_hash)
);


CREATE TABLE definition_versions (
    id character varying(60) NOT NULL,
    definition_id character varying(60) NOT NULL,
    version integer NOT NULL,
    name character varying(200) NOT NULL,
    description text,
    json text NOT NULL,
    hash text NOT NULL,
    origin text NOT NULL,
    is_latest boolean NOT NULL,
    is_published boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_name text NOT NULL,
    published_at timestamp with time zone,
    CONSTRAINT pk_definition_versions PRIMARY KEY (id)
);


CREATE TABLE dispatches (
    id uuid NOT NULL,
    parent_instance_id uuid NOT NULL,
    parent_execution_id uuid NOT NULL,
    index integer NOT NULL,
    child_instance_id uuid NOT NULL,
    root_instance_id uuid,
    definition_id character varying(60) NOT NULL,
    correlation_id character varying(200),
    input text,
    wait_for_completion boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    CONSTRAINT pk_dispatches PRIMARY KEY (id)
);


CREATE TABLE incidents (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    activity_id text NOT NULL,
    activity_type text NOT NULL,
    node_id text NOT NULL,
    execution_id uuid NOT NULL,
    message text NOT NULL,
    detail text,
    at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text,
    resolution text,
    CONSTRAINT pk_incidents PRIMARY KEY (id)
);


CREATE TABLE journal (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_name text NOT NULL,
    activity_id text NOT NULL,
    activity_type text NOT NULL,
    activity_name text,
    node_id text NOT NULL,
    execution_id uuid NOT NULL,
    parent_execution_id uuid,
    event_name character varying(60) NOT NULL,
    message text,
    payload text,
    CONSTRAINT pk_journal PRIMARY KEY (id)
);


CREATE TABLE outbox_messages (
    id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    dedupe_key character varying(200) NOT NULL,
    payload text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    CONSTRAINT pk_outbox_messages PRIMARY KEY (id)
);


CREATE TABLE signals (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    instance_id uuid,
    execution_id uuid,
    child_instance_id uuid,
    index integer NOT NULL,
    event_name character varying(200),
    correlation_id character varying(200),
    payload text,
    created_at timestamp with time zone NOT NULL,
    consumed_at timestamp with time zone,
    CONSTRAINT pk_signals PRIMARY KEY (id)
);


CREATE TABLE work_items (
    id uuid NOT NULL,
    bookmark_id uuid NOT NULL,
    instance_id uuid NOT NULL,
    root_instance_id uuid NOT NULL,
    case_no character varying(60) NOT NULL,
    subject_id uuid,
    subject_name text,
    node_id text NOT NULL,
    activity_id text NOT NULL,
    title character varying(200) NOT NULL,
    form_key character varying(60) NOT NULL,
    outcomes_json text NOT NULL,
    role character varying(40) NOT NULL,
    assignees character varying(400),
    data_json text NOT NULL,
    status character varying(40) NOT NULL,
    claimed_by_id uuid,
    claimed_by_name text,
    created_at timestamp with time zone NOT NULL,
    created_on date NOT NULL,
    due_on date,
    deadline_id uuid,
    completed_at timestamp with time zone,
    completed_by_id uuid,
    completed_by_name text,
    outcome text,
    values_json text,
    void_reason text,
    operation_id uuid,
    revision integer NOT NULL,
    CONSTRAINT pk_work_items PRIMARY KEY (id)
);


CREATE TABLE workflow_instances (
    id uuid NOT NULL,
    definition_id character varying(60) NOT NULL,
    definition_version_id character varying(60) NOT NULL,
    version integer NOT NULL,
    correlation_id character varying(200),
    name character varying(200),
    root_instance_id uuid NOT NULL,
    parent_instance_id uuid,
    parent_execution_id uuid,
    parent_index integer NOT NULL,
    pins text,
    status character varying(40) NOT NULL,
    sub_status character varying(40) NOT NULL,
    state text NOT NULL,
    incident_count integer NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT pk_workflow_instances PRIMARY KEY (id)
);


CREATE TABLE deadline_pauses (
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    paused_on date NOT NULL,
    resumed_on date,
    reason character varying(200) NOT NULL,
    document character varying(200) NOT NULL,
    approved_by_name character varying(100) NOT NULL,
    counts boolean NOT NULL,
    CONSTRAINT pk_deadline_pauses PRIMARY KEY (id),
    CONSTRAINT fk_deadline_pauses_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE TABLE fired_rungs (
    deadline_id uuid NOT NULL,
    round integer NOT NULL,
    rung integer NOT NULL,
    fired_at timestamp with time zone NOT NULL,
    fired_on date NOT NULL,
    superseded boolean NOT NULL,
    CONSTRAINT pk_fired_rungs PRIMARY KEY (deadline_id, round, rung),
    CONSTRAINT fk_fired_rungs_deadlines_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadlines (id) ON DELETE RESTRICT
);


CREATE INDEX ix_activity_executions_instance_id_started_at ON activity_executions (instance_id, started_at);


CREATE UNIQUE INDEX ix_alerts_deadline_id_round_rung_recipient_key ON alerts (deadline_id, round, rung, recipient_key);


CREATE INDEX ix_alerts_recipient_id_acknowledged_at ON alerts (recipient_id, acknowledged_at);


CREATE INDEX ix_alerts_recipient_role_acknowledged_at ON alerts (recipient_role, acknowledged_at);


CREATE INDEX ix_audit_entries_at ON audit_entries (at);


CREATE INDEX ix_bookmarks_due_at ON bookmarks (due_at);


CREATE INDEX ix_bookmarks_hash_correlation_id ON bookmarks (hash, correlation_id);


CREATE INDEX ix_bookmarks_instance_id ON bookmarks (instance_id);


CREATE INDEX ix_calendar_days_year ON calendar_days (year);


CREATE INDEX ix_deadline_pauses_deadline_id ON deadline_pauses (deadline_id);


CREATE INDEX ix_deadlines_case_no ON deadlines (case_no);


CREATE INDEX ix_deadlines_next_check_on ON deadlines (next_check_on);


CREATE INDEX ix_deadlines_status_due_on ON deadlines (status, due_on);


CREATE INDEX ix_deadlines_subject_id_rule_key ON deadlines (subject_id, rule_key);


CREATE INDEX ix_definition_versions_definition_id_hash ON definition_versions (definition_id, hash);


CREATE UNIQUE INDEX ix_definition_versions_definition_id_version ON definition_versions (definition_id, version);


CREATE UNIQUE INDEX ix_dispatches_parent_execution_id_index ON dispatches (parent_execution_id, index);


CREATE INDEX ix_dispatches_started_at ON dispatches (started_at);


CREATE INDEX ix_incidents_instance_id ON incidents (instance_id);


CREATE INDEX ix_incidents_resolved_at ON incidents (resolved_at);


CREATE UNIQUE INDEX ix_journal_instance_id_sequence ON journal (instance_id, sequence);


CREATE UNIQUE INDEX ix_outbox_messages_dedupe_key ON outbox_messages (dedupe_key);


CREATE INDEX ix_outbox_messages_sent_at_next_attempt_at ON outbox_messages (sent_at, next_attempt_at);


CREATE INDEX ix_signals_consumed_at ON signals (consumed_at);


CREATE UNIQUE INDEX ix_work_items_bookmark_id ON work_items (bookmark_id);


CREATE INDEX ix_work_items_completed_by_id_completed_at ON work_items (completed_by_id, completed_at);


CREATE INDEX ix_work_items_root_instance_id ON work_items (root_instance_id);


CREATE INDEX ix_work_items_status_role_due_on ON work_items (status, role, due_on);


CREATE INDEX ix_workflow_instances_correlation_id ON workflow_instances (correlation_id);


CREATE INDEX ix_workflow_instances_definition_id_status ON workflow_instances (definition_id, status);


CREATE INDEX ix_workflow_instances_parent_instance_id ON workflow_instances (parent_instance_id);


CREATE INDEX ix_workflow_instances_root_instance_id ON workflow_instances (root_instance_id);
